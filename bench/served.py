"""A database with many service records, as exports find it after a year."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bench.district import CHUNK, CODE, Plan, build, opened
from config.settings import load_settings
from server.areas import tree
from server.areas.models import AreaKind
from server.people.models import Person
from server.people.vault import Vault
from server.volunteers.models import Field, RecordState, ServiceRecord, Shift, Source

COMMUNITIES = 20
EACH = 50
"""Records of one person."""
DAYS = 300


def fill(url: str, records: int) -> None:
    """Migrate the empty database and fill it with so many final records; the settings are set."""
    people = max(1, records // EACH)
    build(url, Plan(people=people, open=0, past=EACH))
    vault = Vault(load_settings().data_key.get_secret_value())
    now = datetime.now(UTC)
    with opened(url) as database:
        with database.transaction() as session:
            street = tree.plant(
                session, f"{CODE}001", "示例街道", AreaKind.STREET, tree.root(session)
            )
            areas = [
                tree.plant(
                    session, f"{CODE}001{at:03}", f"示例{at}社区", AreaKind.COMMUNITY, street
                ).id
                for at in range(COMMUNITIES)
            ]
            for person_id in session.scalars(select(Person.id)).all():
                sealed = vault.seal(f"示例志愿者{person_id}", f"person:{person_id}:name")
                session.get_one(Person, person_id).name = sealed
            shifts = session.execute(select(Shift.id, Shift.starts_at, Shift.ends_at)).all()
        rows = [
            _record(number, areas, tuple(shifts[number % EACH]), now) for number in range(records)
        ]
        for first in range(0, records, CHUNK):
            with database.transaction() as session:
                session.execute(insert(ServiceRecord.__table__), rows[first : first + CHUNK])


def _record(number: int, areas: list[int], shift: tuple[Any, ...], now: datetime) -> dict[str, Any]:
    shift_id, starts_at, ends_at = shift
    day = (now - timedelta(days=1 + number % DAYS)).date()
    return {
        "person_id": number // EACH + 1,
        "shift_id": shift_id,
        "area_id": areas[number // EACH % COMMUNITIES],
        "field": Field.CONVENIENCE,
        "day": day,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "minutes": 30 + number % 90,
        "state": RecordState.FINAL,
        "disputed": False,
        "source": Source.ATTENDANCE,
        "version": 1,
        "due": day,
        "final_at": now,
        "created_at": now,
    }

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

from server.areas import tree
from server.people import posts, profile
from server.people.models import Channel, Person, Role
from server.staff import reach as reaches
from server.volunteers.models import (
    Field,
    Need,
    NeedState,
    NeedStep,
    RecordState,
    ServiceRecord,
    Shift,
    Source,
)
from tests.console.conftest import plant_district
from tests.factories import a_person, an_activity


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()


@pytest.fixture
def vault(runtime):
    return runtime.vault


@pytest.fixture
def areas(runtime):
    """The id of each area by its code."""
    with runtime.db.transaction() as session:
        codes = plant_district(session)
        return {code: tree.by_code(session, code).id for code in codes}


@pytest.fixture
def staff(runtime, now, areas):
    """Appoint somebody and return how far their rights reach."""

    def of(role: Role, area: str) -> reaches.Reach:
        with runtime.db.transaction() as session:
            person = a_person(session, now)
            profile.rename(session, person, "示例·职员", vault=runtime.vault)
            posts.appoint(session, person, role, tree.by_code(session, area), now, until=None)
            return reaches.of(session, person, now)

    return of


@pytest.fixture
def served(runtime, now, areas):
    """Write many final records of one activity: so many volunteers, so many records each."""

    def add(area: str, people: int = 1, each: int = 1, minutes: int = 60, **facts) -> list[int]:
        with runtime.db.transaction() as session:
            return records(session, areas[area], now, people, each, minutes, **facts)

    return add


def records(session, area_id, now, people, each, minutes, *, day=None, names=None, title="图书角"):
    """Return the persons; every record lies in a shift of its own."""
    day = day or date(2026, 3, 2)
    found = [a_person(session, now) for _ in range(people)]
    for at, person in enumerate(found):
        if names:
            profile.rename(session, person, names[at % len(names)], vault=_vault(session))
    view = an_activity(session, now, title=title)
    shift = session.get_one(Shift, view.shifts[0].id)
    row = {
        "area_id": area_id,
        "field": Field.CULTURE,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "minutes": minutes,
        "state": RecordState.FINAL,
        "source": Source.ATTENDANCE,
        "due": day + timedelta(days=14),
        "final_at": now,
        "created_at": now,
        "disputed": False,
        "version": 1,
    }
    shifts = [shift.id]
    for _ in range(each - 1):
        facts = {c.key: getattr(shift, c.key) for c in Shift.__table__.columns if c.key != "id"}
        more = Shift(**facts)
        session.add(more)
        session.flush()
        shifts.append(more.id)
    rows = [
        {**row, "person_id": person, "shift_id": shift_id, "day": day + timedelta(days=at % 5)}
        for person in found
        for at, shift_id in enumerate(shifts)
    ]
    session.execute(insert(ServiceRecord.__table__), rows)
    return found


_vaults: list = []


@pytest.fixture(autouse=True)
def _remember_vault(runtime):
    _vaults[:] = [runtime.vault]


def _vault(_session):
    return _vaults[0]


@pytest.fixture
def needed(runtime, now, areas):
    """Raise a need, and if told, have it served so many hours later with a rating."""

    def add(area: str, field: Field, state: NeedState = NeedState.SUBMITTED, **facts) -> int:
        with runtime.db.transaction() as session:
            took = facts.pop("took", None)
            raised = facts.pop("raised", now - timedelta(days=5))
            asker = session.query(Person.id).limit(1).scalar() or a_person(session, now)
            need = Need(
                number=session.query(Need).count() + 1,
                area_id=areas[area],
                channel=Channel.CHAT,
                raised_by=asker,
                words=b"x",
                title="示例",
                field=field,
                place="示例社区",
                state=state,
                created_at=raised,
                changed_at=raised + (took or timedelta()),
                **facts,
            )
            session.add(need)
            session.flush()
            if took is not None:
                step = {"need_id": need.id, "at": raised + took, "channel": Channel.CONSOLE}
                session.add(NeedStep(**step, action="done"))
            return need.id

    return add

"""Nothing is kept longer than the table says, and the documents say the same."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server import retention
from server.audit import trail
from server.audit.models import AuditEntry
from server.notices.models import Notice, NoticeState
from server.people.models import Dialogue
from server.retention import KEPT
from server.volunteers.models import Need, NeedState
from tests.factories import a_person
from tests.server.people.erasing.canaries import everything

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
LINE = re.compile(r"^\| `([a-z_]+)` \| `([a-z_]+)` \| ([0-9]+) \|", re.MULTILINE)


def documented() -> set[tuple[str, str, int]]:
    text = OPERATIONS.read_text(encoding="utf-8")
    return {(table, column, int(hours)) for table, column, hours in LINE.findall(text)}


@pytest.mark.once
def test_the_documents_say_how_long_each_table_is_kept() -> None:
    assert documented() == {tuple(line) for line in retention.lines()}


@pytest.mark.once
def test_no_span_is_longer_than_the_district_promises() -> None:
    promised = {"inbound": 30, "place_hint": 7, "keyed_request": 7, "notice": 90, "job_run": 30}
    spans = {kept.table.__tablename__: kept.span for kept in KEPT}

    assert {name: spans[name].days for name in promised} == promised
    assert "audit_entry" not in spans


def kept_rows(session, table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_places_codes_and_notices_go_when_their_time_is_over(db, runtime, clock) -> None:
    with db.transaction() as session:
        person = a_person(session, clock.now())
        everything(session, runtime, person)
        for notice in session.scalars(select(Notice)):
            notice.state, notice.settled_at = NoticeState.SENT, clock.now()
        session.add(Dialogue(person_id=person, choices={}, version=1, expires_at=clock.now()))
        trail.record(session, person, "any.deed", ("person", person), clock.now())
    told = {kept.table for kept in KEPT}
    clock.advance(days=6)
    with db.transaction() as session:
        retention.forget(session, clock.now())
        assert {table.__tablename__: kept_rows(session, table) for table in told}["place_hint"] == 1

    clock.advance(days=365)
    with db.transaction() as session:
        retention.forget(session, clock.now())

    with db.reading() as session:
        left = {table.__tablename__: kept_rows(session, table) for table in told}
        # an oddity that nobody has judged waits for somebody who does
        assert {name for name, number in left.items() if number} == {"oddity"}
        assert kept_rows(session, AuditEntry) > 0


def test_a_renewed_row_stays(session, clock) -> None:
    person = a_person(session, clock.now())
    session.add(Dialogue(person_id=person, choices={}, version=1, expires_at=clock.now()))
    session.flush()
    clock.advance(hours=23)

    assert retention.forget(session, clock.now()) == 0


@pytest.mark.parametrize(
    ("state", "days", "emptied"),
    [
        (NeedState.CLOSED, 366, 1),
        (NeedState.REJECTED, 366, 1),
        (NeedState.CLOSED, 364, 0),
        (NeedState.IN_SERVICE, 400, 0),
    ],
)
def test_a_closed_need_tells_nothing_of_a_home_after_a_year(
    db, runtime, clock, state, days, emptied
) -> None:
    with db.transaction() as session:
        everything(session, runtime, a_person(session, clock.now()))
        need = session.scalars(select(Need)).one()
        need.state, need.changed_at = state, clock.now() - timedelta(days=days)

    with db.transaction() as session:
        assert retention.empty_needs(session, clock.now()) == emptied
        assert retention.empty_needs(session, clock.now()) == 0

    with db.reading() as session:
        need = session.scalars(select(Need)).one()
        assert (need.words == b"", need.address is None) == (bool(emptied), bool(emptied))
        assert need.title

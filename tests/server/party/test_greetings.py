"""A festival that is near: said for some days, told each contact once, and never who is meant."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from config.greetings import Greeting, days
from config.wording import LOCAL
from server import party_jobs
from server.notices.models import Notice
from server.party import greetings, own, telling
from server.party.models import FileState, PartyFile
from tests.server.party.acts import VAULT, a_cell

LISTED = "2027-07-01 建党节，2027-02-06 春节"
MS = timedelta(milliseconds=1)


def shanghai(day: int, hour: int = 9) -> datetime:
    return datetime(2027, 2, day, hour, tzinfo=LOCAL).astimezone(UTC)


FIRST, LAST = shanghai(3, 0), shanghai(7, 0)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"greetings": LISTED})


@pytest.fixture
def cell(db, clock):
    with db.transaction() as session:
        return a_cell(session, clock.now())


def words(db, now: datetime, listed: str = LISTED) -> list[int]:
    with db.reading() as session:
        found = greetings.to_tell(session, now, listed=listed, vault=VAULT)
    return [word.person_id for word in found]


def told(db, person: int) -> list[Notice]:
    with db.reading() as session:
        mine = Notice.person_id == person, Notice.queued_at >= FIRST
        return list(session.scalars(select(Notice).where(*mine)))


def test_the_days_are_read_in_their_order() -> None:
    first, second = days(LISTED)

    assert first == Greeting(datetime(2027, 2, 6, tzinfo=LOCAL).date(), "春节")
    assert second.name == "建党节"
    assert days("") == ()


def test_it_is_said_from_three_days_before_until_its_end_in_shanghai() -> None:
    assert greetings.line(FIRST - MS, LISTED) == ""
    assert greetings.line(FIRST, LISTED) == "春节快到了，可以问候一声。"
    assert greetings.line(shanghai(6, 0) - MS, LISTED) == "春节快到了，可以问候一声。"
    assert greetings.line(shanghai(6, 0), LISTED) == "今天是春节，可以问候一声。"
    assert greetings.line(LAST - MS, LISTED) == "今天是春节，可以问候一声。"
    assert greetings.line(LAST, LISTED) == ""


def test_control_reckoned_by_utc_it_would_begin_eight_hours_late(monkeypatch) -> None:
    monkeypatch.setattr(greetings, "LOCAL", UTC)

    assert greetings.line(FIRST, LISTED) == ""


def test_each_contact_is_told_once_and_not_of_what(runtime, clock, cell) -> None:
    person = cell.contact.person_id
    for now in (FIRST - MS, FIRST + MS, shanghai(3), shanghai(4), shanghai(6)):
        clock.set(now)
        party_jobs.prompt_greetings(runtime)

    [notice] = told(runtime.db, person)
    assert (notice.kind, notice.queued_at) == (telling.STAFF, FIRST + MS)
    assert "greeting" not in f"{notice.key}{notice.obligation}{notice.facts}"
    assert told(runtime.db, cell.member) == []
    assert told(runtime.db, cell.secretary.person_id) == []


def test_a_day_on_which_nobody_kept_the_timetable_is_made_good(runtime, clock, cell) -> None:
    clock.set(shanghai(5))
    party_jobs.prompt_greetings(runtime)

    assert len(told(runtime.db, cell.contact.person_id)) == 1


def test_of_whoever_left_or_took_consent_back_nobody_is_reminded(db, cell) -> None:
    assert words(db, FIRST) == [cell.contact.person_id]
    with db.transaction() as session:
        own.withdraw(session, cell.member, FIRST)
    assert words(db, FIRST) == []

    with db.transaction() as session:
        own.agree(session, cell.member, FIRST)
        session.execute(update(PartyFile).values(state=FileState.RETURNED, closed_at=FIRST))
    assert words(db, FIRST) == []


def test_without_days_nothing_is_told(db, cell) -> None:
    assert words(db, FIRST, listed="") == []
    assert greetings.line(FIRST, "") == ""

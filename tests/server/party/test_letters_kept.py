"""What becomes of letters and needs: in one's own copy, when a file ends, when one is forgotten."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from config.reports import Reports
from config.wording import LOCAL
from server import retention
from server.office import years_served
from server.party import files
from server.party.letters import answering, desk, sending, writing, years
from server.party.letters.answering import Answer
from server.party.letters.words import Words
from server.party.models import FileState, PartyLetter, PartyNeed
from server.people import copies, erasing
from server.people.models import Channel
from server.volunteers.models import RecordState
from tests.factories import a_person
from tests.server.party.acts import GENERAL, VAULT, a_cell
from tests.server.volunteers.served import a_record

BODY, ASKED = "示例金丝雀辛苦了", "示例金丝雀要租房"


@pytest.fixture
def december(clock) -> datetime:
    clock.set(datetime(2026, 12, 10, 9, tzinfo=LOCAL).astimezone(UTC))
    return clock.now()


@pytest.fixture
def cell(session, now, december):
    """A member who was sent a letter and has asked for help."""
    made = a_cell(session, december - timedelta(days=200))
    keys = {"rules": Reports(), "vault": VAULT}
    who = session, made.secretary, made.file, 2026
    writing.write(*who, Words(BODY), 0, december, vault=VAULT)
    sending.send(*who, desk.show(*who, december, **keys).seen, december, **keys)
    told = Answer(ASKED, Channel.CHAT, asks=True)
    answering.answer(session, made.member, 2026, told, december, vault=VAULT)
    return made


def left(session) -> list[int]:
    return [session.scalar(select(func.count(each.id))) for each in (PartyLetter, PartyNeed)]


def test_ones_own_copy_holds_letters_and_needs_and_the_desks_does_not(
    session, cell, december
) -> None:
    mine, desks = (
        json.dumps(
            copies.make(session, cell.member, december, vault=GENERAL, own=own).sections,
            ensure_ascii=False,
        )
        for own in (True, False)
    )

    for words in (BODY, ASKED, "季度汇报：", "年度反馈", "您的困难和请求"):
        assert words in mine
    assert "金丝雀" not in desks


def test_a_draft_is_no_part_of_ones_copy(session, cell, december) -> None:
    later = december + timedelta(days=365)
    who = session, cell.secretary, cell.file, 2027
    writing.write(*who, Words("没发的草稿"), 0, later, vault=VAULT)

    made = copies.make(session, cell.member, later, vault=GENERAL, own=True)

    assert "没发的草稿" not in json.dumps(made.sections, ensure_ascii=False)


def test_they_go_with_the_file_when_its_time_is_up(session, cell, december) -> None:
    files.end(session, cell.secretary, cell.file, FileState.RETURNED, december)
    span = timedelta(days=3 * 365)

    retention.forget(session, december + span - timedelta(days=1))
    assert left(session) == [1, 1]
    retention.forget(session, december + span + timedelta(days=1))
    assert left(session) == [0, 0]


def test_they_go_with_a_member_who_is_forgotten(session, cell, december) -> None:
    erasing.erase(session, cell.member, december, channel=Channel.CHAT, vault=GENERAL)

    assert left(session) == [0, 0]


def test_hours_of_the_year_that_are_final_are_told_in_words(session, december) -> None:
    person, other = a_person(session, december), a_person(session, december)
    for months, minutes, state in (
        (1, 95, RecordState.FINAL),
        (2, 60, RecordState.FINAL),
        (3, 60, RecordState.PENDING),
        (14, 60, RecordState.FINAL),
    ):
        a_record(session, person, december - timedelta(days=30 * months), minutes, state=state)

    told = years_served.served(session, [person, other], years.begins(2026), years.ends(2026))

    assert told == {person: "2次，2.5小时"}

"""M1: of a member and a quarter there is one report, wherever their file goes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from config.reports import Reports
from config.wording import LOCAL
from server.party import by_hand, contacts, files, joining
from server.party.models import FileState, PartyFile, PartyReport, ReportRevision
from server.party.reports import decisions, histories, proxies, reports
from server.people import joining as people
from server.people import linking
from server.people.models import Channel, Role
from tests.server.party.acts import GENERAL, VAULT, a_branch, a_cell, a_file, holder

RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": VAULT}
OPEN = datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC)
QUARTER = "2026Q2"
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}


@pytest.fixture
def cell(session, clock):
    """A branch whose member has reported twice this quarter."""
    made = a_cell(session, clock.now())
    for work in ("在示例物流", "换了单位"):
        who = session, made.member, QUARTER, OPEN
        reports.submit(*who, said=SAID | {"work": work}, channel=Channel.CHAT, **KEYS)
    return made


def moved(session, cell, other):
    """Let the member's file end, and the member join the one that another branch has begun."""
    files.end(session, cell.secretary, cell.file, FileState.TRANSFERRED, OPEN)
    who = session, other.secretary, other.file, OPEN
    code = by_hand.offer_code(*who, vault=GENERAL).code
    return linking.redeem(session, cell.member, code, OPEN, vault=GENERAL)


def put_down(session, cell, **more: str) -> None:
    what = cell.file, QUARTER, SAID | more, OPEN
    proxies.submit(session, cell.contact, *what, channel=Channel.PHONE, **KEYS)


def of_person(session, person) -> list[tuple[int, int]]:
    """Return the reports of somebody for the quarter: the file, and the revision in force."""
    wanted = (
        select(PartyReport.file_id, PartyReport.number)
        .join(PartyFile, PartyFile.id == PartyReport.file_id)
        .where(PartyFile.person_id == person, PartyReport.quarter == QUARTER)
    )
    return [tuple(row) for row in session.execute(wanted)]


def test_a_report_goes_with_the_member_to_the_next_branch(session, cell, clock) -> None:
    other = a_cell(session, clock.now())

    member = moved(session, cell, other)

    assert of_person(session, member) == [(other.file, 2)]
    found = histories.of(session, other.contact, other.file, QUARTER, OPEN, **KEYS, names=GENERAL)
    assert [one.said["work"] for one in found.versions] == ["换了单位", "在示例物流"]
    put_down(session, other, needs="新支部记的")
    assert of_person(session, member) == [(other.file, 3)]


def test_control_without_the_follower_there_would_be_two(session, cell, clock, monkeypatch) -> None:
    monkeypatch.setattr(joining, "_gather_reports", lambda *_both: None)
    other = a_cell(session, clock.now())

    member = moved(session, cell, other)
    put_down(session, other)

    assert len(of_person(session, member)) == 2


def test_what_was_only_begun_elsewhere_makes_room(session, cell, clock) -> None:
    other = a_cell(session, clock.now())
    reports.draft(session, other.member, QUARTER, {"work": "写到一半"}, OPEN, **KEYS)

    member = moved(session, cell, other)

    numbers = dict(of_person(session, member))
    assert numbers == {other.file: 2, cell.file: 0}
    shown = reports.show(session, member, OPEN, **KEYS)
    assert (shown.standing, (shown.handed_in or {})["work"]) == ("submitted", "换了单位")


def test_where_both_branches_heard_one_the_newer_branchs_counts_and_none_is_lost(
    session, cell, clock
) -> None:
    other = a_cell(session, clock.now())
    put_down(session, other, work="新支部听到的")

    member = moved(session, cell, other)

    shown = reports.show(session, member, OPEN, **KEYS)
    assert (shown.handed_in or {})["work"] == "新支部听到的"
    assert session.scalar(select(func.count()).select_from(ReportRevision)) == 3


def test_two_files_of_one_branch_leave_one_report_and_every_revision(session, cell, clock) -> None:
    twin = a_file(session, cell.secretary, cell.branch, clock.now(), phone="13800000001")
    contacts.name(session, cell.secretary, twin.id, cell.contact.person_id, OPEN)
    what = twin.id, QUARTER, SAID | {"work": "另一份"}, OPEN
    proxies.submit(session, cell.contact, *what, channel=Channel.PHONE, **KEYS)

    keep = people.join(session, cell.member, twin.person_id, OPEN)

    live = PartyFile.person_id == keep, PartyFile.closed_at.is_(None)
    assert session.scalars(select(PartyFile.id).where(*live)).all() == [cell.file]
    assert reports.show(session, keep, OPEN, **KEYS).handed_in == SAID | {"work": "换了单位"}
    assert session.scalar(select(func.count()).select_from(ReportRevision)) == 3


def test_what_was_asked_goes_along_and_is_answered_there(session, cell, clock) -> None:
    decisions.ask(session, cell.contact, cell.file, QUARTER, 2, "办好了吗", OPEN, vault=VAULT)
    other = a_cell(session, clock.now())

    member = moved(session, cell, other)

    assert reports.show(session, member, OPEN, **KEYS).question == "办好了吗"
    who = session, member, QUARTER, "办好了", OPEN
    assert reports.answer(*who, channel=Channel.CHAT, **KEYS).standing == "submitted"


def test_another_host_or_contact_in_between_changes_nothing(session, cell, clock) -> None:
    host = a_branch(session, clock.now())
    files.link_host(session, cell.secretary, cell.file, host, OPEN)
    next_one = holder(session, clock.now(), Role.CONTACT_PERSON)
    contacts.name(session, cell.secretary, cell.file, next_one.person_id, OPEN)
    what = cell.file, QUARTER, SAID | {"work": "下一位联系人记的"}, OPEN
    proxies.submit(session, next_one, *what, channel=Channel.PHONE, **KEYS)
    session.execute(update(PartyFile).values(home_id=host))

    assert of_person(session, cell.member) == [(cell.file, 3)]

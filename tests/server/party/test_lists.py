"""A list comes in with a preview, and leaves the house once two others have allowed it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config.reports import Reports
from server.party import desk, lists, uploads
from server.party.desk import Due
from server.party.lists import Purpose
from server.party.models import FileRead, Look, Office, PartyFile, PartyUpload, UploadState
from server.party.refusals import Flawed, NoSuchBranch, NotAllowedYet, NothingThere, OtherState
from server.people.models import Person, Role
from server.sheets.reading import Row
from server.staff import approvals
from server.staff.approvals import SecondPersonNeeded
from server.staff.models import Approval
from tests.server.party.acts import (
    GENERAL,
    NAME,
    PHONE,
    VAULT,
    a_branch,
    a_cell,
    holder,
    seated,
    secretary,
)


@pytest.fixture
def cell(session, now):
    return a_cell(session, now)


def question(session) -> int:
    open_ones = select(Approval.id).where(Approval.state == "asked").order_by(Approval.id.desc())
    return session.scalars(open_ones).first()


def allow(session, who, now):
    return approvals.grant(session, who, question(session), now)


def test_a_list_takes_two_others_besides_whoever_asks(session, now, cell) -> None:
    first, second = (holder(session, now, Role.PARTY_DATA_OFFICER) for _ in range(2))
    approval = lists.ask(session, cell.secretary, cell.branch, Purpose.RECHECK, now)
    with pytest.raises(SecondPersonNeeded):
        approvals.grant(session, cell.secretary, approval.id, now)

    allow(session, first, now)
    assert lists.allowed(session, cell.secretary, now) == []
    with pytest.raises(SecondPersonNeeded), session.begin_nested():
        allow(session, first, now)
    with pytest.raises(SecondPersonNeeded):
        allow(session, cell.secretary, now)
    allow(session, second, now)

    [given] = lists.allowed(session, cell.secretary, now)
    who = session, cell.secretary, given.id, now
    [row] = lists.take(*who, vault=VAULT)
    assert row.name == NAME
    assert PHONE not in row.phone
    with pytest.raises(NotAllowedYet):
        lists.take(*who, vault=VAULT)
    seen = select(func.count()).where(FileRead.file_id == cell.file, FileRead.part == Look.EXPORT)
    assert session.scalar(seen) == 1


def test_control_the_first_alone_does_not_do(session, now, cell) -> None:
    lists.ask(session, cell.secretary, cell.branch, Purpose.RECHECK, now)
    allow(session, holder(session, now, Role.PARTY_DATA_OFFICER), now)

    assert lists.allowed(session, cell.secretary, now) == []
    with pytest.raises(NothingThere):
        lists.take(session, cell.secretary, 1, now, vault=VAULT)


def test_a_day_later_or_in_other_hands_it_is_of_no_use(session, now, cell) -> None:
    other = secretary(session, a_branch(session, now), now)
    lists.ask(session, cell.secretary, cell.branch, Purpose.RECHECK, now)
    for _ in range(2):
        allow(session, holder(session, now, Role.PARTY_DATA_OFFICER), now)
    [given] = lists.allowed(session, cell.secretary, now)

    with pytest.raises(NothingThere):
        lists.take(session, other, given.id, now, vault=VAULT)
    later = now + timedelta(days=1)
    with pytest.raises(NotAllowedYet):
        lists.take(session, cell.secretary, given.id, later, vault=VAULT)


def test_what_is_asked_names_no_member(session, now, cell) -> None:
    with pytest.raises(NoSuchBranch):
        lists.ask(session, cell.contact, cell.branch, Purpose.RECHECK, now)
    approval = lists.ask(session, cell.secretary, cell.branch, Purpose.HAND_OVER, now)

    assert set(approval.facts) == {"branch"}
    assert approval.reason == "支部交接"


def a_row(number=2, **more) -> Row:
    cells = {"姓名": "示例·一", "手机号": "13800000001"} | more
    return Row(number, tuple(cells.get(header, "") for header in uploads.HEADERS))


def laid(session, cell, now, *rows) -> int:
    return uploads.lay_by(session, cell.secretary, cell.branch, rows, now, vault=VAULT)


def shown(session, cell, upload, now):
    return uploads.show(session, cell.secretary, upload, now, vault=VAULT)


def kept(session, cell, upload, now) -> int:
    return uploads.apply(session, cell.secretary, upload, now, vault=VAULT)


def test_a_list_is_looked_at_and_then_kept_whole_and_once(session, now, cell) -> None:
    people = session.scalar(select(func.count()).select_from(Person))
    rows = a_row(), a_row(3, 姓名=NAME, 手机号=PHONE), a_row(4, 姓名="示例·二", 流出日期="2026/1/5")
    upload = laid(session, cell, now, *rows)
    preview = shown(session, cell, upload, now)
    assert [line.new for line in preview.lines] == [True, False, True]
    assert session.scalar(select(func.count()).select_from(PartyFile)) == 1

    counts = [kept(session, cell, upload, now) for _ in range(2)]

    assert counts == [2, 0]
    assert session.scalar(select(func.count()).select_from(Person)) == people + 2
    keys = {"vault": VAULT, "names": GENERAL}
    page = desk.members(session, cell.secretary, Due.ALL, now, **keys, rules=Reports())
    assert [line.name for line in page.lines] == [NAME, "示例·一", "示例·二"]
    row = session.get_one(PartyUpload, upload, populate_existing=True)
    assert (row.state, row.lines) == (UploadState.APPLIED, None)


def test_one_flaw_and_nothing_is_kept(session, now, cell) -> None:
    upload = laid(
        session,
        cell,
        now,
        a_row(),
        a_row(3),
        a_row(4, 手机号=""),
        a_row(5, 姓名="", 手机号="13800000005"),
        a_row(6, 手机号="不知道"),
        a_row(7, 手机号="13800000007", 流出日期="去年"),
        a_row(8, 手机号="13800000008", 现居地="证号140106199001011234"),
    )
    preview = shown(session, cell, upload, now)

    assert [bool(line.flaws) for line in preview.lines] == [False] + [True] * 6
    assert preview.flaws == 6
    with pytest.raises(Flawed):
        kept(session, cell, upload, now)


def test_nobody_elses_list_is_there_and_what_is_laid_aside_is_gone(session, now, cell) -> None:
    upload = laid(session, cell, now, a_row())
    other = seated(
        session, cell.branch, holder(session, now, Role.BRANCH_SECRETARY), Office.COMMITTEE, now
    )
    for number in (upload, 999_999):
        with pytest.raises(NothingThere):
            uploads.show(session, other, number, now, vault=VAULT)

    uploads.discard(session, cell.secretary, upload, now)

    assert shown(session, cell, upload, now).lines == []
    with pytest.raises(OtherState):
        kept(session, cell, upload, now)

"""Who is still to report, who was asked something, what waits to be accepted; and how many."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from config.reports import Reports
from config.wording import LOCAL
from server.party import contacts, desk, dues, own, tasks
from server.party.dues import Due
from server.party.models import FileRead, Look, Office, PartyFile, PartyReport
from server.party.quarters import Quarter
from server.party.reports import decisions, due, excuses, reports
from server.people.models import Channel, Role
from server.staff.rights import Right
from tests.server.party.acts import GENERAL, NAME, VAULT, a_cell, a_file, holder, seated

RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": VAULT}
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}
OPEN = datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC)
GRACE = datetime(2026, 7, 21, tzinfo=LOCAL).astimezone(UTC)
QUARTER = "2026Q2"


@pytest.fixture
def cell(session, clock):
    """A branch with one member; the report is open."""
    return a_cell(session, clock.now())


def listed(session, cell, which: Due, now=OPEN) -> list[int]:
    who = session, cell.secretary, which, now
    page = desk.members(*who, rules=RULES, vault=VAULT, names=GENERAL)
    return [line.file_id for line in page.lines]


def counts(session, cell, now=OPEN) -> dict[Due, int]:
    return dues.counts(session, cell.secretary, now, RULES)


def hand_in(session, cell, now=OPEN, quarter=QUARTER, **more: str) -> None:
    who = session, cell.member, quarter, now
    reports.submit(*who, said=SAID | more, channel=Channel.CHAT, **KEYS)


def test_a_report_goes_from_list_to_list_as_it_goes_on(session, cell) -> None:
    what = cell.file, QUARTER

    def where() -> list[str]:
        lists = (Due.REPORT, Due.RETURNED, Due.ACCEPT)
        found = [which for which in lists if listed(session, cell, which) == [cell.file]]
        told = counts(session, cell)
        assert [which for which in lists if told[which]] == found
        return found

    assert where() == [Due.REPORT]
    hand_in(session, cell)
    assert where() == [Due.ACCEPT]
    decisions.ask(session, cell.contact, *what, 1, "办好了吗", OPEN, vault=VAULT)
    assert where() == [Due.RETURNED]
    hand_in(session, cell, answer="办好了")
    assert where() == [Due.ACCEPT]
    decisions.accept(session, cell.contact, *what, 2, OPEN)
    assert where() == []


def test_who_owes_nothing_stands_in_no_list(session, cell) -> None:
    before = windows_open(-1)
    assert listed(session, cell, Due.REPORT, before) == []
    own.withdraw(session, cell.member, OPEN)
    assert listed(session, cell, Due.REPORT) == []
    own.agree(session, cell.member, OPEN)
    assert listed(session, cell, Due.REPORT) == [cell.file]

    joined = Quarter(2026, 2).ends - timedelta(days=30) + timedelta(milliseconds=1)
    session.execute(update(PartyFile).values(reported_at=joined))
    assert listed(session, cell, Due.REPORT) == []


def windows_open(days: int) -> datetime:
    return datetime(2026, 6, 11, tzinfo=LOCAL).astimezone(UTC) + timedelta(days=days)


def test_control_joined_a_moment_earlier_one_owes_it(session, cell) -> None:
    joined = Quarter(2026, 2).ends - timedelta(days=30)
    session.execute(update(PartyFile).values(reported_at=joined))
    assert listed(session, cell, Due.REPORT) == [cell.file]


def test_an_excused_report_waits_for_nobody(session, cell) -> None:
    what = session, cell.contact, cell.file, QUARTER, "住院", GRACE
    excuses.excuse(*what, said=SAID, channel=Channel.PHONE, **KEYS)

    for which in (Due.REPORT, Due.RETURNED, Due.ACCEPT):
        assert listed(session, cell, which, GRACE) == []


def test_a_list_tells_of_each_member_how_the_report_stands(session, cell) -> None:
    def standing(now=OPEN):
        who = session, cell.secretary, Due.ALL, now
        [line] = desk.members(*who, rules=RULES, vault=VAULT, names=GENERAL).lines
        return line.report

    assert standing() == "open"
    hand_in(session, cell)
    assert standing() == "submitted"
    assert standing(GRACE) == "not_open"


def test_of_branches_one_does_not_lead_nobody_is_counted(session, cell, clock) -> None:
    other = a_cell(session, clock.now())

    assert counts(session, other)[Due.REPORT] == 1
    assert counts(session, cell)[Due.REPORT] == 1
    assert listed(session, cell, Due.REPORT) == [cell.file]


def test_a_contact_is_told_of_their_own_and_of_what_was_asked(session, cell, clock) -> None:
    more = a_file(session, cell.secretary, cell.branch, clock.now(), name="示例·另一位", phone="")
    hand_in(session, cell)
    decisions.ask(session, cell.contact, cell.file, QUARTER, 1, "办好了吗", OPEN, vault=VAULT)

    who = session, cell.contact, OPEN
    found = due.to_report(*who, limit=9, **KEYS)
    assert [(one.file_id, one.asked) for one in found] == [(cell.file, True)]

    contacts.name(session, cell.secretary, more.id, cell.contact.person_id, OPEN)
    found = due.to_report(*who, limit=9, **KEYS)
    assert [(one.name, one.asked) for one in found] == [(NAME, True), ("示例·另一位", False)]
    looks = select(FileRead.file_id).where(FileRead.part == Look.LIST)
    mine = looks.where(FileRead.reader_id == cell.contact.person_id)
    assert session.scalars(mine).all() == [cell.file, cell.file, more.id]


def test_a_contacts_queue_says_how_many_are_to_report_and_no_names(session, cell) -> None:
    [task] = tasks.reporting(session, cell.contact, OPEN, 9)
    assert "还有1人没汇报" in task.title
    assert task.due_at == datetime(2026, 7, 10, 16, tzinfo=UTC)
    assert NAME not in "".join(map(str, task))

    assert tasks.reporting(session, cell.contact, windows_open(-1), 9) == []
    hand_in(session, cell)
    assert tasks.reporting(session, cell.contact, OPEN, 9) == []


def test_a_queue_says_how_many_reports_wait_to_be_accepted(session, cell) -> None:
    other = seated(
        session,
        cell.branch,
        holder(session, OPEN, Role.CONTACT_PERSON),
        Office.COMMITTEE,
        OPEN,
    )
    who = (cell.contact, cell.secretary, other)
    assert [tasks.accepting(session, each, OPEN, 9) for each in who] == [[], [], []]

    hand_in(session, cell)
    told = [[task.title for task in tasks.accepting(session, each, OPEN, 9)] for each in who]
    assert told == [["汇报等收下：1人交了"], ["汇报等收下：1人交了"], []]
    decisions.accept(session, cell.secretary, cell.file, QUARTER, 1, OPEN)
    assert [tasks.accepting(session, each, OPEN, 9) for each in who] == [[], [], []]


def test_who_is_nobodys_contact_has_no_such_task(session, cell, clock) -> None:
    stranger = holder(session, clock.now(), Role.CONTACT_PERSON)
    assert stranger.may(Right.SEE_PARTY)

    assert tasks.reporting(session, stranger, OPEN, 9) == []


def past(session, file_id: int, years: int) -> None:
    """Let a member have reported for so many years, each time asked and accepted."""
    rows = [
        {
            "file_id": file_id,
            "quarter": f"{year}Q{number}",
            "step": 0,
            "number": 1,
            "late": False,
            "changed_at": OPEN,
            "accepted_at": OPEN,
        }
        for year in range(2026 - years, 2026)
        for number in range(1, 5)
    ]
    session.execute(insert(PartyReport), rows)


PLANS = {Due.REPORT: due.owed, Due.RETURNED: due.asked, Due.ACCEPT: due.undecided}


@pytest.mark.once
@pytest.mark.parametrize("which", PLANS)
def test_ten_years_of_reports_are_read_past_by_an_index(session, cell, which) -> None:
    past(session, cell.file, 10)
    wanted = select(PartyFile.id).where(PLANS[which](OPEN, RULES))
    sql = wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True})

    plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]

    [probe] = [line for line in plan if "party_report" in line]
    assert "uq_party_report_quarter (file_id=? AND quarter" in probe


@pytest.mark.parametrize("which", [Due.REPORT, Due.RETURNED, Due.ACCEPT, Due.ALL])
def test_a_list_takes_the_same_questions_for_many_with_a_long_history(
    db, clock, statements, which
) -> None:
    with db.transaction() as session:
        cell = a_cell(session, clock.now())

    def asked() -> int:
        with statements() as seen, db.transaction() as session:
            listed(session, cell, which)
            counts(session, cell)
        return len(seen)

    one = asked()
    with db.transaction() as session:
        for number in range(20):
            phone = f"138000001{number:02}"
            file = a_file(session, cell.secretary, cell.branch, clock.now(), phone=phone)
            past(session, file.id, 10)
    assert asked() == one


def test_a_returned_report_of_long_ago_is_still_asked_for_in_its_year(session, cell) -> None:
    hand_in(session, cell)
    decisions.ask(session, cell.contact, cell.file, QUARTER, 1, "办好了吗", OPEN, vault=VAULT)
    spring = datetime(2027, 4, 1, tzinfo=UTC)

    assert listed(session, cell, Due.RETURNED, spring) == [cell.file]
    show = partial(reports.show, session, cell.member, **KEYS)
    assert show(datetime(2029, 4, 1, tzinfo=UTC)).standing == "returned"

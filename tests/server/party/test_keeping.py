"""What is older than three years: the branch decides, by one line for its secretary."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server import retention
from server.party import branches, keeping
from server.party.models import (
    ContactLog,
    FileState,
    PartyFile,
    PartyKeeping,
    PartyReport,
    PartyReview,
    ReportRevision,
)
from server.party.quarters import Quarter
from server.party.refusals import NoSuchBranch
from server.people.models import Role
from tests.server.party import crowds
from tests.server.party.acts import a_cell, holder

OLD, YOUNG = "2022Q4", "2025Q4"


@pytest.fixture
def cell(session, now):
    cell = a_cell(session, now)
    for quarter in (OLD, YOUNG):
        crowds.report(session, cell.file, quarter, now)
        crowds.review(session, cell.file, quarter, cell.contact.person_id, now)
        at = now - timedelta(days=1 if quarter is YOUNG else 2)
        crowds.touch(session, cell.file, cell.contact.person_id, quarter, at)
    [other] = crowds.members(session, cell.branch, 1, now)
    crowds.excused(session, other, OLD, now)
    session.expire_all()
    return cell


def counts(session) -> list[int]:
    kinds = (PartyReport, ReportRevision, PartyReview, ContactLog)
    return [session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


def trail(session) -> list[str]:
    """Return what will stand in the trail once the transaction is over."""
    [waiting] = [each for name, each in session.info.items() if "chain" in str(name)]
    actions = [noted.row["action"] for noted in waiting]
    return [action for action in actions if action.startswith("party.old")]


def many(session, cell, now) -> int:
    return sum(each.many for each in keeping.due(session, cell.secretary, now))


def test_what_is_three_years_old_is_one_line_for_the_secretary_alone(session, now, cell) -> None:
    officer = holder(session, now, Role.PARTY_DATA_OFFICER)

    [line] = keeping.due(session, cell.secretary, now)

    assert (line.branch_id, line.many, line.last) == (cell.branch, 4, Quarter(2022, 4))
    assert keeping.due(session, cell.contact, now) == []
    assert keeping.due(session, officer, now) == []


def test_a_quarter_is_old_three_years_after_its_last_moment_in_shanghai(now) -> None:
    ends = Quarter(2022, 4).ends.replace(year=2025)

    assert keeping.last_due(ends) == Quarter(2022, 4)
    assert keeping.last_due(ends - timedelta(microseconds=1)) == Quarter(2022, 3)


def test_destroyed_it_is_gone_but_that_a_report_was_made(session, now, cell) -> None:
    before = counts(session)

    gone = [keeping.destroy(session, cell.secretary, cell.branch, now) for _ in range(2)]

    session.expire_all()
    assert before == [3, 2, 2, 2]
    assert gone == [4, 0]
    assert counts(session) == [2, 1, 1, 1]
    left = session.scalars(select(PartyReport).where(PartyReport.quarter == OLD)).one()
    assert (left.number, left.draft, left.late) == (1, None, False)
    assert many(session, cell, now) == 0
    assert trail(session) == ["party.old_destroyed"]


def test_kept_on_it_is_asked_again_after_a_year(session, now, cell) -> None:
    for _ in range(2):
        keeping.keep_on(session, cell.secretary, cell.branch, now)

    assert many(session, cell, now) == 0
    assert keeping.destroy(session, cell.secretary, cell.branch, now) == 0
    assert trail(session) == ["party.old_kept"]
    later = now + keeping.LONGER
    assert many(session, cell, later) == 4
    retention.forget(session, later + timedelta(days=1))
    assert session.scalars(select(PartyKeeping)).all() == []
    keeping.keep_on(session, cell.secretary, cell.branch, later)
    assert many(session, cell, later) == 0


def test_what_becomes_old_meanwhile_is_asked_by_itself(session, now, cell) -> None:
    keeping.keep_on(session, cell.secretary, cell.branch, now)
    crowds.report(session, cell.file, "2023Q1", now)

    assert many(session, cell, now + timedelta(days=90)) == 1


def test_only_the_branch_decides_and_only_about_members_who_are_there(session, now, cell) -> None:
    other = a_cell(session, now)
    for deed in (keeping.destroy, keeping.keep_on):
        for who in (other.secretary, cell.contact):
            with pytest.raises(NoSuchBranch):
                deed(session, who, cell.branch, now)
    session.get_one(PartyFile, cell.file).state = FileState.RETURNED
    session.flush()

    assert many(session, cell, now) == 1
    assert counts(session) == [3, 2, 2, 2]


def test_a_secretary_who_is_relieved_is_asked_no_more(session, now, cell) -> None:
    officer = holder(session, now, Role.PARTY_DATA_OFFICER)
    branches.relieve(session, officer, cell.branch, cell.secretary.person_id, now)

    assert many(session, cell, now) == 0

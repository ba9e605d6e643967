"""What is older than three years of members who are still there: the branch decides about it.

It is destroyed, of which only that a report was made stays, or kept for another year.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.party import branches, quarters
from server.party.access import is_me
from server.party.models import (
    LIVE,
    Branch,
    ContactLog,
    Office,
    Organiser,
    PartyFile,
    PartyKeeping,
    PartyReport,
    PartyReview,
    ReportRevision,
)
from server.party.quarters import Quarter
from server.party.standing import trace_branch
from server.staff.reach import Reach
from server.staff.rights import Right

YEARS = 3
LONGER = timedelta(days=365)
KINDS = (PartyReport, PartyReview, ContactLog)
"""What is written of a member's quarter. Letters and needs are no part of it."""


class Old(NamedTuple):
    """How much a branch has to decide about, of quarters up to one."""

    branch_id: int
    name: str
    many: int
    last: Quarter


def due(session: Session, reach: Reach, now: datetime) -> list[Old]:
    """Return what the branches of which this person is secretary have to decide about.

    One statement; nothing is opened and nobody named.
    """
    if not reach.may(Right.SEE_PARTY):
        return []
    led = select(Organiser.branch_id).where(
        Organiser.office == Office.SECRETARY,
        Organiser.until.is_(None),
        is_me(Organiser.person_id, reach, now),
    )
    last = last_due(now)
    counts = [
        select(func.count())
        .select_from(kind)
        .join(PartyFile, PartyFile.id == kind.file_id)
        .where(PartyFile.home_id == Branch.id, *_is_old(kind, last, now))
        .correlate(Branch)
        .scalar_subquery()
        for kind in KINDS
    ]
    wanted = select(Branch.id, Branch.name, *counts).where(Branch.id.in_(led)).order_by(Branch.id)
    found = [Old(row[0], row[1], sum(row[2:]), last) for row in session.execute(wanted)]
    return [each for each in found if each.many]


def last_due(now: datetime) -> Quarter:
    """Return the last quarter that ended three years ago or earlier, by the clock of Shanghai."""
    this = quarters.of(now)
    return Quarter(this.year - YEARS, this.number).before


def destroy(session: Session, reach: Reach, branch_id: int, now: datetime) -> int:
    """Destroy what is due of a branch, and return how much it was; a second time it is nothing.

    Of a report that was handed in stays that it was, and whether late; its texts, all revisions
    and what was never handed in are gone, as are reviews and the lines of contacts.
    """
    branches.kept(session, reach, branch_id, now, held=True)
    gone = [_of(kind, branch_id, now) for kind in KINDS]
    [reports, reviews, touches] = [list(session.scalars(each)) for each in gone]
    _empty_reports(session, reports)
    _delete(session, PartyReview, reviews)
    _delete(session, ContactLog, touches)
    count = len(reports) + len(reviews) + len(touches)
    if count:
        trace_branch(session, reach.person_id, "party.old_destroyed", branch_id, now)
    return count


def keep_on(session: Session, reach: Reach, branch_id: int, now: datetime) -> None:
    """Keep what is due of a branch for another year; a second time nothing is due any more."""
    branches.kept(session, reach, branch_id, now, held=True)
    named: set[str] = set()
    for kind in KINDS:
        theirs = _of(kind, branch_id, now).with_only_columns(kind.quarter).distinct()
        named.update(session.scalars(theirs))
    if not named:
        return
    rows = [{"branch_id": branch_id, "quarter": one, "until": now + LONGER} for one in named]
    fresh = insert_into(session, PartyKeeping)
    longer = {"until": fresh.excluded.until}
    keys = ["branch_id", "quarter"]
    session.execute(fresh.on_conflict_do_update(index_elements=keys, set_=longer), rows)
    trace_branch(session, reach.person_id, "party.old_kept", branch_id, now)


def _of(kind: Any, branch_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the numbers of what is due of a branch, of one kind."""
    joined = select(kind.id).join(PartyFile, PartyFile.id == kind.file_id)
    return joined.where(PartyFile.home_id == branch_id, *_is_old(kind, last_due(now), now))


def _is_old(kind: Any, last: Quarter, now: datetime) -> list[ColumnElement[bool]]:
    kept = exists().where(
        PartyKeeping.branch_id == PartyFile.home_id,
        PartyKeeping.quarter == kind.quarter,
        PartyKeeping.until > now,
    )
    terms = [PartyFile.state.in_(LIVE), kind.quarter <= str(last), ~kept]
    return [*terms, _says_something()] if kind is PartyReport else terms


def _says_something() -> ColumnElement[bool]:
    """Return the condition that more is left of a report than that it was made."""
    revision = exists().where(ReportRevision.report_id == PartyReport.id)
    drafted = and_(PartyReport.number > 0, PartyReport.draft.is_not(None))
    return or_(PartyReport.number == 0, revision, drafted)


def _empty_reports(session: Session, ids: Sequence[int]) -> None:
    table = PartyReport
    session.execute(delete(ReportRevision).where(ReportRevision.report_id.in_(ids)))
    _delete(session, table, ids, table.number == 0)
    texts = ("draft", "question", "returned_at", "returned_number", "excuse", "excused_at")
    nothing: dict[str, Any] = dict.fromkeys(texts, None)
    session.execute(update(table).where(table.id.in_(ids)).values(step=0, **nothing))


def _delete(session: Session, kind: Any, ids: Sequence[int], *terms: ColumnElement[bool]) -> None:
    session.execute(delete(kind).where(kind.id.in_(ids), *terms))

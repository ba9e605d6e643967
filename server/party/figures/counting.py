"""What there is to count of branches in a quarter: sums by branch, of one snapshot.

Files are counted where they are at home. Nobody is named, and no login is looked at.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from config.reports import Reports
from server.party.keys import PartyVault
from server.party.models import (
    LIVE,
    ContactLog,
    FileState,
    PartyFile,
    PartyLetter,
    PartyNeed,
    PartyReport,
    PartyReview,
    ReportRevision,
)
from server.party.quarters import Quarter
from server.party.reports import windows
from server.party.reports.windows import DAY

Sums = dict[int, Counter[str]]
"""How many of what, by branch."""
Query = Select[*tuple[Any, ...]]
BY = PartyFile.home_id
GRADES = ("excellent", "qualified", "basic", "unqualified", "none")
"""What a review may say; what says nothing of a grade has none."""


class Span(NamedTuple):
    """What is counted: which branches, in which quarter, as it stands at a moment."""

    branch_ids: Sequence[int]
    quarter: Quarter
    now: datetime


def count(session: Session, span: Span, rules: Reports, vault: PartyVault) -> Sums:
    """Return all sums of some branches, in as many statements whatever there is."""
    found: Sums = {branch_id: Counter() for branch_id in span.branch_ids}
    for query in _queries(span, rules):
        for branch_id, kind, what, many in session.execute(query):
            found[branch_id][f"{kind}_{what}"] += many
    for branch_id, review_id, state, content in session.execute(_reviews(span)):
        found[branch_id][f"review_{state}"] += 1
        found[branch_id][f"grade_{_grade(review_id, content, vault)}"] += 1
    return found


def standing(quarter: Quarter, now: datetime, rules: Reports) -> ColumnElement[str]:
    """Return how a report of a quarter stands; what was excused or handed in is never missed."""
    joined_late = PartyFile.reported_at > quarter.ends - rules.exempt_days * DAY
    return case(
        (PartyReport.excused_at.is_not(None), "excused"),
        (PartyReport.number > 0, "handed_in"),
        (joined_late, "exempt"),
        else_="waiting" if now < windows.of(quarter, rules).grace else "missed",
    )


def _queries(span: Span, rules: Reports) -> Iterator[Query]:
    live = PartyFile.state.in_(LIVE)
    ended = PartyFile.state.in_((FileState.RETURNED, FileState.TRANSFERRED))
    yield _sums(span, "state", PartyFile.state).where(live)
    yield _sums(span, "hosted", literal("all"), PartyFile.host_id).where(live)
    yield _sums(span, "ended", PartyFile.state).where(ended, *_within(span, PartyFile.closed_at))
    yield from _reports(span, rules)
    yield from _touches(span)
    solved = case((PartyNeed.solved_at.is_(None), "open"), else_="solved")
    told = PartyNeed, PartyNeed.file_id == PartyFile.id
    yield _sums(span, "need", solved).join(*told).where(*_within(span, PartyNeed.opened_at))
    answered = case((PartyLetter.answered_at.is_(None), "unanswered"), else_="answered")
    sent = PartyLetter, PartyLetter.file_id == PartyFile.id
    yield _sums(span, "letter", answered).join(*sent).where(*_within(span, PartyLetter.sent_at))


def _reports(span: Span, rules: Reports) -> Iterator[Query]:
    """Yield how the reports stand, and of those handed in whether late and by which door."""
    quarter, report, revision = span.quarter, PartyReport, ReportRevision
    was_there = (
        PartyFile.reported_at < quarter.ends,
        or_(PartyFile.closed_at.is_(None), PartyFile.closed_at >= quarter.ends),
    )
    mine = (report.file_id == PartyFile.id) & (report.quarter == str(quarter))
    stands = standing(quarter, span.now, rules)
    yield _sums(span, "report", stands).outerjoin(report, mine).where(*was_there)
    handed_in = *was_there, report.number > 0, report.excused_at.is_(None)
    late = case((report.late, "late"), else_="on_time")
    yield _sums(span, "time", late).join(report, mine).where(*handed_in)
    in_force = (revision.report_id == report.id) & (revision.number == report.number)
    # a word of its own, or it would be read as one of the doors
    door = func.coalesce(cast(revision.channel, String), "gone")
    by_door = _sums(span, "door", door).join(report, mine).outerjoin(revision, in_force)
    yield by_door.where(*handed_in)
    reached = (
        select(ContactLog.file_id)
        .where(ContactLog.quarter == str(quarter), ContactLog.reached)
        .correlate(None)
    )
    touched = case((PartyFile.id.in_(reached), "yes"), else_="no")
    yield _sums(span, "reached", touched).where(*was_there)


def _touches(span: Span) -> Iterator[Query]:
    """Yield how often members were reached, by the way, and how often it was tried in vain."""
    of_quarter = ContactLog.quarter == str(span.quarter)
    joined = ContactLog, ContactLog.file_id == PartyFile.id
    lines = _sums(span, "way", ContactLog.way).join(*joined)
    yield lines.where(of_quarter, ContactLog.reached)
    in_vain = _sums(span, "vain", literal("all")).join(*joined)
    yield in_vain.where(of_quarter, ContactLog.reached.is_(False))


def _reviews(span: Span) -> Query:
    review = PartyReview
    mine = review.file_id == PartyFile.id, review.quarter == str(span.quarter)
    wanted = select(BY, review.id, review.state, review.content).join(review, mine[0])
    return wanted.where(BY.in_(span.branch_ids), mine[1])


def _grade(review_id: int, content: bytes, vault: PartyVault) -> str:
    said = json.loads(vault.open(content, f"party_review:{review_id}:content"))
    return said["grade"] if said.get("grade") in GRADES else "none"


def _sums(span: Span, kind: str, what: Any, by: InstrumentedAttribute[Any] = BY) -> Query:
    """Return how many files, or what is joined to them, by branch and by what."""
    # named by its place: the same expression with other parameters would not be the same
    counted = select(by, literal(kind), what.label("what"), func.count())
    return counted.where(by.in_(span.branch_ids)).group_by(by, "what")


def _within(span: Span, moment: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return moment >= span.quarter.begins, moment < span.quarter.ends

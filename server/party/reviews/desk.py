"""The review desk of a branch: its members' quarter, objections first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import Session

from server.party import access, contents
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile, PartyReview, ReviewState
from server.party.quarters import Quarter
from server.party.reviews import deciders, evidence, grades, steps, terms, verdicts
from server.party.reviews.grades import Grade, Marks, Proposal
from server.party.reviews.terms import Rules
from server.people.vault import Vault
from server.staff.reach import Reach

PAGE = 50


class Stage(StrEnum):
    """Which reviews are wanted: all, or those that stand in one way. Drafted ones are no rows."""

    ALL = "all"
    OBJECTED = "objected"
    DRAFTED = "drafted"
    DECIDED = "decided"
    SHOWN = "shown"
    ANSWERED = "answered"
    FINAL = "final"


STATES = {
    Stage.OBJECTED: (ReviewState.OBJECTED,),
    Stage.DECIDED: (ReviewState.BRANCH_DECIDED,),
    Stage.SHOWN: (ReviewState.SHOWN,),
    Stage.ANSWERED: steps.ANSWERED,
    Stage.FINAL: (ReviewState.FINAL,),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A member's quarter in the list: `state` is None while it is drafted.

    `decides` tells whether whoever reads may decide about it: about themselves they do not.
    """

    file_id: int
    name: str
    state: ReviewState | None
    marks: Marks
    proposed: Proposal
    grade: Grade | None
    reason: str
    deadline: datetime | None
    decides: bool


class Page(NamedTuple):
    """Some lines, and after which mark the next begin."""

    lines: list[Line]
    after: int | None


def members(  # noqa: PLR0913  a list of staff with the rules and both keys
    session: Session,
    reach: Reach,
    quarter: str,
    stage: Stage,
    now: datetime,
    *,
    after: int = 0,
    rules: Rules,
    vault: PartyVault,
    names: Vault,
) -> Page:
    """Return the members of a quarter whom this person may see, each noted as looked at.

    A constant number of statements, however many there are. Before its report is due a quarter is
    refused (M4).
    """
    wanted = terms.due(quarter, now, rules)
    rows = session.execute(_listed(session, reach, wanted, stage, now, after)).all()
    shown, more = rows[:PAGE], rows[PAGE:]
    files = [row[0] for row in shown]
    access.note(session, reach.person_id, [file.id for file in files], Look.REVIEW, now)
    own = deciders.selves(session, reach, files, vault=vault, names=names)
    drafted = evidence.of(session, files, wanted, now, rules=rules.reports, vault=vault)
    lines = [
        _line(file, review, drafted[file.id], wanted, rules, vault, decides and file.id not in own)
        for file, review, decides in shown
    ]
    return Page(lines, _mark(*shown[-1][:2]) if more else None)


def _line(  # noqa: PLR0913  what a line consists of
    file: PartyFile,
    review: PartyReview | None,
    drafted: Marks,
    quarter: Quarter,
    rules: Rules,
    vault: PartyVault,
    decides: bool,
) -> Line:
    verdict = verdicts.of(review, vault) if review else None
    return Line(
        file_id=file.id,
        name=contents.text_of(file, "name", vault),
        state=review.state if review else None,
        marks=verdict.marks if verdict else drafted,
        proposed=grades.propose(drafted, rules.reviews),
        grade=verdict.grade if verdict else None,
        reason=verdict.reason if verdict else "",
        deadline=terms.deadline(quarter, review, rules),
        decides=decides,
    )


_rank = case((PartyReview.state == ReviewState.OBJECTED, 0), else_=1)


def _mark(file: PartyFile, review: PartyReview | None) -> int:
    """Return after which line a page ended: its file, and whether it was among the objections."""
    return file.id * 2 + int(review is None or review.state is not ReviewState.OBJECTED)


def _listed(
    session: Session, reach: Reach, quarter: Quarter, stage: Stage, now: datetime, after: int
) -> Select[*tuple[Any, ...]]:
    """Return what the list reads: file, review, and whether this person decides about it."""
    file_id, rank = divmod(after, 2)
    onward = [or_(_rank > rank, and_(_rank == rank, PartyFile.id > file_id))] if after else []
    review = and_(PartyReview.file_id == PartyFile.id, PartyReview.quarter == str(quarter))
    return (
        select(PartyFile, PartyReview, deciders.may_decide(reach, now))
        .outerjoin(PartyReview, review)
        .where(
            access.near(session, reach, now, LIVE),
            access.may_read(reach, now),
            *concerning(quarter),
            *_staged(stage),
            *onward,
        )
        .order_by(_rank, PartyFile.id)
        .limit(PAGE + 1)
        .execution_options(populate_existing=True)
    )


def concerning(quarter: Quarter) -> Sequence[ColumnElement[bool]]:
    """Return the conditions that a member's quarter is reviewed, or was while they agreed to it."""
    return (
        PartyFile.state.in_(LIVE),
        PartyFile.reported_at < quarter.ends,
        or_(PartyFile.withdrawn_at.is_(None), PartyReview.id.is_not(None)),
    )


def _staged(stage: Stage) -> list[ColumnElement[bool]]:
    if stage is Stage.ALL:
        return []
    if stage is Stage.DRAFTED:
        return [PartyReview.id.is_(None)]
    return [PartyReview.state.in_(STATES[stage])]

"""The steps of a review, each one conditional write: of two who come at once one takes it.

drafted (no row) → branch_decided → shown → acknowledged | objected → reviewed → final. What is
said may be taken back by objecting until the branch has replied or the review is final.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from config.reviews import Reviews
from server.db import insert_into
from server.party.models import PartyReview, ReviewState
from server.party.quarters import Quarter

ANSWERED = (ReviewState.ACKNOWLEDGED, ReviewState.REVIEWED)
ANSWERABLE = (ReviewState.SHOWN, ReviewState.ACKNOWLEDGED, ReviewState.OBJECTED)


def begin(
    session: Session, file_ids: Sequence[int], quarter: Quarter, by: int, now: datetime
) -> dict[int, int]:
    """Begin reviews of a quarter, still empty, and return their ids by file.

    A file that has one already is left out: somebody else was first. One statement.
    """
    row: dict[str, object] = {
        "quarter": str(quarter),
        "state": ReviewState.BRANCH_DECIDED,
        "content": b"",
    }
    row |= {"decided_by": by, "decided_at": now, "revision": 1}
    fresh = insert_into(session, PartyReview).values(
        [row | {"file_id": file_id} for file_id in file_ids]
    )
    table = PartyReview.__table__.c
    begun = fresh.on_conflict_do_nothing(index_elements=["file_id", "quarter"])
    rows = session.execute(begun.returning(table.file_id, table.id))
    return {file_id: review_id for file_id, review_id in rows}


def take(
    session: Session,
    review: PartyReview,
    becomes: ReviewState,
    allowed: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Let a review become something if it stands as `allowed` at this very moment."""
    step = (
        update(PartyReview)
        .where(PartyReview.id == review.id, allowed)
        .values(state=becomes, revision=PartyReview.revision + 1, **values)
        .returning(PartyReview.id)
        .execution_options(synchronize_session=False)
    )
    taken = session.execute(step).first() is not None
    session.refresh(review)
    return taken


def find(session: Session, file_id: int, quarter: Quarter) -> PartyReview | None:
    """Return the review of a member's quarter, as it stands now."""
    mine = PartyReview.file_id == file_id, PartyReview.quarter == str(quarter)
    return session.scalar(select(PartyReview).where(*mine).execution_options(**_FRESH))


def stands(*states: ReviewState) -> ColumnElement[bool]:
    """Return the condition that a review stands in one of these states."""
    return PartyReview.state.in_(states)


def unchanged(state: ReviewState, revision: int) -> ColumnElement[bool]:
    """Return the condition that a review stands as it was when somebody opened it."""
    return and_(stands(state), PartyReview.revision == revision)


def may_be_final(now: datetime, rules: Reviews) -> ColumnElement[bool]:
    """Return the condition that nothing is awaited any more: answered, or shown long enough ago.

    An objection that waits for its reply is neither (M5).
    """
    since = now - timedelta(days=rules.answer_days)
    silent = and_(stands(ReviewState.SHOWN), PartyReview.shown_at <= since)
    return or_(stands(*ANSWERED), silent)


_FRESH = {"populate_existing": True}

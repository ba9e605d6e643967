"""What time alone does to reports: drafts go, questions that nobody answers hold up no longer."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from server.people.models import Channel
from server.riders.hazards import clock, drafts
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.steps import OPEN, Deed, note

MOST = 200
KEPT = timedelta(days=365)
"""What a report that is over says in words is kept for complaints of a year, then emptied."""


def go_on(session: Session, now: datetime) -> int:
    """Let the clock go on where a question was not answered for a week; return how many."""
    waiting = (
        select(Hazard)
        .where(
            Hazard.left_minutes.is_not(None),
            Hazard.state.in_(OPEN),
            Hazard.changed_at <= now - clock.UNANSWERED,
        )
        .order_by(Hazard.id)
        .limit(MOST)
        .with_for_update(key_share=True, skip_locked=True)
    )
    found = session.scalars(waiting).all()
    for hazard in found:
        assert hazard.left_minutes is not None
        due_at = clock.after(session, now, hazard.left_minutes)
        session.execute(
            update(Hazard)
            .where(Hazard.id == hazard.id, Hazard.left_minutes.is_not(None))
            .values(left_minutes=None, question=None, due_at=due_at, changed_at=now)
        )
        note(session, hazard, None, "unanswered", Deed(None, Channel.CONSOLE, now))
    return len(found)


def forget_drafts(session: Session, now: datetime) -> int:
    """Delete what nobody finished within a day; return how many."""
    return drafts.forget(session, now)


def empty(session: Session, now: datetime) -> int:
    """Empty the words of reports that were over long ago; return how many."""
    old = (
        select(Hazard.id)
        .where(
            Hazard.state.not_in((*OPEN, HazardState.DRAFT)),
            Hazard.changed_at < now - KEPT,
            or_(Hazard.words.is_not(None), Hazard.rating_note.is_not(None)),
        )
        .order_by(Hazard.changed_at)
        .limit(MOST)
    )
    ids = session.scalars(old).all()
    session.execute(update(Hazard).where(Hazard.id.in_(ids)).values(words=None, rating_note=None))
    return len(ids)

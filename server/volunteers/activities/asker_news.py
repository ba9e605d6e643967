"""What whoever asked for help hears of the activity that serves them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.volunteers.models import Activity, ActivityState, Need, NeedState, Shift

SERVED = (NeedState.ACCEPTED, NeedState.IN_SERVICE)
"""States in which the asker counts on an activity."""


def tell_when(session: Session, activity: Activity, now: datetime) -> None:
    """Tell the asker when they are served; anew whenever that is another time."""
    need = _served(session, activity)
    if need is None or activity.state is not ActivityState.OPEN:
        return
    first = select(func.min(Shift.starts_at)).where(
        Shift.activity_id == activity.id, Shift.starts_at > now
    )
    starts_at = session.scalar(first)
    if starts_at is not None:
        key = f"needs.planned:{activity.id}:{starts_at.timestamp():.0f}"
        facts = {"number": need.number, "title": need.title, "at": starts_at}
        outbox.queue(session, need.raised_by, "needs.planned", key, now, facts)


def tell_called_off(session: Session, activity: Activity, now: datetime) -> None:
    """Tell the asker that nobody comes at the time they were told."""
    need = _served(session, activity)
    if need is not None:
        key = f"needs.called_off:{activity.id}"
        facts = {"number": need.number, "title": need.title, "at": now}
        outbox.queue(session, need.raised_by, "needs.called_off", key, now, facts)


def _served(session: Session, activity: Activity) -> Need | None:
    need = session.get(Need, activity.need_id) if activity.need_id is not None else None
    return need if need is not None and need.state in SERVED else None

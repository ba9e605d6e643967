"""What becomes of a picture once it is here: allowed, refused, or lost; and who is told of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.photos.models import Photo, PhotoState
from server.photos.refusals import DecidedAlready, PhotoMissing, ReasonNeeded

LONGEST_REASON = 200

Follower = Callable[[Session, int, PhotoState, str | None, datetime], None]

FOLLOWERS: list[Follower] = []
"""How packages above take it up, in the transaction in which it happens: (session, photo, its
state, the code of what is wrong with it, now)."""

UNDECIDED = (PhotoState.CHECKING, PhotoState.HELD)
PRESENT = (*UNDECIDED, PhotoState.KEPT)
"""States in which there is a picture."""


def allow(
    session: Session, photo_id: int, by: int, now: datetime, *, area_path: str | None = None
) -> None:
    """Let others see a picture that was held; twice is the same as once.

    `by` is who looked at it, whose right to do so the caller has asked for.
    """
    _decide(session, photo_id, PhotoState.KEPT, now, due_at=None)
    about = "photo", photo_id
    trail.record(session, by, "photo.allowed", about, now, area_path=area_path)


def refuse(
    session: Session,
    photo_id: int,
    by: int,
    reason: str,
    now: datetime,
    *,
    area_path: str | None = None,
) -> None:
    """Refuse a picture for a reason; nobody sees it any more, and it leaves the disk at once."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonNeeded
    _decide(session, photo_id, PhotoState.REFUSED, now, due_at=now)
    about = "photo", photo_id
    trail.record(session, by, "photo.refused", about, now, area_path=area_path, reason=reason)


def tell(session: Session, photo_id: int, now: datetime) -> None:
    """Tell packages above how a picture stands now."""
    row = session.execute(select(Photo.state, Photo.fault).where(Photo.id == photo_id)).one()
    for follow in FOLLOWERS:
        follow(session, photo_id, row.state, row.fault, now)


def forget(session: Session, photo_ids: Sequence[int]) -> None:
    """Let go of pictures for good: of each stays a row that says so."""
    session.execute(
        update(Photo)
        .where(Photo.id.in_(photo_ids), Photo.state != PhotoState.PURGED)
        .values(GONE)
        .execution_options(synchronize_session=False)
    )


GONE: dict[str, Any] = {
    "state": PhotoState.PURGED,
    "media_id": None,
    "trace_id": None,
    "fault": None,
    "due_at": Photo.noted_at,
}
"""What a row says of a picture that is kept no longer; its file is due to be deleted at once."""


def _decide(
    session: Session, photo_id: int, to: PhotoState, now: datetime, *, due_at: datetime | None
) -> None:
    moved = session.execute(
        update(Photo)
        .where(Photo.id == photo_id, Photo.state.in_(UNDECIDED))
        .values(state=to, due_at=due_at, settled_at=now, trace_id=None)
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved:
        tell(session, photo_id, now)
        return
    state = session.scalar(select(Photo.state).where(Photo.id == photo_id))
    if state is None:
        raise PhotoMissing
    if state is not to:
        raise DecidedAlready

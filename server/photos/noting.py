"""Putting down that somebody sent a picture, in the transaction of what they sent it for."""

import hashlib
import re
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.people import identities
from server.photos.files import Laid
from server.photos.models import Photo, PhotoState, Purpose
from server.photos.refusals import NoMedia, TooManyToday

MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
MOST_A_DAY = 50
"""Pictures of one person on one local day: five reports of ten."""


def note(session: Session, *, media_id: str, by: int, purpose: Purpose, now: datetime) -> int:
    """Put down a picture that came by chat, to be fetched at once by a job, and return its id.

    The same message again is the same picture. Refused when the message names none, and after
    50 pictures of one person on one local day.
    """
    if not MEDIA_ID.fullmatch(media_id):
        raise NoMedia
    fresh = {"state": PhotoState.WAITING, "media_id": media_id, "due_at": now}
    return _once(session, f"media:{media_id}", by, purpose, now, fresh)


def keep(  # noqa: PLR0913  a picture, whose, what for, and whether WeChat is asked about it
    session: Session,
    laid: Laid,
    digest: str,
    *,
    by: int,
    purpose: Purpose,
    now: datetime,
    ask: bool,
) -> int:
    """Put down a picture that was sent to us and lies on the disk already; return its id.

    `digest` is a hash of the file as it came: the same file again on one local day is the same
    picture, and what was laid for it now is swept. `ask`: whether WeChat's check comes first.
    """
    fresh = here(laid, now, ask=ask)
    return _once(session, f"file:{_day(now)}:{digest}", by, purpose, now, fresh)


def keep_own(session: Session, laid: Laid, *, by: int, purpose: Purpose, now: datetime) -> int:
    """Put down a picture that staff took for the house: nobody has to look at it first."""
    fresh = {**here(laid, now, ask=False), "state": PhotoState.KEPT}
    return _once(session, f"staff:{laid.name}", by, purpose, now, fresh)


def here(laid: Laid, now: datetime, *, ask: bool) -> dict[str, Any]:
    """Return what a row says of a picture that has come: nobody but its sender sees it yet."""
    return {
        "state": PhotoState.CHECKING if ask else PhotoState.HELD,
        "media_id": None,
        "due_at": now if ask else None,
        "file_name": laid.name,
        "width": laid.width,
        "height": laid.height,
        "settled_at": now,
    }


def _once(
    session: Session,
    name: str,
    by: int,
    purpose: Purpose,
    now: datetime,
    fresh: dict[str, Any],
) -> int:
    source = hashlib.sha256(f"{by}:{purpose}:{name}".encode()).hexdigest()
    same = select(Photo.id).where(Photo.source == source)
    # two messages of one person line up here, so that both are counted
    identities.lock(session, by)
    known = session.scalar(same)
    if known is not None:
        return known
    _spend(session, by, now)
    row = {"person_id": by, "source": source, "purpose": purpose, "day": _day(now)}
    put = insert_into(session, Photo).values(row | {"noted_at": now, "tries": 0} | fresh)
    return session.execute(put.returning(Photo.id)).scalar_one()


def _spend(session: Session, by: int, now: datetime) -> None:
    today = Photo.person_id == by, Photo.day == _day(now)
    sent = session.scalar(select(func.count()).select_from(Photo).where(*today))
    if (sent or 0) >= MOST_A_DAY:
        raise TooManyToday(most=MOST_A_DAY)


def _day(now: datetime) -> Any:
    return now.astimezone(LOCAL).date()

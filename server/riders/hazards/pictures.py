"""The photos of a report: noted by the name WeChat gave them, in the order in which they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.riders.hazards.models import HazardPhoto
from server.riders.hazards.refusals import BadPhoto, TooManyPhotos

MOST = 20
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Added:
    """How many photos a report has now, and when the one before came."""

    count: int
    before: datetime | None


def add(session: Session, hazard_id: int, media_id: str, now: datetime) -> Added:
    """Note a photo of a report; the same one again is one.

    The caller holds the lock on whoever sends it, so that of many at once none is over the number.
    """
    media = media_id.strip()
    if not media or len(media) > LONGEST or not media.isprintable():
        raise BadPhoto
    before, last = session.execute(
        select(func.count(), func.max(HazardPhoto.at)).where(HazardPhoto.hazard_id == hazard_id)
    ).one()
    if before >= MOST:
        raise TooManyPhotos(most=MOST)
    row = {"hazard_id": hazard_id, "media_id": media, "at": now}
    fresh = insert_into(session, HazardPhoto).values(row).on_conflict_do_nothing()
    added = session.execute(fresh.returning(HazardPhoto.id)).first()
    return Added(before + (added is not None), last)


def count(session: Session, hazard_id: int) -> int:
    """Return how many photos a report has."""
    found = select(func.count()).select_from(HazardPhoto)
    return session.scalar(found.where(HazardPhoto.hazard_id == hazard_id)) or 0


def drop(session: Session, hazard_ids: Iterable[int]) -> None:
    """Forget the photos of these reports."""
    session.execute(delete(HazardPhoto).where(HazardPhoto.hazard_id.in_(list(hazard_ids))))

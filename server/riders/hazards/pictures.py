"""The photos of a report, in the order in which they came; each lies outside the database.

Whoever looks at the report judges them: nobody else sees one before it was allowed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.photos import photos
from server.photos.models import LOST, Photo
from server.photos.photos import Purpose, View
from server.riders.hazards.models import Hazard, HazardPhoto
from server.riders.hazards.refusals import BadPhoto, TooManyPhotos

MOST = 20


@dataclass(frozen=True, slots=True)
class Added:
    """How many photos a report has now, and when the one before came."""

    count: int
    before: datetime | None


def add(session: Session, hazard_id: int, media_id: str, now: datetime) -> Added:
    """Note a photo that came by chat, to be fetched by a job; the same one again is one.

    The caller holds the lock on whoever sends it, so that of many at once none is over the number.
    """
    by = session.scalar(select(Hazard.reporter_id).where(Hazard.id == hazard_id))
    if by is None:
        raise BadPhoto
    media_id, what_for = media_id.strip(), Purpose.HAZARD
    photo_id = photos.note(session, media_id=media_id, by=by, purpose=what_for, now=now)
    return attach(session, hazard_id, photo_id, now)


def add_own(
    session: Session, hazard_id: int, photo_ids: Iterable[int], person_id: int, now: datetime
) -> None:
    """Add photos that the reporter sent by the mini-program; those of others are refused."""
    wanted = list(dict.fromkeys(photo_ids))
    if wanted:
        photos.check_own(session, wanted, person_id)
    for photo_id in wanted:
        attach(session, hazard_id, photo_id, now)


def tells(session: Session, hazard_id: int) -> bool:
    """Tell whether a photo shows what is dangerous, or may yet come."""
    here = HazardPhoto.hazard_id == hazard_id, Photo.state.not_in(LOST)
    found = select(HazardPhoto.id).join(Photo, Photo.id == HazardPhoto.photo_id).where(*here)
    return session.scalar(found.limit(1)) is not None


def attach(session: Session, hazard_id: int, photo_id: int, now: datetime) -> Added:
    """Let a photo belong to a report; twice is the same as once."""
    before, last = session.execute(
        select(func.count(), func.max(HazardPhoto.at)).where(HazardPhoto.hazard_id == hazard_id)
    ).one()
    if belongs(session, hazard_id, photo_id):
        return Added(before, last)
    if before >= MOST:
        raise TooManyPhotos(most=MOST)
    row = {"hazard_id": hazard_id, "photo_id": photo_id, "at": now}
    fresh = insert_into(session, HazardPhoto).values(row).on_conflict_do_nothing()
    added = session.execute(fresh.returning(HazardPhoto.id)).first()
    return Added(before + (added is not None), last)


def count(session: Session, hazard_id: int) -> int:
    """Return how many photos a report has."""
    found = select(func.count()).select_from(HazardPhoto)
    return session.scalar(found.where(HazardPhoto.hazard_id == hazard_id)) or 0


def of(session: Session, hazard_id: int) -> tuple[View, ...]:
    """Return how the photos of a report stand, in the order in which they came. Two statements."""
    ids = session.scalars(_ids([hazard_id])).all()
    found = photos.views(session, ids)
    return tuple(found[photo_id] for photo_id in ids if photo_id in found)


def first_shown(session: Session, hazard_ids: Sequence[int]) -> dict[int, int]:
    """Return for each of these reports the first photo that others may see. Two statements."""
    asked = select(HazardPhoto.hazard_id, HazardPhoto.photo_id)
    here = HazardPhoto.hazard_id.in_(hazard_ids)
    rows = session.execute(asked.where(here).order_by(HazardPhoto.id)).all()
    found = photos.views(session, [row.photo_id for row in rows])
    shown: dict[int, int] = {}
    for row in rows:
        if found[row.photo_id].is_shown:
            shown.setdefault(row.hazard_id, row.photo_id)
    return shown


def belongs(session: Session, hazard_id: int, photo_id: int) -> bool:
    """Tell whether a photo is one of a report."""
    here = HazardPhoto.hazard_id == hazard_id, HazardPhoto.photo_id == photo_id
    return session.scalar(select(HazardPhoto.id).where(*here)) is not None


def drop(session: Session, hazard_ids: Iterable[int]) -> None:
    """Forget the photos of these reports: the pictures leave the disk as well."""
    wanted = list(hazard_ids)
    photos.forget(session, session.scalars(_ids(wanted)).all())
    session.execute(delete(HazardPhoto).where(HazardPhoto.hazard_id.in_(wanted)))


def _ids(hazard_ids: Sequence[int]) -> Select[int]:
    here = HazardPhoto.hazard_id.in_(hazard_ids)
    return select(HazardPhoto.photo_id).where(here).order_by(HazardPhoto.id)

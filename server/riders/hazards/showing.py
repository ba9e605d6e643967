"""Photos of a report as staff see and judge them: whoever looks at reports first, units afterwards.

What is judged here is whether others may see a picture, not whether the report is true.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from server.photos import photos
from server.photos.photos import Size
from server.photos.refusals import PhotoMissing
from server.photos.showing import House
from server.riders.hazards import pictures
from server.riders.hazards.steps import held, reached
from server.staff.reach import Reach
from server.staff.rights import Right


def to_judge(
    session: Session, reach: Reach, hazard_id: int, photo_id: int, size: Size, house: House
) -> bytes:
    """Return a photo as JPEG for whoever looks at the report, also before it was allowed.

    Takes `triage_hazards` where the report is.
    """
    reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    _require(session, hazard_id, photo_id)
    return photos.shown(session, photo_id, size, house, judging=True)


def to_unit(
    session: Session, reach: Reach, hazard_id: int, photo_id: int, size: Size, house: House
) -> bytes:
    """Return a photo that was allowed as JPEG for the unit. Takes `fix_hazards` where it is."""
    held(session, reach, hazard_id)
    _require(session, hazard_id, photo_id)
    return photos.shown(session, photo_id, size, house, judging=False)


def allow(session: Session, reach: Reach, hazard_id: int, photo_id: int, now: datetime) -> None:
    """Let the unit see a photo. Takes `triage_hazards` where the report is."""
    _hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    _require(session, hazard_id, photo_id)
    photos.allow(session, photo_id, reach.person_id, now, area_path=path)


def refuse(
    session: Session, reach: Reach, hazard_id: int, photo_id: int, reason: str, now: datetime
) -> None:
    """Delete a photo that nobody should see, for a reason that the trail keeps.

    Takes `triage_hazards` where the report is.
    """
    _hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    _require(session, hazard_id, photo_id)
    photos.refuse(session, photo_id, reach.person_id, reason, now, area_path=path)


def _require(session: Session, hazard_id: int, photo_id: int) -> None:
    if not pictures.belongs(session, hazard_id, photo_id):
        raise PhotoMissing

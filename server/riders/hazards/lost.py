"""Telling whoever sent a photo that did not arrive, where the report says nothing without it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.photos import photos
from server.photos.photos import PhotoState
from server.riders.hazards import pictures
from server.riders.hazards.models import Hazard, HazardPhoto, HazardState
from server.riders.hazards.steps import OPEN


def tell(
    session: Session, photo_id: int, state: PhotoState, _fault: str | None, now: datetime
) -> None:
    """Ask kindly for another photo, once, with the reason; a report with words needs none."""
    if state is not PhotoState.FAILED:
        return
    waits = Hazard.state.in_((HazardState.DRAFT, *OPEN)), Hazard.words.is_(None)
    whose = select(Hazard.id, Hazard.reporter_id).join(
        HazardPhoto, HazardPhoto.hazard_id == Hazard.id
    )
    row = session.execute(whose.where(HazardPhoto.photo_id == photo_id, *waits)).one_or_none()
    if row is None or row.reporter_id is None or pictures.tells(session, row.id):
        return
    why = photos.views(session, [photo_id])[photo_id].why
    key = f"photos.lost:{row.id}:{photo_id}"
    outbox.queue(session, row.reporter_id, "photos.lost", key, now, {"at": now, "reason": why})


photos.FOLLOWERS.append(tell)

"""What reports forget of a person: their words and photos; the hazard itself stays to be fixed."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.riders.hazards import drafts, pictures
from server.riders.hazards.models import Hazard, HazardSpot


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Forget what somebody told; of a report stay its kind and place, which say nothing of them."""
    drafts.drop(session, person_id)
    theirs = select(Hazard.id).where(Hazard.reporter_id == person_id)
    ids = session.scalars(theirs).all()
    pictures.drop(session, ids)
    session.execute(delete(HazardSpot).where(HazardSpot.hazard_id.in_(ids)))
    session.execute(
        update(Hazard)
        .where(Hazard.reporter_id == person_id)
        .values(words=None, rating_note=None, reporter_id=None)
    )


erasing.FOLLOWERS.append(forget)

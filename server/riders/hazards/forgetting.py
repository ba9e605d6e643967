"""What reports forget of a person: their words and photos; the hazard itself stays to be fixed."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.riders.hazards import drafts, pictures
from server.riders.hazards.models import Hazard, HazardSpot
from server.riders.hazards.steps import OPEN


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Forget what somebody told; of a report stays what is to be put right where."""
    drafts.drop(session, person_id)
    own = select(Hazard.id).where(Hazard.reporter_id == person_id)
    ids = session.scalars(own).all()
    pictures.drop(session, ids)
    session.execute(delete(HazardSpot).where(HazardSpot.hazard_id.in_(ids)))
    theirs = update(Hazard).where(Hazard.reporter_id == person_id)
    session.execute(theirs.where(Hazard.state.not_in(OPEN)).values(place=""))
    session.execute(theirs.values(words=None, rating_note=None, reporter_id=None))


erasing.FOLLOWERS.append(forget)

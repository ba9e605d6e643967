"""What stations forget of a person: that they kept one, and the words of what they reported."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.riders.stations.models import StationFault, StationKeeper


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Forget a keeper; of a report stays what was wrong, which says nothing of a person."""
    session.execute(delete(StationKeeper).where(StationKeeper.person_id == person_id))
    session.execute(
        update(StationFault).where(StationFault.person_id == person_id).values(words="", answer="")
    )


erasing.FOLLOWERS.append(forget)

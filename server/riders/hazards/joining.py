"""What happens to a draft when two persons prove to be one: the one who stays goes on with it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people import joining
from server.riders.hazards import drafts
from server.riders.hazards.models import Hazard, HazardState


def follow(session: Session, keep: int, gone: int, _now: datetime) -> None:
    """Keep of two drafts that of the one who stays, since a person tells of one thing at a time."""
    mine = select(Hazard.id).where(Hazard.reporter_id == keep, Hazard.state == HazardState.DRAFT)
    if session.scalar(mine) is not None:
        drafts.drop(session, gone)


joining.FOLLOWERS.append(follow)

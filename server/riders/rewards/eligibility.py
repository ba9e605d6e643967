"""Who may redeem: verified riders with enough points; told as early as it is known."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.riders import registration
from server.riders.models import RiderState
from server.riders.points import reading
from server.riders.points.refusals import TooFewPoints
from server.riders.rewards.refusals import NotVerified


def require_rider(session: Session, person_id: int) -> None:
    """Refuse whoever is no rider, or whom nobody has verified as one yet."""
    if registration.of(session, person_id).state is not RiderState.VERIFIED:
        raise NotVerified


def require_points(session: Session, person_id: int, points: int, now: datetime) -> None:
    """Refuse whoever has fewer points that are good today, and tell how many are missing."""
    good = reading.balance(session, person_id, now).points
    if good < points:
        raise TooFewPoints(balance=good, needed=points, missing=points - good)

"""What staff do for a rider who calls, writes or comes; and that they know them to be one."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.areas import tree
from server.office import proxies
from server.people.models import Channel
from server.riders import registration
from server.riders.models import Rider
from server.riders.points import reading
from server.riders.points.reading import Standing, Why
from server.riders.points.refusals import NoAccount
from server.riders.registration import NoRider
from server.staff.reach import Reach

RECENT = 10


class Riding(NamedTuple):
    """What staff tell a rider who calls: the registration that stands, its area, and the points.

    Without an account there are no points; whoever left still has those they had.
    """

    rider: Rider | None
    area: str
    points: Standing | None
    lines: tuple[Why, ...]


def riding(session: Session, reach: Reach, person_id: int, now: datetime) -> Riding:
    """Return how somebody whom this desk serves stands as a rider."""
    proxies.served(session, reach, person_id, Channel.CONSOLE)
    rider = _registered(session, person_id)
    area = tree.by_id(session, rider.area_id).name if rider else ""
    try:
        points = reading.balance(session, person_id, now)
    except NoAccount:
        return Riding(rider, area, None, ())
    lines = tuple(reading.entries(session, person_id, limit=RECENT))
    return Riding(rider, area, points, lines)


def _registered(session: Session, person_id: int) -> Rider | None:
    try:
        return registration.of(session, person_id)
    except NoRider:
        return None

"""What staff do for a rider who calls, writes or comes; and that they know them to be one."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.areas import tree
from server.office import proxies
from server.people.models import Channel
from server.riders import registration
from server.riders.models import Rider, RiderState
from server.riders.points import reading
from server.riders.points.reading import Standing, Why
from server.riders.points.refusals import NoAccount
from server.riders.registration import Told
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import Right

RECENT = 10


class Riding(NamedTuple):
    """What staff tell a rider who calls: the registration that stands, its area, and the points.

    Without an account there are no points; whoever left still has those they had.
    """

    rider: Rider | None
    area: str
    may_verify: bool
    points: Standing | None
    lines: tuple[Why, ...]


def riding(session: Session, reach: Reach, person_id: int, now: datetime) -> Riding:
    """Return how somebody whom this desk serves stands as a rider."""
    proxies.served(session, reach, person_id, Channel.CONSOLE)
    rider = registration.find(session, person_id)
    area = tree.by_id(session, rider.area_id) if rider else None
    name = area.name if area else ""
    known = rider is None or rider.state is RiderState.VERIFIED
    may_verify = not known and area is not None and reach.covers(Right.EDIT_PEOPLE, area.path)
    try:
        points = reading.balance(session, person_id, now)
    except NoAccount:
        return Riding(rider, name, may_verify, None, ())
    lines = tuple(reading.entries(session, person_id, limit=RECENT))
    return Riding(rider, name, may_verify, points, lines)


def register_for(
    session: Session,
    reach: Reach,
    person_id: int,
    told: Told,
    now: datetime,
    *,
    channel: Channel,
) -> None:
    """Register whoever asked for it as a rider, in an area of this desk."""
    path = proxies.served(session, reach, person_id, channel)
    reaches.area(session, reach, Right.EDIT_PEOPLE, told.area_code)
    registration.register(session, person_id, told, channel, now)
    proxies.note(session, reach, person_id, "rider registered", path, channel, now)


def leave_for(
    session: Session, reach: Reach, person_id: int, now: datetime, *, channel: Channel
) -> None:
    """Let somebody who asked for it be no rider any more; twice is the same as once."""
    path = proxies.served(session, reach, person_id, channel)
    registration.leave(session, person_id, now)
    proxies.note(session, reach, person_id, "rider left", path, channel, now)


def verify(session: Session, reach: Reach, person_id: int, now: datetime) -> None:
    """Put down that this desk knows somebody whom it serves to be a rider."""
    proxies.served(session, reach, person_id, Channel.CONSOLE)
    registration.verify(session, reach, person_id, now)

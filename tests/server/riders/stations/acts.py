"""Stations for tests, with only what matters named."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.areas import tree
from server.people.models import Role
from server.riders.stations import editing
from server.riders.stations.coordinates import Place
from server.riders.stations.editing import Described
from server.riders.stations.facilities import Facility
from server.riders.stations.models import HostKind, Station
from server.staff.reach import Reach
from tests.server.volunteers.staff import a_reach

HERE = Place(37_860_000, 112_570_000)
DAILY = "每天 8:00-20:00"


def described(session: Session, **facts: object) -> Described:
    given = {
        "area_code": tree.root(session).code,
        "name": "示例驿站",
        "host": HostKind.COMMUNITY,
        "address": "示例路1号",
        "place": HERE,
        "hours": DAILY,
        "facilities": frozenset({Facility.WATER, Facility.REST}),
        "phone": "0351-0000000",
    }
    return Described(**(given | facts))  # type: ignore[arg-type]


def staff(session: Session, now: datetime) -> Reach:
    return a_reach(session, now, Role.DISTRICT_OPERATOR)


def a_station(
    session: Session, now: datetime, reach: Reach | None = None, **facts: object
) -> Station:
    reach = reach or staff(session, now)
    return editing.add(session, reach, described(session, **facts), now)

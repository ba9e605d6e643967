"""What staff do for a rider who calls, writes or comes; and that they know them to be one."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.office import proxies
from server.people import directory, masking, profile
from server.people.models import Channel, Person
from server.people.vault import Vault
from server.riders import registration
from server.riders.models import Rider, RiderState, Sector
from server.riders.points import reading
from server.riders.points.reading import Standing, Why
from server.riders.points.refusals import NoAccount
from server.riders.registration import Told
from server.riders.statements import months, telling
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import Right

RECENT = 10
MOST_FOUND = 20


class Riding(NamedTuple):
    """What staff tell a rider who calls: the registration that stands, its area, and the points.

    `month` is the last month of them, in words.

    Without an account there are no points; whoever left still has those they had.
    """

    rider: Rider | None
    area: str
    may_verify: bool
    points: Standing | None
    lines: tuple[Why, ...]
    month: str


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
        return Riding(rider, name, may_verify, None, (), "")
    lines = tuple(reading.entries(session, person_id, limit=RECENT))
    month = telling.told(months.of(session, person_id, months.last(now), now))
    return Riding(rider, name, may_verify, points, lines, month)


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


class Found(NamedTuple):
    """A rider whom somebody looks for: masked, with where they ride and how they stand."""

    person_id: int
    name: str
    phone: str
    area: str
    sector: Sector
    state: RiderState


def find(session: Session, reach: Reach, words: str, *, vault: Vault) -> list[Found]:
    """Return the riders whom these words name exactly, of those whose area gives points here.

    By the whole name, phone or volunteer number; who left is found too. One statement.
    """
    reach.require_any(Right.AWARD_POINTS)
    clue = directory.clue(words, vault=vault)
    if clue is None:
        return []
    rows = session.execute(
        select(Person, Area.name.label("area"), Rider.sector, Rider.state)
        .join(Rider, Rider.person_id == Person.id)
        .join(Area, Area.id == Rider.area_id)
        .where(clue, Person.erased_at.is_(None), reach.inside(Right.AWARD_POINTS))
        .order_by(Person.id)
        .limit(MOST_FOUND)
    )
    return [_found(row, vault) for row in rows]


def _found(row: Any, vault: Vault) -> Found:
    person = row.Person
    name = profile.name_in(person, vault)
    number = profile.read_phone(person.id, person.phone, vault=vault)
    told = masking.masked(name) if name else "", profile.masked(number) if number else ""
    return Found(person.id, *told, row.area, row.sector, row.state)

"""Registering as a rider, being known as one, and leaving: freely, at any time."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.db import insert_into
from server.errors import Conflict, Invalid, Missing
from server.lists import dialect_of, named
from server.notices import quiet
from server.people import identities
from server.people.models import Channel, Person
from server.riders.models import Rider, RiderState, Sector
from server.riders.points import accounts
from server.riders.points.refusals import StaffHaveNone
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

rider = Rider.__table__.c
person = Person.__table__.c

PLATFORM = re.compile(r"[\w ]{1,20}")


class NoRider(Missing):
    """The person has not registered as a rider, or has left."""

    code = "riders.no_rider"


class BadPlatform(Invalid):
    """The platform's name is too long, or no name."""

    code = "riders.bad_platform"


class NoSuchPlace(Missing):
    """No such area is in use."""

    code = "riders.no_such_area"


class OwnRegistration(Conflict):
    """Nobody vouches for being a rider themselves."""

    code = "riders.own_registration"


@dataclass(frozen=True, slots=True)
class Told:
    """What a rider tells of themselves; the platform is nobody's business unless they tell."""

    sector: Sector
    area_code: str
    platform: str | None = None


class Listed(NamedTuple):
    """A rider on an organiser's list, who has agreed to be on it."""

    person_id: int
    sector: Sector
    area_id: int
    platform: str | None


def register(
    session: Session, person_id: int, told: Told, channel: Channel, now: datetime
) -> Rider:
    """Know somebody as a rider from now on, and open their account; what they told may change.

    Asked again it is the same registration; whoever left comes back with the points they had.
    Refused are staff, who have no points.
    """
    area_id = session.scalar(select(Area.id).where(Area.code == told.area_code, Area.active))
    if area_id is None:
        raise NoSuchPlace
    platform = (told.platform or "").strip() or None
    if platform and not PLATFORM.fullmatch(platform):
        raise BadPlatform
    identities.lock(session, person_id)
    accounts.open_for(session, person_id, now)
    fresh = {"person_id": person_id, "state": RiderState.ASKED, "asked_at": now}
    said = {"sector": told.sector, "area_id": area_id, "platform": platform, "channel": channel}
    session.execute(insert_into(session, Rider).values(fresh | said).on_conflict_do_nothing())
    session.execute(update(Rider.__table__).where(rider.person_id == person_id).values(said))
    session.execute(
        update(Rider.__table__)
        .where(rider.person_id == person_id, rider.state == RiderState.LEFT)
        .values(fresh | {"left_at": None, "verified_by": None, "verified_at": None})
    )
    return of(session, person_id)


def assure_open(session: Session, person_id: int, now: datetime) -> None:
    """Refuse who could not register anyway: staff have no points."""
    if accounts.holds_post(session, person_id, now):
        raise StaffHaveNone


def of(session: Session, person_id: int) -> Rider:
    """Return somebody's registration, or refuse where there is none that stands."""
    found = find(session, person_id)
    if found is None:
        raise NoRider
    return found


def find(session: Session, person_id: int) -> Rider | None:
    """Return somebody's registration, or None where there is none that stands."""
    return session.scalar(
        select(Rider)
        .where(Rider.person_id == person_id, Rider.state != RiderState.LEFT)
        .execution_options(populate_existing=True)
    )


def verify(session: Session, reach: Reach, person_id: int, now: datetime) -> Rider:
    """Put down that staff know somebody to be a rider; twice is the same as once."""
    if person_id == reach.person_id:
        raise OwnRegistration
    path = session.scalar(
        select(Area.path)
        .join(Rider, Rider.area_id == Area.id)
        .where(Rider.person_id == person_id, Rider.state != RiderState.LEFT)
    )
    if path is None:
        raise OutOfReach
    reach.require(Right.EDIT_PEOPLE, path)
    known = session.execute(
        update(Rider.__table__)
        .where(rider.person_id == person_id, rider.state == RiderState.ASKED)
        .values(state=RiderState.VERIFIED, verified_by=reach.person_id, verified_at=now)
        .returning(rider.id)
    ).scalar()
    if known is not None:
        deed = "rider.verified"
        trail.record(session, reach.person_id, deed, ("rider", known), now, area_path=path)
    return of(session, person_id)


def enlist(session: Session, listed: Sequence[Listed], by: int, now: datetime) -> int:
    """Register all who stand on a list that staff brought, let it vouch for them; tell how many.

    Who registered before keeps what they told, who left stays away, and whoever holds a post is
    left out. Five statements for any number of people.
    """
    named = [each.person_id for each in listed]
    identities.lock_all(session, select(person.id).where(person.id.in_(named)))
    staff = accounts.open_all(session, named, now)
    known = {"state": RiderState.VERIFIED, "verified_by": by, "verified_at": now}
    more = known | {"channel": Channel.PAPER, "asked_at": now}
    rows = [each._asdict() | more for each in listed if each.person_id not in staff]
    if rows:
        session.execute(insert_into(session, Rider).values(rows).on_conflict_do_nothing())
    asked = rider.person_id.in_(named), rider.state == RiderState.ASKED
    session.execute(update(Rider.__table__).where(*asked).values(known))
    return len(rows)


def leave(session: Session, person_id: int, now: datetime) -> None:
    """Let somebody be no rider any more: they earn nothing, and keep what they have until it ends.

    Whoever never registered, or has left, leaves nothing.
    """
    session.execute(
        update(Rider.__table__)
        .where(rider.person_id == person_id, rider.state != RiderState.LEFT)
        .values(state=RiderState.LEFT, left_at=now)
    )


def among(session: Session, persons: Collection[int]) -> set[int]:
    """Return who of these persons is a rider: they have hours of their own (see `quiet`)."""
    return set(session.scalars(_riding(dialect_of(session)), {"persons": list(persons)}))


@cache
def _riding(dialect: str) -> Select[int]:
    mine = named(dialect, rider.person_id, "persons")
    return select(rider.person_id).where(mine, rider.state != RiderState.LEFT)


quiet.RIDERS.append(among)

"""Riders whom nobody has verified yet: a list, and tasks, of whoever knows the people there."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal_column, or_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.people import masking, profile
from server.people.models import Channel, Person
from server.people.vault import Vault
from server.riders import registration
from server.riders.models import Rider, RiderState, Sector
from server.staff.queue import SOURCES, Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "rider"
PAGE = 30

# written out, so that the index of those who wait serves it
_waits = Rider.state == literal_column(f"'{RiderState.ASKED}'")
# whoever told neither name nor number can be recognised by nobody
_says_who = or_(Person.name.is_not(None), Person.phone.is_not(None))


class Newcomer(NamedTuple):
    """Somebody who registered and is not verified; name and phone are masked, "" where untold."""

    person_id: int
    rider_id: int
    name: str
    phone: str
    sector: Sector
    area: str
    platform: str | None
    channel: Channel
    asked_at: datetime


class Page(NamedTuple):
    """A page of them; `after` is past which registration the next one begins."""

    items: tuple[Newcomer, ...]
    after: int | None


def browse(session: Session, reach: Reach, after: int = 0, *, vault: Vault) -> Page:
    """Return who waits to be known as a rider in reach, the oldest first. One statement."""
    reach.require_any(Right.EDIT_PEOPLE)
    columns = (
        *(Rider.person_id, Rider.id, Person.name, Person.phone, Rider.sector),
        *(Area.name.label("area"), Rider.platform, Rider.channel, Rider.asked_at),
    )
    found = _waiting(select(*columns), reach)
    rows = session.execute(found.where(Rider.id > after).limit(PAGE + 1)).all()
    items = tuple(_shown(row, vault) for row in rows[:PAGE])
    return Page(items, items[-1].rider_id if len(rows) > PAGE else None)


def verify(session: Session, reach: Reach, person_id: int, now: datetime) -> None:
    """Put down that one knows somebody who registered in one's area to be a rider."""
    registration.verify(session, reach, person_id, now)


def tasks(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the registrations that wait for somebody to know the rider, the oldest first."""
    if not reach.may(Right.EDIT_PEOPLE):
        return []
    found = _waiting(select(Rider.id, Area.name.label("area")), reach)
    title, why, whose = (say(f"riders.task_{part}") for part in ("title", "why", "whose"))
    rows = session.execute(found.limit(limit))
    return [Task(KIND, row.id, title, why, whose, row.area, None) for row in rows]


def _waiting(found: Any, reach: Reach) -> Any:
    return (
        found.select_from(Rider)
        .join(Area, Area.id == Rider.area_id)
        .join(Person, Person.id == Rider.person_id)
        .where(
            reach.inside(Right.EDIT_PEOPLE), _waits, _says_who, Rider.person_id != reach.person_id
        )
        .order_by(Rider.id)
    )


def _shown(row: Any, vault: Vault) -> Newcomer:
    person_id, rider_id, name, phone, *rest = row
    told = profile.read_name(person_id, name, vault=vault)
    number = profile.read_phone(person_id, phone, vault=vault)
    masked = masking.masked(told) if told else ""
    return Newcomer(person_id, rider_id, masked, profile.masked(number) if number else "", *rest)


SOURCES.append(tasks)

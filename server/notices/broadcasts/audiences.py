"""Whom a broadcast is for. Works above the notices add those whom they alone know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.lists import among
from server.notices.models import Broadcast
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Person
from server.staff.reach import OutOfReach


class Group(NamedTuple):
    """A group of people by itself, such as a team: where it belongs, and what it is called."""

    area_id: int
    name: str
    active: bool


@dataclass(frozen=True)
class Audience:
    """Some people of an area, or of a group in it.

    `persons` selects the `person_id` of everybody meant, each once, from the path of the area and
    the id of the group (None for an area). `group` finds a group by its id; an audience that has
    none is one of areas.
    """

    persons: Callable[[str, int | None], Select[Any]]
    group: Callable[[Session, int], Group | None] | None = None


def _everybody(path: str, _group: int | None) -> Select[Any]:
    inside = select(Area.id).where(tree.within(path))
    return select(Person.id.label("person_id")).where(Person.area_id.in_(inside))


AUDIENCES: dict[str, Audience] = {"everybody": Audience(_everybody)}
"""By the name under which a broadcast keeps whom it is for."""


def group_of(session: Session, whom: str, group_id: int | None) -> Group | None:
    """Return the group that a broadcast is for, None where it is for an area; refuse an unknown."""
    audience = AUDIENCES.get(whom)
    if audience is None:
        raise OutOfReach
    if audience.group is None:
        return None
    found = audience.group(session, group_id) if group_id is not None else None
    if found is None:
        raise OutOfReach
    return found


def wanting(broadcast: Broadcast, path: str, after: int, limit: int) -> Select[Any]:
    """Select the ids of the next who may be told: known still, and wanting notices."""
    persons = _of(broadcast, path)
    return (
        select(Person.id)
        .join(persons, persons.c.person_id == Person.id)
        .where(persons.c.person_id > after, Person.erased_at.is_(None), ~unwanted())
        .order_by(Person.id)
        .limit(limit)
    )


def still(
    session: Session, broadcast: Broadcast, path: str, some: Collection[int]
) -> frozenset[int]:
    """Return who of these persons is meant now. One statement."""
    persons = _of(broadcast, path)
    found = (
        select(Person.id)
        .join(persons, persons.c.person_id == Person.id)
        .where(among(session, persons.c.person_id, list(some)), Person.erased_at.is_(None))
    )
    return frozenset(session.scalars(found))


def everybody_meant(broadcast: Broadcast, path: str) -> Subquery:
    """Return all who are meant, whether they want notices or not."""
    return _of(broadcast, path)


def unwanted() -> Any:
    """Return the condition that a `person` wants no notices."""
    stands = consents.stands(Person.__table__.c.id, Purpose.NOTICES)
    return stands.is_not(None) & (stands < 0)


def _of(broadcast: Broadcast, path: str) -> Subquery:
    return AUDIENCES[broadcast.whom].persons(path, broadcast.team_id).subquery("meant")

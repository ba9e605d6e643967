"""Whom staff may see: who lives in their areas, serves there, belongs to a team or holds a post."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people import masking, profile
from server.people.models import Person, Post
from server.people.vault import Vault
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Shift, Signup, Team, TeamMember


def at_home(reach: Reach, right: Right) -> ColumnElement[bool]:
    """Return the condition that a person's own area lies where the right reaches.

    Who belongs to no area yet is the district's to see.
    """
    lives = exists().where(Area.id == Person.area_id, reach.inside(right)).correlate(Person)
    if any(path.count("/") == 1 for path in reach.paths(right)):
        return or_(lives, Person.area_id.is_(None))
    return lives


def seen(reach: Reach, right: Right) -> ColumnElement[bool]:
    """Return the condition that a person may be seen: at home here, or taking part here.

    Each way is an indexed look-up by person: cheap once the person is found by a mark or an id,
    and not meant for going through all people.
    """
    inside = reach.inside(right)
    signed_up = (
        select(Signup.id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .where(Signup.person_id == Person.id, inside)
    )
    belongs = (
        select(TeamMember.id)
        .join(Team, Team.id == TeamMember.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(TeamMember.person_id == Person.id, inside)
    )
    serves = (
        select(Post.id)
        .join(Area, Area.id == Post.area_id)
        .where(Post.person_id == Person.id, inside)
    )
    elsewhere = (way.correlate(Person).exists() for way in (serves, belongs, signed_up))
    return and_(Person.erased_at.is_(None), or_(at_home(reach, right), *elsewhere))


def person(session: Session, reach: Reach, right: Right, person_id: int) -> tuple[Person, Area]:
    """Return a person who may be seen, with the area that answers for them, or refuse."""
    reach.require_any(right)
    found = session.scalar(select(Person).where(Person.id == person_id, seen(reach, right)))
    if found is None:
        raise OutOfReach
    return found, _area_of(session, reach, right, found)


def names(
    session: Session, reach: Reach, person_ids: Collection[int], *, vault: Vault
) -> dict[int, str]:
    """Return the masked names of those of these people who may be seen; "" for who told none.

    One statement, or none for whoever sees nobody.
    """
    if not reach.may(Right.SEE_PEOPLE):
        return {}
    wanted = Person.id.in_(set(person_ids)), seen(reach, Right.SEE_PEOPLE)
    rows = session.execute(select(Person.id, Person.name).where(*wanted))
    told = ((row.id, profile.read_name(row.id, row.name, vault=vault)) for row in rows)
    return {person_id: masking.masked(name or "") for person_id, name in told}


def _area_of(session: Session, reach: Reach, right: Right, found: Person) -> Area:
    """Return their own area; for a guest from elsewhere the one through which they are seen."""
    if found.area_id is not None:
        return session.get_one(Area, found.area_id)
    widest = select(Area).where(reach.inside(right)).order_by(Area.path).limit(1)
    return session.scalars(widest).one()

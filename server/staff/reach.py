"""How far somebody's rights reach: down the tree from each of their posts, never up or aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.errors import Forbidden, Missing
from server.people import posts
from server.people.models import Role
from server.staff.rights import RIGHTS, Right

MACHINE = 0
"""Nobody has this number; in the trail it stands as no person."""


class NotAllowed(Forbidden):
    """None of the person's posts gives this right anywhere."""

    code = "staff.not_allowed"


class OutOfReach(Missing):
    """It lies outside the areas in which the person has this right, or does not exist."""

    code = "staff.out_of_reach"


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may do where, as it stands in this transaction."""

    person_id: int
    grants: tuple[tuple[Role, str], ...]

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles held now."""
        return frozenset(role for role, _path in self.grants)

    def may(self, right: Right) -> bool:
        """Tell whether the person has the right in any area at all."""
        return bool(self.paths(right))

    def paths(self, right: Right) -> tuple[str, ...]:
        """Return the widest areas, as paths, in which the person has the right."""
        return _widest(path for role, path in self.grants if right in RIGHTS[role])

    def covers(self, right: Right, path: str) -> bool:
        """Tell whether the person has the right in the area at this path."""
        return any(path.startswith(mine) for mine in self.paths(right))

    def require_any(self, right: Right) -> None:
        """Refuse unless the person has the right in some area."""
        if not self.may(right):
            raise NotAllowed

    def require(self, right: Right, path: str | None) -> None:
        """Refuse unless the person has the right in the area at this path.

        What lies outside is answered like what does not exist.
        """
        self.require_any(right)
        if path is None or not self.covers(right, path):
            raise OutOfReach

    def inside(self, right: Right) -> ColumnElement[bool]:
        """Return the condition that an `area` lies where the person has the right."""
        found = [Area.path.startswith(path, autoescape=True) for path in self.paths(right)]
        return or_(*found) if found else false()


def of(session: Session, person_id: int, now: datetime) -> Reach:
    """Return what a person may do where, from the posts they hold now. One statement."""
    return Reach(person_id, posts.held_by(session, person_id, now))


def of_machine(session: Session) -> Reach:
    """Return the reach of whoever runs the service: all of the district; the trail names nobody."""
    return Reach(MACHINE, ((Role.DISTRICT_OPERATOR, tree.root(session).path),))


def area(session: Session, reach: Reach, right: Right, code: str) -> Area:
    """Return the area with this code if the right reaches it, or refuse."""
    found = session.scalar(select(Area).where(Area.code == code))
    reach.require(right, found.path if found else None)
    assert found is not None
    return found


def areas(session: Session, reach: Reach, right: Right) -> list[Area]:
    """Return the active areas in which the person has the right, the widest first."""
    found = select(Area).where(reach.inside(right), Area.active).order_by(Area.path)
    return list(session.scalars(found))


def paths(session: Session, reach: Reach, right: Right) -> tuple[str, ...]:
    """Return where each area lies in which the person has the right, also those retired."""
    return tuple(session.scalars(select(Area.path).where(reach.inside(right)).order_by(Area.path)))


def _widest(paths: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(wider) for wider in found):
            found.append(path)
    return tuple(found)

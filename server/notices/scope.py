"""Which notices staff may look at or steer: those to people who live where their right reaches."""

from sqlalchemy import ColumnElement, exists

from server.areas.models import Area
from server.notices.models import Notice
from server.people.models import Person
from server.staff.reach import Reach
from server.staff.rights import Right

_notice = Notice.__table__.c


def is_everywhere(reach: Reach, right: Right) -> bool:
    """Tell whether somebody has a right in the whole district, and so for everybody."""
    return any(path.count("/") == 1 for path in reach.paths(right))


def within(reach: Reach, right: Right) -> list[ColumnElement[bool]]:
    """Return the conditions that a notice is in reach; none for whoever has the whole district.

    Who belongs to no area yet is the district's to see.
    """
    if is_everywhere(reach, right):
        return []
    lives = Person.id == _notice.person_id, Area.id == Person.area_id
    return [exists().where(*lives, reach.inside(right))]

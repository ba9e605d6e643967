"""The tree of areas in the hands of staff: look, add, rename, retire."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from server.areas import tree
from server.areas.models import Area, AreaKind
from server.audit import trail
from server.errors import Conflict, Invalid
from server.people.models import Person, Post
from server.staff import reach as reaches
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, ActivityState, Team

CODE = re.compile(r"[0-9A-Za-z]{1,40}")
LONGEST_NAME = 40
WIDTHS = {AreaKind.STREET: 3, AreaKind.COMMUNITY: 3, AreaKind.GRID: 2}
"""How many digits each level adds to the code above it (统计用区划代码 and grid numbers)."""


class BadArea(Invalid):
    """An area needs a name and, if it is given one, a code of letters and digits."""

    code = "office.bad_area"


class CodeTaken(Conflict):
    """Another area bears this code."""

    code = "office.code_taken"


class NothingBelow(Conflict):
    """A grid is not divided further, and a retired area takes nothing new."""

    code = "office.nothing_below"


class AreaInUse(Conflict):
    """Something still hangs on the area."""

    code = "office.area_in_use"


class Retired(Conflict):
    """The area takes nothing new."""

    code = "office.area_retired"


@dataclass(frozen=True, slots=True)
class Node:
    """An area in the tree, and whether there is anything below it."""

    code: str
    name: str
    kind: AreaKind
    active: bool
    has_children: bool


def tops(session: Session, reach: Reach) -> list[Node]:
    """Return where the tree begins for this person: the widest areas they may see."""
    reach.require_any(Right.SEE_AREAS)
    return _nodes(session, Area.path.in_(reach.paths(Right.SEE_AREAS)))


def children(session: Session, reach: Reach, code: str) -> tuple[Area, list[Node]]:
    """Return an area and what lies directly below it."""
    area = reaches.area(session, reach, Right.SEE_AREAS, code)
    return area, _nodes(session, Area.parent_id == area.id)


def above(session: Session, reach: Reach, area: Area) -> list[Area]:
    """Return the areas above one, as far as this person may see them, the widest first."""
    codes = area.path.strip("/").split("/")[:-1]
    seen = select(Area).where(Area.code.in_(codes), reach.inside(Right.SEE_AREAS))
    return list(session.scalars(seen.order_by(Area.path)))


def taking(session: Session, reach: Reach, right: Right, code: str) -> Area:
    """Return an area within reach that takes something new, or refuse."""
    area = reaches.area(session, reach, right, code)
    if not area.active:
        raise Retired(name=area.name)
    return area


def add(
    session: Session, reach: Reach, parent_code: str, name: str, code: str, now: datetime
) -> Area:
    """Add an area below another; without a code it gets the next one free.

    The same name below the same area is the same area.
    """
    parent = reaches.area(session, reach, Right.MANAGE_AREAS, parent_code)
    if parent.kind is AreaKind.GRID or not parent.active:
        raise NothingBelow
    session.execute(select(Area.id).where(Area.id == parent.id).with_for_update(key_share=True))
    named = _name(name)
    same = session.scalar(select(Area).where(Area.parent_id == parent.id, Area.name == named))
    if same is not None and code in ("", same.code):
        return same
    kind = tree.ORDER[tree.ORDER.index(parent.kind) + 1]
    area = tree.plant(session, _code(session, parent, kind, code), named, kind, parent)
    trail.record(
        session, reach.person_id, "area.added", ("area", area.id), now, area_path=area.path
    )
    return area


def rename(session: Session, reach: Reach, code: str, name: str, now: datetime) -> Area:
    """Give an area another name; everything that hangs on it stays."""
    area = reaches.area(session, reach, Right.MANAGE_AREAS, code)
    before, area.name = area.name, _name(name)
    if area.name != before:
        trail.record(
            session,
            reach.person_id,
            "area.renamed",
            ("area", area.id),
            now,
            area_path=area.path,
            before=before,
            after=area.name,
        )
    return area


def retire(session: Session, reach: Reach, code: str, reason: str, now: datetime) -> Area:
    """Let an area take nothing new; refused while people, posts or open work hang on it.

    Its history stays. The row is locked against whoever would hang something on it meanwhile.
    """
    area = reaches.area(session, reach, Right.MANAGE_AREAS, code)
    if not area.active:
        return area
    if not reason.strip():
        raise ReasonNeeded
    session.execute(select(Area.id).where(Area.id == area.id).with_for_update())
    held = {what: session.scalar(count) or 0 for what, count in _holds(area, now).items()}
    if any(held.values()):
        raise AreaInUse(name=area.name, **held)
    area.active = False
    what = "area.retired", ("area", area.id)
    trail.record(
        session, reach.person_id, *what, now, area_path=area.path, reason=reason.strip()[:400]
    )
    return area


def _nodes(session: Session, which: ColumnElement[bool]) -> list[Node]:
    below = aliased(Area)
    found = session.execute(
        select(Area, exists().where(below.parent_id == Area.id)).where(which).order_by(Area.code)
    )
    return [Node(area.code, area.name, area.kind, area.active, more) for area, more in found]


def _name(name: str) -> str:
    named = "".join(name.split())
    if not 1 <= len(named) <= LONGEST_NAME or not named.isprintable():
        raise BadArea
    return named


def _code(session: Session, parent: Area, kind: AreaKind, code: str) -> str:
    if code:
        if not CODE.fullmatch(code):
            raise BadArea
        if session.scalar(select(Area.id).where(Area.code == code)):
            raise CodeTaken(area=code)
        return code
    count = session.scalar(select(func.count()).where(Area.parent_id == parent.id)) or 0
    while True:
        count += 1
        free = f"{parent.code}{count:0{WIDTHS[kind]}}"
        if not session.scalar(select(Area.id).where(Area.code == free)):
            return free


def _holds(area: Area, now: datetime) -> dict[str, Select[int]]:
    still = Post.until.is_(None) | (Post.until > now)
    open_work = (ActivityState.DRAFT, ActivityState.REVIEW, ActivityState.OPEN)
    count = select(func.count())
    below = aliased(Area)
    return {
        "areas": count.where(below.parent_id == area.id, below.active),
        "people": count.where(Person.area_id == area.id, Person.erased_at.is_(None)),
        "posts": count.where(Post.area_id == area.id, still),
        "teams": count.where(Team.area_id == area.id, Team.active),
        "activities": count.where(Activity.area_id == area.id, Activity.state.in_(open_work)),
    }

"""The tree of areas: finding a place and everything inside it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.areas.models import Area, AreaKind
from server.errors import Missing


class AreaMissing(Missing):
    """There is no area with this code."""

    code = "areas.area_missing"


ORDER = tuple(AreaKind)


def plant(session: Session, code: str, name: str, kind: AreaKind, parent: Area | None) -> Area:
    """Add an area below its parent, or rename the one that bears the code already."""
    area = session.scalar(select(Area).where(Area.code == code))
    if area is not None:
        area.name = name
        return area
    if (parent is None) != (kind is AreaKind.DISTRICT):
        raise ValueError(f"{kind} {code} has no fitting parent")
    if parent is not None and ORDER.index(kind) != ORDER.index(parent.kind) + 1:
        raise ValueError(f"{kind} {code} cannot lie in {parent.kind} {parent.code}")
    path = f"{parent.path if parent else ''}{code}/"
    area = Area(code=code, name=name, kind=kind, parent_id=parent and parent.id, path=path)
    session.add(area)
    session.flush()
    return area


def by_code(session: Session, code: str) -> Area:
    """Return the area with this code, or refuse."""
    area = session.scalar(select(Area).where(Area.code == code))
    if area is None:
        raise AreaMissing(area=code)
    return area


def by_id(session: Session, area_id: int) -> Area:
    """Return the area of this id, which must exist."""
    return session.get_one(Area, area_id)


def streets(session: Session) -> list[Area]:
    """Return the active areas right below the district, in their order."""
    found = select(Area).where(Area.kind == AreaKind.STREET, Area.active)
    return list(session.scalars(found.order_by(Area.path)))


def called(session: Session, name: str) -> Area | None:
    """Return the widest area whose name begins so: 柳巷 finds 柳巷街道."""
    begins = Area.name.startswith(name, autoescape=True)
    return session.scalar(select(Area).where(begins).order_by(Area.id).limit(1))


def within(path: str) -> ColumnElement[bool]:
    """Return the condition that an area is the one at `path` or lies inside it.

    Codes hold no wildcard, and the slash at the end keeps 1401 from containing 14011.
    """
    return Area.path.startswith(path, autoescape=True)


def root(session: Session) -> Area:
    """Return the district; a service that has none yet begins with 迎泽区."""
    district = session.scalar(select(Area).where(Area.kind == AreaKind.DISTRICT).limit(1))
    return district or plant(session, "140106", "迎泽区", AreaKind.DISTRICT, None)


def name_at(session: Session, path: str) -> str:
    """Return the name of the area at this path, or nothing."""
    return session.scalar(select(Area.name).where(Area.path == path)) or ""


def names_at(session: Session, paths: Iterable[str]) -> dict[str, str]:
    """Return the names of the areas at these paths. One statement."""
    rows = session.execute(select(Area.path, Area.name).where(Area.path.in_(set(paths))))
    return {row.path: row.name for row in rows}


def names_of(session: Session, area_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of several areas. One statement."""
    rows = session.execute(select(Area.id, Area.name).where(Area.id.in_(set(area_ids))))
    return {row.id: row.name for row in rows}

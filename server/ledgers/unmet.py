"""Where help is lacking: needs by field and by the areas right below, with what was served."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.areas import tree
from server.areas.models import Area
from server.volunteers.models import Field, Need, NeedState

LOOK_BACK = timedelta(days=90)
"""What was served longer ago tells nothing about where help is lacking now."""
OPEN = (
    NeedState.SUBMITTED,
    NeedState.VERIFIED,
    NeedState.DISPATCHED,
    NeedState.ACCEPTED,
    NeedState.IN_SERVICE,
)
SERVED = (NeedState.DONE, NeedState.RATED, NeedState.CLOSED)


class Cell(NamedTuple):
    """Needs of one field in one area: still open, of those overdue, and served of late."""

    open: int
    overdue: int
    served: int


NONE = Cell(0, 0, 0)


class Map(NamedTuple):
    """Cells by area and field; `areas` are those with any need, in the order of the tree."""

    areas: tuple[tuple[int, str], ...]
    cells: dict[tuple[int, Field], Cell]

    def at(self, area_id: int, field: Field) -> Cell:
        """Return the cell of an area and a field."""
        return self.cells.get((area_id, field), NONE)

    def total(self, field: Field) -> Cell:
        """Return all needs of a field."""
        mine = [cell for (_area, which), cell in self.cells.items() if which == field]
        return Cell(*(sum(parts) for parts in zip(*mine, strict=True))) if mine else NONE


def of(session: Session, area: Area, now: datetime) -> Map:
    """Return the map of an area. One statement."""
    child = aliased(Area)
    own = and_(child.id == area.id, Area.id == area.id)
    below = and_(
        child.parent_id == area.id,
        func.substr(Area.path, 1, func.length(child.path)) == child.path,
    )
    is_open = Need.state.in_(OPEN)
    rows = session.execute(
        select(
            child.id,
            child.name,
            Need.field,
            func.sum(case((is_open, 1), else_=0)).label("open"),
            func.sum(case((is_open & (Need.due_at < now), 1), else_=0)).label("overdue"),
            func.sum(case((is_open, 0), else_=1)).label("served"),
        )
        .join(Area, Area.id == Need.area_id)
        .join(child, or_(own, below))
        .where(
            tree.within(area.path),
            or_(is_open, Need.state.in_(SERVED) & (Need.changed_at >= now - LOOK_BACK)),
        )
        .group_by(child.id, child.name, child.path, Need.field)
        .order_by(child.path)
    ).all()
    areas = tuple(dict.fromkeys((row.id, row.name) for row in rows))
    cells = {(row.id, row.field): Cell(row.open, row.overdue, row.served) for row in rows}
    return Map(areas, cells)

"""Long lists put together from ranges of an index, each of which is in order already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, union_all


def together(
    found: Select[Any],
    ways: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
    *,
    newest: bool = False,
) -> Select[Any]:
    """Return the first of what any of these conditions lets through, or the last with `newest`.

    A database asked for several states or areas at once reads all of them and sorts; asked for the
    first so many of each, it reads so many of each. The columns of `order` end with one that no two
    rows share. SQLite takes 500 conditions at most.
    """
    if not ways:
        return found.where(false())
    narrow = found.with_only_columns(*order, maintain_column_froms=True)
    firsts = [
        select(narrow.where(way).order_by(*_told(order, newest)).limit(limit).subquery())
        for way in ways
    ]
    merged = union_all(*firsts).subquery()
    best = select(merged).order_by(*_told(merged.c, newest)).limit(limit).subquery()
    chosen = order[-1].in_(select(list(best.c)[-1]))
    return found.where(chosen).order_by(*_told(order, newest))


def _told(columns: Any, newest: bool) -> list[Any]:
    return [column.desc() for column in columns] if newest else list(columns)

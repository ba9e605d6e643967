"""Writing many notices at once, to each its own values."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Update, bindparam, func, update
from sqlalchemy.orm import Session

from server.notices.models import Notice

WRITTEN = (
    "state",
    "due_at",
    "settled_at",
    "claimed_until",
    "attempts",
    "channel",
    "credit_id",
    "outcome",
    "message_id",
    "version",
    "result",
    "result_at",
)
"""The columns that a worker may write."""

_table = Notice.__table__


def _by_arrays() -> Update:
    """Return one statement that takes each column as an array, however many rows there are."""
    names = ("id", *WRITTEN)
    arrays = [bindparam(f"{name}_all", type_=ARRAY(_table.c[name].type)) for name in names]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    values = {name: given.c[name] for name in WRITTEN}
    return update(_table).where(_table.c.id == given.c.id).values(values)


_ARRAYS = _by_arrays()
_ONE = update(_table).where(_table.c.id == bindparam("this"))


def write_each(session: Session, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Write every column of `WRITTEN` to each row (id, values); no id stands there twice."""
    if not rows:
        return
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_ONE, [{"this": row, **values} for row, values in rows])
        return
    given = {f"{name}_all": [values[name] for _, values in rows] for name in WRITTEN}
    session.execute(_ARRAYS, {"id_all": [row for row, _ in rows], **given})

"""Writing many notices at once, to each its own values."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, Update, bindparam, cast, column, func, update
from sqlalchemy.dialects.postgresql import JSON
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


def _at_once() -> Update:
    """Return one statement that takes all rows as one text, however many there are."""
    columns = [column(name, _table.c[name].type) for name in ("id", *WRITTEN)]
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text()), JSON(none_as_null=True)))
    given = rows.table_valued(*columns).render_derived(name="given", with_types=True)
    values = {name: given.c[name] for name in WRITTEN}
    return update(_table).where(_table.c.id == given.c.id).values(values)


_AT_ONCE = _at_once()
_ONE = update(_table).where(_table.c.id == bindparam("this"))


def write_each(session: Session, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Write every column of `WRITTEN` to each row (id, values); no id stands there twice."""
    if not rows:
        return
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_ONE, [{"this": row, **values} for row, values in rows])
        return
    given = [{"id": row, **values} for row, values in rows]
    session.execute(_AT_ONCE, {"rows": json.dumps(given, default=datetime.isoformat)})

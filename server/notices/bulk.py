"""Queueing for many at once: one statement, however many persons there are."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    Select,
    Text,
    cast,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from server.db import insert_into
from server.notices import rendering, words
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState

COLUMNS = ("obligation", "due_at", "not_after", "offset_seconds")
"""What may differ from person to person, besides the key: columns of the select of these names."""


def queue_many(  # noqa: PLR0913  the interface of every work that tells many people something
    session: Session,
    chosen: Select[*tuple[Any, ...]],
    kind: str,
    now: datetime,
    facts: Mapping[str, object],
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    **more: Any,
) -> int:
    """Queue one notice for each row of a select, and return how many are new.

    The select yields `person_id` and `key`, at most one row a key; a key that was queued before is
    left as it is, so this may run twice. It may also yield `obligation`, `due_at`, `not_after` and
    `offset_seconds`; any other column is a fact of that name, as text that people read. `facts`
    are those that are the same for all, spelled here. `more` are other columns of the table, the
    same for all, such as `anchor`.
    """
    rows = dict(chosen.subquery("chosen").c.items())
    own = {name: rows[name] for name in rows if name not in ("person_id", "key", *COLUMNS)}
    told = rendering.complete(KINDS[kind], dict(facts) | own)
    same = rendering.spelled({name: fact for name, fact in told.items() if name not in own})
    due = due_at or now
    life = {"due_at": due, "not_after": not_after or due + KINDS[kind].life}
    given = _literals({"kind": kind, "queued_at": now, **life, **more})
    given |= {name: rows[name] for name in ("person_id", "key", *COLUMNS) if name in rows}
    given["facts"] = _facts(session, same, own)
    # a condition, because SQLite would else read the ON of ON CONFLICT as part of the select
    source = select(*given.values()).where(true())
    entry = insert_into(session, Notice).from_select(list(given), source)
    fresh = entry.on_conflict_do_nothing(index_elements=["key"])
    result = session.execute(fresh.execution_options(preserve_rowcount=True))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _literals(values: Mapping[str, Any]) -> dict[str, ColumnElement[Any]]:
    columns = Notice.__table__.c
    fresh = {"state": NoticeState.QUEUED, "attempts": 0}
    return {
        name: literal(value, columns[name].type) for name, value in (fresh | dict(values)).items()
    }


def _facts(
    session: Session, same: Mapping[str, str], own: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[Any]:
    if not own:
        return literal(same, JSON)
    texts = {name: cast(column, Text) for name, column in own.items()}
    known = literal(json.dumps(same, ensure_ascii=False))
    return words.joined(session, known, words.from_columns(session, texts))

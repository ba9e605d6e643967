"""Facts of notices as parts of statements, for many rows at once."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, ColumnElement, cast, func, literal, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from server.notices import rendering
from server.notices.models import Notice

_facts = Notice.__table__.c.facts


def merged(session: Session, facts: Mapping[str, object]) -> ColumnElement[Any]:
    """Return, as part of a statement, a row's facts with these in the place of its own."""
    return joined(
        session, _facts, literal(json.dumps(rendering.spelled(facts), ensure_ascii=False))
    )


def joined(
    session: Session, first: ColumnElement[Any], second: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return, as part of a statement, two sets of facts as one; of one name the second counts."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(func.json_patch(first, second), JSON)
    return cast(cast(first, JSONB).op("||")(cast(second, JSONB)), JSON)


def from_columns(session: Session, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return, as part of a statement, facts that stand in columns, each under its name."""
    parts = [part for name, column in columns.items() for part in (literal(name), column)]
    if session.get_bind().dialect.name == "sqlite":
        return func.json_object(*parts)
    return func.json_build_object(*parts)

"""Making one person of two, once it is proven that they are the same."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Column, ForeignKeyConstraint, Table, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db import Base
from server.errors import Conflict
from server.people import ages, identities
from server.people.models import Dialogue, LinkCode, Person

Follower = Callable[[Session, int, int, datetime], None]

FOLLOWERS: list[Follower] = []
"""What packages above must do before the rows of the one who goes are moved to who stays."""

FORGOTTEN = (Dialogue, LinkCode)
"""What is not worth moving: it means nothing to the person who stays."""


class CannotJoin(Conflict):
    """Something that both hold forbids that they become one; staff must settle it first."""

    code = "people.cannot_join"


def join(session: Session, one: int, other: int, now: datetime) -> int:
    """Move everything of the younger person to the older one, and return who stays."""
    keep, gone = sorted((one, other))
    if keep == gone:
        return keep
    identities.lock(session, keep)
    identities.lock(session, gone)
    for follow in FOLLOWERS:
        follow(session, keep, gone, now)
    for model in FORGOTTEN:
        session.execute(delete(model).where(model.person_id == gone))
    for column in references():
        _move(session, column, keep, gone)
    _complete(session, keep, gone)
    session.execute(delete(Person).where(Person.id == gone))
    session.expire_all()
    return keep


def references() -> list[Column[int]]:
    """Return every column of every table that names a person."""
    return [
        next(iter(constraint.columns))
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        and constraint.referred_table is Person.__table__
    ]


def _move(session: Session, column: Column[int], keep: int, gone: int) -> None:
    """Move the rows; one that the person who stays has already, of its kind, is dropped."""
    table: Table = column.table
    keys = list(table.primary_key.columns)
    for row in session.execute(select(*keys).where(column == gone)).all():
        this = [key == value for key, value in zip(keys, row, strict=True)]
        try:
            with session.begin_nested():
                session.execute(update(table).where(*this).values({column.name: keep}))
        except IntegrityError:
            session.execute(delete(table).where(*this))


def _complete(session: Session, keep: int, gone: int) -> None:
    """Fill what the person who stays had left empty; sealed fields stay with their own row."""
    stays, goes = session.get_one(Person, keep), session.get_one(Person, gone)
    number, goes.volunteer_no = goes.volunteer_no, None
    session.flush()
    stays.volunteer_no = stays.volunteer_no or number
    for field in ("remind_minutes", "area_id"):
        if getattr(stays, field) is None:
            setattr(stays, field, getattr(goes, field))
    stays.remind_once = stays.remind_once or goes.remind_once
    ages.reconcile(stays, goes)
    session.flush()

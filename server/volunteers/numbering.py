"""The short numbers by which people name what concerns them; each is given once."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.volunteers.models import Need, Team

Numbered = TypeVar("Numbered", Need, Team)

TRIES = 50
"""So often somebody else may take the number meanwhile; more is no crowd but a fault."""


def insert(session: Session, model: type[Numbered], make: Callable[[int], Numbered]) -> Numbered:
    """Insert what `make` returns for the next number; of two at once one takes the one after."""
    for attempt in range(1, TRIES + 1):
        row = make((session.scalar(select(func.max(model.number))) or 0) + 1)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            if attempt == TRIES:
                raise
        else:
            return row
    raise AssertionError("the last attempt returns or raises")

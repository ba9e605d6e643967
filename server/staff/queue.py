"""One list of what is to be done, sorted by when it is due: by service, never by person."""

from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.staff.reach import Reach

MOST = 50


class Task(NamedTuple):
    """Something that waits for staff: what, why, whose request, until when.

    `kind` and `subject_id` name the page on which it is done.
    """

    kind: str
    subject_id: int
    title: str
    why: str
    whose: str
    area: str
    due_at: datetime | None


Source = Callable[[Session, Reach, datetime, int], list[Task]]
"""Returns at most so many tasks of one kind in reach, those due first in front."""

SOURCES: list[Source] = []
"""Filled by the packages that have work for staff."""


def tasks(session: Session, reach: Reach, now: datetime, limit: int = MOST) -> list[Task]:
    """Return what is to be done in reach, what is due soonest first."""
    found = [task for source in SOURCES for task in source(session, reach, now, limit)]
    return sorted(found, key=_due)[:limit]


def _due(task: Task) -> tuple[float, str, int]:
    moment = task.due_at.timestamp() if task.due_at else inf
    return (moment, task.kind, task.subject_id)

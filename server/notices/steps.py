"""What happened to one notice so far, step by step, as far as it is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row
from sqlalchemy.orm import Session

from server.audit import reading
from server.audit.reading import Wanted
from server.notices.claims import LEASE
from server.notices.models import NoticeState


class Step(NamedTuple):
    """One step: what it was, and who of staff did it (None: the service itself)."""

    at: datetime
    what: str
    actor: int | None = None


def of(session: Session, found: Row[Any]) -> list[Step]:
    """Return the steps of a notice, the oldest first; `found` is its whole row. One statement.

    Attempts are counted and not kept one by one; of moments that were put off the last is known.
    """
    noted = reading.browse(session, Wanted(subject="notice", subject_id=found.id))
    steps = [*_own(found), *(Step(each.at, each.action, each.actor) for each in noted)]
    return sorted(steps, key=lambda step: step.at)


def _own(found: Row[Any]) -> Iterator[Step]:
    yield Step(found.queued_at, "queued")
    if found.due_at != found.queued_at:
        yield Step(found.due_at, "due")
    if found.state == NoticeState.SENDING and found.claimed_until:
        begun = "claimed" if found.channel is None else "begun"
        yield Step(found.claimed_until - LEASE, begun)
    if found.settled_at:
        yield Step(found.settled_at, found.state)
    if found.result_at:
        yield Step(found.result_at, f"result_{found.result.replace(' ', '_')}")

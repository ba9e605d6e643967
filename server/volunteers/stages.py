"""How far an activity has come, as people see it: its state, and what follows from its shifts."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from server.volunteers.models import ActivityState


class Stage(StrEnum):
    """The states of an activity, with what an open one is just now."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    RUNNING = "running"
    ENDED = "ended"
    UNPUBLISHED = "unpublished"
    CANCELLED = "cancelled"
    RECORDED = "recorded"
    ARCHIVED = "archived"


class Timed(Protocol):
    """A shift, as far as a stage depends on it."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""

    @property
    def closes_at(self) -> datetime:
        """Until when people sign up."""

    @property
    def places_left(self) -> int:
        """How many places are free."""


def of(state: ActivityState, shifts: Iterable[Timed], now: datetime) -> Stage:
    """Return the stage; of several shifts those that are over need not be given."""
    if state is not ActivityState.OPEN:
        return Stage(state.value)
    ahead = [each for each in shifts if each.ends_at > now]
    if not ahead:
        return Stage.ENDED
    if any(each.starts_at <= now for each in ahead):
        return Stage.RUNNING
    takes = [each for each in ahead if each.closes_at > now]
    if not takes:
        return Stage.CLOSED
    return Stage.OPEN if any(each.places_left > 0 for each in takes) else Stage.FULL

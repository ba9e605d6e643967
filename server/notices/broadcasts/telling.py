"""What the notices of a broadcast say, and by which kind they go."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal

from server.notices import rendering
from server.notices.models import Broadcast
from server.people.models import Person

NEWS, URGENT = "broadcast.news", "broadcast.urgent"


def kind_of(*, urgent: bool) -> str:
    """Return the name of the kind of notice that a broadcast is told by."""
    return URGENT if urgent else NEWS


def key_of(broadcast_id: int) -> ColumnElement[str]:
    """Return the business key of its notice to a `person`: nobody is told twice under it."""
    return literal(f"broadcast:{broadcast_id}:") + cast(Person.id, Text)


def facts_of(broadcast: Broadcast, sender: str, at: datetime) -> dict[str, Any]:
    """Return the facts that each of its notices bears; `sender` is what the area or team is called.

    One cannot put it off, so it says how to get no more of its like (G8).
    """
    return {
        "title": broadcast.title,
        "text": broadcast.text,
        "area": sender,
        "at": at,
        rendering.HOW: rendering.how_to_stop(),
    }

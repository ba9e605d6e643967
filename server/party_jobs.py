"""What the timetable does for floating Party members; without the key it does nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.party import greetings, overdue, reminders
from server.party.overdue import Word
from server.party.reviews import settling
from server.runtime import Runtime
from server.slots import Job

PIECE = 100


def remind_of_reports(runtime: Runtime) -> str:
    """Queue the reminders of the quarterly report, and tell contacts and secretaries what is late.

    Piece by piece, each in a transaction of its own, so that the only writer of SQLite is not held
    for long; a crash in between leaves the rest to the next slot. How many there are is told
    nowhere.
    """
    if not runtime.has_party:
        return ""
    now = runtime.now()
    keys: dict[str, Any] = {"rules": runtime.settings.reports, "vault": runtime.party}
    after: int | None = 0
    while after is not None:
        with runtime.db.transaction() as session:
            after = reminders.remind(session, now, after, **keys)
    with runtime.db.reading() as session:
        words = overdue.to_tell(session, now, **keys)
    _tell(runtime, words, now)
    return ""


def prompt_greetings(runtime: Runtime) -> str:
    """Tell contacts once, three days before a day of the settings, that something waits."""
    if not runtime.has_party:
        return ""
    now, listed = runtime.now(), runtime.settings.greetings
    with runtime.db.reading() as session:
        words = greetings.to_tell(session, now, listed=listed, vault=runtime.party)
    _tell(runtime, words, now)
    return ""


def _tell(runtime: Runtime, words: list[Word], now: datetime) -> None:
    while words:
        some, words = words[:PIECE], words[PIECE:]
        with runtime.db.transaction() as session:
            overdue.tell(session, some, now)


def settle_reviews(session: Session, runtime: Runtime, now: datetime) -> str:
    """End reviews that were answered, or that nobody answered in time; how many, nobody learns."""
    if runtime.has_party:
        settling.settle(session, now, runtime.settings.reviews)
    return ""


JOBS = (
    Job("remind-of-reports", "35 * * * *", remind_of_reports),
    Job("prompt-greetings", "50 8 * * *", prompt_greetings),
    Job("settle-reviews", "40 6 * * *", verb=settle_reviews),
)

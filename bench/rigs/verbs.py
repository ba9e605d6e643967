"""The verbs of hours as the rig of minutes uses them, each in a transaction of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.rigs.days import Presence
from server.db import Busy, Database
from server.people.models import Channel
from server.staff import reach as reaches
from server.volunteers.hours import confirming, records
from server.volunteers.hours.confirming import Wish
from server.volunteers.models import RecordState, ServiceRecord

Deed = Callable[[Session], object]
Result = TypeVar("Result")


def closing(one: Presence) -> Callable[[Session], int]:
    """Return the deed of recording a presence that is over."""
    return lambda session: records.from_attendance(session, one.attendance, _now())


def confirming_all(shift: int, by: int) -> Deed:
    """Return the deed of confirming every record of a shift as it stands."""

    def confirm(session: Session) -> object:
        seen = select(ServiceRecord.id, ServiceRecord.version).where(
            ServiceRecord.shift_id == shift
        )
        shown = {record: version for record, version in session.execute(seen)}
        wish = Wish(shown, {}, Channel.CONSOLE)
        reach = reaches.of(session, by, _now())
        return confirming.confirm(session, reach, shift, wish, _now())

    return confirm


def do(database: Database, deed: Callable[[Session], Result]) -> Result:
    """Do it in a transaction of its own; whoever finds the database busy comes again."""
    while True:
        try:
            with database.transaction() as session:
                return deed(session)
        except Busy:
            continue


def kept(database: Database, person: int) -> dict[int, int]:
    """Return the minutes that count for a person, by shift."""
    counts = ServiceRecord.person_id == person, ServiceRecord.state != RecordState.VOID
    found = select(ServiceRecord.shift_id, ServiceRecord.minutes).where(*counts)
    with database.reading() as session:
        return {shift: count for shift, count in session.execute(found)}


def _now() -> datetime:
    return datetime.now(UTC)

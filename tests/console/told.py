"""A week of notices for the scene: what waits, what could not go and why, and the counts."""

from datetime import timedelta

from sqlalchemy import select

from server.notices import circuits, outbox
from server.notices.circuits import Closure
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeHour, NoticeState
from server.notices.rendering import samples
from server.runtime import Runtime

HOUR = timedelta(hours=1)
WAITING = (
    ("volunteers.reminder", 20, None),
    ("volunteers.offered", -1, "waits: official:template; template: closed (43116)"),
    ("volunteers.moved", 13, "quiet hours"),
)
FAILED = (
    ("volunteers.offered", 1, "service: window closed; template: 43004"),
    ("volunteers.cancelled", 5, "all: no notices wanted"),
    ("needs.done", 26, "service: used up; subscription: no credit; template: not following"),
)
COUNTED = ((NoticeState.SENT, 9), (NoticeState.UNREACHABLE, 2), (NoticeState.DEAD, 1))


def lay(runtime: Runtime, people: list[int]) -> int:
    """Queue notices and let them stand in different ways; return one that could not go."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        for number, (kind, hours, outcome) in enumerate((*WAITING, *FAILED)):
            person, key = people[number % len(people)], f"scene:{number}"
            facts, due = samples(KINDS[kind]), now + hours * HOUR
            outbox.requeue(session, person, kind, key, now - 30 * HOUR, facts, due, now + 48 * HOUR)
            row = session.scalars(select(Notice).where(Notice.key == key)).one()
            row.outcome = outcome
            if number >= len(WAITING):
                row.state, row.attempts = NoticeState.UNREACHABLE, 1
                row.due_at = row.settled_at = now - hours * HOUR
        banned = Closure("official:template", None, 48004, "CallRejected")
        circuits.close(session, [banned], now - 2 * HOUR)
        _count(runtime, session)
    with runtime.db.reading() as session:
        return session.scalars(select(Notice.id).where(Notice.key == "scene:3")).one()


def _count(runtime: Runtime, session) -> None:
    """Write down what went out in the hours of a week."""
    kinds = ("volunteers.reminder", "volunteers.offered", "volunteers.signed_up", "needs.done")
    for ago in range(1, 7 * 24):
        hour = runtime.now() - ago * HOUR
        if 0 <= hour.hour < 14:
            for at, (state, number) in enumerate(COUNTED):
                way = "service" if state is NoticeState.SENT else ""
                count = number * (1 + (hour.hour * 5 + ago) % 4) // (1 + at)
                kind = kinds[ago % len(kinds)]
                session.add(NoticeHour(hour=hour, kind=kind, way=way, state=state, number=count))

"""What waits for a contact or a secretary, as tasks without a name: how many members."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import say
from server.party import desk, quarters, silence
from server.party.keys import OFF, RULES
from server.party.reports import due, windows
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "party.touch"
REPORT = "party.report"
ACCEPT = "party.accept"
BROKEN = "party.broken"
MOST = 100


def waiting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever has members that nobody has reached this quarter."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    count = len(desk.untouched(session, reach, now, limit=MOST))
    return [_task(KIND, "task", count, quarters.of(now).ends)] if count else []


def reporting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever has members that are still to report in the open window.

    By the settings that the session carries, or else by the usual ones.
    """
    rules: Reports = session.info.get(RULES) or Reports()
    window = windows.current(now, rules)
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY) or now < window.opens:
        return []
    count = due.count(session, reach, now, limit=MOST, rules=rules)
    return [_task(REPORT, "task_report", count, window.due)] if count else []


def accepting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever has reports before them to accept; no day is set for it."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    rules: Reports = session.info.get(RULES) or Reports()
    count = due.to_accept(session, reach, now, limit=MOST, rules=rules)
    return [_task(ACCEPT, "task_accept", count, None)] if count else []


def broken(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever is to say whether contact with somebody is broken."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    rules: Reports = session.info.get(RULES) or Reports()
    count = silence.count(session, reach, now, rules, most=MOST)
    return [_task(BROKEN, "task_broken", count, quarters.of(now).ends)] if count else []


def _task(kind: str, words: str, count: int, due_at: datetime | None) -> Task:
    return Task(
        kind=kind,
        subject_id=0,
        title=say(f"party.{words}", count=count),
        why=say(f"party.{words}_why"),
        whose=say("party.task_whose"),
        area="",
        due_at=due_at,
    )


queue.SOURCES += (waiting, reporting, accepting, broken)

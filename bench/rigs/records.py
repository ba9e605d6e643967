"""Jobs close presences, make hours final and escalate them, while their processes are killed."""

import random
import time
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select, update

from bench import hosts
from bench.clerks import seat
from bench.district import CODE, Plan, build, opened
from bench.places import Place
from bench.rigs import clockwork, presences, ripe, trails
from bench.rigs.clockwork import Clockwork, Times
from bench.rigs.outcome import Order, Outcome
from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people.models import Post, Role
from server.volunteers.models import Attendance, RecordState, RecordVersion, ServiceRecord

NAME = "records"
PROCESSES = 2
LATEST = 0.8
"""Seconds from the start of the work to the kill, at most."""


def run(place: Place, order: Order) -> Outcome:
    """Put a batch down, start the jobs, kill them, look; at the end let them do the rest."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    url, now = place.empty_database(order.backend), ripe.MOMENT
    people = order.rounds * ripe.EACH + 1
    build(url, Plan(people=people, open=0))
    with opened(url) as database, database.transaction() as session:
        seat(session, people, Role.DISTRICT_OPERATOR, CODE)
        session.execute(update(Post).values(since=now - timedelta(days=1)))
    times = partial(Times, clockwork.HOURS, now, apart=order.mutant)
    log = place.folder / f"clockwork-{order.backend}.log"
    work = Clockwork(hosts.settings(url), log, times)
    torn = amid = 0
    for number in range(order.rounds):
        ripe.put(url, now, number)
        # two hosts keep the same timetable; either may be the one that does the work
        running = work.start(PROCESSES, number * 1_000)
        time.sleep(chance.uniform(0.0, LATEST))
        for process in running:
            clockwork.kill(process)
        torn += presences.without_record(url)
        amid += any(_left(url).values())
        order.progress(number + 1)
    work.finish(order.rounds * 1_000, lambda: sum(_left(url).values()))
    return _outcome(url, order, torn, amid)


def _left(url: str) -> dict[str, int]:
    """Return how much time has still to do."""
    record = ServiceRecord
    ripe_ones = record.state == RecordState.CONFIRMED, ~record.disputed
    late = record.state == RecordState.PENDING, record.due < ripe.DAY
    counts = {
        "presences that run on": select(func.count()).where(Attendance.out_at.is_(None)),
        "ripe and not final": select(func.count()).where(*ripe_ones),
        "overdue and not escalated": select(func.count()).where(
            *late, record.escalated_at.is_(None)
        ),
    }
    with opened(url) as database, database.reading() as session:
        return {name: session.scalar(count) or 0 for name, count in counts.items()}


def _outcome(url: str, order: Order, torn: int, amid: int) -> Outcome:
    record = ServiceRecord
    with opened(url) as database, database.reading() as session:
        kept = select(func.count()).where(RecordVersion.record_id == record.id).scalar_subquery()
        unkept = select(func.count()).select_from(record).where(kept != record.version)
        disputed = select(func.count()).where(record.disputed, record.state == RecordState.FINAL)
        shifts = select(record.shift_id).where(record.escalated_at.is_not(None)).distinct()
        escalated = select(func.count()).where(record.escalated_at.is_not(None))
        told = select(func.count()).where(Notice.kind == "records.escalated")
        noted = select(AuditEntry.facts).where(AuditEntry.action == "records.escalated")
        records = session.scalar(select(func.count()).select_from(record)) or 0
        finals = session.scalar(select(func.count()).where(record.state == "final")) or 0
        counted = session.scalar(escalated) or 0
        figures = {
            "versions that are missing": session.scalar(unkept) or 0,
            "final though disputed": session.scalar(disputed) or 0,
            "escalated and told nobody": abs(
                len(session.scalars(shifts).all()) - (session.scalar(told) or 0)
            ),
            "escalated and not noted": abs(
                counted - sum(facts["count"] for facts in session.scalars(noted))
            ),
        }
    proof = trails.verify(url)
    facts = {
        "kills": order.rounds * PROCESSES,
        "rounds with work left at the kill": amid,
        "records": records,
        "final": finals,
        "escalated": counted,
        "audit entries": proof.length,
    }
    nought = {
        "presences without their record, at a kill": torn,
        "presences without their record": presences.without_record(url),
        **_left(url),
        **figures,
        "flaws of the trail": int(proof.flaw is not None),
    }
    shown_by = ("presences without their record, at a kill", "presences without their record")
    return Outcome(NAME, order, facts, nought, shown_by=shown_by)

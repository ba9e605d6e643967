"""Pushes a second, against what the connections and the latency of WeChat allow at most."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench import hosts, postbox
from bench.contest import Bench
from bench.district import Plan, build, opened, settle
from bench.figures import Round, Row, compared
from bench.machine import Watch, wait_for_quiet
from bench.programs import Program
from server.notices.models import Notice, NoticeState
from server.wechat.lines import Lines

CONNECTIONS, LATENCY = 64, 0.03
MB_AT_MOST = 100
PATIENCE_SECONDS = 600
STARTING = timedelta(seconds=3)
"""So long after it was queued all is due at once."""
SMALLEST_MB = 60
"""A program that holds less is still being loaded."""
_QUEUE = """
INSERT INTO notice (key, person_id, kind, facts, state, queued_at, due_at, not_after, attempts)
SELECT 'bench:' || id, id, 'volunteers.cancelled',
  CAST(replace(:facts, '§', CAST(id AS TEXT)) AS JSON), 'queued', :now, :due, :end, 0
FROM person
"""
FACTS = """{"number": "7", "title": "图书角整理§", "starts_at": "3月10日（周二）09:00",
"starts_at.time": "2026年03月10日 09:00"}"""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: the lines alone, then the whole with one and two programs."""
    many = bench.past
    alone = [_bare(bench, many) for _ in range(bench.effort.rounds)]
    bare = [each for each, _ in alone]
    name = f"pushes, the lines alone, {CONNECTIONS} to a stand-in of {LATENCY * 1000:.0f} ms"
    # as the stand-in measured it with nobody else at work: its timer is late by a good millisecond
    limit = [Round(CONNECTIONS / latency, each.seconds) for each, latency in alone]
    yield compared(name, bare, limit, "connections / latency")
    for backend, programs in (("postgres", 1), ("postgres", 2), ("sqlite", 1)):
        words = f"{many:,} pushes, {programs} program{'s' * (programs > 1)}, {backend}"
        rounds = []
        for _ in range(bench.effort.rounds):
            wait_for_quiet(bench.effort.patience)
            rounds.append(_delivered(bench, backend, programs, many))
            bench.say(f"  {words}: {rounds[-1].rate:,.0f}/s")
        target = "≥ 0.9" if backend == "postgres" else ""
        yield compared(words, rounds, limit, "connections / latency", target)
        yield compared(words, rounds, bare, name)


def _bare(bench: Bench, many: int) -> tuple[Round, float]:
    """Send as many over the lines alone, without a database; return it with WeChat's latency."""
    done = threading.Semaphore(0)
    watch = Watch().start()
    with postbox.standing(LATENCY) as url, closing(Lines(url, _now, CONNECTIONS)) as lines:
        begun = time.monotonic()
        token = {"access_token": "bench-token-1"}
        for number in range(many):
            body = {"touser": f"o{number}", "template_id": "t", "data": {}}
            lines.post("/cgi-bin/message/template/send", token, body, lambda _: done.release())
        for _ in range(many):
            done.acquire()
        seconds = time.monotonic() - begun
        latency = postbox.told(url)["latency"]
    bench.say(f"  the lines alone: {many / seconds:,.0f}/s, at {latency * 1000:.1f} ms")
    return Round(many / seconds, (seconds / many,), watch.stop().quiet), latency


def _delivered(bench: Bench, backend: str, programs: int, many: int) -> Round:
    """Let so many programs deliver it all; what is not sent exactly once counts as wrong."""
    url = bench.place.empty_database(backend)
    build(url, Plan(people=many, open=0))
    with postbox.standing(LATENCY) as wechat, ExitStack() as stack:
        store = bench.place.empty_store() if backend == "postgres" else None
        more = {"WECHAT_API_URL": wechat, "NOTICES__CONNECTIONS": str(CONNECTIONS // programs)}
        environment = hosts.settings(url, store, **more)
        running = [
            stack.enter_context(Program(environment, "notices", "deliver")) for _ in range(programs)
        ]
        watch = Watch().start()
        idle = [_at_rest(program) for program in running]
        queue(url)
        most = _awaited(running, lambda: _count(wechat) >= many)
        quiet = watch.stop().quiet
        for program in running:
            program.stop()
        told = postbox.told(wechat)
    wrong = told["doubled"] + many - _settled(url)
    above = max(most) - min(idle)
    verdict = "met" if above <= MB_AT_MOST else "missed"
    bench.facts.append(
        f"{many:,} pushes, {programs} program(s), {backend}: at most {above:.0f} MB above idle "
        f"(target {MB_AT_MOST}: {verdict}); doubled {told['doubled']}, not sent {wrong}"
    )
    return Round(many / told["seconds"], (told["seconds"] / many,), quiet, wrong)


def queue(url: str, after: timedelta = STARTING) -> None:
    """Queue one notice for everybody, due after a while."""
    with opened(url) as database:
        with database.transaction() as session:
            lay(session, _now(), after)
        settle(database)


def lay(session: Session, now: datetime, after: timedelta) -> None:
    """Insert a notice for everybody, due after a while, by one bare statement."""
    moments = {"now": now, "due": now + after, "end": now + after + timedelta(days=1)}
    words = _QUEUE
    if session.get_bind().dialect.name == "sqlite":
        # SQLite keeps JSON as text, and would make a number of what it is told to cast
        words = _QUEUE.replace("CAST(replace", "(replace").replace(" AS JSON)", ")")
    session.execute(text(words), {"facts": FACTS, **moments})


def _at_rest(program: Program) -> float:
    """Wait until a program has started, and return how many MB it holds when idle."""
    before, deadline = 0.0, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        time.sleep(1.5)
        now = program.megabytes
        if now > SMALLEST_MB and now - before < 0.5:
            break
        before = now
    return before


def _awaited(running: list[Program], is_over: Callable[[], bool]) -> list[float]:
    """Wait until all is sent, and return how many MB each program held at most."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    most = [0.0 for _ in running]
    while not is_over() and time.monotonic() < deadline:
        time.sleep(0.25)
        most = [max(before, now.megabytes) for before, now in zip(most, running, strict=True)]
    return most


def _count(wechat: str) -> int:
    return int(postbox.told(wechat)["sent"])


def _settled(url: str) -> int:
    with opened(url) as database, database.reading() as session:
        sent = select(func.count()).where(Notice.state == NoticeState.SENT)
        return session.scalar(sent) or 0


def _now() -> datetime:
    return datetime.now(UTC)

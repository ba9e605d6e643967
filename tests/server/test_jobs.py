"""The timetable: any number of schedulers do each slot once, and none is forgotten."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import jobs, retention, timetable
from server.db import Busy, Database
from server.jobs import TIMETABLE, Job
from server.people.models import Person
from server.runtime import Runtime
from server.slots import DONE_ALREADY
from server.timetable import JobRun
from server.wechat.models import Inbound
from tests.clock import MONDAY_MORNING, Clock
from tests.knobs import make_settings

FOUR_PROCESSES = """
import sys
from datetime import UTC, datetime
from server.db import Busy, Database
from server import timetable
db = Database(sys.argv[1])
now = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for minute in range(20):
    with db.transaction() as session:
        if timetable.claim(session, "count", now.replace(minute=minute), now):
            print(minute, flush=True)
db.dispose()
"""


def enter(session: Session, _runtime: Runtime, now: datetime) -> str:
    """The work of the tests: one row a slot."""
    session.add(Person(created_at=now))
    return "entered"


ENTER = Job("enter", "* * * * *", verb=enter)


def entered(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def at_once(runtime: Runtime, job: Job, how_many: int) -> list[object]:
    together = threading.Barrier(how_many)

    def fire(_number: int) -> object:
        together.wait(10)
        return jobs.fire(runtime, job)

    with ThreadPoolExecutor(how_many) as pool:
        return list(pool.map(fire, range(how_many)))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        threading.Event().wait(0.02)


def test_a_slot_is_done_once_however_many_fire_it(runtime: Runtime) -> None:
    results = at_once(runtime, ENTER, 6)

    assert sorted(map(str, results)) == [DONE_ALREADY] * 5 + ["entered"]
    assert entered(runtime.db) == 1


def test_without_the_claim_it_is_done_by_each(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(timetable, "claim", lambda *_args: True)

    at_once(runtime, ENTER, 6)

    assert entered(runtime.db) == 6


def test_processes_share_the_slots_between_them(database_url: str) -> None:
    command = [sys.executable, "-c", FOUR_PROCESSES, database_url]
    schedulers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for each in schedulers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"

    for each in schedulers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    done = [each.communicate(timeout=60)[0] for each in schedulers]

    slots = sorted(int(line) for lines in done for line in lines.split())
    assert slots == list(range(20))


def test_the_next_slot_is_done_again(runtime: Runtime, clock: Clock) -> None:
    jobs.fire(runtime, ENTER)
    clock.advance(seconds=60)
    jobs.fire(runtime, ENTER)

    assert entered(runtime.db) == 2


def test_a_slot_whose_work_failed_is_tried_again(runtime: Runtime) -> None:
    tried = []

    def fail_once(session: Session, runtime: Runtime, now: datetime) -> str:
        tried.append(now)
        if len(tried) == 1:
            raise ValueError("the first time goes wrong")
        return enter(session, runtime, now)

    job = Job("enter", "* * * * *", verb=fail_once)

    assert jobs.fire(runtime, job) is None
    jobs.catch_up(runtime, [job])
    jobs.catch_up(runtime, [job])

    assert len(tried) == 2
    assert entered(runtime.db) == 1


def test_a_database_that_is_away_puts_a_job_off(runtime: Runtime) -> None:
    def away(_session: Session, _runtime: Runtime, _now: datetime) -> str:
        raise Busy("it restarts")

    assert jobs.fire(runtime, Job("enter", "* * * * *", verb=away)) is None
    assert jobs.fire(runtime, ENTER) == "entered"


def test_work_of_its_own_is_done_once_a_slot(runtime: Runtime) -> None:
    done: list[datetime] = []
    job = Job("own", "* * * * *", lambda runtime: done.append(runtime.now()))

    jobs.fire(runtime, job)
    jobs.fire(runtime, job)

    assert len(done) == 1


def test_the_timetable_waits_for_a_database_that_is_away(clock: Clock) -> None:
    away = Runtime.open(make_settings("postgresql://nobody@127.0.0.1:9/none"), clock)

    jobs.catch_up(away, [ENTER])
    away.close()

    assert away.metrics.registry.get_sample_value("nuanfeng_jobs_total") is None


def test_a_slot_missed_while_all_were_down_is_caught_up_once(
    runtime: Runtime, clock: Clock
) -> None:
    jobs.fire(runtime, ENTER)
    clock.advance(hours=5)

    jobs.catch_up(runtime, [ENTER])
    jobs.catch_up(runtime, [ENTER])

    assert entered(runtime.db) == 2


def test_a_clock_set_back_does_nothing_twice(runtime: Runtime, clock: Clock) -> None:
    jobs.fire(runtime, ENTER)
    clock.advance(hours=-1)
    jobs.catch_up(runtime, [ENTER])
    clock.advance(hours=1)
    jobs.fire(runtime, ENTER)

    assert entered(runtime.db) == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("when", "slot"),
    [
        ("* * * * *", datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        ("*/10 * * * *", datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        ("7-59/10 * * * *", datetime(2026, 3, 9, 0, 57, tzinfo=UTC)),
        ("30 9 * * *", datetime(2026, 3, 8, 1, 30, tzinfo=UTC)),
        ("0 8 1 1 *", datetime(2026, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_slots_are_in_local_time(when: str, slot: datetime) -> None:
    assert Job("any", when, verb=enter).last_slot(MONDAY_MORNING) == slot


@pytest.mark.once
def test_a_slot_that_never_comes_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no slot within a year"):
        Job("never", "0 0 30 2 *", verb=enter).last_slot(MONDAY_MORNING)


def test_a_job_is_run_by_hand(runtime: Runtime, clock: Clock) -> None:
    yesterday = clock() - timedelta(days=1)

    assert jobs.run_once(runtime, "enter", jobs=[ENTER]) == "entered"
    assert jobs.run_once(runtime, "enter", yesterday, [ENTER]) == "entered"
    assert jobs.run_once(runtime, "enter", yesterday, [ENTER]) == DONE_ALREADY


def test_every_line_of_the_timetable_runs(runtime: Runtime) -> None:
    told = {job.name: jobs.run_now(runtime, job) for job in TIMETABLE}
    assert told.pop("seed-calendar") == "2026: 28, 2027: 0"
    assert set(told.values()) <= {0, ""}


def test_keeping_the_timetable_does_what_is_due_and_ends_when_told(
    runtime: Runtime, clock: Clock
) -> None:
    ticks: list[datetime] = []
    tick = Job("tick", "every 1s", lambda runtime: ticks.append(runtime.now()))
    stop = threading.Event()
    keeper = threading.Thread(target=jobs.keep, args=(runtime, (ENTER, tick), stop))
    keeper.start()

    wait_until(lambda: len(ticks) >= 2 and entered(runtime.db) == 1)
    stop.set()
    keeper.join(15)

    assert not keeper.is_alive()
    assert runtime.metrics.registry.get_sample_value(
        "nuanfeng_jobs_total", {"job": "enter", "result": "done"}
    )


def test_the_timetable_is_kept_in_the_background(runtime: Runtime) -> None:
    stop = jobs.keep_in_background(runtime, [ENTER])
    [keeper] = [thread for thread in threading.enumerate() if thread.name == "timetable"]

    wait_until(lambda: entered(runtime.db) == 1)
    stop.set()
    keeper.join(15)

    assert not keeper.is_alive()


def test_old_rows_are_forgotten_a_piece_at_a_time(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        for number, days in enumerate((31, 40, 50, 29)):
            session.add(_message(number, clock() - timedelta(days=days)))
        session.add(JobRun(job="any", slot=clock() - timedelta(days=31), claimed_at=clock()))
        session.flush()

        assert retention.forget(session, clock(), most=2) == 3
        assert retention.forget(session, clock(), most=2) == 1
        assert retention.forget(session, clock(), most=2) == 0

    with db.reading() as session:
        assert session.scalars(select(Inbound.key)).all() == ["3"]


def _message(number: int, received_at: datetime) -> Inbound:
    return Inbound(
        key=str(number), app="official", openid="o", kind="text", received_at=received_at
    )

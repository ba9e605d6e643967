"""Broadcasts that several push on at once, that die in the middle, and that are stopped (N4)."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import ColumnElement, Text, cast, func, select, update

from server.errors import Refusal
from server.notices import delivery, politeness
from server.notices.broadcasts import (
    consent,
    drafts,
    holding,
    spreading,
    stopping,
    telling,
)
from server.notices.models import Broadcast, BroadcastState, Notice, NoticeState
from server.people import joining
from server.people.models import Person, Role
from server.staff.approvals import DecidedAlready
from server.staff.reach import OutOfReach
from server.wechat.errors import Transient
from tests.server.notices.spread import (
    allowed,
    ask,
    boss,
    change,
    drafted,
    grant,
    live,
    notices,
    outcomes,
    question,
    read,
    spread,
    staff,
    state,
    told,
    waits,
)
from tests.server.notices.workers import begin, claim, deliver, send, take

PROCESS = """
import sys
from datetime import UTC, datetime
from server import followers
from server.db import Busy, Database
from server.notices.broadcasts import spreading
db, number, most = Database(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
now = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
more = True
while more:
    with db.transaction() as session:
        step = spreading.spread(session, number, now, most)
        if len(sys.argv) > 4:
            print("in the middle", flush=True)
            sys.stdin.readline()
    print(step.queued, flush=True)
    more = step.more
db.dispose()
"""


def a_process(runtime, broadcast: int, most: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROCESS, runtime.db.url, str(broadcast), str(most), *more]
    started = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def say(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    return process.stdout.readline()


def stop(runtime, who, broadcast: int) -> None:
    with runtime.db.transaction() as session:
        stopping.stop(session, who, broadcast, runtime.now())


def together(*deeds: Callable[[], object]) -> list[object]:
    """Do these at once; return what each returned, or what it was refused with."""
    line = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        line.wait()
        try:
            return deed()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_a_job_that_was_killed_goes_on_where_it_was(runtime) -> None:
    broadcast = allowed(runtime, people=20)
    assert spread(runtime, broadcast, most=7).queued == 7
    killed = a_process(runtime, broadcast, 7, "halting")
    assert say(killed) == "in the middle\n"

    killed.kill()
    killed.communicate()
    assert len(told(runtime)) == 7
    assert spreading.work(runtime) == 13

    assert len(told(runtime)) == len(set(told(runtime))) == 20
    assert read(runtime, broadcast).queued == 20


def test_two_processes_spread_one_broadcast_together(runtime) -> None:
    broadcast = allowed(runtime, people=40)
    both = [a_process(runtime, broadcast, 3) for _ in range(2)]

    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
    queued = [int(line) for each in both for line in each.communicate()[0].split()]

    assert sum(queued) == 40
    assert len(told(runtime)) == len(set(told(runtime))) == 40
    assert read(runtime, broadcast).queued == 40


def test_control_without_the_cursor_and_the_key_each_is_told_twice(runtime, monkeypatch) -> None:
    def another_key(broadcast_id: int) -> ColumnElement[str]:
        return cast(Person.id, Text).concat(f":{broadcast_id}:{len(told(runtime))}")

    broadcast = allowed(runtime, people=5)
    spread(runtime, broadcast)
    monkeypatch.setattr(telling, "key_of", another_key)
    change(runtime, Broadcast, broadcast, cursor=0, spread_at=None)

    spread(runtime, broadcast)

    assert len(told(runtime)) == 2 * len(set(told(runtime))) == 10


@pytest.mark.parametrize("begun", [False, True])
def test_two_who_prove_to_be_one_are_told_once(runtime, sent, begun: bool) -> None:
    allowed(runtime, people=2)
    spreading.work(runtime)
    keep, gone = told(runtime)
    if begun:
        change(runtime, Notice, notices(runtime)[0].id, due_at=runtime.now().replace(year=2027))
        deliver(runtime)

    with runtime.db.transaction() as session:
        joining.join(session, keep, gone, runtime.now())
    change(runtime, Notice, notices(runtime)[0].id, due_at=runtime.now())
    deliver(runtime)

    assert sent.total() == 1


def test_stop_wins_between_claim_and_send(runtime, sent) -> None:
    broadcast = allowed(runtime, people=3)
    spreading.work(runtime)
    mine = claim(runtime)
    assert len(mine) == 3

    stop(runtime, boss(runtime), broadcast)

    assert [send(runtime, each) for each in mine] == [["lost claim"]] * 3
    assert sent.total() == 0
    assert {each.state for each in notices(runtime)} == {NoticeState.DROPPED}
    assert state(runtime, broadcast) is BroadcastState.STOPPED


def test_stop_wins_over_what_is_tried_again(runtime, sent) -> None:
    broadcast = allowed(runtime, people=1)
    spreading.work(runtime)
    errand = begin(runtime, claim(runtime)[0])

    stop(runtime, boss(runtime), broadcast)
    take(runtime, heard=[(errand, Transient(-1, "busy"))])
    change(runtime, Notice, errand.id, due_at=runtime.now())

    assert deliver(runtime) == {"dropped stopped": 1}
    assert sent.total() == 0


def test_control_without_the_look_a_stopped_one_is_told(runtime, sent, monkeypatch) -> None:
    monkeypatch.setattr(politeness.holding, "barred", lambda *_: {})
    monkeypatch.setattr(stopping, "drop", lambda *_: 0)
    broadcast = allowed(runtime, people=3)
    spreading.work(runtime)

    stop(runtime, boss(runtime), broadcast)
    deliver(runtime)

    assert sent.total() == 3


def begun(runtime) -> int:
    with runtime.db.reading() as session:
        with_way = select(func.count()).where(Notice.channel.is_not(None))
        return session.scalar(with_way) or 0


def test_stop_and_delivery_race_and_nothing_begins_afterwards(runtime, sent) -> None:
    broadcast = allowed(runtime, people=120)
    spreading.work(runtime)
    who = boss(runtime)

    def stop_and_look() -> int:
        stop(runtime, who, broadcast)
        return begun(runtime)

    *_, went = together(
        *[lambda: delivery.deliver(runtime)] * 2,
        stop_and_look,
    )
    while deliver(runtime):
        pass

    assert went == begun(runtime)
    assert sent.total() == went
    assert {each.state for each in notices(runtime)} <= {NoticeState.SENT, NoticeState.DROPPED}


def test_a_stop_waits_for_the_sends_that_begin_just_now(runtime) -> None:
    broadcast = allowed(runtime, people=2)
    spreading.work(runtime)
    who, some, over = boss(runtime), waits(runtime), threading.Event()

    def stops() -> bool:
        stop(runtime, who, broadcast)
        return over.is_set()

    with ThreadPoolExecutor(1) as pool:
        with runtime.db.transaction() as session:
            assert holding.barred(session, some) == {}
            stopping_now = pool.submit(stops)
            over.wait(0.2)
            assert not stopping_now.done()
            over.set()
        assert stopping_now.result()


def test_control_without_the_hold_it_would_not_wait(runtime, is_postgres, monkeypatch) -> None:
    if not is_postgres:
        pytest.skip("one writer at a time is such a hold already")
    broadcast = allowed(runtime, people=2)
    spreading.work(runtime)
    who, some = boss(runtime), waits(runtime)
    monkeypatch.setattr(holding, "_held", lambda *given: unlocked(runtime, *given))

    with ThreadPoolExecutor(1) as pool, runtime.db.transaction() as session:
        holding.barred(session, some)
        pool.submit(stop, runtime, who, broadcast).result(timeout=5)


def unlocked(runtime, _session, ids):
    with runtime.db.reading() as session:
        rows = session.scalars(select(Broadcast).where(Broadcast.id.in_(ids))).all()
    return [(row, "D/A/A1/") for row in rows]


def test_what_many_wait_for_is_dropped_piece_by_piece(runtime, sent, monkeypatch) -> None:
    monkeypatch.setattr(stopping, "AT_ONCE", 2)
    monkeypatch.setattr(stopping.drop, "__defaults__", (2,))
    broadcast = allowed(runtime, people=5)
    spreading.work(runtime)

    stop(runtime, boss(runtime), broadcast)
    waiting = []
    for _ in range(3):
        waiting.append(read(runtime, broadcast).waiting)
        spreading.work(runtime)

    assert waiting == [5, 1, 0]
    assert {outcome for _, outcome in outcomes(runtime).values()} == {"stopped by staff"}
    assert deliver(runtime) == {}


def test_a_stop_before_the_last_batch_ends_the_queueing(runtime) -> None:
    broadcast = allowed(runtime, people=6)
    spread(runtime, broadcast, most=2)

    for _ in range(2):
        stop(runtime, boss(runtime), broadcast)

    assert spread(runtime, broadcast) == (0, False)
    assert len(told(runtime)) == 2


def test_what_is_done_or_not_allowed_yet_is_not_stopped(runtime, sent, clock) -> None:
    asker = staff(runtime)
    live(runtime, 1)
    early = drafted(runtime, asker)
    done = allowed(runtime, people=1)
    spreading.work(runtime)
    deliver(runtime)
    clock.advance(seconds=20)
    spreading.work(runtime)

    for broadcast in (early, done):
        with pytest.raises(drafts.MovedOn):
            stop(runtime, asker, broadcast)
    assert state(runtime, done) is BroadcastState.DONE


def test_a_neighbour_stops_nothing(runtime) -> None:
    broadcast = allowed(runtime, people=1)

    with pytest.raises(OutOfReach):
        stop(runtime, staff(runtime, Role.STREET_OPERATOR, "B"), broadcast)


def test_of_two_who_allow_it_at_once_one_does(runtime) -> None:
    asker, heads = staff(runtime), [boss(runtime), boss(runtime)]
    live(runtime, 2)
    broadcast = drafted(runtime, asker)
    ask(runtime, asker, broadcast)
    asked = question(runtime, broadcast)

    ended = together(*[lambda head=head: grant(runtime, head, asked) for head in heads])

    assert [type(each) for each in ended].count(DecidedAlready) == 1
    assert ended.count(None) == 1
    assert read(runtime, broadcast).allowed_by == heads[ended.index(None)].person_id


def take_back(runtime, who, broadcast: int) -> None:
    with runtime.db.transaction() as session:
        consent.withdraw(session, who, broadcast, runtime.now())


def test_of_allowing_and_taking_back_at_once_one_wins(runtime) -> None:
    asker, head = staff(runtime), boss(runtime)
    live(runtime, 2)
    for _ in range(4):
        broadcast = drafted(runtime, asker)
        ask(runtime, asker, broadcast)
        asked = question(runtime, broadcast)

        ended = together(
            lambda asked=asked: grant(runtime, head, asked),
            lambda broadcast=broadcast: take_back(runtime, asker, broadcast),
        )

        assert ended.count(None) == 1
        won = BroadcastState.WITHDRAWN if ended[1] is None else BroadcastState.APPROVED
        assert state(runtime, broadcast) is won


def test_control_without_the_condition_it_is_taken_back_and_sent(runtime, monkeypatch) -> None:
    monkeypatch.setattr("server.notices.broadcasts.consent.unanswered.withdraw", lambda *_: True)
    asker, head = staff(runtime), boss(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, asker)
    ask(runtime, asker, broadcast)
    asked = question(runtime, broadcast)
    take_back(runtime, asker, broadcast)
    with pytest.raises(drafts.MovedOn):
        grant(runtime, head, asked)

    def unconditionally(session, row, _where, values) -> None:
        session.execute(update(Broadcast).where(Broadcast.id == row.id).values(values))

    monkeypatch.setattr(drafts, "change", unconditionally)
    grant(runtime, head, asked)

    assert spreading.work(runtime) == 2


def test_to_look_costs_two_statements_for_any_number(runtime, statements) -> None:
    broadcast = allowed(runtime, people=30)
    spread(runtime, broadcast)
    some = waits(runtime)

    with runtime.db.transaction() as session, statements() as asked:
        assert holding.barred(session, some) == {}
    with runtime.db.transaction() as session, statements() as nothing:
        others = [each._replace(broadcast_id=None) for each in some]
        assert holding.barred(session, others) == {}

    assert [len([each for each in asked if "SELECT" in each]), nothing[1:]] == [2, []]

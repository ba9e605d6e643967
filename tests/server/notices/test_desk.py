"""What staff may do with a notice: each decided by one write, right also while workers send."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, true, update

from server.audit.models import AuditEntry
from server.notices import causes, circuits, claims, desk
from server.notices.circuits import Closure
from server.notices.hindrances import (
    Delivered,
    GivenUp,
    LifeOver,
    MayHaveArrived,
    NoticeMissing,
    OnItsWay,
    OverAlready,
    PersonGone,
    Unwanted,
)
from server.notices.models import Notice, NoticeState
from server.notices.results import Result
from server.notices.verdicts import Why
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Person, Role
from server.runtime import Runtime
from server.staff.reach import NotAllowed, Reach
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Sent, Tell, person_of
from tests.server.notices.test_delivery import TEMPLATE, go_wrong
from tests.server.notices.workers import begin, claim, deliver, drain_together, send, take

STAFF = Reach(1, ((Role.DISTRICT_OPERATOR, "D/"),))
ONCE = "volunteers.reminder"


def do(runtime: Runtime, verb, notice: int, reach: Reach = STAFF) -> bool:
    with runtime.db.transaction() as session:
        return verb(session, reach, notice, runtime.now())


def put(runtime: Runtime, notice: int, **values: object) -> None:
    """Let a notice stand as it would after a worker."""
    with runtime.db.transaction() as session:
        session.execute(update(Notice).where(Notice.id == notice).values(**values))


def trail(runtime: Runtime) -> list[tuple[str, int | None]]:
    with runtime.db.reading() as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.subject_id))
        return [(action, of) for action, of in rows if action.startswith(("notice.", "circuit."))]


@pytest.fixture
def failed(runtime: Runtime, phone: Phone, tell: Tell) -> int:
    """A notice to somebody whom no way led to."""
    notice = tell(phone)
    put(
        runtime,
        notice,
        state=NoticeState.UNREACHABLE,
        settled_at=runtime.now(),
        outcome="service: window closed; template: 43004",
        attempts=3,
    )
    return notice


def test_what_was_unreachable_goes_once_more_with_its_attempts_anew(
    runtime: Runtime, look: Look, failed: int
) -> None:
    assert do(runtime, desk.retry, failed)

    again = look(failed)
    assert (again.state, again.attempts, again.settled_at) == (NoticeState.QUEUED, 0, None)
    assert deliver(runtime) == {"sent template": 1}
    assert trail(runtime) == [("notice.retried", failed)]


def test_asked_twice_it_goes_once(runtime: Runtime, failed: int, sent: Sent) -> None:
    assert do(runtime, desk.retry, failed)
    assert not do(runtime, desk.retry, failed)
    deliver(runtime)

    assert not do(runtime, desk.retry, failed)
    deliver(runtime)

    assert sent == {f"notice-{failed}": 1}
    assert trail(runtime) == [("notice.retried", failed)]


def test_of_many_who_ask_at_once_while_workers_send_it_goes_once(
    runtime: Runtime, failed: int, sent: Sent
) -> None:
    together = Barrier(4)

    def ask(_number: int) -> bool:
        together.wait()
        return do(runtime, desk.retry, failed)

    with ThreadPoolExecutor(5) as pool:
        workers = pool.submit(drain_together, runtime, 2)
        asked = list(pool.map(ask, range(4)))
        workers.result()
    deliver(runtime)

    assert sorted(asked) == [False, False, False, True]
    assert sent == {f"notice-{failed}": 1}


def test_control_a_retry_that_looks_at_nothing_sends_twice(
    runtime: Runtime, failed: int, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(runtime, desk.retry, failed)
    deliver(runtime)
    monkeypatch.setattr(desk, "_may_go_again", lambda _now: (true(),))

    assert do(runtime, desk.retry, failed)
    deliver(runtime)

    assert sent == {f"notice-{failed}": 2}


@pytest.mark.parametrize(
    ("stands", "refusal"),
    [
        ({"state": NoticeState.DROPPED, "outcome": Why.STOPPED}, GivenUp),
        ({"state": NoticeState.DEAD, "result": Result.DELIVERED}, Delivered),
        ({"state": NoticeState.DEAD, "not_after": "over"}, LifeOver),
    ],
)
def test_what_is_past_or_arrived_does_not_go_again(
    runtime: Runtime, look: Look, failed: int, stands: dict, refusal: type[Exception]
) -> None:
    if "not_after" in stands:
        stands = stands | {"not_after": runtime.now()}
    put(runtime, failed, **stands)

    with pytest.raises(refusal):
        do(runtime, desk.retry, failed)

    assert look(failed).state is stands["state"]
    assert trail(runtime) == []


def test_whoever_wants_none_gets_none_again_either(
    runtime: Runtime, phone: Phone, failed: int
) -> None:
    with runtime.db.transaction() as session:
        consents.withdraw(session, person_of(runtime.db, phone), Purpose.NOTICES, runtime.now())

    with pytest.raises(Unwanted):
        do(runtime, desk.retry, failed)


def test_nothing_goes_again_to_who_was_erased(runtime: Runtime, phone: Phone, failed: int) -> None:
    with runtime.db.transaction() as session:
        session.get_one(Person, person_of(runtime.db, phone)).erased_at = runtime.now()

    with pytest.raises(PersonGone):
        do(runtime, desk.retry, failed)


@pytest.mark.parametrize(
    ("kind", "stands", "goes"),
    [
        (ONCE, {"channel": "template", "outcome": causes.UNKNOWN}, False),
        (ONCE, {"channel": "template", "outcome": causes.BUG}, False),
        (ONCE, {"channel": None, "outcome": causes.BUG}, True),
        (ONCE, {"channel": "template", "outcome": "refused: 47003: data rid x"}, True),
        ("volunteers.offered", {"channel": "template", "outcome": causes.UNKNOWN}, True),
    ],
)
def test_what_is_told_at_most_once_goes_again_only_if_it_certainly_was_not_sent(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, kind: str, stands: dict, goes: bool
) -> None:
    notice = tell(phone, kind)
    put(runtime, notice, state=NoticeState.DEAD, settled_at=runtime.now(), **stands)

    if goes:
        assert do(runtime, desk.retry, notice)
    else:
        with pytest.raises(MayHaveArrived):
            do(runtime, desk.retry, notice)

    assert (look(notice).state is NoticeState.QUEUED) is goes


def test_what_died_in_the_middle_of_a_send_is_not_told_twice(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, sent: Sent
) -> None:
    notice = tell(phone, ONCE)
    [mine] = claim(runtime)
    begin(runtime, mine)
    runtime.clock.advance(minutes=2)
    assert deliver(runtime) == {"dead unknown": 1}

    with pytest.raises(MayHaveArrived):
        do(runtime, desk.retry, notice)

    deliver(runtime)
    assert sent == {}


def test_what_waits_is_stopped_once_and_stays_so(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)

    assert do(runtime, desk.stop, notice)
    assert not do(runtime, desk.stop, notice)

    assert deliver(runtime) == {}
    assert (look(notice).state, look(notice).outcome) == (NoticeState.DROPPED, Why.STOPPED)
    assert trail(runtime) == [("notice.stopped", notice)]
    with pytest.raises(GivenUp):
        do(runtime, desk.retry, notice)


def test_a_stop_counts_between_claim_and_send(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, sent: Sent
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)

    assert do(runtime, desk.stop, notice)

    assert send(runtime, mine) == ["lost claim"]
    assert sent == {}
    assert look(notice).outcome == Why.STOPPED


def test_control_a_worker_that_does_not_look_at_its_claim_would_send_it(
    runtime: Runtime, phone: Phone, tell: Tell, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)
    stands = {"state": NoticeState.SENDING, "settled_at": None, "outcome": None}
    held = claims.hold

    def hold(session, claimed):
        session.execute(update(Notice).where(Notice.id == notice).values(**stands))
        return held(session, claimed)

    do(runtime, desk.stop, notice)
    monkeypatch.setattr(claims, "hold", hold)

    assert send(runtime, mine) == ["sent template"]
    assert sent == {f"notice-{notice}": 1}


def test_what_has_begun_cannot_be_stopped(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)
    errand = begin(runtime, mine)

    with pytest.raises(OnItsWay):
        do(runtime, desk.stop, notice)

    assert take(runtime, heard=[(errand, "m1")]).ended == ["sent template"]
    with pytest.raises(OverAlready):
        do(runtime, desk.stop, notice)
    assert look(notice).state is NoticeState.SENT
    assert trail(runtime) == []


def test_stopped_and_sent_at_once_it_is_one_of_the_two(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, sent: Sent
) -> None:
    notices = [tell(phone, key=f"k{number}") for number in range(6)]
    together = Barrier(3)

    def stop(notice: int) -> bool:
        try:
            return do(runtime, desk.stop, notice)
        except (OnItsWay, OverAlready):
            return False

    def stop_all() -> list[bool]:
        together.wait()
        return [stop(notice) for notice in notices]

    def work() -> None:
        together.wait()
        deliver(runtime)

    with ThreadPoolExecutor(3) as pool:
        staff = pool.submit(stop_all)
        for worker in [pool.submit(work), pool.submit(work)]:
            worker.result()
        stopped = staff.result()

    told = {notice for notice in notices if f"notice-{notice}" in sent}
    assert told.isdisjoint(notice for notice, done in zip(notices, stopped, strict=True) if done)
    for notice, done in zip(notices, stopped, strict=True):
        assert (look(notice).state is NoticeState.DROPPED) == done


def test_retried_and_stopped_at_once_it_is_not_lost(
    runtime: Runtime, failed: int, look: Look
) -> None:
    together = Barrier(2)

    def ask(verb) -> bool:
        together.wait()
        try:
            return do(runtime, verb, failed)
        except (OverAlready, GivenUp):
            return False

    with ThreadPoolExecutor(2) as pool:
        retried, stopped = pool.map(ask, (desk.retry, desk.stop))

    assert retried
    wanted = NoticeState.DROPPED if stopped else NoticeState.QUEUED
    assert look(failed).state is wanted


def test_a_way_that_was_closed_is_opened_once(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 48004)
    assert deliver(runtime) == {"waits circuit": 1}
    with runtime.db.reading() as session:
        [closure] = circuits.closed(session, clock()).values()
    assert closure == Closure("official:template", None, 48004, "CallRejected", clock())

    with runtime.db.transaction() as session:
        assert desk.reopen(session, STAFF, "official:template", clock())
        assert not desk.reopen(session, STAFF, "official:template", clock())

    assert deliver(runtime) == {"sent template": 1}
    assert trail(runtime) == [("circuit.reopened", None)]


@pytest.mark.parametrize("verb", [desk.retry, desk.stop])
def test_nobody_without_the_right_does_any_of_it(runtime: Runtime, failed: int, verb) -> None:
    with pytest.raises(NotAllowed):
        do(runtime, verb, failed, Reach(1, ((Role.STREET_OPERATOR, "D/A/"),)))
    with pytest.raises(NoticeMissing):
        do(runtime, verb, failed + 999)


@pytest.mark.parametrize(
    "notice",
    [
        (NoticeState.QUEUED, "quiet hours", "quiet"),
        (NoticeState.QUEUED, None, None),
        (NoticeState.QUEUED, "waits: official; template: closed (45009)", "circuit"),
        (NoticeState.QUEUED, "-1: system error", "fault"),
        (NoticeState.QUEUED, causes.AGAIN, "again"),
        (NoticeState.SENT, "sent", None),
        (NoticeState.UNREACHABLE, "all: no notices wanted", "unwanted"),
        (NoticeState.UNREACHABLE, "service: window closed", "no_way"),
        (NoticeState.UNREACHABLE, "", "no_way"),
        (NoticeState.DEAD, "timed out", "fault"),
        (NoticeState.DEAD, None, "fault"),
        (NoticeState.DEAD, "refused: 47003: data", "refused"),
        (NoticeState.DROPPED, "too late", "late"),
    ],
)
def test_a_reason_is_of_the_same_class_in_the_database(
    runtime: Runtime, phone: Phone, tell: Tell, notice: tuple
) -> None:
    state, outcome, cause = notice
    number = tell(phone)
    put(runtime, number, state=state, outcome=outcome)

    with runtime.db.reading() as session:
        found = {
            each.value: session.scalar(select(Notice.id).where(causes.is_(each)))
            for each in causes.Cause
        }

    assert causes.of(state, outcome) == cause
    assert {each for each, of in found.items() if of} == ({cause} if cause else set())


def test_due_later_it_waits_for_its_time_no_more(
    runtime: Runtime, failed: int, look: Look, clock: Clock
) -> None:
    put(runtime, failed, due_at=clock() + timedelta(hours=3))

    do(runtime, desk.retry, failed)

    assert look(failed).due_at == clock()

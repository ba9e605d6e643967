"""Many workers at one queue, and workers that die in the middle."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from server.db import Busy, Database
from server.notices import answers, claims, credits, delivery, due, outbox, sending
from server.notices.channels import Route, Way
from server.notices.claims import Claimed, ClaimLost
from server.notices.models import Notice, NoticeState
from server.notices.sending import Sender
from server.people import identities
from server.people.models import App
from server.runtime import Runtime
from server.wechat.errors import CallRejected
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell
from tests.server.notices.people import a_person, an_account

Sent = Counter[int]


def claim(runtime: Runtime, limit: int = 20) -> list[Claimed]:
    with runtime.db.transaction() as session:
        return list(claims.claim(session, runtime.now(), limit))


def begin(runtime: Runtime, claimed: Claimed, way: str = "template") -> None:
    with runtime.db.transaction() as session:
        claims.begin(session, claimed, way, runtime.now())


def deliver(runtime: Runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime, chance=lambda: 0.5))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Count what is handed to WeChat, which is the wire here and not what is tested."""
    seen: Sent = Counter()
    lock = threading.Lock()

    def carry(_wechat: object, _route: object, _letter: object, notice_id: int) -> str:
        with lock:
            seen[notice_id] += 1
        return ""

    monkeypatch.setattr(sending, "carry", carry)
    return seen


def queue_for_many(runtime: Runtime, people: int) -> None:
    with runtime.db.transaction() as session:
        for number in range(people):
            person = a_person(session)
            an_account(session, person)
            moment = runtime.now() + timedelta(days=1)
            facts = {"number": 1, "title": "一", "starts_at": moment}
            outbox.queue(
                session, person, "volunteers.cancelled", f"k{number}", runtime.now(), facts
            )


def drain_together(runtime: Runtime, workers: int) -> None:
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(delivery.deliver, runtime) for _ in range(workers)]:
            done.result()


def states(runtime: Runtime) -> set[NoticeState]:
    with runtime.db.reading() as session:
        return set(session.scalars(select(Notice.state)))


def test_several_workers_send_each_notice_once(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 60)

    drain_together(runtime, 4)
    while deliver(runtime):
        pass

    assert len(sent) == 60
    assert set(sent.values()) == {1}
    assert states(runtime) == {NoticeState.SENT}


def test_without_claims_they_send_twice(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: claims that nobody keeps, and writes that ask for none."""

    def change_freely(
        session: Session, claimed: Claimed, values: dict[str, object], *_more: object
    ) -> None:
        session.execute(update(Notice).where(Notice.id == claimed.id).values(values))

    monkeypatch.setattr(claims, "_change", change_freely)
    queue_for_many(runtime, 5)
    ours = claim(runtime)
    with runtime.db.transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.QUEUED, claimed_until=None))
    theirs = claim(runtime)

    for each in ours + theirs:
        Sender(runtime, lambda: 0.5)(each)

    assert set(sent.values()) == {2}


def test_what_a_dead_worker_had_claimed_is_rescued(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone)
    claim(runtime)

    clock.advance(seconds=59)
    assert deliver(runtime) == {}
    clock.advance(seconds=2)
    assert deliver(runtime) == {"sent template": 1}
    assert look(notice).attempts == 2


def test_a_send_that_had_begun_is_repeated_at_least_once(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone, "volunteers.offered")
    [mine] = claim(runtime)
    begin(runtime, mine)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent template": 1}


def test_a_send_that_had_begun_is_not_repeated_at_most_once(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone, "volunteers.reminder")
    [mine] = claim(runtime)
    begin(runtime, mine)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"dead unknown": 1}
    assert look(notice).state is NoticeState.DEAD
    assert str(look(notice).outcome).startswith("unknown")


def test_a_reminder_that_was_only_claimed_is_still_sent(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone, "volunteers.reminder")
    claim(runtime)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent template": 1}


def test_a_worker_paused_past_its_claim_neither_sends_nor_settles(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone)
    [paused] = claim(runtime)
    clock.advance(seconds=61)
    deliver(runtime)

    with pytest.raises(ClaimLost):
        begin(runtime, paused)
    with pytest.raises(ClaimLost), runtime.db.transaction() as session:
        claims.settle(session, paused, NoticeState.DEAD, clock())

    assert look(notice).state is NoticeState.SENT


def test_a_claim_that_ran_out_is_not_begun_even_if_nobody_took_it(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone)
    [paused] = claim(runtime)
    clock.advance(seconds=61)

    with pytest.raises(ClaimLost):
        begin(runtime, paused)


def test_two_notices_of_one_person_are_never_on_their_way_at_once(
    runtime: Runtime, phone: Phone, tell: Tell
) -> None:
    tell(phone, key="a")
    tell(phone, key="b")

    assert [len(claim(runtime)), len(claim(runtime))] == [1, 0]


def test_racing_claims_never_take_two_notices_of_one_person(
    runtime: Runtime, phone: Phone, tell: Tell
) -> None:
    for number in range(8):
        tell(phone, key=f"k{number}")
    together = threading.Barrier(4)

    def at_once(_number: int) -> int:
        together.wait(10)
        return len(claim(runtime, 1))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(at_once, range(4))) <= 1


def test_the_credit_of_a_send_that_died_is_used_again(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    tell(phone)
    [mine] = claim(runtime)
    with runtime.db.transaction() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
        assert known is not None
        credit = credits.hold(session, known.account_id, "tpl-offer", None)
        claims.begin(session, mine, "notification", clock(), credit)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent notification": 1}


def test_a_credit_given_back_is_no_longer_the_notice_s(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    """A worker that dies right after a refusal leaves no credit that could be used twice."""
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    notice = tell(phone)
    [mine] = claim(runtime)
    with runtime.db.transaction() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
        assert known is not None
        credit = credits.hold(session, known.account_id, "tpl-offer", None)
        claims.begin(session, mine, "notification", clock(), credit)
        route = Route(Way.NOTIFICATION, App.OFFICIAL, known.account_id, phone.openid, "tpl-offer")
        banned = CallRejected(43107, "banned")
        answers.refused(session, mine, route, credit, banned, clock())

    assert look(notice).credit_id is None


def test_a_credit_that_somebody_else_has_spent_closes_that_way(
    runtime: Runtime, phone: Phone, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    tell(phone)
    hold = credits.hold

    def spent_meanwhile(session: Session, account: int, template: str, held: int | None) -> object:
        credits.reject(session, account, template, runtime.now())
        return hold(session, account, template, held)

    monkeypatch.setattr(credits, "hold", spent_meanwhile)

    assert deliver(runtime) == {"sent template": 1}


class Restarting(Database):
    """A database that takes nothing for the next few transactions."""

    away = 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self.away:
            self.away -= 1
            raise Busy("it restarts")
        with super().transaction() as session:
            yield session


@pytest.fixture
def restarting(runtime: Runtime) -> Iterator[Restarting]:
    database = Restarting(runtime.settings.database_url)
    yield database
    database.dispose()


def test_an_outcome_is_written_once_the_database_is_back(
    runtime: Runtime,
    restarting: Restarting,
    phone: Phone,
    tell: Tell,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = tell(phone)
    monkeypatch.setattr(sending, "PAUSE", 0.0)
    carry = sending.carry

    def carry_and_restart(*args: object) -> str:
        restarting.away = 3
        return carry(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "carry", carry_and_restart)

    assert deliver(replace(runtime, db=restarting)) == {"sent template": 1}
    assert look(notice).state is NoticeState.SENT


def test_a_database_that_stays_away_leaves_the_notice_to_its_claim(
    runtime: Runtime,
    restarting: Restarting,
    phone: Phone,
    tell: Tell,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell(phone)
    [mine] = claim(runtime)
    monkeypatch.setattr(sending, "PAUSE", 0.0)
    restarting.away = 1_000

    assert Sender(replace(runtime, db=restarting), lambda: 0.5)(mine) == "left busy"
    clock.advance(seconds=61)
    assert deliver(runtime) == {"sent template": 1}


def test_a_worker_that_wakes_too_late_sends_nothing(
    runtime: Runtime, phone: Phone, tell: Tell, sent: Sent, clock: Clock
) -> None:
    tell(phone)
    [mine] = claim(runtime)
    clock.advance(seconds=61)

    assert Sender(runtime, lambda: 0.5)(mine) == "lost claim"
    assert not sent


def test_a_notice_that_ran_late_while_claimed_is_dropped(
    runtime: Runtime, phone: Phone, tell: Tell, sent: Sent, clock: Clock
) -> None:
    tell(phone, not_after=clock() + timedelta(seconds=5))
    [mine] = claim(runtime)
    clock.advance(seconds=10)

    assert Sender(runtime, lambda: 0.5)(mine) == "dropped late"
    assert not sent


def test_delivery_waits_for_a_database_that_is_away(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 1)
    monkeypatch.setattr(delivery, "AFTER_FAULT", 0.0)
    stop, calls = threading.Event(), []
    deliver_well = delivery.deliver

    def deliver_the_second_time(*args: object, **more: object) -> object:
        calls.append(args)
        if len(calls) == 1:
            raise Busy("away")
        stop.set()
        return deliver_well(runtime)

    monkeypatch.setattr(delivery, "deliver", deliver_the_second_time)
    delivery.keep(runtime, stop)

    assert sum(sent.values()) == 1


def test_told_to_stop_a_worker_leaves_the_rest_to_others(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 30)
    stop = threading.Event()
    monkeypatch.setattr(delivery, "THREADS", 1)
    carry = sending.carry

    def carry_and_stop(*args: object) -> str:
        stop.set()
        return carry(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "carry", carry_and_stop)
    tally = delivery.deliver(runtime, stop=stop)

    assert tally == {"sent template": 1, "left stopping": 19}
    assert deliver(runtime) == {"sent template": 29}
    assert set(sent.values()) == {1}


def test_a_worker_may_take_a_bounded_piece(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 30)

    assert delivery.deliver(runtime, rounds=1) == {"sent template": 20}
    assert delivery.deliver(runtime, rounds=0) == {}


def test_keeping_delivery_ends_when_told(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 3)
    stop = threading.Event()
    worker = threading.Thread(target=delivery.keep, args=(runtime, stop))
    worker.start()

    wait_until(lambda: len(sent) == 3)
    stop.set()
    worker.join(10)

    assert not worker.is_alive()


def test_the_queue_is_measured(runtime: Runtime, clock: Clock) -> None:
    queue_for_many(runtime, 3)
    clock.advance(seconds=90)

    with runtime.db.reading() as session:
        assert due.backlog(session, clock()) == (3, timedelta(seconds=90))


def test_what_is_due_is_found_by_the_index_of_open_notices(db: Database, clock: Clock) -> None:
    """However many notices were sent before: a claim reads only what is open."""
    with db.transaction() as session:
        person = a_person(session)
        old = {
            "person_id": person,
            "kind": "volunteers.cancelled",
            "facts": {},
            "state": NoticeState.SENT,
            "queued_at": clock(),
            "due_at": clock(),
            "attempts": 1,
        }
        session.execute(insert(Notice), [old | {"key": f"old{n}"} for n in range(3_000)])
    with db.transaction() as session:
        if not db.is_sqlite:
            session.execute(text("ANALYZE notice"))
        plan = explained(session, db, clock())

    assert "ix_notice_due" in plan


def explained(session: Session, db: Database, now: datetime) -> str:
    words = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
    query = due.select_due(now, 20).compile(db.engine, compile_kwargs={"literal_binds": True})
    return str(session.execute(text(f"{words} {query}".replace(":", "\\:"))).all())


def wait_until(true: Callable[[], bool]) -> None:
    deadline = threading.Event()
    for _ in range(1_000):
        if true():
            return
        deadline.wait(0.01)
    raise AssertionError("it did not come to pass within ten seconds")

"""A worker as a whole: it stops in good order, waits out the database, and isolates what is ill."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from server.db import Busy, Database
from server.notices import channels, claims, delivery, pipeline, turns
from server.notices.models import Notice, NoticeState
from server.notices.turns import Work
from server.runtime import Runtime
from server.wechat.dispatch import Dispatch
from tests.clock import Clock
from tests.phone import Phone
from tests.server.notices.conftest import Look, Sent, Tell
from tests.server.notices.workers import claim, deliver, queue_for_many, send, wait_until


def with_connections(runtime: Runtime, many: int) -> Runtime:
    notices = runtime.settings.notices.model_copy(update={"connections": many})
    return replace(runtime, settings=runtime.settings.model_copy(update={"notices": notices}))


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
    monkeypatch.setattr(pipeline, "PAUSE", 0.0)
    send_well = Dispatch.send

    def send_and_restart(self: Dispatch, *call: object) -> None:
        restarting.away = 3
        send_well(self, *call)  # type: ignore[arg-type]

    monkeypatch.setattr(Dispatch, "send", send_and_restart)

    assert deliver(replace(runtime, db=restarting)) == {"sent template": 1}
    assert look(notice).state is NoticeState.SENT
    assert len(phone.pushed()) == 1


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
    monkeypatch.setattr(pipeline, "PAUSE", 0.0)
    restarting.away = 1_000

    assert send(replace(runtime, db=restarting), mine) == ["left busy"]
    clock.advance(seconds=61)
    assert deliver(runtime) == {"sent template": 1}


def test_a_database_that_is_away_from_the_beginning_is_told(
    runtime: Runtime, restarting: Restarting, sent: Sent
) -> None:
    queue_for_many(runtime, 1)
    restarting.away = 2

    for _ in range(2):
        with pytest.raises(Busy):
            deliver(replace(runtime, db=restarting))
    assert deliver(replace(runtime, db=restarting)) == {"sent template": 1}


def test_a_worker_that_wakes_too_late_sends_nothing(
    runtime: Runtime, phone: Phone, tell: Tell, sent: Sent, clock: Clock
) -> None:
    tell(phone)
    [mine] = claim(runtime)
    clock.advance(seconds=61)

    assert send(runtime, mine) == ["lost claim"]
    assert not sent


def test_a_notice_that_ran_late_while_claimed_is_dropped(
    runtime: Runtime, phone: Phone, tell: Tell, sent: Sent, clock: Clock
) -> None:
    tell(phone, not_after=clock() + timedelta(seconds=5))
    [mine] = claim(runtime)
    clock.advance(seconds=10)

    assert send(runtime, mine) == ["dropped late"]
    assert not sent


def test_a_pause_between_begin_and_send_keeps_it_back(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sleeps past the claim sends nothing that another may have sent."""
    tell(phone)
    [mine] = claim(runtime)
    send_well = Dispatch.send

    def sleep_first(self: Dispatch, *call: object) -> None:
        clock.advance(seconds=61)
        send_well(self, *call)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Dispatch, "send", sleep_first)
        assert send(runtime, mine) == ["lost claim"]
    assert phone.pushed() == []
    assert deliver(runtime) == {"sent template": 1}


def test_control_without_that_look_it_would_be_sent_twice(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.say("活动")
    tell(phone)
    [mine] = claim(runtime)
    send_well = Dispatch.send

    def sleep_first(self: Dispatch, post: object, heard: object, _may_leave: object) -> None:
        clock.advance(seconds=61)
        assert deliver(runtime) == {"sent service": 1}
        monkeypatch.setattr(Dispatch, "send", send_well)
        send_well(self, post, heard, lambda: True)  # type: ignore[arg-type]

    def only_once(self: Dispatch, *call: object) -> None:
        monkeypatch.setattr(Dispatch, "send", send_well)
        sleep_first(self, *call)  # type: ignore[arg-type]

    monkeypatch.setattr(Dispatch, "send", only_once)

    assert send(runtime, mine) == ["lost claim"]
    assert len(phone.pushed()) == 2


def test_delivery_waits_for_a_database_that_is_away(
    runtime: Runtime, restarting: Restarting, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 1)
    monkeypatch.setattr(delivery, "AFTER_FAULT", 0.0)
    monkeypatch.setattr(delivery, "PAUSE", 0.0)
    stop = threading.Event()
    restarting.away = 3
    keeping = threading.Thread(
        target=delivery.keep, args=(replace(runtime, db=restarting), stop), daemon=True
    )
    keeping.start()

    wait_until(lambda: sum(sent.values()) == 1)
    stop.set()
    keeping.join(10)

    assert not keeping.is_alive()


def test_told_to_stop_a_worker_leaves_the_rest_to_others(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 30)
    stop = threading.Event()
    send_well = Dispatch.send

    def send_and_stop(self: Dispatch, *call: object) -> None:
        stop.set()
        send_well(self, *call)  # type: ignore[arg-type]

    monkeypatch.setattr(Dispatch, "send", send_and_stop)
    tally = delivery.deliver(with_connections(runtime, 1), stop=stop)

    assert tally["sent template"] == 1
    assert set(tally) <= {"sent template", "left stopping"}
    assert deliver(runtime) == {"sent template": 29}
    assert set(sent.values()) == {1}


def test_a_worker_may_take_a_bounded_piece(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 30)
    few = with_connections(runtime, 5)

    assert delivery.deliver(few, rounds=1) == {"sent template": 20}
    assert delivery.deliver(few, rounds=0) == {}


def test_keeping_delivery_ends_when_told(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 3)
    stop = threading.Event()
    worker = threading.Thread(target=delivery.keep, args=(runtime, stop))
    worker.start()

    wait_until(lambda: len(sent) == 3)
    stop.set()
    worker.join(10)

    assert not worker.is_alive()


def test_no_more_are_on_their_way_than_may_be(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 40)
    seen: list[int] = []
    take = turns.take

    def take_and_count(*given: object) -> turns.Done:
        done = take(*given)  # type: ignore[arg-type]
        with runtime.db.reading() as session:
            begun = session.query(Notice).where(
                Notice.state == NoticeState.SENDING, Notice.channel.is_not(None)
            )
            seen.append(begun.count())
        return done

    monkeypatch.setattr(turns, "take", take_and_count)

    assert delivery.deliver(with_connections(runtime, 8)) == {"sent template": 40}
    assert max(seen) == 22


def test_a_turn_costs_the_same_few_statements_however_many_it_is_about(
    runtime: Runtime, sent: Sent
) -> None:
    queue_for_many(runtime, 40)

    def cost(many: int) -> int:
        with counted(runtime.db) as statements:
            assert delivery.deliver(with_connections(runtime, many), rounds=1)["sent template"]
        return len([each for each in statements if "claimed_by" not in each])

    assert cost(5) <= 2 * cost(1)
    assert cost(1) <= 60


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_poisoned_notice_stops_only_itself_and_is_dead_after_three_tries(
    runtime: Runtime,
    sent: Sent,
    phone: Phone,
    tell: Tell,
    look: Look,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The poison spoils the whole transaction, wherever in it that happens."""
    queue_for_many(runtime, 10)
    poison = tell(phone, key="poison")
    choose = channels.choose

    def choke(session: Session, wanted: list[claims.Claimed], *more: object) -> object:
        if any(each.id == poison for each in wanted):
            raise ZeroDivisionError
        return choose(session, wanted, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(channels, "choose", choke)

    assert deliver(runtime) == {"sent template": 10, "retried bug": 1}
    for _ in range(2):
        clock.advance(minutes=1)
        deliver(runtime)

    assert look(poison).state is NoticeState.DEAD
    assert look(poison).facts["title"]
    assert set(sent.values()) == {1}


def test_control_without_the_split_one_poison_stops_all(
    runtime: Runtime, sent: Sent, phone: Phone, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_for_many(runtime, 10)
    poison = tell(phone, key="poison")
    choose = channels.choose

    def choke(session: Session, wanted: list[claims.Claimed], *more: object) -> object:
        if any(each.id == poison for each in wanted):
            raise ZeroDivisionError
        return choose(session, wanted, *more)  # type: ignore[arg-type]

    def put_all_aside(self: pipeline.Pipeline, work: Work) -> list[str]:
        self._away.difference_update(work.errands)
        aside = [turns.stumble(runtime, errand, lambda: 0.5) for errand in work.errands]
        return [word for done in aside for word in done.ended]

    monkeypatch.setattr(channels, "choose", choke)
    monkeypatch.setattr(pipeline.Pipeline, "_apart", put_all_aside)

    assert deliver(runtime) == {"retried bug": 11}
    assert not sent


@pytest.mark.parametrize(
    ("kind", "first", "arrived"),
    [
        ("volunteers.reminder", {"dead unknown": 1}, 1),
        ("volunteers.cancelled", {"retried bug": 1}, 2),
    ],
)
def test_what_was_sent_and_cannot_be_settled_goes_again_only_if_it_may(
    runtime: Runtime,
    sent: Sent,
    phone: Phone,
    tell: Tell,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    first: dict[str, int],
    arrived: int,
) -> None:
    tell(phone, kind)
    with monkeypatch.context() as broken:
        broken.setattr(turns._Turn, "_settle", _choke_on_what_was_heard)
        assert deliver(runtime) == first

    clock.advance(minutes=5)
    deliver(runtime)

    assert sent.total() == arrived


def _choke_on_what_was_heard(_turn: object, heard: list[object], _held: object) -> list[object]:
    if heard:
        raise ZeroDivisionError
    return []


def test_a_mistake_that_comes_back_from_the_wire_is_one_of_ours(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    notice = tell(phone)

    def fail(*_call: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Dispatch, "send", fail)

    assert deliver(runtime) == {"retried bug": 1}
    assert look(notice).credit_id is None

"""Answers that would come too late for WeChat: kept first, sent afterwards, never lost."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select, text, update

from bot import late
from bot.chat import Chat, Reply
from bot.conversation import Conversation
from bot.desk import Desk
from bot.exchange import Exchange
from bot.face import COMMANDS, answer_waiting
from bot.help import lost
from bot.reception import Reception
from bot.router import Command, Router
from config.settings import Settings
from server.db import Busy, Database
from server.notices.models import Notice
from server.runtime import Runtime
from server.volunteers.models import Signup
from server.wechat import xml
from server.wechat.messages import Incoming, incoming
from server.wechat.models import Inbound, Waiting
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.factories import an_activity

LATER = "正在办理，结果稍后发给您，不用重复发送。"
PATIENCE = 10


class Slow:
    """A command that begins, and ends when the test says so."""

    def __init__(self) -> None:
        self.begun = Event()
        self.may_end = Event()
        self.times = 0

    def __call__(self, chat: Chat, *_number: int) -> Reply:
        self.times += 1
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        return Reply(f"办好了，第{self.times}次")


@pytest.fixture
def slow() -> Iterator[Slow]:
    command = Slow()
    yield command
    command.may_end.set()


@pytest.fixture
def hasty(runtime: Runtime, settings: Settings) -> Runtime:
    """A runtime whose budget is a fraction of a second."""
    return replace(runtime, settings=settings.model_copy(update={"reply_budget_seconds": 0.05}))


def exchange_with(runtime: Runtime, command: Callable[..., Reply]) -> Exchange:
    commands = (*COMMANDS, Command("slow", ("慢慢来",), command))
    return Exchange(runtime, Conversation(runtime, Router(commands, lost)).reply)


def reception_with(runtime: Runtime, command: Callable[..., Reply]) -> Reception:
    return Reception(runtime, exchange_with(runtime, command), Desk())


def message(phone: Phone, words: str) -> Incoming:
    fields = xml.parse(phone.letter("text", Content=words).encode())
    return incoming("official", fields, encrypted=True)


def told(runtime: Runtime) -> list[str]:
    """Return the late replies that are queued."""
    with runtime.db.reading() as session:
        kinds = select(Notice).where(Notice.kind == "chat.late_reply").order_by(Notice.id)
        return [notice.facts["text"] for notice in session.scalars(kinds)]


def kept(runtime: Runtime) -> list[Waiting]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(Waiting)))


def eventually(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


@contextmanager
def letting_others_write(runtime: Runtime) -> Iterator[None]:
    """Skip where one slow transaction holds up all others."""
    if runtime.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time: nothing can be kept beside a slow one")
    yield


def test_a_slow_reply_is_promised_and_then_sent(hasty: Runtime, zhao: Phone, slow: Slow) -> None:
    with letting_others_write(hasty):
        reception, said = reception_with(hasty, slow), message(zhao, "慢慢来")

        assert reception.answer(said) == LATER
        [row] = kept(hasty)
        assert "慢慢来".encode() not in row.sealed
        assert reception.answer(said) == LATER
        slow.may_end.set()

        eventually(lambda: not kept(hasty))
        # the second attempt may have worked too, but what it did was undone
        [answer] = told(hasty)
        assert answer.startswith("办好了")
        assert reception.answer(said) == LATER
        assert told(hasty) == [answer]


def test_where_nothing_can_be_kept_nothing_is_acknowledged(
    hasty: Runtime, zhao: Phone, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reception.KEEP_SECONDS", 0.05)
    reception, said = reception_with(hasty, slow), message(zhao, "慢慢来")
    with _table_locked(hasty.db, "waiting"), pytest.raises(Busy):
        reception.answer(said)
    slow.may_end.set()

    # WeChat knocks again, and gets the reply of the first attempt one way or the other
    patient = reception_with(replace(hasty, settings=_patient(hasty.settings)), slow)
    eventually(lambda: patient.answer(said).startswith(("办好了", LATER)))


@contextmanager
def _table_locked(db: Database, table: str) -> Iterator[None]:
    """Keep others from writing to the table; on SQLite the slow command does so by itself."""
    if db.is_sqlite:
        yield
        return
    with db.transaction() as session:
        session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


def _patient(settings: Settings) -> Settings:
    return settings.model_copy(update={"reply_budget_seconds": 4.0})


def test_a_database_held_by_another_program_is_waited_for(
    runtime: Runtime, hasty: Runtime, zhao: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reception.KEEP_SECONDS", 0.05)
    reception, said = reception_with(hasty, Slow()), message(zhao, "我的")
    other = Database(runtime.db.url)
    with other.transaction() as session:
        lock = "LOCK TABLE inbound, waiting IN ACCESS EXCLUSIVE MODE"
        session.execute(text("SELECT 1" if other.is_sqlite else lock))
        with pytest.raises(Busy):
            reception.answer(said)
    other.dispose()

    eventually(lambda: _decided(runtime, said.key))
    patient = replace(hasty, settings=_patient(hasty.settings))
    answer = reception_with(patient, Slow()).answer(said)
    assert answer in ("您现在没有报名。回复“活动”看看正在招募的。", LATER)


def _decided(runtime: Runtime, key: str) -> bool:
    with runtime.db.reading() as session:
        return session.scalar(select(Inbound.id).where(Inbound.key == key)) is not None


def test_what_a_dead_process_promised_another_keeps(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now()).number
    said = message(zhao, f"报名{number}")
    assert late.keep(runtime, said) == LATER

    assert answer_waiting(runtime) == 0, "the first attempt is left its time"
    clock.advance(seconds=21)
    assert answer_waiting(runtime) == 1
    assert answer_waiting(runtime) == 0

    [reply] = told(runtime)
    assert reply.startswith("报名成功")
    assert kept(runtime) == []
    with runtime.db.reading() as session:
        assert len(session.scalars(select(Signup)).all()) == 1


def test_what_was_done_but_not_told_is_told_once(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    """The process died after the effect, before it could hand the reply over."""
    exchange = exchange_with(runtime, Slow())
    said = message(zhao, "我的")
    late.keep(runtime, said)
    reply = exchange.answer(said)
    clock.advance(seconds=21)

    assert answer_waiting(runtime) == 1
    assert told(runtime) == [reply]
    assert not late.hand_over(runtime, said)
    assert told(runtime) == [reply]
    assert exchange.answer(said) == LATER


def test_a_reply_that_comes_just_in_time_is_the_answer(runtime: Runtime, zhao: Phone) -> None:
    said = message(zhao, "我的")
    reply = exchange_with(runtime, Slow()).answer(said)

    assert late.keep(runtime, said) == reply
    assert kept(runtime) == []


def test_an_event_that_was_late_is_handed_over_in_silence(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    letter = zhao.event("VIEW", EventKey="https://example.org/")
    late.keep(runtime, incoming("official", xml.parse(letter.encode()), encrypted=True))
    clock.advance(seconds=21)

    assert answer_waiting(runtime) == 1
    assert told(runtime) == []


def test_a_message_that_never_comes_to_an_end_is_given_up(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    tries: list[int] = []

    def never(_chat: Chat) -> Reply:
        tries.append(1)
        raise Busy("again and again")

    exchange = exchange_with(runtime, never)
    late.keep(runtime, message(zhao, "慢慢来"))
    other = message(zhao, "我的")
    late.keep(runtime, other)
    clock.advance(seconds=21)

    assert late.catch_up(runtime, exchange) == 1, "one that fails holds back only itself"
    for _ in range(late.MOST_ATTEMPTS):
        late.catch_up(runtime, exchange)

    assert len(tries) == late.MOST_ATTEMPTS
    assert [reply[:2] for reply in told(runtime)] == ["您现", "抱歉"]
    assert kept(runtime) == []


def test_what_cannot_be_opened_holds_back_only_itself(
    runtime: Runtime, zhao: Phone, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    late.keep(runtime, message(zhao, "我的"))
    with runtime.db.transaction() as session:
        session.execute(update(Waiting).values(sealed=b"\x01" + b"x" * 40))
    late.keep(runtime, message(zhao, "帮助"))
    clock.advance(seconds=21)

    assert answer_waiting(runtime) == 1
    for _ in range(20):
        assert answer_waiting(runtime) == 0
    assert len([one for one in caplog.records if "could not" in one.message]) == 10
    assert len(kept(runtime)) == 1


def test_a_late_reply_that_cannot_be_queued_waits_for_the_next_catch_up(
    hasty: Runtime, zhao: Phone, slow: Slow, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with letting_others_write(hasty):
        reception, said = reception_with(hasty, slow), message(zhao, "慢慢来")
        assert reception.answer(said) == LATER
        with monkeypatch.context() as patch:
            patch.setattr("server.notices.outbox.queue", None)
            slow.may_end.set()
            eventually(lambda: _decided(hasty, said.key))
            eventually(lambda: not hasty.db.engine.pool.checkedout())
        clock.advance(seconds=21)

        eventually(lambda: told(hasty) or answer_waiting(hasty))
        assert told(hasty) == ["办好了，第1次"]


def test_two_that_catch_up_at_once_tell_once(
    runtime: Runtime, zhao: Phone, clock: Clock, at_once: Callable[..., list[int]]
) -> None:
    for _ in range(5):
        late.keep(runtime, message(zhao, "我的"))
    clock.advance(seconds=21)

    done = at_once(3, lambda _: answer_waiting(runtime))

    assert sum(done) == 5
    assert len(told(runtime)) == 5


def test_a_crowded_desk_sends_people_away_to_come_again(
    hasty: Runtime, zhao: Phone, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(most=1)
    reception = Reception(hasty, exchange_with(hasty, slow), desk)

    with caplog.at_level(logging.WARNING), pytest.raises(Busy, match="threads"):
        reception.answer(message(zhao, "慢慢来"))
    with pytest.raises(Busy, match="threads"):
        reception.answer(message(zhao, "我的"))

    assert kept(hasty) == []
    assert timedelta(0) < late.GRACE


def test_what_was_kept_too_late_is_not_kept(runtime: Runtime, zhao: Phone) -> None:
    """WeChat was told to come again, and will be answered then: a second answer is too many."""
    gave_up = Event()
    gave_up.set()

    with pytest.raises(Busy):
        late.keep(runtime, message(zhao, "我的"), gave_up)

    assert kept(runtime) == []

"""One effect and one answer, however often and however quickly a message is brought."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from bot.chat import Chat, Reply
from bot.conversation import Conversation
from bot.exchange import Exchange
from bot.face import COMMANDS, bot
from bot.help import lost
from bot.router import Command, Router
from config.settings import Settings
from server.app import create_app
from server.db import Database, Session
from server.errors import Conflict
from server.notices.models import Notice
from server.people import dialogues
from server.people.models import Account, Person
from server.runtime import Runtime
from server.volunteers.models import Signup
from server.wechat import inbound, xml
from server.wechat.messages import Incoming, incoming
from server.wechat.models import Inbound
from tests.bot.driver import Line, Phone, line_of
from tests.clock import Clock
from tests.factories import an_activity


def publish(runtime: Runtime, capacity: int = 1) -> int:
    with runtime.db.transaction() as session:
        return an_activity(session, runtime.now(), capacity=capacity).number


def count(runtime: Runtime, table: type) -> int:
    with runtime.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


AtOnce = Callable[[int, Callable[[int], str]], list[str]]


def test_three_deliveries_in_a_row_have_one_effect_and_one_answer(
    runtime: Runtime, zhao: Phone
) -> None:
    letter = zhao.letter("text", Content=f"报名{publish(runtime)}")

    replies = [zhao.sends(letter).text for _ in range(3)]

    assert replies[0].startswith("报名成功")
    assert replies == [replies[0]] * 3
    assert count(runtime, Signup) == 1
    assert count(runtime, Notice) == 1, "the reminder; the news was the reply"


@pytest.mark.both
@pytest.mark.parametrize("_round", range(5))
def test_three_deliveries_at_once_have_one_effect_and_one_answer(
    runtime: Runtime,
    app: Flask,
    settings: Settings,
    clock: Clock,
    zhao: Phone,
    at_once: AtOnce,
    _round: int,
) -> None:
    letter = zhao.letter("text", Content=f"报名{publish(runtime)}")

    replies = at_once(3, lambda _: line_of(app, settings, clock).push(letter).text)

    assert replies[0].startswith("报名成功")
    assert replies == [replies[0]] * 3
    assert count(runtime, Signup) == 1


def test_the_first_words_of_a_stranger_brought_at_once_make_one_person(
    runtime: Runtime, app: Flask, settings: Settings, clock: Clock, line: Line, at_once: AtOnce
) -> None:
    stranger = Phone(line)
    letters = [stranger.letter("text", Content=words) for words in ("帮助", "我的", "帮助", "我的")]

    at_once(4, lambda number: line_of(app, settings, clock).push(letters[number]).text)

    assert count(runtime, Person) == 1
    assert count(runtime, Account) == 1


def test_a_refused_message_is_refused_again_in_the_same_words(
    runtime: Runtime, app: Flask, settings: Settings, clock: Clock, zhao: Phone, at_once: AtOnce
) -> None:
    letter = zhao.letter("text", Content="报名 1")

    replies = at_once(3, lambda _: line_of(app, settings, clock).push(letter).text)
    publish(runtime)

    assert replies == ["没有找到这个活动。回复“活动”看看正在招募的。"] * 3
    assert zhao.sends(letter).text == replies[0]
    assert zhao.says("报名 1").startswith("报名成功")


def test_two_messages_in_one_second_are_two_messages(runtime: Runtime, zhao: Phone) -> None:
    first, second = (zhao.letter("text", Content="我的") for _ in range(2))
    zhao.sends(first)
    zhao.sends(second)

    assert count(runtime, Inbound) == 3


def test_without_the_key_a_repeated_message_counts_twice(
    runtime: Runtime, zhao: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: forgetting who brought what makes the notes double."""
    notes: list[str] = []
    exchange = Exchange(runtime, lambda _s, message, _t, _n: notes.append(message.key) or "noted")
    message = _incoming(zhao, "记一笔")

    assert [exchange.answer(message) for _ in range(3)] == ["noted"] * 3
    assert len(notes) == 1

    monkeypatch.setattr(dialogues, "meet", lambda *_asked: dialogues.Met(None, None))
    monkeypatch.setattr(inbound, "record", lambda *_told: True)
    assert [exchange.answer(message) for _ in range(3)] == ["noted"] * 3
    assert len(notes) == 4


def test_the_effect_and_the_row_are_one_transaction(runtime: Runtime, zhao: Phone) -> None:
    def die(session: Session, _message: Incoming, _talk: object, now: datetime) -> str:
        session.add(Person(created_at=now))
        session.flush()
        raise KeyboardInterrupt

    people, rows = count(runtime, Person), count(runtime, Inbound)

    with pytest.raises(KeyboardInterrupt):
        Exchange(runtime, die).answer(_incoming(zhao, "帮助"))

    assert count(runtime, Person) == people
    assert count(runtime, Inbound) == rows


class Unworded(Conflict):
    """A refusal that nobody has written a sentence for."""

    code = "chat.nobody_wrote_this"


def _fails(error: BaseException) -> Callable[[Chat], Reply]:
    def fail(chat: Chat) -> Reply:
        chat.session.execute(text("DELETE FROM dialogue"))
        raise error

    return fail


@pytest.mark.parametrize("error", [RuntimeError("a mistake, o" + "x" * 27), Unworded()])
def test_a_mistake_of_ours_is_an_apology_with_a_number_and_has_no_effect(
    runtime: Runtime,
    zhao: Phone,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    commands = (*COMMANDS, Command("fail", ("出错",), _fails(error)))
    exchange = Exchange(runtime, Conversation(runtime, Router(commands, lost)).reply)
    message = _incoming(zhao, "出错")
    dialogues = _dialogues(runtime)

    with caplog.at_level(logging.ERROR):
        apology = exchange.answer(message)

    assert apology.startswith("抱歉，系统出了点问题（编号")
    number = apology.partition("编号")[2][:6]
    [record] = [record for record in caplog.records if record.message == "message failed"]
    assert record.__dict__["apology"] == number
    assert record.exc_info
    assert exchange.answer(message) == apology
    assert _dialogues(runtime) == dialogues > 0


def test_while_the_database_is_away_nothing_is_acknowledged(
    runtime: Runtime, settings: Settings, clock: Clock, zhao: Phone, tmp_path: Path
) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/no/such/folder/x.db")
    app = create_app(settings, faces=[bot], runtime=replace(runtime, db=nowhere))
    cut_off = line_of(app, settings, clock)
    letter = zhao.letter("text", Content="帮助")

    for lost_letter in (letter, "<xml></xml>"):
        answer = cut_off.push(lost_letter)
        assert (answer.status, answer.body) == (503, "busy\n")

    nowhere.dispose()
    assert "1. 活动" in zhao.sends(letter).text


def _dialogues(runtime: Runtime) -> int:
    with runtime.db.reading() as session:
        return session.scalar(text("SELECT count(*) FROM dialogue")) or 0


def _incoming(phone: Phone, words: str) -> Incoming:
    fields = xml.parse(phone.letter("text", Content=words).encode())
    return incoming("official", fields, encrypted=True)

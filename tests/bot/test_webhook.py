"""What may come through the doors, and what becomes of everything else."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.face import bot
from config.settings import Settings
from server.app import create_app
from server.notices.models import Credit
from server.people import identities
from server.people.models import Account, App, Dialogue, Person
from server.runtime import Runtime
from server.wechat.models import Inbound, InboundState
from tests.bot.driver import Line, Phone, seal_of
from tests.clock import Clock
from tests.factories import an_activity

REFUSED = (403, "rejected\n")


def stored(runtime: Runtime) -> int:
    """Count every row that a callback could have written."""
    with runtime.db.reading() as session:
        tables = (Inbound, Account, Person, Dialogue)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def rows(runtime: Runtime) -> list[Inbound]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(Inbound).order_by(Inbound.id)))


@pytest.fixture
def letter(line: Line) -> str:
    return Phone(line).letter("text", Content="帮助")


def test_the_address_is_confirmed_byte_for_byte(line: Line) -> None:
    query = line.query() | {"echostr": "5927782489442352468"}

    answer = line.client.get(line.path, query_string=query)

    assert (answer.status_code, answer.data) == (200, b"5927782489442352468")
    assert answer.content_type.startswith("text/plain")
    forged = line.client.get(line.path, query_string=query | {"nonce": "other"})
    assert (forged.status_code, forged.text) == REFUSED


Change = Callable[[Line, str], tuple[bytes, dict[str, str]]]


def _sealed(line: Line, letter: str) -> tuple[str, bytes, dict[str, str]]:
    encrypted = seal_of(line.app).encrypt(letter.encode())
    return encrypted, line.envelope(encrypted), line.query(encrypted)


def forged(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    _encrypted, body, query = _sealed(line, letter)
    return body, query | {"msg_signature": "0" * 40}


def signed_as_if_plain(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    _encrypted, body, query = _sealed(line, letter)
    return body, query | {"msg_signature": query["signature"]}


def plain(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return letter.encode(), line.query()


def stale(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    encrypted, body, _query = _sealed(line, letter)
    return body, line.query(encrypted, at=line.clock.now() - timedelta(minutes=11))


def early(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    encrypted, body, _query = _sealed(line, letter)
    return body, line.query(encrypted, at=line.clock.now() + timedelta(minutes=11))


def unsigned(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return _sealed(line, letter)[1], {}


def bad_base64(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    encrypted = seal_of(line.app).encrypt(letter.encode())[:-5] + "*&^%="
    return line.envelope(encrypted), line.query(encrypted)


def half_a_block(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    encrypted = seal_of(line.app).encrypt(letter.encode())[:24]
    return line.envelope(encrypted), line.query(encrypted)


def for_another_app(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    other = line.app.model_copy(update={"app_id": "wxsomebodyelse00000"})
    encrypted = seal_of(other).encrypt(letter.encode())
    return line.envelope(encrypted), line.query(encrypted)


def to_another_account(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return _sealed(line, letter.replace(line.app.original_id, "gh_someoneelse"))[1:]


def too_large(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return _sealed(line, letter + " " * 70_000)[1:]


def with_a_dtd(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    _encrypted, body, query = _sealed(line, letter)
    return b'<!DOCTYPE x [<!ENTITY a "b">]>' + body, query


def deep(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return b"<a>" * 9_000 + b"</a>" * 9_000, _sealed(line, letter)[2]


def no_xml(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return b"\x00\xff not xml", _sealed(line, letter)[2]


def empty(line: Line, letter: str) -> tuple[bytes, dict[str, str]]:
    return b"", _sealed(line, letter)[2]


STRANGERS: tuple[Change, ...] = (
    *(forged, signed_as_if_plain, plain, stale, early, unsigned, bad_base64, half_a_block),
    *(for_another_app, to_another_account, too_large, with_a_dtd, deep, no_xml, empty),
)


@pytest.mark.parametrize("change", STRANGERS)
def test_whatever_is_not_genuine_gets_one_answer_and_has_no_effect(
    change: Change,
    line: Line,
    letter: str,
    runtime: Runtime,
    caplog: pytest.LogCaptureFixture,
    settings: Settings,
) -> None:
    body, query = change(line, letter)

    before = time.perf_counter()
    answer = line.deliver(body, query)
    took = time.perf_counter() - before

    assert (answer.status, answer.body) == REFUSED
    assert took < 0.25
    assert stored(runtime) == 0
    assert "Traceback" not in caplog.text
    assert settings.official.token.get_secret_value() not in caplog.text


def test_the_same_letter_unchanged_is_let_in(line: Line, letter: str, runtime: Runtime) -> None:
    _encrypted, body, query = _sealed(line, letter)

    assert "1. 活动" in line.deliver(body, query).text
    assert stored(runtime) == 4


def test_a_body_without_a_length_is_read_no_further_than_it_may_be(line: Line, letter: str) -> None:
    class Endless:
        """A stream that fails the test when somebody reads on and on."""

        given = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 1_000_000
            self.given += size
            assert self.given < 1_000_000
            return b"x" * size

    query = _sealed(line, letter)[2]
    environ = {"wsgi.input": Endless(), "wsgi.input_terminated": True}
    answer = line.client.post(line.path, query_string=query, environ_overrides=environ)

    assert (answer.status_code, answer.text) == REFUSED


@pytest.mark.parametrize(
    "letter",
    [
        "<xml></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "no xml at all",
        "<a>" * 500 + "</a>" * 500,
        '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
        "<xml><FromUserName>o</FromUserName><FromUserName>p</FromUserName></xml>",
    ],
)
def test_a_genuine_letter_that_is_of_no_use_is_kept_sealed_and_acknowledged(
    line: Line, runtime: Runtime, letter: str
) -> None:
    for _ in range(2):
        answer = line.push(letter)
        assert (answer.status, answer.body) == (200, "success")

    [row] = rows(runtime)
    assert row.state is InboundState.DEAD
    assert row.sealed is not None
    assert letter.encode() not in row.sealed
    assert runtime.vault.open(row.sealed, f"inbound:{row.key}") == letter


def test_unknown_kinds_and_events_are_noted_and_acknowledged(runtime: Runtime, zhao: Phone) -> None:
    for letter in (
        zhao.letter("hologram", Depth="3"),
        zhao.event("someday_event", EventKey="x"),
        zhao.event("VIEW", EventKey="https://example.org/"),
        zhao.event("LOCATION", Latitude="37.8", Longitude="112.5", Precision="40"),
        zhao.event("TEMPLATESENDJOBFINISH", MsgID="7", Status="success"),
    ):
        assert zhao.sends(letter).body == "success"

    assert [row.kind for row in rows(runtime)] == ["event", "hologram"] + ["event"] * 4
    assert {row.state for row in rows(runtime)} == {InboundState.APPLIED}


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("image", {"PicUrl": "http://127.0.0.1/x.jpg", "MediaId": "m"}, "收到照片"),
        ("voice", {"MediaId": "m", "Format": "amr"}, "没有听清"),
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": "我想看活动。"}, "正在招募"),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "收到视频"),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, "收到视频"),
        (
            "location",
            {"Location_X": "1", "Location_Y": "2", "Label": "l", "Scale": "1"},
            "收到位置",
        ),
        ("link", {"Title": "t", "Description": "d", "Url": "http://x"}, "收到链接"),
        ("text", {"Content": ""}, "没有听懂"),
    ],
)
def test_every_kind_of_message_gets_a_sentence(
    zhao: Phone, runtime: Runtime, kind: str, fields: dict[str, str], words: str
) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now())

    assert words in zhao.sends(zhao.letter(kind, **fields)).text


@pytest.mark.both
@pytest.mark.parametrize(
    "text",
    [
        "]]>",
        "]]><evil/><![CDATA[",
        "活动 ]]></Content><MsgType>image</MsgType>",
        "活动 \x07\x1b[31m",
        "{number} {0} %s",
        "🐝" * 500,
        "a" * 20_000,
        "长" * 14_000,
        "<b>&amp;</b>",
        "活动 '; DROP TABLE person; --",
        "活动 %_\\",
        "\u202e活动\u202c",
    ],
)
def test_strange_texts_get_an_ordinary_answer(zhao: Phone, text: str) -> None:
    escaped = text.replace("]]>", "]]]]><![CDATA[>")
    raw = escaped.replace("\x07", "").replace("\x1b", "")

    answer = zhao.sends(zhao.letter("text", Content=raw))

    assert answer.text
    assert len(answer.text.encode()) <= 2048


def test_control_bytes_make_a_dead_letter_or_an_answer_but_no_trace(
    zhao: Phone, line: Line
) -> None:
    answer = line.push(zhao.letter("text", Content="活动\x00\x07"))

    assert answer.status == 200


def test_the_menu_speaks_like_a_person(zhao: Phone, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), title="清理河道")

    assert "清理河道" in zhao.sends(zhao.event("CLICK", EventKey="活动")).text
    assert zhao.sends(zhao.event("CLICK", EventKey="我的")).text.startswith("您现在没有报名")
    assert "1. 活动" in zhao.sends(zhao.event("SCAN", EventKey="7", Ticket="t")).text


def following(runtime: Runtime, openid: str) -> bool:
    with runtime.db.reading() as session:
        found = session.scalar(select(Account.following).where(Account.openid == openid))
        assert found is not None
        return found


def test_a_late_follow_does_not_undo_a_later_unfollow(
    runtime: Runtime, line: Line, clock: Clock
) -> None:
    zhao, noon = Phone(line), clock.now()
    zhao.says("帮助")

    assert zhao.leaves(noon + timedelta(seconds=5)) == ""
    assert zhao.follows(noon + timedelta(seconds=3)) == ""
    assert not following(runtime, zhao.openid)
    assert zhao.follows(noon + timedelta(seconds=9)) != ""
    assert following(runtime, zhao.openid)


def test_within_one_second_leaving_wins_in_either_order(
    runtime: Runtime, line: Line, clock: Clock
) -> None:
    for first_leaves in (True, False):
        somebody = Phone(line)
        somebody.follows(clock.now() - timedelta(minutes=1))
        deeds = [somebody.leaves, somebody.follows]
        for deed in deeds if first_leaves else reversed(deeds):
            deed(clock.now())
        assert not following(runtime, somebody.openid)


def test_who_writes_follows_even_if_the_event_was_lost(
    runtime: Runtime, line: Line, clock: Clock
) -> None:
    zhao = Phone(line)

    zhao.says("帮助")

    assert following(runtime, zhao.openid)
    zhao.leaves(clock.now() + timedelta(seconds=1))
    zhao.sends(zhao.letter("text", at=clock.now(), Content="活动"))
    assert not following(runtime, zhao.openid)


def test_a_follow_that_comes_after_the_unfollow_it_preceded_changes_nothing(
    runtime: Runtime, line: Line, clock: Clock
) -> None:
    zhao = Phone(line)

    zhao.leaves(clock.now() + timedelta(seconds=1))
    zhao.follows(clock.now())

    assert not following(runtime, zhao.openid)


def a_guest(runtime: Runtime, openid: str) -> int:
    """Return the account of somebody known by the mini-program only."""
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.MINIPROGRAM, openid, runtime.now())
        return known.account_id


def balance(runtime: Runtime, account_id: int) -> int | None:
    with runtime.db.reading() as session:
        return session.scalar(select(Credit.balance).where(Credit.account_id == account_id))


def test_pushes_of_the_mini_program_are_taken_in_and_acknowledged(
    settings: Settings, runtime: Runtime, clock: Clock, line: Line
) -> None:
    door = Line(line.client, settings.miniprogram, clock, "/wechat/miniprogram")
    guest = Phone(door)
    account_id = a_guest(runtime, guest.openid)
    accepted = {"TemplateId": "tpl-offer", "SubscribeStatusString": "accept", "PopupScene": "0"}
    rejected = accepted | {"SubscribeStatusString": "reject"}

    def tells(event: str, rows: object) -> int | None:
        now = clock.advance(minutes=1)
        letter = {
            "ToUserName": door.app.original_id,
            "FromUserName": guest.openid,
            "CreateTime": str(int(now.timestamp())),
            "MsgType": "event",
            "Event": event,
            "List": rows,
        }
        encrypted = seal_of(door.app).encrypt(json.dumps(letter).encode())
        body = json.dumps({"ToUserName": door.app.original_id, "Encrypt": encrypted}).encode()
        assert door.deliver(body, door.query(encrypted)).body == "success"
        return balance(runtime, account_id)

    assert tells("subscribe_msg_popup_event", accepted) == 1
    assert tells("subscribe_msg_popup_event", [accepted, {"TemplateId": "x" * 99}]) == 2
    assert tells("subscribe_msg_popup_event", rejected) == 2
    assert tells("subscribe_msg_change_event", rejected) == 0
    assert tells("subscribe_msg_sent_event", {"TemplateId": "tpl-offer", "ErrorCode": "0"}) == 0
    assert door.push(guest.letter("text", Content="在吗")).body == "success"
    assert len(rows(runtime)) == 6


def test_letters_for_one_door_do_not_open_the_other(line: Line, settings: Settings) -> None:
    letter = Phone(line).letter("text", Content="帮助")
    encrypted = seal_of(settings.official).encrypt(letter.encode())

    answer = line.client.post(
        "/wechat/miniprogram", data=line.envelope(encrypted), query_string=line.query(encrypted)
    )

    assert (answer.status_code, answer.text) == REFUSED


def test_plaintext_is_answered_in_plaintext_where_the_settings_allow_it(
    settings: Settings, runtime: Runtime, clock: Clock
) -> None:
    official = settings.official.model_copy(update={"callback_mode": "plain"})
    lax = settings.model_copy(update={"official": official})
    app = create_app(lax, faces=[bot], runtime=replace(runtime, settings=lax))
    line = Line(app.test_client(), official, clock)

    letter = Phone(line).letter("text", Content="帮助").encode()
    answer = line.client.post(line.path, data=letter, query_string=line.query())

    assert answer.status_code == 200
    assert "<MsgType><![CDATA[text]]></MsgType>" in answer.text
    assert "1. 活动" in answer.text

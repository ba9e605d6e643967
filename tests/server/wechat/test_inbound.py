from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.db import Database
from server.wechat import inbound
from server.wechat.messages import Incoming, Unusable, incoming
from server.wechat.models import Inbound, InboundState, Waiting
from tests.clock import MONDAY_MORNING as NOW

pytestmark = pytest.mark.both


@pytest.fixture
def message() -> Callable[[int], Incoming]:
    """Makes messages, equal for equal numbers."""

    def make(number: int) -> Incoming:
        fields = {
            "ToUserName": "gh_1",
            "FromUserName": "o-invented",
            "CreateTime": str(int(NOW.timestamp())),
            "MsgType": "text",
            "Content": "活动",
            "MsgId": str(number),
        }
        return incoming("official", fields, encrypted=True)

    return make


Make = Callable[[int], Incoming]


def test_a_message_is_recorded_once(db: Database, message: Make) -> None:
    with db.transaction() as session:
        assert inbound.record(session, message(1), "好的", NOW)
    with db.transaction() as session:
        assert not inbound.record(session, message(1), "又来", NOW)
        before = inbound.decided(session, message(1).key)
        assert before is not None
        assert before.reply == "好的"
        assert inbound.record(session, message(2), "", NOW)


def test_what_is_rolled_back_may_be_recorded_again(db: Database, message: Make) -> None:
    with db.transaction() as session:
        assert inbound.record(session, message(1), "好的", NOW)
        session.rollback()

    with db.transaction() as session:
        assert inbound.decided(session, message(1).key) is None
        assert inbound.record(session, message(1), "好的", NOW)


def test_a_recorded_message_is_kept_with_what_it_was(db: Database, message: Make) -> None:
    with db.transaction() as session:
        inbound.record(session, message(1), "", NOW)

    with db.reading() as session:
        row = session.scalars(select(Inbound)).one()
        assert (row.app, row.openid, row.kind, row.event) == ("official", "o-invented", "text", "")
        assert (row.state, row.received_at, row.reply) == (InboundState.APPLIED, NOW, "")
        assert row.sealed is None


def test_a_dead_letter_is_buried_once(db: Database) -> None:
    dead = Unusable("not well-formed", "official", b"<xml", "", "")
    with db.transaction() as session:
        assert inbound.bury(session, dead, b"sealed", NOW)
    with db.transaction() as session:
        assert not inbound.bury(session, dead, b"sealed", NOW)

    with db.reading() as session:
        row = session.scalars(select(Inbound)).one()
        assert (row.state, row.kind, row.sealed) == (InboundState.DEAD, "unreadable", b"sealed")


def test_a_kept_message_waits_until_it_is_released(db: Database, message: Make) -> None:
    with db.transaction() as session:
        assert inbound.keep(session, message(1), b"one", NOW)
        assert not inbound.keep(session, message(1), b"again", NOW)
        assert inbound.keep(session, message(2), b"two", NOW + timedelta(minutes=1))

    with db.transaction() as session:
        [first] = inbound.still_waiting(session, NOW)
        assert (first.key, first.sealed, first.attempts) == (message(1).key, b"one", 0)
        inbound.count_attempt(session, first.id)
        both = inbound.still_waiting(session, NOW + timedelta(hours=1))
        assert [(one.sealed, one.attempts) for one in both] == [(b"one", 1), (b"two", 0)]
        assert len(inbound.still_waiting(session, NOW + timedelta(hours=1), most=1)) == 1

    with db.transaction() as session:
        assert inbound.release(session, message(1).key)
        assert not inbound.release(session, message(1).key)
    with db.reading() as session:
        assert session.scalars(select(Waiting.sealed)).all() == [b"two"]

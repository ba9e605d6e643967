import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.db import Database
from server.notices import outbox
from server.notices.models import Notice
from server.people import identities
from server.people.models import Account, App
from server.runtime import Runtime
from server.wechat.calls import Post
from server.wechat.dispatch import Dispatch
from server.wechat.lines import Heard
from tests.clock import Clock
from tests.phone import Emulator, Phone

FACTS = {
    "number": 7,
    "title": "社区图书角整理",
    "place": "示例社区活动室",
    "leader": "示例·王芳",
    "risk_note": "搬书注意腰部。",
    "text": "您要的回答",
    "position": 2,
    "note": "无",
    "reason": "天气",
}

Sent = Counter[str]
Tell = Callable[..., int]
Look = Callable[[int], Notice]


def a_follower(emulator: Emulator, clock: Clock, name: str) -> Phone:
    """Let somebody follow; what one may send right afterwards is over by now."""
    clock.advance(minutes=-2)
    follower = emulator.follower(name)
    clock.advance(minutes=2)
    return follower


@pytest.fixture
def phone(service: str, emulator: Emulator, clock: Clock) -> Phone:
    """Somebody who follows the official account and has written nothing yet."""
    return a_follower(emulator, clock, "示例·李雷")


def person_of(db: Database, phone: Phone) -> int:
    with db.reading() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
    assert known is not None
    return known.person_id


@pytest.fixture
def miniprogram(runtime: Runtime, phone: Phone, clock: Clock) -> None:
    """Let the person be known by their mini-program, too."""
    with runtime.db.transaction() as session:
        account = Account(
            person_id=person_of(runtime.db, phone),
            app=App.MINIPROGRAM,
            openid=phone.person["miniprogram_openid"],
            created_at=clock(),
        )
        session.add(account)


@pytest.fixture
def tell(runtime: Runtime, clock: Clock) -> Tell:
    """Queue a notice for somebody and return its id."""

    def queue(phone: Phone, kind: str = "volunteers.offered", key: str = "k", **more) -> int:
        person_id = person_of(runtime.db, phone)
        moments = {
            "at": clock(),
            "starts_at": clock() + timedelta(days=1),
            "until": clock() + timedelta(hours=2),
        }
        more.setdefault("not_after", clock() + timedelta(days=2))
        with runtime.db.transaction() as session:
            outbox.queue(session, person_id, kind, key, clock(), FACTS | moments, **more)
            return session.scalars(select(Notice.id).where(Notice.key == key)).one()

    return queue


@pytest.fixture
def look(runtime: Runtime) -> Look:
    """Read a notice as it stands now."""

    def read(notice_id: int) -> Notice:
        with runtime.db.reading() as session:
            return session.get_one(Notice, notice_id)

    return read


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Count what is handed to WeChat, which is the wire here and not what is tested."""
    seen: Sent = Counter()
    lock = threading.Lock()

    def send(_self: object, post: Post, heard: Heard, _may_leave: object) -> None:
        with lock:
            seen[post.body["client_msg_id"]] += 1
        heard({"errcode": 0})

    monkeypatch.setattr(Dispatch, "send", send)
    return seen

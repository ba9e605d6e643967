"""The windows of customer-service messages, counted as WeChat counts them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from emulator import windows as wechat
from server.notices import delivery, windows
from server.notices.models import Notice, NoticeState
from server.notices.windows import DEED_LASTS, MESSAGE_LASTS, Opening
from server.people import identities
from server.people.models import Account, App
from server.runtime import Runtime
from tests.clock import MONDAY_MORNING, Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Tell, person_of

STEPS = st.tuples(
    st.integers(1, 3 * 24 * 3600).flatmap(lambda most: st.integers(1, most)),
    st.sampled_from(["message", "deed", "send", "send", "send"]),
)


def told(first: datetime, steps: list[tuple[int, str]], *, naive: bool = False) -> list[bool]:
    """Let both count the same history; return where they differ on whether one may send."""
    theirs, opened, used, now, differs = wechat.Windows(), [], [], first, []
    for seconds, what in steps:
        now += timedelta(seconds=seconds)
        if what == "message":
            theirs.open(wechat.MESSAGE_SENDS, wechat.MESSAGE_LASTS, now)
            opened.append(Opening(now, MESSAGE_LASTS, windows.MESSAGE_SENDS))
        elif what == "deed":
            theirs.open(3, wechat.DEED_LASTS, now)
            opened.append(Opening(now, DEED_LASTS, 3))
        else:
            ours = windows.left(opened, [] if naive else used, now)
            may = theirs.use(now) is None
            differs.append(bool(ours) is not may)
            if may:
                used.append(now)
    return differs


@pytest.mark.once
@settings(max_examples=200)
@given(steps=st.lists(STEPS, max_size=40))
def test_any_history_is_counted_as_wechat_counts_it(steps: list[tuple[int, str]]) -> None:
    assert not any(told(MONDAY_MORNING, steps))


@pytest.mark.once
def test_control_counting_no_sends_would_differ() -> None:
    steps = [(1, "message"), *[(1, "send")] * 6]

    assert any(told(MONDAY_MORNING, steps, naive=True))


def deliver(runtime: Runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime, chance=lambda: 0.5))


def several(tell: Tell, phone: Phone, how_many: int) -> None:
    for number in range(how_many):
        tell(phone, key=f"k{number}")


def test_following_opens_three_for_a_minute(
    runtime: Runtime, emulator: Emulator, service: str, tell: Tell
) -> None:
    several(tell, emulator.follower("示例·新来"), 4)

    assert deliver(runtime) == {"sent service": 3, "sent template": 1}


@pytest.mark.parametrize(("deed", "facts"), [("scan", {"scene": "s"}), ("menu", {"key": "活动"})])
def test_a_scan_and_a_tap_on_the_menu_do_so_too(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock, deed: str, facts: dict[str, str]
) -> None:
    phone.do(deed, **facts)
    several(tell, phone, 4)

    assert deliver(runtime) == {"sent service": 3, "sent template": 1}
    clock.advance(seconds=61)
    tell(phone, key="later")
    assert deliver(runtime) == {"sent template": 1}


def test_looking_at_a_page_opens_nothing(runtime: Runtime, phone: Phone, tell: Tell) -> None:
    button = {"type": "view", "name": "看看", "url": "https://example.cn/a"}
    runtime.wechat.official.create_menu([button])
    phone.do("menu", key="https://example.cn/a")
    tell(phone)

    assert deliver(runtime) == {"sent template": 1}


def test_a_deed_adds_to_what_a_message_opened_and_is_used_first(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    phone.say("活动")
    clock.advance(seconds=1)
    phone.do("menu", key="活动")
    several(tell, phone, 9)

    assert deliver(runtime) == {"sent service": 8, "sent template": 1}


def test_who_left_and_came_back_begins_anew(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    phone.say("活动")
    clock.advance(minutes=1)
    phone.do("unfollow")
    clock.advance(minutes=1)
    phone.follow()
    clock.advance(minutes=2)
    tell(phone)

    assert deliver(runtime) == {"sent template": 1}


def test_the_mini_program_s_own_chat_has_a_window_too(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock, emulator: Emulator
) -> None:
    openid = phone.person["miniprogram_openid"]
    account = {"app": App.MINIPROGRAM, "openid": openid, "created_at": clock()}
    with runtime.db.transaction() as session:
        session.add(Account(person_id=person_of(runtime.db, phone), **account))
    phone.do("enter_session")
    several(tell, phone, 3)
    assert deliver(runtime) == {"sent miniprogram_chat": 2, "sent template": 1}

    clock.advance(minutes=5)
    phone.do("text", content="在吗", app="miniprogram")
    several(tell, phone, 3)
    for number in range(6):
        tell(phone, key=f"m{number}")
    assert deliver(runtime) == {"sent miniprogram_chat": 5, "sent template": 1}


class TestWhatCounts:
    """Every message that went into a window counts, however it came to be sent, and once."""

    def left(self, runtime: Runtime, phone: Phone) -> int | None:
        with runtime.db.reading() as session:
            known = identities.recognise(session, App.OFFICIAL, phone.openid)
            assert known is not None
            accounts = [session.get_one(Account, known.account_id)]
            return windows.of(session, accounts, runtime.now()).left(accounts[0], runtime.now())

    def put(self, runtime: Runtime, phone: Phone, **facts: object) -> int:
        now = runtime.now()
        row = {
            "key": f"k{facts}",
            "person_id": person_of(runtime.db, phone),
            "kind": "chat.late_reply",
            "facts": {},
            "queued_at": now,
            "due_at": now,
            "channel": "service",
            "attempts": 1,
            "state": NoticeState.SENT,
            "settled_at": now,
        }
        with runtime.db.transaction() as session:
            made = insert(Notice).values(row | facts).returning(Notice.id)
            return session.scalars(made).one()

    def test_a_late_reply_does(self, runtime: Runtime, phone: Phone, tell: Tell) -> None:
        phone.say("活动")
        tell(phone, "chat.late_reply")
        deliver(runtime)

        assert self.left(runtime, phone) == 4

    def test_a_digest_is_one_with_all_that_went_along(self, runtime: Runtime, phone: Phone) -> None:
        phone.say("活动")
        carrier = self.put(runtime, phone)
        for number in range(3):
            self.put(runtime, phone, key=f"along{number}", digest_id=carrier)

        assert self.left(runtime, phone) == 4

    def test_what_may_have_gone_does(self, runtime: Runtime, phone: Phone, clock: Clock) -> None:
        phone.say("活动")
        self.put(runtime, phone, state=NoticeState.DEAD)
        waiting = {"state": NoticeState.QUEUED, "settled_at": None, "claimed_until": clock()}
        self.put(runtime, phone, key="unknown", **waiting)

        assert self.left(runtime, phone) == 3

    def test_what_went_another_way_does_not(self, runtime: Runtime, phone: Phone) -> None:
        phone.say("活动")
        self.put(runtime, phone, channel="template")
        self.put(runtime, phone, key="unsent", state=NoticeState.UNREACHABLE)

        assert self.left(runtime, phone) == 5

    def test_nothing_is_open_before_anything_was_said(self, runtime: Runtime, phone: Phone) -> None:
        assert self.left(runtime, phone) is None

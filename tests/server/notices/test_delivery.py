"""Which way a notice goes, and what becomes of it after each answer of WeChat."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.notices import delivery
from server.notices.models import Credit, Notice, NoticeState
from server.people import identities
from server.people.models import Account, App
from server.runtime import Runtime
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell, person_of

CUSTOM = "/cgi-bin/message/custom/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend"
TEMPLATE = "/cgi-bin/message/template/send"


def deliver(runtime: Runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime, chance=lambda: 0.5))


def go_wrong(emulator: Emulator, path: str, kind: str, value: object = None, times: int = 1):
    emulator.ask("POST", "/_/faults", {"path": path, "kind": kind, "value": value, "times": times})


def allow(phone: Phone, template: str = "tpl-offer") -> None:
    phone.do("subscription", template_id=template, answer="accept", app="official")


def balance(runtime: Runtime, template: str = "tpl-offer") -> int:
    with runtime.db.reading() as session:
        return session.scalars(select(Credit.balance).where(Credit.template_id == template)).one()


def test_who_wrote_lately_is_told_in_chat(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    phone.say("活动")
    notice = tell(phone)

    assert deliver(runtime) == {"sent service": 1}

    [text] = phone.pushed()
    assert text.startswith("有名额了：社区图书角整理")
    assert look(notice).state is NoticeState.SENT
    assert look(notice).channel == "service"


def test_who_allowed_it_gets_a_subscription_message(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    allow(phone)
    notice = tell(phone)

    assert deliver(runtime) == {"sent notification": 1}

    assert "候补名额通知" in phone.pushed()[0]
    assert look(notice).message_id
    assert look(notice).credit_id is None
    assert balance(runtime) == 0


def test_the_mini_program_s_credit_serves_as_well(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    openid = phone.person["miniprogram_openid"]
    with runtime.db.transaction() as session:
        account = Account(
            person_id=person_of(runtime.db, phone),
            app=App.MINIPROGRAM,
            openid=openid,
            created_at=clock(),
        )
        session.add(account)
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="miniprogram")
    tell(phone)

    assert deliver(runtime) == {"sent subscription": 1}
    ledger = emulator.ask("GET", "/_/ledger")["items"]
    assert [row["credits"] for row in ledger if row["openid"] == openid] == [0]


def test_a_follower_without_credit_gets_a_template_message(
    runtime: Runtime, phone: Phone, tell: Tell
) -> None:
    tell(phone)

    assert deliver(runtime) == {"sent template": 1}
    assert "活动时间：2026年03月10日 09:00" in phone.pushed()[0]


@pytest.mark.parametrize(
    "kind",
    [
        "volunteers.signed_up",
        "volunteers.waitlisted",
        "volunteers.offered",
        "volunteers.cancelled",
        "volunteers.joined_twice",
        "volunteers.reminder",
    ],
)
def test_wechat_takes_the_template_of_every_kind(
    runtime: Runtime, phone: Phone, tell: Tell, kind: str
) -> None:
    tell(phone, kind)

    assert deliver(runtime) == {"sent template": 1}


def test_who_left_is_not_reachable_and_it_is_said_why(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    phone.do("unfollow")
    notice = tell(phone)

    assert deliver(runtime) == {"unreachable all": 1}
    assert look(notice).state is NoticeState.UNREACHABLE
    assert look(notice).outcome == (
        "service: not following; miniprogram_chat: no account; subscription: no account; "
        "notification: no credit; template: not following"
    )


def test_a_late_reply_goes_in_chat_or_not_at_all(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone, "chat.late_reply")

    assert deliver(runtime) == {"unreachable all": 1}
    assert "subscription: no template" in str(look(notice).outcome)


def test_the_window_takes_five_messages(runtime: Runtime, phone: Phone, tell: Tell) -> None:
    phone.say("活动")
    for number in range(6):
        tell(phone, key=f"k{number}")

    assert deliver(runtime) == {"sent service": 5, "sent template": 1}


def test_a_new_message_opens_the_window_again(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    phone.say("活动")
    for number in range(5):
        tell(phone, key=f"k{number}")
    deliver(runtime)

    clock.advance(seconds=1)
    phone.say("我的")
    tell(phone)

    assert deliver(runtime) == {"sent service": 1}


def test_the_window_closes_after_two_days(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    phone.say("活动")
    clock.advance(hours=49)
    tell(phone)

    assert deliver(runtime) == {"sent template": 1}


@pytest.mark.parametrize("code", [45015, 45047, 48002, 48001])
def test_a_closed_window_falls_to_the_next_way(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, code: int
) -> None:
    phone.say("活动")
    tell(phone)
    go_wrong(emulator, CUSTOM, "errcode", code)

    assert deliver(runtime) == {"sent template": 1}


def test_a_used_up_subscription_corrects_our_ledger(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    allow(phone)
    clock.advance(seconds=1)
    allow(phone)
    assert balance(runtime) == 2
    tell(phone)
    go_wrong(emulator, SUBSCRIBE, "errcode", 43101)

    assert deliver(runtime) == {"sent template": 1}
    assert balance(runtime) == 0


def test_a_banned_template_costs_no_credit(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator
) -> None:
    allow(phone)
    tell(phone)
    go_wrong(emulator, SUBSCRIBE, "errcode", 43107)

    assert deliver(runtime) == {"sent template": 1}
    assert balance(runtime) == 1


def test_who_left_unnoticed_no_longer_counts_as_following(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 43004)

    assert deliver(runtime) == {"unreachable all": 1}
    with runtime.db.reading() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
    assert known is not None
    assert not known.following


@pytest.mark.parametrize("code", [40037, 47003, 40097])
def test_what_wechat_does_not_understand_is_never_repeated(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, code: int
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", code)

    assert deliver(runtime) == {"dead refused": 1}
    assert str(code) in str(look(notice).outcome)
    assert look(notice).state is NoticeState.DEAD


@pytest.mark.parametrize(("code", "why"), [(-1, "transient"), (45011, "transient")])
def test_what_passes_is_tried_again_soon(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    emulator: Emulator,
    clock: Clock,
    code: int,
    why: str,
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", code)

    assert deliver(runtime) == {f"retried {why}": 1}
    assert deliver(runtime) == {}
    clock.advance(seconds=6)
    assert deliver(runtime) == {"sent template": 1}


def test_a_day_s_limit_is_waited_out(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 45009)

    assert deliver(runtime) == {"waits circuit": 1}
    assert look(notice).due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # midnight in Beijing
    assert look(notice).attempts == 0


def test_a_failed_subscription_send_gives_its_credit_back(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator
) -> None:
    allow(phone)
    tell(phone)
    go_wrong(emulator, SUBSCRIBE, "errcode", -1)

    assert deliver(runtime) == {"retried transient": 1}
    assert balance(runtime) == 1


def test_a_cut_line_repeats_what_is_sent_at_least_once_and_pays_once(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    allow(phone)
    clock.advance(seconds=1)
    allow(phone)
    tell(phone)
    go_wrong(emulator, SUBSCRIBE, "drop_before")

    assert deliver(runtime) == {"retried transient": 1}
    clock.advance(seconds=6)
    assert deliver(runtime) == {"sent notification": 1}
    assert balance(runtime) == 1
    assert len(phone.pushed()) == 1


def test_a_cut_line_ends_what_is_sent_at_most_once(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    notice = tell(phone, "volunteers.reminder")
    go_wrong(emulator, TEMPLATE, "drop_after")

    assert deliver(runtime) == {"dead unknown": 1}
    clock.advance(hours=1)
    assert deliver(runtime) == {}
    assert str(look(notice).outcome).startswith("unknown")
    assert len(phone.pushed()) == 1


def test_a_template_message_whose_answer_was_lost_is_not_shown_twice(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "drop_after")

    assert deliver(runtime) == {"retried transient": 1}
    clock.advance(seconds=6)
    assert deliver(runtime) == {"sent template": 1}
    assert len(phone.pushed()) == 1


def test_after_the_plan_it_is_given_up(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", -1, times=100)
    begun, tries = clock(), 0

    while look(notice).state is NoticeState.QUEUED:
        tries += sum(deliver(runtime).values())
        last = clock()
        clock.set(max(look(notice).due_at, clock()))

    assert look(notice).state is NoticeState.DEAD
    assert last - begun >= timedelta(hours=4)
    assert tries == 20


def test_what_comes_too_late_is_dropped(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone, not_after=clock() + timedelta(minutes=1))
    clock.advance(minutes=2)

    assert deliver(runtime) == {"dropped late": 1}
    assert look(notice).state is NoticeState.DROPPED
    assert phone.pushed() == []


def test_what_is_due_later_waits(runtime: Runtime, phone: Phone, tell: Tell, clock: Clock) -> None:
    tell(phone, due_at=clock() + timedelta(hours=1))

    assert deliver(runtime) == {}
    clock.advance(hours=1)
    assert deliver(runtime) == {"sent template": 1}


def test_one_notice_that_cannot_be_sent_holds_back_no_other(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    poison, sound = tell(phone, key="poison"), tell(phone, key="sound")
    with runtime.db.transaction() as session:
        session.execute(update(Notice).where(Notice.id == poison).values(kind="of.old"))

    assert deliver(runtime) == {"retried bug": 1, "sent template": 1}
    for _ in range(2):
        clock.advance(minutes=1)
        deliver(runtime)

    assert look(poison).state is NoticeState.DEAD
    assert look(sound).state is NoticeState.SENT

"""The outbox in the console: who sees what of it, and what staff can do there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.audit.models import AuditEntry
from server.notices import causes, circuits, listing, outbox, scope
from server.notices.circuits import Closure
from server.notices.kinds import KINDS
from server.notices.models import Circuit, Notice, NoticeState
from server.notices.rendering import samples
from server.people import identities, profile
from server.people.models import Person, Role
from server.runtime import Runtime
from tests.console.conftest import Clerk

KIND = "volunteers.offered"


@pytest.fixture
def operator(clerk: Callable[..., Clerk]) -> Clerk:
    return clerk(Role.DISTRICT_OPERATOR, "D")


@pytest.fixture
def admin(clerk: Callable[..., Clerk]) -> Clerk:
    return clerk(Role.SYSTEM_ADMIN, "D")


@pytest.fixture
def tell(runtime: Runtime) -> Callable[..., int]:
    """Queue a notice for 王小兰, and let it stand as it is given."""

    def queue(key: str = "k", kind: str = KIND, **stands: Any) -> int:
        now = runtime.now()
        with runtime.db.transaction() as session:
            person = identities.put_down(session, now)
            profile.rename(session, person, "王小兰", vault=runtime.vault)
            life = now + timedelta(days=1)
            outbox.requeue(session, person, kind, key, now, samples(KINDS[kind]), now, life)
            notice = session.scalars(select(Notice.id).where(Notice.key == key)).one()
            if stands:
                session.execute(update(Notice).where(Notice.id == notice).values(**stands))
        return notice

    return queue


def failed(runtime: Runtime, **more: Any) -> dict[str, Any]:
    outcome = "service: window closed; template: 43004"
    ended = {"state": NoticeState.UNREACHABLE, "settled_at": runtime.now(), "outcome": outcome}
    return ended | more


def page(clerk: Clerk, path: str) -> str:
    answer = clerk.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def state(runtime: Runtime, notice: int) -> NoticeState:
    with runtime.db.reading() as session:
        return session.get_one(Notice, notice).state


def test_a_line_tells_what_to_whom_and_why_without_contents(operator, runtime, tell) -> None:
    tell(**failed(runtime))

    shown = page(operator, "/outbox?group=unreachable")

    assert "有名额了，请确认" in shown
    assert "王*兰" in shown
    assert "公众号模板消息：没有关注公众号（43004）" in shown
    assert "王小兰" not in shown
    assert "社区图书角整理" not in shown


def test_a_system_administrator_sees_no_name_and_no_contents(admin, runtime, tell) -> None:
    notice = tell(**failed(runtime))

    for shown in (page(admin, "/outbox?group=unreachable"), page(admin, f"/outbox/{notice}")):
        assert "有名额了，请确认" in shown
        assert "不显示" in shown
        assert "王" not in shown
        assert "社区图书角整理" not in shown
        assert "/console/people/" not in shown


def test_whoever_may_see_the_person_reads_what_they_were_told(operator, tell) -> None:
    shown = page(operator, f"/outbox/{tell()}")

    assert "王*兰" in shown
    assert "社区图书角整理" in shown


def test_whoever_has_the_right_in_a_street_sees_and_steers_only_its_people(
    clerk, runtime, tell, district
) -> None:
    theirs, other = tell("theirs"), tell("other")
    with runtime.db.transaction() as session:
        person = session.get_one(Notice, theirs).person_id
        session.get_one(Person, person).area_id = tree.by_code(session, "B1").id
    admin = clerk(Role.SYSTEM_ADMIN, "B")

    shown = page(admin, "/outbox")

    assert f"/outbox/{theirs}" in shown
    assert f"/outbox/{other}" not in shown
    assert admin.get(f"/outbox/{other}").status_code == 404
    assert admin.post(f"/outbox/{other}/stop").status_code == 404
    assert admin.post("/outbox/ways/reopen", way="official").status_code == 404
    assert admin.post(f"/outbox/{theirs}/stop").status_code == 303
    assert state(runtime, other) is NoticeState.QUEUED


def test_control_without_that_condition_everybody_is_in_reach(clerk, tell, monkeypatch) -> None:
    other = tell()
    monkeypatch.setattr(scope, "within", lambda *_given: [])

    assert clerk(Role.SYSTEM_ADMIN, "B").post(f"/outbox/{other}/stop").status_code == 303


def test_what_was_answered_in_chat_stays_between_them(operator, tell) -> None:
    notice = tell(kind="chat.late_reply", facts={"text": "我的地址是"})

    assert "我的地址是" not in page(operator, f"/outbox/{notice}")


def test_a_page_of_many_costs_as_much_as_one_of_few(
    operator, runtime, tell, statements: Callable
) -> None:
    tell("first")
    with statements() as few:
        page(operator, "/outbox")
    for number in range(listing.PAGE + 5):
        tell(f"k{number}")
    with statements() as many:
        shown = page(operator, "/outbox")

    assert len(few) == len(many)
    assert "下一页" in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("group=unreachable&kind=volunteers.offered", True),
        ("group=unreachable&kind=volunteers.reminder", False),
        ("group=unreachable&why=no_way&since=2026-03-09&until=2026-03-09", True),
        ("group=unreachable&until=2026-03-08", False),
        ("group=unreachable&kind=x&way=x&why=x&since=x&until=99999&after=x", True),
        ("group=dead", False),
        ("group=x", False),
    ],
)
def test_what_is_asked_for_is_found(operator, runtime, tell, asked: str, found: bool) -> None:
    notice = tell(**failed(runtime))

    assert (f"/console/outbox/{notice}" in page(operator, f"/outbox?{asked}")) is found


def test_every_reason_and_state_has_words_and_advice(operator, runtime, tell) -> None:
    words = (*causes.BEGINS.values(), None, "sent", "refused: 47003: 王; rid x", "-1: 王")
    for number, outcome in enumerate(words):
        for each in NoticeState:
            notice = tell(f"k{number}{each}", state=each, outcome=outcome, settled_at=runtime.now())
            shown = page(operator, f"/outbox/{notice}")
            assert "可以怎么做" in shown
            assert "rid x" not in shown


def test_what_failed_is_sent_once_more_at_a_tap(admin, runtime, tell) -> None:
    notice = tell(**failed(runtime))
    assert f"/outbox/{notice}/retry" in page(admin, f"/outbox/{notice}")

    answer = admin.post(f"/outbox/{notice}/retry")
    again = admin.post(f"/outbox/{notice}/retry")

    assert (answer.status_code, again.status_code) == (303, 303)
    assert state(runtime, notice) is NoticeState.QUEUED
    shown = page(admin, f"/outbox/{notice}")
    assert "工作人员让它再送一次" in shown
    assert "让通知再送一次（clerk" in shown
    assert "/retry" not in shown


def test_what_must_not_go_again_says_why_and_has_no_button(admin, runtime, tell) -> None:
    once = {"state": NoticeState.DEAD, "channel": "template", "outcome": causes.UNKNOWN}
    notice = tell(kind="volunteers.reminder", settled_at=runtime.now(), **once)

    shown = page(admin, f"/outbox/{notice}")
    answer = admin.post(f"/outbox/{notice}/retry")

    assert "说不定已经送到" in shown
    assert "/retry" not in shown
    assert answer.status_code == 409
    assert "说不定已经送到" in answer.get_data(as_text=True)
    assert state(runtime, notice) is NoticeState.DEAD


def test_what_waits_is_stopped_at_a_tap(operator, runtime, tell) -> None:
    notice = tell()

    assert operator.post(f"/outbox/{notice}/stop").status_code == 303
    assert operator.post(f"/outbox/{notice}/stop").status_code == 303

    assert state(runtime, notice) is NoticeState.DROPPED
    shown = page(operator, f"/outbox/{notice}")
    assert "工作人员停掉了" in shown
    assert "/stop" not in shown


def test_what_is_on_its_way_is_not_stopped(operator, runtime, tell) -> None:
    lease = {"claimed_by": "w", "claimed_until": runtime.now() + timedelta(seconds=50)}
    notice = tell(state=NoticeState.SENDING, channel="template", **lease)

    shown = page(operator, f"/outbox/{notice}")
    answer = operator.post(f"/outbox/{notice}/stop")

    assert "开始送" in shown
    assert answer.status_code == 409
    assert state(runtime, notice) is NoticeState.SENDING


def test_a_notice_that_is_not_there_is_said_to_be_gone(operator) -> None:
    assert operator.get("/outbox/999999").status_code == 404
    assert operator.post("/outbox/999999/stop").status_code == 404


def test_a_form_without_its_token_does_nothing(operator, runtime, tell) -> None:
    notice = tell()

    operator.client.post(f"/console/outbox/{notice}/stop")

    assert state(runtime, notice) is NoticeState.QUEUED


def test_a_way_that_wechat_closed_is_shown_and_opened_again(admin, runtime) -> None:
    closed = Closure("official:template:tpl-offer", None, 43116, "CallRejected")
    with runtime.db.transaction() as session:
        circuits.close(session, [closed], runtime.now())
    shown = page(admin, "/outbox")
    assert "公众号模板消息（模板tpl-offer）" in shown
    assert "模板被微信停用（43116）" in shown
    assert "工作人员打开为止" in shown

    for _ in range(2):
        answer = admin.post("/outbox/ways/reopen", way=closed.way)
        assert answer.status_code == 303

    with runtime.db.reading() as session:
        assert session.scalars(select(Circuit.way)).all() == []
        noted = session.scalars(select(AuditEntry.facts).where(AuditEntry.subject == "circuit"))
        assert noted.all() == [{"way": closed.way}]
    assert "微信关掉的送法" not in page(admin, "/outbox")

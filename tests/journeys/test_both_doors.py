"""What one is refused in chat one is refused in the mini-program in the same words."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from server.runtime import Runtime
from server.volunteers.models import Activity, Shift
from tests.factories import an_activity
from tests.journeys.both import Both, arrive


@pytest.fixture
def somebody(app, settings, runtime) -> Both:
    """A person with the chat and the mini-program on their phone."""
    return arrive(app, settings, runtime)


@pytest.fixture
def activity(runtime: Runtime) -> Callable[..., tuple[int, str]]:
    """Publishes an activity and returns its number and the id of its shift."""

    def publish(**facts: object) -> tuple[int, str]:
        with runtime.db.transaction() as session:
            view = an_activity(session, runtime.now(), **facts)  # type: ignore[arg-type]
            return view.number, str(view.shifts[0].id)

    return publish


def told_alike(who: Both, words: str, method: str, path: str, body: object = None) -> str:
    """Ask at both doors for what cannot be had; return the sentence they share."""
    in_chat = who.says(words)
    assert who.refused(method, path, body) == in_chat
    return in_chat


ALIKE = (
    ("签到 12345678", "POST", "/attendance/check-in", {"code": "12345678"}, "没有可以签到"),
    ("签退 87654321", "POST", "/attendance/check-out", {"code": "87654321"}, "没有可以签到"),
    ("签退", "POST", "/attendance/check-out", {}, "还没有签到"),
    ("证书", "POST", "/certificates", None, "还没有已生效的服务时长"),
    ("申请星级", "POST", "/stars", None, "申请"),
    ("异议 9 少记了", "POST", "/me/records/999/disputes", {"words": "少记了"}, "没有找到"),
    ("撤回异议 9", "DELETE", "/me/records/999/disputes", None, "没有找到"),
    ("绑定 123456", "POST", "/me/link", {"code": "123456"}, "绑定码不对或已过期"),
    ("监护 123456", "POST", "/guardianships", {"code": "123456"}, "验证码不对或已过期"),
    ("评价 999 5", "POST", "/me/needs/999/rating", {"stars": 5}, "没有找到这个求助"),
    ("撤回 999", "POST", "/me/needs/999/withdrawal", None, "没有找到这个求助"),
    ("加入 999", "PUT", "/teams/999/membership", None, "没有找到这支队伍"),
    ("退出队伍 999", "DELETE", "/teams/999/membership", None, "没有找到这支队伍"),
    ("出生 2099", "PATCH", "/me", {"birth_year": 2099}, "不能晚于今年"),
    ("撤销注销", "DELETE", "/me/erasure", None, "没有等着办理的注销"),
)


@pytest.mark.parametrize(
    ("words", "method", "path", "body", "part"), ALIKE, ids=lambda value: str(value)[:20]
)
def test_the_sentence_is_the_same_and_says_what_to_do(
    somebody, activity, words, method, path, body, part
) -> None:
    activity(starts_in=timedelta(hours=48))

    assert part in told_alike(somebody, words, method, path, body)


@pytest.mark.parametrize(("words", "part"), [("？！", "请写清楚"), ("长" * 501, "最多500个字")])
def test_a_need_that_says_nothing_or_too_much_is_told_alike(somebody, words, part) -> None:
    somebody.says("求助")

    assert part in told_alike(somebody, words, "POST", "/needs", {"words": words})


def test_what_stands_with_a_sign_up_is_told_alike(somebody, activity, runtime, clock) -> None:
    number, shift = activity(title="示例读报")
    where = f"/shifts/{shift}/signup"

    assert "没有报名" in told_alike(somebody, f"取消 {number}", "DELETE", where)
    assert "没有留给您的名额" in told_alike(somebody, f"接受 {number}", "POST", f"{where}/accept")
    assert "没有留给您的名额" in told_alike(somebody, f"放弃 {number}", "POST", f"{where}/decline")
    with runtime.db.transaction() as session:
        session.get_one(Shift, int(shift)).closes_at = runtime.now()
    clock.advance(minutes=1)
    assert "已截止" in told_alike(somebody, f"报名 {number}", "PUT", where)


def test_an_activity_called_off_is_told_alike(somebody, activity, runtime) -> None:
    number, shift = activity(title="示例读报")
    with runtime.db.transaction() as session:
        activity_id = session.get_one(Shift, int(shift)).activity_id
        session.get_one(Activity, activity_id).state = "cancelled"

    words = told_alike(somebody, f"报名 {number}", "PUT", f"/shifts/{shift}/signup")
    assert "已取消" in words


def test_who_took_their_consent_back_is_told_alike(somebody, activity, runtime) -> None:
    number, shift = activity()
    with runtime.db.transaction() as session:
        who = session, somebody.person_id
        consents.withdraw(*who, Purpose.SERVICE, runtime.now(), channel=Channel.CHAT)

    words = told_alike(somebody, f"报名 {number}", "PUT", f"/shifts/{shift}/signup")
    assert "隐私" in words


def test_what_is_kept_and_why_is_told_alike(somebody) -> None:
    told = somebody.says("隐私")
    _, shown = somebody.ask("GET", "/me/privacy")

    assert told.startswith(shown["words"])
    assert shown["leaving_at"] is None
    somebody.says("4")
    assert "已登记注销" in somebody.says("1")
    assert somebody.ask("GET", "/me/privacy")[1]["leaving_at"].startswith("2026-03-16")


def test_where_one_may_check_in_now_is_told_alike(somebody, activity) -> None:
    number, shift = activity(title="示例读报", starts_in=timedelta(minutes=10), capacity=5)
    assert somebody.ask("GET", "/me/attendance/now")[1]["items"] == []
    somebody.ask("PUT", f"/shifts/{shift}/signup")

    [now] = somebody.ask("GET", "/me/attendance/now")[1]["items"]

    assert (now["shift_id"], now["state"], now["in_at"]) == (shift, "confirmed", None)
    assert "示例读报" in somebody.says("签到")
    assert number == now["number"]

"""消息统计: what became of notices by hour and kind, what is left, what is used up."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from server.notices import credits, figures, overview
from server.notices.models import NoticeHour, NoticeState, Source
from server.people.models import App, Role
from server.runtime import Runtime
from server.staff.reach import NotAllowed, Reach
from tests.clock import Clock
from tests.console.conftest import Clerk
from tests.server.notices.people import a_person, an_account
from tests.server.test_gauges import told

STAFF = Reach(1, ((Role.SYSTEM_ADMIN, "D/"),))


@pytest.fixture
def admin(clerk: Callable[..., Clerk]) -> Clerk:
    return clerk(Role.SYSTEM_ADMIN, "D")


def page(clerk: Clerk, path: str = "/notice-figures") -> str:
    answer = clerk.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def row(shown: str, name: str) -> list[str]:
    """Return the cells of the row of this name."""
    found = re.search(rf'<tr><th scope="row"[^>]*>{name}</th>(.*?)</tr>', shown)
    assert found, name
    return re.findall(r"<td[^>]*>(.*?)</td>", found[1])


def test_today_is_told_by_kind_and_by_the_hour_of_beijing(admin, runtime: Runtime) -> None:
    told(runtime, 3, NoticeState.SENT, "service")
    told(runtime, 2, NoticeState.UNREACHABLE, None)
    told(runtime, 1, NoticeState.DEAD, "template")

    shown = page(admin)

    assert row(shown, "活动提醒") == ["3", "2", "1", "0"]
    assert row(shown, "9点") == ["3", "2", "1"]
    assert row(shown, "公众号客服消息") == ["3", "50万", "不到0.1%"]
    assert row(shown, "用工关系消息") == ["0", "没有公布", "—"]


def test_a_week_is_told_by_day_with_what_was_counted_before(
    admin, runtime: Runtime, clock: Clock
) -> None:
    told(runtime, 2, NoticeState.SENT, "service")
    clock.advance(days=6)
    with runtime.db.transaction() as session:
        figures.count(session, clock() - timedelta(days=5))
    told(runtime, 1, NoticeState.SENT, "service")
    clock.advance(hours=1)

    admin.signs_in_again()
    week, today = page(admin, "/notice-figures?span=week"), page(admin)

    assert row(week, "3月9日") == ["2", "0", "0"]
    assert row(week, "3月15日") == ["1", "0", "0"]
    assert row(week, "活动提醒") == ["3", "0", "0", "0"]
    assert row(today, "活动提醒") == ["1", "0", "0", "0"]


def test_the_hour_that_is_just_over_is_told_before_it_is_counted(
    runtime: Runtime, clock: Clock
) -> None:
    told(runtime, 2, NoticeState.SENT, "service")
    clock.advance(hours=1)

    with runtime.db.reading() as session:
        before = overview.of(session, STAFF, 1, clock())
    with runtime.db.transaction() as session:
        figures.count(session, clock())
        after = overview.of(session, STAFF, 1, clock())
        used = figures.sent_today(session, clock())

    assert before == after
    assert dict(before.used) == dict(used) == {"service": 2}


def test_what_people_still_allow_is_told_by_template(admin, runtime: Runtime) -> None:
    ours, now = runtime.settings.templates, runtime.now()
    with runtime.db.transaction() as session:
        for number in range(3):
            account = an_account(session, a_person(session), App.MINIPROGRAM)
            for _ in range(number):
                later = now + timedelta(minutes=5 * _)
                credits.accept(session, account.id, ours.offer, later, Source.CLIENT)
        session.flush()
        credits.accept(session, account.id, ours.reminder, now, Source.CLIENT, lasting=True)

    shown = page(admin)

    assert row(shown, "候补有名额") == ["小程序订阅消息", "2", "3", "0"]
    assert row(shown, "活动前的提醒") == ["小程序订阅消息", "1", "0", "1"]


def test_it_costs_as_much_whatever_was_sent(
    admin, runtime: Runtime, clock: Clock, statements: Callable
) -> None:
    with statements() as few:
        page(admin, "/notice-figures?span=week")
    with runtime.db.transaction() as session:
        for number in range(160):
            hour = clock() - timedelta(hours=number + 2)
            count = {"way": "service", "state": NoticeState.SENT, "number": 5}
            session.add(NoticeHour(hour=hour, kind=f"kind{number % 9}", **count))
    told(runtime, 30, NoticeState.SENT, "template")
    with statements() as many:
        shown = page(admin, "/notice-figures?span=week")

    assert len(few) == len(many)
    assert row(shown, "合计")[0] == "790"


def test_nobody_sees_them_without_the_right(clerk, runtime: Runtime) -> None:
    assert clerk(Role.COMMUNITY_WORKER).get("/notice-figures").status_code == 403
    with runtime.db.reading() as session, pytest.raises(NotAllowed):
        overview.of(session, Reach(1, ()), 1, runtime.now())

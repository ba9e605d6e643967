"""Telling many people from the console: a draft, a colleague's consent, progress, a stop."""

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.notices.broadcasts import spreading
from server.notices.models import Broadcast, BroadcastState
from server.people.models import Role
from server.staff.models import Approval
from tests.console.conftest import Clerk, a_clerk
from tests.console.desk import deeds
from tests.console.reach import assert_out_of_reach
from tests.server.notices.spread import live, notices, read, stop_notices, tally
from tests.windows import DESK, PHONE, open_browser, open_window

FORM = {
    "title": "明天上午停水",
    "text": "明天9点到12点检修管道，请提前存水。",
    "whom": "everybody",
    "area": "A1",
}
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"


@pytest.fixture
def anna(clerk) -> Clerk:
    return clerk(Role.COMMUNITY_WORKER, "A1")


@pytest.fixture
def head(clerk) -> Clerk:
    return clerk(Role.STREET_OPERATOR, "A")


def written(clerk: Clerk, **more: str) -> int:
    """Return the id of a draft."""
    answer = clerk.post("/broadcasts", **(FORM | more))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.headers["Location"].rpartition("/")[2])


def page(clerk: Clerk, path: str) -> str:
    answer = clerk.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def asked(runtime, anna: Clerk, people: int = 9) -> tuple[int, int]:
    """Return (broadcast, question) of a draft that a colleague is to allow."""
    live(runtime, people)
    broadcast = written(anna)
    anna.post(f"/broadcasts/{broadcast}/ask", reason="水务公司来电")
    with runtime.db.reading() as session:
        return broadcast, session.query(Approval.id).scalar()


def under_way(runtime, anna: Clerk, head: Clerk, people: int = 9) -> int:
    broadcast, question = asked(runtime, anna, people)
    head.post(f"/approvals/{question}/grant")
    return broadcast


def test_a_draft_shows_how_it_looks_and_for_how_many_it_is(runtime, anna) -> None:
    people = live(runtime, 9)
    stop_notices(runtime, people[0])

    shown = page(anna, f"/broadcasts/{written(anna)}")

    for words in (
        "【明天上午停水】\n明天9点到12点检修管道，请提前存水。\n——示例A1社区",
        "回复“停止提醒”不再提醒。",
        "<dt>一共</dt><dd>9人</dd>",
        "<dt>停了提醒的</dt><dd>不到5人</dd>",
        "<dt>现在能收到</dt><dd>8人</dd>",
        "请同事批准",
    ):
        assert words in shown, words
    assert notices(runtime) == []


def test_words_that_burden_are_told_kindly_and_stay_in_the_form(anna) -> None:
    answer = anna.post("/broadcasts", **(FORM | {"text": "明天停水，收到请回复。"}))

    shown = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "请去掉“收到请回”这样的话" in shown
    assert "明天停水，收到请回复。</textarea>" in shown


@pytest.mark.parametrize("keyed", ["25:00", "x", "07:00", "9点"])
def test_a_time_that_is_none_or_past_is_told(anna, keyed: str) -> None:
    answer = anna.post("/broadcasts", **(FORM | {"begins": keyed}))

    assert answer.status_code == 400
    assert "发送时间要在今天" in answer.get_data(as_text=True)


def test_a_time_of_this_day_is_kept(runtime, anna) -> None:
    broadcast = written(anna, begins="15:30", urgent="1")

    row = read(runtime, broadcast)
    assert row.urgent
    assert f"{row.begins_at:%H:%M}" == "07:30"
    assert 'value="15:30"' in page(anna, f"/broadcasts/{broadcast}/edit")


def test_a_draft_is_changed_and_counted_anew(runtime, anna) -> None:
    broadcast = written(anna)
    live(runtime, 6)

    anna.post(f"/broadcasts/{broadcast}/edit", **(FORM | {"title": "后天停水"}))

    row = read(runtime, broadcast)
    assert (row.title, row.counted) == ("后天停水", 6)


def test_a_colleague_reads_it_in_their_tasks_and_allows_it(runtime, anna, head) -> None:
    broadcast, question = asked(runtime, anna)
    assert "申请群发通知" in page(head, "/")
    shown = page(head, "/approvals")
    assert "群发通知“明天上午停水”，要告诉9人" in shown
    assert FORM["text"] in shown
    assert f"/console/broadcasts/{broadcast}" in shown

    assert head.post(f"/approvals/{question}/grant").status_code == 303
    spreading.work(runtime)

    assert "正在发" in page(anna, f"/broadcasts/{broadcast}")
    assert len(notices(runtime)) == 9
    assert [each.action for each in deeds(runtime)] == [
        "broadcast.drafted",
        "broadcast.asked",
        "broadcast.granted",
    ]


def test_who_wrote_it_does_not_allow_it(runtime, head) -> None:
    _, question = asked(runtime, head)

    assert head.post(f"/approvals/{question}/grant").status_code == 403
    assert "没有等您批准的申请" in page(head, "/approvals")


def test_what_was_turned_down_says_why_and_can_be_written_again(runtime, anna, head) -> None:
    broadcast, question = asked(runtime, anna)
    head.post(f"/approvals/{question}/decline", note="已经打过电话")

    shown = page(anna, f"/broadcasts/{broadcast}")

    assert "已经打过电话" in shown
    assert FORM["text"] in page(anna, f"/broadcasts/new?like={broadcast}")


def test_it_is_taken_back_by_who_wrote_it_alone(runtime, anna, clerk) -> None:
    broadcast, _question = asked(runtime, anna)
    colleague = clerk(Role.COMMUNITY_WORKER, "A1")

    assert colleague.post(f"/broadcasts/{broadcast}/withdraw").status_code == 403
    for _ in range(2):
        assert anna.post(f"/broadcasts/{broadcast}/withdraw").status_code == 303

    assert read(runtime, broadcast).state is BroadcastState.WITHDRAWN
    assert "已撤回" in page(anna, "/broadcasts")


def test_progress_is_read_and_never_counted_by_who_looks(runtime, anna, head, statements) -> None:
    broadcast = under_way(runtime, anna, head)
    spreading.work(runtime)

    with statements() as asked_of:
        shown = page(anna, f"/broadcasts/{broadcast}/progress")

    assert "<dt>还在排队</dt><dd>9人</dd>" in shown
    assert [each for each in asked_of if "FROM notice" in each] == []


def test_whoever_may_send_or_allow_there_stops_it(runtime, anna, head) -> None:
    broadcast = under_way(runtime, anna, head)
    spreading.work(runtime)
    assert "停止群发" in page(head, f"/broadcasts/{broadcast}")

    for _ in range(2):
        assert head.post(f"/broadcasts/{broadcast}/stop").status_code == 303

    tally(runtime, broadcast)
    shown = page(anna, f"/broadcasts/{broadcast}")
    assert "已停止" in shown
    assert "<dt>不再发</dt><dd>9人</dd>" in shown
    assert "确定停止群发" not in shown
    assert [each.action for each in deeds(runtime)].count("broadcast.stopped") == 1


def test_another_area_neither_sees_nor_stops_it(runtime, anna, head, clerk) -> None:
    broadcast = under_way(runtime, anna, head)
    other = clerk(Role.STREET_OPERATOR, "B")

    assert FORM["title"] not in page(other, "/broadcasts")
    for path in ("", "/edit", "/progress"):
        assert_out_of_reach(other, "GET", f"/broadcasts/{broadcast}{path}")
    assert_out_of_reach(other, "GET", f"/broadcasts/new?like={broadcast}")
    for deed in ("stop", "withdraw", "ask", "edit"):
        assert_out_of_reach(other, "POST", f"/broadcasts/{broadcast}/{deed}", reason="x", **FORM)
    assert_out_of_reach(other, "POST", "/broadcasts", **FORM)


def test_a_list_costs_the_same_however_long_it_is(anna, statements) -> None:
    written(anna)
    with statements() as few:
        page(anna, "/broadcasts")
    for _ in range(4):
        written(anna)
    with statements() as many:
        page(anna, "/broadcasts")

    assert len(few) == len(many)


def test_a_long_list_is_read_by_pages(runtime, anna) -> None:
    ids = [written(anna, title=f"通知{number}") for number in range(33)]

    first = page(anna, "/broadcasts")
    onward = re.search(r'href="(/console/broadcasts\?before=\d+)"', first)

    assert onward
    assert f'/console/broadcasts/{ids[0]}"' not in first
    assert f'/console/broadcasts/{ids[0]}"' in page(anna, onward[1].removeprefix("/console"))


def flaws(window, size) -> list[str]:
    window.set_viewport_size(size)
    window.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = window.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    wide = window.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] + ["too wide"] * wide


@pytest.mark.once
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_two_colleagues_send_one_in_a_browser_and_stop_it(service, runtime, district, size) -> None:
    live(runtime, 12)
    with runtime.db.transaction() as session:
        tokens = [
            a_clerk(session, runtime, role, area)[2]
            for role, area in ((Role.COMMUNITY_WORKER, "A1"), (Role.STREET_OPERATOR, "A"))
        ]

    def enter(window, token: str, path: str) -> None:
        window.context.add_cookies([{"name": "console", "value": token, "url": service}])
        window.goto(f"{service}/console{path}")

    with open_browser() as browser, open_window(browser, size) as (window, said):
        enter(window, tokens[0], "/broadcasts")
        wrong = flaws(window, size)
        window.get_by_role("link", name="写一份").first.click()
        wrong += flaws(window, size)
        window.get_by_label("标题").fill(FORM["title"])
        window.get_by_label("内容").fill(FORM["text"])
        window.get_by_label("登记过的所有人").check()
        window.get_by_role("button", name="存下来看样子").click()
        expect(window.get_by_text("12人").first).to_be_visible()
        wrong += flaws(window, size)
        window.get_by_label("为什么要发").fill("水务公司来电")
        window.get_by_role("button", name="请同事批准").click()
        expect(window.get_by_text("等批准")).to_be_visible()
        address = window.url.removeprefix(f"{service}/console")
        enter(window, tokens[1], "/approvals")
        wrong += flaws(window, size)
        window.get_by_role("button", name="批准", exact=True).click()
        expect(window.get_by_text("已批准，马上生效。")).to_be_visible()
        spreading.work(runtime)
        enter(window, tokens[1], address)
        expect(window.get_by_text("正在发")).to_be_visible()
        wrong += flaws(window, size)
        window.locator("summary", has_text="停止群发").click()
        window.get_by_role("button", name="确定停止群发").click()
        expect(window.get_by_text("已停止，还没发出的都不发了。")).to_be_visible()
        spreading.work(runtime)
        window.wait_for_function("window.htmx")
        window.evaluate("htmx.trigger('#progress', 'refresh')")
        expect(window.locator("dd", has_text="12人")).to_be_visible()
        wrong += flaws(window, size)

    assert wrong == []
    assert said == []
    with runtime.db.reading() as session:
        assert session.query(Broadcast.state).scalar() is BroadcastState.STOPPED

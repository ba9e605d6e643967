"""The phone page in a real browser, over a stub of the emulator's endpoints."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.emulator.page_stub import PAGE, Stub, serving
from tests.windows import DESK, PHONE, Window, open_browser, open_window

VENDOR = Path(__file__).parents[1] / "vendor"
HOSTILE = '<img src=x onerror="document.title=1">“报名 1”\n第二行 & <b>粗</b>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def served_stub() -> Iterator[tuple[Stub, str]]:
    known = Stub()
    with serving(known) as url:
        yield known, url


@pytest.fixture
def stub(served_stub: tuple[Stub, str]) -> Stub:
    served_stub[0].begin()
    return served_stub[0]


@pytest.fixture
def address(served_stub: tuple[Stub, str], stub: Stub) -> str:
    return served_stub[1]


@pytest.fixture(scope="module")
def phone_window(browser: Browser) -> Iterator[Window]:
    with open_window(browser, PHONE) as window:
        yield window


@pytest.fixture(scope="module")
def desk_window(browser: Browser) -> Iterator[Window]:
    with open_window(browser, DESK) as window:
        yield window


@pytest.fixture
def phone(phone_window: Window, address: str) -> Iterator[Page]:
    """A real phone's screen; a test fails on any word in the browser's console."""
    yield from _visit(phone_window, address)


@pytest.fixture
def desk(desk_window: Window, address: str) -> Iterator[Page]:
    yield from _visit(desk_window, address)


def _visit(window: Window, address: str) -> Iterator[Page]:
    page, problems = window
    page.goto(address)
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    expect(page.locator("#people-button")).to_contain_text("林小满")
    yield page
    page.goto("about:blank")
    told, problems[:] = problems[:], []
    assert told == []


def follow(page: Page) -> None:
    page.get_by_role("button", name="关注「暖蜂」").click()
    expect(page.locator(".line.account").last).to_contain_text("您好，这里是暖蜂")
    expect(page.get_by_label("写消息")).to_be_visible()


def say(page: Page, words: str) -> None:
    page.get_by_label("写消息").fill(words)
    page.get_by_label("写消息").press("Enter")


def tray(page: Page, tool: str) -> None:
    page.get_by_role("button", name="语音、照片、位置、扫码").click()
    page.locator(".tray").get_by_role("button", name=tool).click()


def last_asked(stub: Stub, path: str) -> Any:
    return next(body for asked, body in reversed(stub.asked) if asked == path)


def test_a_person_follows_asks_and_signs_up_by_tapping(phone: Page, stub: Stub) -> None:
    follow(phone)

    say(phone, "活动")
    phone.get_by_role("button", name=re.compile("^回复 *1 *社区食堂送餐")).wait_for()
    phone.get_by_role("button", name="报名 1", exact=True).click()

    expect(phone.locator(".line.account").last).to_contain_text("报名成功")
    assert last_asked(stub, "/_/people/p1/text") == {"content": "报名 1"}
    expect(phone.locator(".line.pending")).to_have_count(0)


def test_only_the_newest_list_can_be_tapped(phone: Page) -> None:
    follow(phone)
    expect(phone.locator(".pick:disabled")).to_have_count(0)

    say(phone, "活动")

    expect(phone.locator(".line.account").last.locator(".pick:enabled")).to_have_count(4)
    expect(phone.locator(".pick:disabled")).to_have_count(3)


def test_words_from_outside_stay_words(phone: Page, stub: Stub) -> None:
    stub.answers["试"] = HOSTILE
    follow(phone)

    say(phone, "试")

    bubble = phone.locator(".line.account").last.locator(".bubble")
    expect(bubble.locator("p")).to_have_count(2)
    expect(bubble.locator("p").first).to_have_text(HOSTILE.split("\n")[0])
    assert bubble.locator("img, b").count() == 0
    assert phone.title() == "暖蜂 · 模拟手机"


def test_what_is_read_has_line_starts_and_words_to_tap(phone: Page) -> None:
    told = phone.evaluate(
        """async () => {
            const { cutLines, offeredWords } = await import("/page/js/quick.js");
            const numbers = (text) => cutLines(text).map((line) => line.number ?? null);
            const label = (each) => each.send ?? `${each.begin}…`;
            const labels = (text) => offeredWords(text).map(label);
            return {
                more: cutLines("1. 甲\\n   九点\\n回复编号")[0].more,
                numbers: numbers("1. 甲\\n２、乙\\n9:00–11:00 开始\\n11.25 见\\n12：丙\\n3"),
                words: labels("“送餐”已取消。回复“活动”看看别的，或“我的”；回复“报名 编号”。"),
                plain: labels("请在10点前回复 接受，不去回复放弃。"),
                none: labels("您已报名“送餐”。"),
            };
        }"""
    )

    assert told["numbers"] == ["1", "2", None, None, "12", None]
    assert told["more"] == ["九点"]
    assert told["words"] == ["活动", "我的", "报名 …"]
    assert told["plain"] == ["接受", "放弃"]
    assert told["none"] == []


@pytest.mark.parametrize(
    ("tool", "choice", "verb", "sent"),
    [
        ("语音", "我的活动", "voice", {"recognition": "我的活动"}),
        ("位置", "迎泽公园", "location", {"lat": 37.8567, "lng": 112.5473, "label": "迎泽公园"}),
        ("照片", "不带图片", "image", {}),
    ],
)
def test_the_tray_sends(
    phone: Page, stub: Stub, tool: str, choice: str, verb: str, sent: dict[str, Any]
) -> None:
    follow(phone)

    tray(phone, tool)
    phone.get_by_role("dialog").get_by_role("button", name=choice, exact=True).click()

    expect(phone.locator(".line.me").last).to_be_visible()
    expect(phone.locator(".line.pending")).to_have_count(0)
    assert last_asked(stub, f"/_/people/p1/{verb}") == sent


def test_a_photo_is_shown_and_a_scan_follows(phone: Page, stub: Stub) -> None:
    phone.get_by_role("button", name="扫码关注").click()
    phone.get_by_label("场景值").fill("door-7")
    phone.get_by_role("button", name="扫一扫").click()
    expect(phone.locator(".happening")).to_contain_text("door-7")

    tray(phone, "照片")
    phone.get_by_role("dialog").get_by_role("button", name="路面坑洼").click()

    expect(phone.locator(".picture img")).to_have_js_property("naturalWidth", 480)
    assert last_asked(stub, "/_/people/p1/scan") == {"scene": "door-7"}
    assert last_asked(stub, "/_/people/p1/image")["pic_url"].endswith("/page/photos/pothole.jpg")


def test_a_picture_of_ones_own_is_sent_as_it_is(phone: Page, stub: Stub, tmp_path) -> None:
    follow(phone)
    picture = tmp_path / "own.jpg"
    picture.write_bytes(b"\xff\xd8\xff an invented picture")

    tray(phone, "照片")
    phone.get_by_label("或选一张自己的（最大12兆）").set_input_files(picture)

    expect(phone.locator(".line.me").last).to_be_visible()
    expect(phone.locator(".line.pending")).to_have_count(0)
    sent = last_asked(stub, "/_/people/p1/image")
    assert base64.b64decode(sent["content"]) == picture.read_bytes()


def test_the_menu_sends_its_key(phone: Page, stub: Stub) -> None:
    follow(phone)

    phone.get_by_role("navigation", name="公众号菜单").get_by_role("button", name="我的").click()
    phone.get_by_role("button", name="绑定", exact=True).click()

    expect(phone.locator(".happening").last).to_contain_text("点击菜单：LINK")
    assert last_asked(stub, "/_/people/p1/menu") == {"key": "LINK"}


def test_a_pushed_card_comes_by_itself_with_its_fields(phone: Page, stub: Stub) -> None:
    follow(phone)

    stub.push_card("p1")

    card = phone.locator(".card")
    expect(card.get_by_role("heading")).to_have_text("候补名额通知")
    expect(card.locator("dt").first).to_have_text("活动名称")
    phone.get_by_role("button", name="接受", exact=True).wait_for()
    card.get_by_role("button", name="查看详情").click()
    expect(phone.get_by_role("tab", name="小程序")).to_have_attribute("aria-selected", "true")


def test_leaving_needs_a_second_word(phone: Page, stub: Stub) -> None:
    follow(phone)

    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("button", name="取消关注").click()
    assert stub.people["p1"]["following"]
    phone.get_by_role("dialog", name="取消关注？").get_by_role("button", name="取消关注").click()

    phone.get_by_role("button", name="关注「暖蜂」").wait_for()
    assert not stub.people["p1"]["following"]


def test_the_address_keeps_person_and_tab(phone: Page) -> None:
    phone.get_by_role("button", name="林小满").click()
    phone.get_by_role("dialog", name="人物").get_by_role("button", name="周建国").click()
    phone.get_by_role("tab", name="小程序").click()

    phone.reload()

    expect(phone.locator("#people-button")).to_contain_text("周建国")
    expect(phone.get_by_role("tab", name="小程序")).to_have_attribute("aria-selected", "true")
    assert "person=p2" in phone.url
    assert "tab=mini" in phone.url


def test_a_new_person_comes_and_is_on_the_phone(desk: Page) -> None:
    desk.get_by_label("新的人物").fill("赵春燕")
    desk.get_by_role("button", name="添加").click()

    expect(desk.locator("#people-button")).to_contain_text("赵春燕")
    expect(desk.locator(".person[aria-current]")).to_contain_text("赵春燕")


def test_two_people_share_one_place_in_the_mini_program(phone: Page, address: str) -> None:
    phone.goto(f"{address}/#person=p1&tab=mini")
    first = phone.locator('[data-shift="s1"]')
    first.get_by_role("button", name="报名").click()
    expect(first).to_contain_text("已报名")

    phone.goto(f"{address}/#person=p2&tab=mini")
    first.get_by_role("button", name="进候补").click()
    expect(first).to_contain_text("候补中")

    phone.goto(f"{address}/#person=p1&tab=mini&page=mine")
    phone.locator(".activity").get_by_role("button", name="取消").click()
    phone.get_by_role("dialog").get_by_role("button", name="取消报名").click()
    phone.get_by_text("您还没有报名").wait_for()

    phone.goto(f"{address}/#person=p2&tab=mini&page=mine")
    phone.get_by_role("button", name="接受名额").click()
    expect(phone.locator(".mine.confirmed")).to_have_text("已报名")
    expect(phone.locator(".activity")).to_contain_text("11月25日 周三 09:00–11:00")


def test_activities_are_searched_filtered_and_paged(phone: Page) -> None:
    phone.get_by_role("tab", name="小程序").click()
    expect(phone.locator(".activity")).to_have_count(10)

    phone.get_by_role("button", name="再看几个").click()
    expect(phone.locator(".activity")).to_have_count(12)
    phone.get_by_role("button", name="应急救援").click()
    expect(phone.locator(".activity h3")).to_have_text(["防汛沙袋演练"])
    phone.get_by_role("button", name="全部").click()
    phone.get_by_role("searchbox").fill("迎泽公园")

    expect(phone.locator(".activity h3")).to_have_text(["义诊秩序引导"])


def test_the_account_is_linked_and_refusals_are_told(phone: Page, address: str, stub: Stub) -> None:
    phone.goto(f"{address}/#person=p1&tab=mini&page=account")
    expect(phone.locator(".facts")).to_contain_text("138****0001")

    phone.get_by_label("绑定码").fill("000000")
    phone.get_by_role("button", name="关联").click()
    expect(phone.get_by_role("status")).to_contain_text("绑定码不对或已过期")
    phone.get_by_label("绑定码").fill("123456")
    phone.get_by_role("button", name="关联").click()
    expect(phone.locator(".facts")).to_contain_text("已关联")
    phone.get_by_role("button", name="用微信手机号一键验证").click()
    expect(phone.get_by_role("status")).to_contain_text("手机号已验证")
    phone.get_by_role("button", name="允许一次").click()
    expect(phone.get_by_role("status")).to_contain_text("已允许一次提醒")

    answer = {"template_id": "tpl-reminder", "answer": "accept"}
    wanted = {"app": "miniprogram", "answers": [answer]}
    assert last_asked(stub, "/_/people/p1/subscription") == wanted


def test_a_step_shows_its_raw_messages_explained(phone: Page) -> None:
    follow(phone)

    phone.get_by_role("button", name="查看原始报文").last.click()

    sheet = phone.get_by_role("dialog", name="原始报文")
    expect(sheet.locator(".params dt", has_text="msg_signature")).to_be_visible()
    expect(sheet).to_contain_text("解密后的正文")
    expect(sheet.locator(".leg").first).to_contain_text("密文：AES-256-CBC")
    expect(sheet.locator(".leg.answer")).to_contain_text("HTTP 200")
    phone.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_the_desk_shows_each_step_beside_the_phone(desk: Page) -> None:
    follow(desk)

    say(desk, "活动")

    expect(desk.locator("#raw .raw-title")).to_contain_text("text：活动")
    expect(desk.locator("#raw .raw-steps button")).to_have_count(2)


def test_the_test_tools_move_clock_faults_and_copies(phone: Page, stub: Stub) -> None:
    follow(phone)
    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("button", name="测试工具").click()

    phone.get_by_role("button", name="＋1 天").click()
    phone.get_by_role("button", name="让它出故障").click()
    expect(phone.get_by_text("排队中的故障：1 个")).to_be_visible()
    phone.get_by_role("switch", name="每条消息重复送达 3 次").click()
    phone.keyboard.press("Escape")
    say(phone, "活动")
    expect(phone.locator(".line.account").last).to_contain_text("最近的志愿活动")

    assert stub.offset.days == 1
    fault = {"times": 1, "path": "/cgi-bin/message/custom/send", "kind": "errcode", "value": 45015}
    assert stub.faults == [fault]
    assert last_asked(stub, "/_/people/p1/text?copies=3") == {"content": "活动"}


def test_large_text_is_remembered(phone: Page) -> None:
    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("radio", name="特大").click()

    phone.reload()

    expect(phone.locator("html")).to_have_class("text-huge")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_phone_is_filled_and_a_desk_has_a_frame(phone: Page, desk: Page) -> None:
    whole = phone.locator(".screen").bounding_box()
    assert whole == {"x": 0, "y": 0, **PHONE}
    expect(phone.locator(".panel-left")).to_be_hidden()

    framed = desk.locator(".screen").bounding_box()
    assert framed
    assert framed["width"] < 400
    expect(desk.locator(".panel-left")).to_be_visible()
    expect(desk.locator(".panel-right")).to_be_visible()


def test_what_is_tapped_is_large_enough(phone: Page, address: str) -> None:
    follow(phone)
    say(phone, "活动")
    phone.get_by_role("button", name="报名 1", exact=True).wait_for()
    small = _too_small(phone)
    phone.goto(f"{address}/#person=p1&tab=mini")
    phone.locator(".activity").first.wait_for()

    assert small + _too_small(phone) == []


def _too_small(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "button, input, textarea, select",
        """all => all.map(each => [each, each.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9))
            .map(([each, box]) => `${each.className} ${box.width}x${box.height}`)""",
    )


def test_axe_finds_no_barrier(phone: Page, desk: Page, address: str) -> None:
    follow(desk)
    say(desk, "活动")
    desk.locator("#raw .raw-title").wait_for()
    expect(desk.locator(".line.pending")).to_have_count(0)
    found = _barriers(desk)
    phone.goto(f"{address}/#person=p2&tab=mini")
    phone.locator(".activity").first.wait_for()
    found += _barriers(phone)
    phone.get_by_role("button", name="更多").click()
    found += _barriers(phone)
    phone.get_by_role("button", name="测试工具").click()

    assert found + _barriers(phone) == []


def test_axe_would_find_one(phone: Page) -> None:
    phone.evaluate("document.getElementById('more-button').removeAttribute('aria-label')")

    assert any("button-name" in each for each in _barriers(phone))


def _barriers(page: Page) -> list[str]:
    page.evaluate((VENDOR / "axe-core" / "axe.min.js").read_text(encoding="utf-8") + ";0")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere() -> None:
    words = {
        path: path.read_text(encoding="utf-8")
        for path in PAGE.rglob("*")
        if path.suffix in {".html", ".css", ".js", ".svg"}
    }

    for path, text in words.items():
        outside = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}
        assert outside == set(), path
        assert not re.search(r"\.innerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path
    assert not re.search(
        r"<style|style=|<script(?![^>]* src=)|\son\w+=", words[PAGE / "index.html"]
    )


def test_vendored_files_are_what_they_claim_to_be() -> None:
    listed = re.findall(
        r"^\| (\S+\.js) .* ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.M
    )

    assert {name for name, _ in listed} == {
        str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*.js")
    }
    for name, total in listed:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == total

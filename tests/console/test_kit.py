"""The console's kit of parts in a real browser, behind the headers that the console has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.console.navigation import MENU
from tests.console.gallery import CONSOLE, opened
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
ICONS = "vendor/tabler-icons/icons.svg"
ICON = re.compile(r'\bicon(?:_name)?(?:\(|=)"([a-z0-9-]+)"')
PAGES = ("/console/gallery", "/console/gallery?wrong=1", "/console/public")
SIZES = [(PHONE, "normal"), (PHONE, "large"), (DESK, "normal"), (DESK, "large")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with opened() as url:
        yield url


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    yield from visit(browser, address, PHONE)


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:
    yield from visit(browser, address, DESK)


def visit(browser: Browser, address: str, size: dict[str, int]) -> Iterator[Page]:
    with open_window(browser, size) as (page, said):
        page.goto(f"{address}/console/gallery")
        yield page
        assert said == []


def barriers(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def too_small(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".btn, .tool, .menu-link, summary, .tick, .form-control, .form-select, .masked a",
        """all => all.map(each => [each, each.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9))
            .map(([each, box]) => `${each.className} ${box.width}x${box.height}`)""",
    )


@pytest.mark.parametrize(("size", "text"), SIZES)
def test_every_part_is_without_barriers(
    browser: Browser, address: str, size: dict[str, int], text: str
) -> None:
    with open_window(browser, size) as (page, said):
        cookie = {"name": "text_size", "value": text, "url": f"{address}/console"}
        page.context.add_cookies([cookie])
        found: list[str] = []
        for path in PAGES:
            page.goto(address + path)
            assert (page.locator("html.large-text").count() == 1) == (text == "large")
            found += barriers(page) + too_small(page)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]

    assert found == []
    assert said == []


def test_a_barrier_would_be_found(desk: Page) -> None:
    desk.evaluate("document.querySelector('#words').labels[0].remove()")
    desk.evaluate("document.querySelector('.hint').style.color = '#cccccc'")

    assert {each.partition(":")[0] for each in barriers(desk)} >= {"label", "color-contrast"}


def test_what_stands_inline_would_be_complained_of(browser: Browser, address: str) -> None:
    with open_window(browser, DESK) as (page, said):
        page.goto(f"{address}/console/gallery")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"top:0\">x</p>')")

    assert "Content Security Policy" in "".join(said)


def test_the_menu_of_a_phone_opens_by_keyboard(phone: Page) -> None:
    phone.keyboard.press("Tab")
    expect(phone.locator(".skip-link")).to_be_focused()
    reach(phone, ".phone-menu > summary")

    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")

    expect(phone.locator(".phone-menu a").first).to_be_focused()
    expect(phone.get_by_role("navigation", name="手机菜单")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator(".phone-menu > summary")).to_be_focused()
    expect(phone.get_by_role("navigation", name="手机菜单")).to_be_hidden()


def test_a_desk_has_its_menu_at_the_side(desk: Page) -> None:
    expect(desk.get_by_role("navigation", name="主菜单")).to_be_visible()
    expect(desk.locator(".phone-menu")).to_be_hidden()
    expect(desk.locator(".side [aria-current=page]")).to_contain_text("待办")


def test_a_deed_with_a_question_is_asked_and_done_by_keyboard(desk: Page) -> None:
    reach(desk, ".confirm > summary")

    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("button", name="确定驳回需求")).to_be_focused()
    desk.keyboard.press("Enter")

    expect(desk.locator("body")).to_have_text("已办")


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if page.evaluate("where => document.activeElement.matches(where)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} was not reached by keyboard")


def test_figures_are_drawn_beside_their_numbers(desk: Page) -> None:
    expect(desk.locator("#by-month canvas")).to_be_visible()
    expect(desk.locator("#by-field canvas")).to_be_visible()
    expect(desk.get_by_role("table", name="每月服务时长")).to_contain_text("310")
    desk.locator("#by-month").hover()
    assert desk.locator("#by-month [style*=white-space]").count() == 0


def test_without_scripts_everything_is_there_but_the_picture(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/console/gallery")

    page.locator(".phone-menu > summary").click()
    expect(page.get_by_role("navigation", name="手机菜单")).to_be_visible()
    expect(page.get_by_role("table", name="每月服务时长")).to_be_visible()
    expect(page.locator("#by-month")).to_be_hidden()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_class("large-text")
    page.locator(".confirm > summary", has_text="驳回").click()
    page.get_by_role("button", name="确定驳回需求").click()
    expect(page.locator("body")).to_have_text("已办")
    context.close()


def test_a_list_is_filtered_in_place_and_said_aloud(desk: Page) -> None:
    desk.get_by_label("关键词").fill("送餐")
    desk.get_by_label("关键词").press("Enter")

    expect(desk.locator("#live")).to_have_text("共三件")
    expect(desk.get_by_label("关键词")).to_be_focused()
    assert "words=%E9%80%81" in desk.url
    assert desk.locator("#list").count() == 1


def test_a_deed_by_script_bears_the_token(desk: Page) -> None:
    desk.get_by_role("button", name="补一次").click()

    expect(desk.locator("#done")).to_have_text("已办")
    expect(desk.locator("#trouble")).to_be_hidden()


def test_a_failure_is_said_and_changes_nothing(browser: Browser, address: str) -> None:
    with open_window(browser, DESK) as (page, _):
        page.goto(f"{address}/console/gallery")
        page.get_by_role("button", name="坏掉").click()

        expect(page.get_by_role("alert")).to_have_text("没有办成，请稍后再试。")
        expect(page.locator("#done")).to_be_empty()


def test_a_code_is_renewed_while_it_is_looked_at(desk: Page) -> None:
    expect(desk.locator("#code")).not_to_contain_text("000000")
    expect(desk.locator("#live")).to_be_empty()


def test_templates_hold_nothing_inline() -> None:
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(?: src=|application/json))")
    found = {
        path.name: inline.findall(path.read_text(encoding="utf-8"))
        for path in (CONSOLE / "templates").rglob("*.html")
    }

    assert {name: breaches for name, breaches in found.items() if breaches} == {}
    assert inline.search("<p onclick=x>")


def test_every_icon_that_a_page_names_is_there() -> None:
    drawn = set(
        re.findall(r'symbol id="([^"]+)"', (CONSOLE / "static" / ICONS).read_text(encoding="utf-8"))
    )
    pages = [path.read_text(encoding="utf-8") for path in (CONSOLE / "templates").rglob("*.html")]
    named = {name for page in pages for name in ICON.findall(page)}

    assert named - drawn == set()
    assert {icon for lines in MENU.values() for _, _, icon, _ in lines} - drawn == set()
    assert "bell" in named

"""Every line of the menu in a real browser, with a day's work behind it; with pictures."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from server.console.navigation import MENU
from server.runtime import Runtime
from tests.console.scene import Scene, laid
from tests.console.test_kit import barriers, too_small
from tests.pictures import keep
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once
FORMS = {
    "need-new": "/needs/new",
    "team-new": "/teams/new",
    "activity-new": "/activities/new",
    "activity-move": "/shifts/2/move",
    "activity-cancel": "/activities/2/cancel",
    "person-new": "/people/new",
    "by-hand": "/records/shifts/2/by-hand",
    "account": "/account",
}
"""Pages behind a button that the handbook shows too, by the name of their picture."""


CUT_OFF = """[...document.querySelectorAll('.table-wrap')]
    .some(each => each.scrollWidth > each.clientWidth + 1)"""


@pytest.fixture
def scene(runtime: Runtime) -> Scene:
    return laid(runtime)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def test_every_line_of_the_menu_is_without_barriers(
    browser: Browser, service: str, scene: Scene
) -> None:
    found: list[str] = []
    opened: set[str] = set()
    with open_window(browser, PHONE) as (page, said):
        page.goto(f"{service}/console{scene.invitation}")
        found += flaws(page, "invitation")
        page.goto(f"{service}/console/sign-in")
        found += flaws(page, "sign-in")
        for who, token in scene.tokens.items():
            page.context.add_cookies([{"name": "console", "value": token, "url": service}])
            page.goto(f"{service}/console/")
            for label, href in menu(page).items():
                if label not in opened:
                    opened.add(label)
                    page.goto(service + href)
                    found += flaws(page, name_of(label))
            if who == "operator":
                for name, path in forms(scene).items():
                    page.goto(f"{service}/console{path}")
                    found += flaws(page, name)

    assert found == []
    assert said == []
    assert opened == {label for lines in MENU.values() for label, *_ in lines}


def forms(scene: Scene) -> dict[str, str]:
    """Return the pages behind buttons; some are about somebody."""
    person = f"/people/{scene.person}"
    more = {"unmask": f"{person}/unmask", "leave-other": f"/people/{scene.worker}/leave"}
    return FORMS | more | {"person": person}


def name_of(label: str) -> str:
    """Return what the picture of a line of the menu is called: the file that holds its page."""
    lines = {line[0]: line[1] for lines in MENU.values() for line in lines}
    return lines[label].partition(".")[0].replace("_", "-")


def menu(page: Page) -> dict[str, str]:
    """Return where each line of the menu leads that this person sees."""
    lines = page.locator(".phone-menu a.menu-link")
    words = lines.evaluate_all(
        "all => all.map(a => [a.textContent.trim(), a.getAttribute('href')])"
    )
    return {label: href for label, href in words}


def flaws(page: Page, name: str) -> list[str]:
    """Look at a page on a phone and at a desk, keep its picture, and return what is wrong."""
    if page.locator("h1").count() != 1:
        return [f"{name}: {page.title()} at {page.url}"]
    seen = [*barriers(page), *too_small(page)]
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            seen.append(f"too wide for {size['width']}")
        if page.evaluate(CUT_OFF):
            seen.append(f"a table's columns are cut off at {size['width']}")
    if name == "start":
        seen += barriers(page)  # with the menu that a desk has
    keep(page, name)
    page.set_viewport_size(PHONE)
    return [f"{name}: {each}" for each in seen]

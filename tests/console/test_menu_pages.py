"""Every line of the menu in a real browser, with a day's work behind it; with pictures."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
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
    "hazard": "/hazards/1",
    "hazard-new": "/hazards/new",
    "hazard-unit": "/fixing/3",
    "team-new": "/teams/new",
    "activity-new": "/activities/new",
    "activity-move": "/shifts/2/move",
    "activity-cancel": "/activities/2/cancel",
    "person-new": "/people/new",
    "by-hand": "/records/shifts/2/by-hand",
    "account": "/account",
    "unmet": "/figures/unmet",
    "broadcast": "/broadcasts/1",
    "broadcast-new": "/broadcasts/new",
    "notice-template": "/notice-templates/volunteers.offered",
    "notice-template-edit": "/notice-templates/volunteers.offered/edit",
}
"""Pages behind a button that the handbook shows too, by the name of their picture."""


OF_A_BRANCH = {
    "party-file": "/party/files/1",
    "party-edit": "/party/files/1/edit",
    "party-new": "/party/files/new",
    "party-report": "/party/files/1/report",
    "party-checklist": "/party/files/1/checklist",
    "party-reads": "/party/files/1/reads",
    "party-review": "/party/files/1/review",
    "party-objection": "/party/files/2/review",
    "party-letter": "/party/files/2/letters/2025",
    "party-member-needs": "/party/files/2/needs",
}
"""Pages behind those of a branch."""


CUT_OFF = """[...document.querySelectorAll('.table-wrap')]
    .some(each => each.scrollWidth > each.clientWidth + 1)"""


TOUCHING = """[...document.querySelectorAll('.ledger td')].flatMap(cell => {
    const boxes = [...cell.querySelectorAll('.btn')].filter(each => each.checkVisibility())
        .map(each => each.getBoundingClientRect());
    const apart = (a, b) => Math.max(b.left - a.right, a.left - b.right, b.top - a.bottom,
        a.top - b.bottom);
    return boxes.filter((box, at) => boxes.slice(0, at).some(other => apart(box, other) < 6));
}).length"""
BEHIND = {
    "/shifts/2/move": "活动",
    "/activities/2/cancel": "活动",
    "/activity-templates": "活动",
    "/shifts/62/paper": "签到",
    "/records/shifts/2/by-hand": "时长核定",
}
"""Pages that have no line of the menu, and the line that leads to them."""
LIT = re.compile(r'class="menu-link"[^>]*aria-current="page">.*?<span>(\w+)</span>', re.DOTALL)
LARGER = """new Promise(drawn => {
    document.documentElement.classList.toggle('large-text');
    requestAnimationFrame(() => requestAnimationFrame(drawn));
})"""
"""Charts are as wide as before until the next picture is drawn."""


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
        for name, path in {"front": "/", "verify-ask": "/verify/"}.items():
            page.goto(service + path)
            found += flaws(page, name)
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
            if who == "branch_secretary":
                for name, path in OF_A_BRANCH.items():
                    page.goto(f"{service}/console{path}")
                    found += flaws(page, name)

    assert found == []
    assert said == []
    assert opened == {label for lines in MENU.values() for label, *_ in lines}


def forms(scene: Scene) -> dict[str, str]:
    """Return the pages behind buttons; some are about somebody."""
    person = f"/people/{scene.person}"
    more = {
        "notice": f"/outbox/{scene.notice}",
        "unmask": f"{person}/unmask",
        "leave-other": f"/people/{scene.worker}/leave",
    }
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
        for text in ("usual", "large"):
            where = f"at {size['width']} in {text} text"
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                seen.append(f"too wide {where}")
            if page.evaluate(CUT_OFF):
                seen.append(f"a table's columns are cut off {where}")
            if page.evaluate(TOUCHING):
                seen.append(f"buttons touch {where}")
            page.evaluate(LARGER)
    if name == "start":
        seen += barriers(page)  # with the menu that a desk has
    keep(page, name)
    page.set_viewport_size(PHONE)
    return [f"{name}: {each}" for each in seen]


def test_a_page_without_a_line_lights_the_one_that_leads_to_it(
    client: FlaskClient, scene: Scene
) -> None:
    client.set_cookie("console", scene.tokens["operator"])
    lit = {}

    for path in BEHIND:
        shown = client.get(f"/console{path}").get_data(as_text=True)
        lit[path] = set(LIT.findall(shown))

    assert lit == {path: {line} for path, line in BEHIND.items()}

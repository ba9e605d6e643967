"""The mini-program on a phone's screen: opened at a page, looked at, and asked what it says."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console.test_kit import barriers
from tests.phone import Phone
from tests.windows import PHONE

LOADING = re.compile("正在(?:读取|登录)")
WIDE = """[...document.querySelectorAll('.mini-page, .sheet-body')]
    .some(each => each.scrollWidth > each.clientWidth)"""
BIG = "document.documentElement.classList.toggle('text-huge')"


@dataclass
class Mini:
    """The phone page's mini-program, with one person after the other on the phone."""

    page: Page
    url: str

    def open(self, phone: Phone, page: str) -> None:
        """Put this person on the phone, at a page of the mini-program."""
        place = f"#person={phone.id}&tab=mini&page={page}"
        if self.page.url.startswith(self.url):
            self.page.evaluate("place => { location.hash = place }", place)
        else:
            self.page.goto(f"{self.url}/{place}")
        expect(self.page.locator(f"[data-shown='{phone.id}/{page}']")).to_be_visible()
        expect(self.page.locator("#mini")).not_to_contain_text(LOADING)

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button of these words."""
        where = within or self.page.locator("#screen")
        where.get_by_role("button", name=words, exact=True).first.click()

    def fill(self, label: str, words: str) -> None:
        """Write into the field of this label."""
        self.page.locator("#screen").get_by_label(label).first.fill(words)

    def told(self, words: str) -> None:
        """Expect the sentence that rises over the phone."""
        expect(self.page.get_by_role("status")).to_contain_text(words)

    def sees(self, words: str) -> None:
        """Expect words in the mini-program."""
        expect(self.page.locator("#mini")).to_contain_text(words)

    def sheet(self) -> Locator:
        """The sheet that lies over the page."""
        return self.page.get_by_role("dialog")

    def flaws(self, name: str) -> list[str]:
        """Return what is wrong with how the page looks, at the usual and the largest text."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        self.page.evaluate("document.getElementById('toasts').replaceChildren()")
        found = [*barriers(self.page), *small(self.page)]
        for big in (False, True):
            found += ["too wide"] if self.page.evaluate(WIDE) else []
            picture(self.page, f"{name}{'-huge' if big else ''}")
            self.page.evaluate(BIG)
        return [f"{name}: {each}" for each in found]


def small(page: Page) -> list[str]:
    """Return what is tapped and too small for a thumb (44 points)."""
    return page.eval_on_selector_all(
        "#screen button, #screen a, #screen summary, #screen input, #screen select, label.tick",
        """all => all.map(each => each.closest('label.tick') ?? each)
            .map(each => [each, each.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9))
            .map(([each, box]) => `${each.textContent} ${box.width}x${box.height}`)""",
    )


def picture(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder, so that somebody looks at it."""
    folder = os.environ.get("PHONE_PICTURES")
    if folder:
        assert page.viewport_size == PHONE
        page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

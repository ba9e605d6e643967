"""The people of the long journey, and the browser windows in which staff work."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.tree import AreaKind
from server.people import identities, posts, profile
from server.people.models import App, Role
from server.runtime import Runtime
from server.staff import sessions
from server.staff.models import StaffAccount, StaffState
from tests.phone import Phone

EIGHT = re.compile(r"\d{4} ?\d{4}")


@dataclass
class Window:
    """A browser window with the console, and the staff account of whoever sits there."""

    page: Page
    url: str
    account_id: int

    def open(self, path: str) -> None:
        """Open a page below /console."""
        answer = self.page.goto(f"{self.url}/console{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        assert path in self.page.url, f"{path} led to {self.page.url}"

    def follow(self, words: str | re.Pattern[str]) -> None:
        """Follow the first link of these words in the page itself."""
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def fill(self, **keyed: str) -> None:
        """Fill the fields named so."""
        for name, text in keyed.items():
            self.page.locator(f"main [name='{name}']:visible").first.fill(text)

    def press(self, words: str, then: str) -> None:
        """Press the button of these words; the page says what came of it."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        self.sees(then)

    def sees(self, words: str) -> None:
        """Expect words in the page."""
        expect(self.page.locator("main")).to_contain_text(words)

    def row(self, words: str) -> Locator:
        """Return the row of a table that holds these words."""
        return self.page.locator("main tr", has_text=words)


def plant(session: Session) -> None:
    """Plant a district with one street and two communities."""
    root = tree.plant(session, "D", "示例区", AreaKind.DISTRICT, None)
    street = tree.plant(session, "S", "示例街道", AreaKind.STREET, root)
    for code, name in (("N", "柳北社区"), ("T", "桥东社区")):
        tree.plant(session, code, name, AreaKind.COMMUNITY, street)


def person_of(session: Session, phone: Phone, runtime: Runtime) -> int:
    """Return who holds this phone."""
    return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


def employ(session: Session, runtime: Runtime, who: tuple[int, str], role: Role, area: str) -> int:
    """Give a person, by id and name, a post and an account of the console; return the account."""
    person_id, name = who
    now = runtime.now()
    profile.rename(session, person_id, name, vault=runtime.vault)
    account = StaffAccount(
        person_id=person_id,
        login=f"staff{person_id}",
        state=StaffState.ACTIVE,
        created_at=now,
        changed_at=now,
    )
    session.add(account)
    posts.appoint(session, person_id, role, tree.by_code(session, area), now, until=None)
    session.flush()
    return account.id


def signed_in(window: Window, runtime: Runtime) -> str:
    """Sign whoever sits at the window in for the day, without the door; return the token."""
    with runtime.db.transaction() as session:
        token = sessions.start(session, window.account_id, "test", runtime.now())
    window.page.context.add_cookies([{"name": "console", "value": token, "url": window.url}])
    return token


def sign_in_by_chat(window: Window, phone: Phone, look: Callable[[], None]) -> None:
    """Sign in as a person does: the page shows a number, and one sends it from one's own chat."""
    window.open("/sign-in")
    window.press("用微信登录，不输密码", "在微信里打开公众号")
    look()
    number = window.page.locator(".to-send").inner_text()
    assert "已登录管理台" in phone.say(number)
    expect(window.page.locator("h1")).to_have_text("待办")


def eight(text: str) -> str:
    """Return the eight digits in a text."""
    found = EIGHT.search(text)
    assert found, text
    return found[0].replace(" ", "")

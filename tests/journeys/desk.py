"""The phone page on a desk's screen, over the real emulator and the real service."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from server.people import acquaintance
from server.runtime import Runtime


@dataclass
class Desk:
    """The page on a desk's screen, with one person after the other on the phone."""

    page: Page
    runtime: Runtime

    def become(self, name: str) -> None:
        """Put another person on the phone."""
        self.page.locator(".person", has_text=name).click()
        expect(self.page.locator("#people-button")).to_contain_text(name)

    def follow(self) -> None:
        """Follow the account, and let the service learn who that is."""
        self.page.get_by_role("button", name="关注「暖蜂」").click()
        self.page.get_by_label("写消息").wait_for()
        acquaintance.ask(self.runtime)

    def leave(self) -> None:
        """Stop following the account."""
        self.page.locator("#more-button").click()
        self.page.get_by_role("button", name="取消关注").click()
        self.page.get_by_role("dialog").get_by_role("button", name="取消关注", exact=True).click()
        self.page.get_by_role("button", name="关注「暖蜂」").wait_for()

    def say(self, words: str, answer: str) -> Locator:
        """Send a text; return the newest reply once it says what is expected."""
        self.page.get_by_label("写消息").fill(words)
        self.page.get_by_label("写消息").press("Enter")
        reply = self.page.locator(".line.account").last
        expect(reply).to_contain_text(answer)
        return reply

    def signups(self) -> Locator:
        """Open the mini-program's list of own sign-ups."""
        return self.mini("我的").locator(".cards")

    def mini(self, page: str) -> Locator:
        """Open a page of the mini-program: 活动, 我的 or 账号."""
        self.page.get_by_role("tab", name="小程序").click()
        button = self.page.locator(".mini-bar").get_by_role("button", name=page)
        button.click()
        expect(button).to_have_attribute("aria-current", "page")
        return self.page.locator("#mini")

    def chat(self) -> Locator:
        """Open the chat and return what was said in it."""
        self.page.get_by_role("tab", name="公众号聊天").click()
        return self.page.locator("#chat")

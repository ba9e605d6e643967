"""The stage of the long journey: who takes part, at which screens, and the clock they live by."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Browser

from config.wording import LOCAL
from server.people.models import Role
from server.runtime import Runtime
from tests.clock import Clock
from tests.journeys import people
from tests.journeys.people import Window
from tests.phone import Emulator, Phone
from tests.windows import DESK, PHONE, open_window

Run = Callable[[str], object]


@dataclass
class Loop:
    """Everybody and everything of the journey."""

    runtime: Runtime
    clock: Clock
    run: Run
    asker: Phone
    leader: Phone
    chatter: Phone
    caller: Phone
    clerk_phone: Phone
    clerk: Window
    colleague: Window
    code_screen: Window

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """Move the clock to a local moment in March, and let what falls due be done."""
        self.clock.set(datetime(2026, 3, day, hour, minute, tzinfo=LOCAL))
        people.signed_in(self.clerk, self.runtime)
        people.signed_in(self.colleague, self.runtime)
        for job in ("start-services", "close-attendances", "finish-hours", "settle-activities"):
            self.run(job)
        self.tell()

    def tell(self) -> None:
        """Let every notice go out."""
        self.run("deliver-notices")


@contextmanager
def staged(
    browser: Browser, emulator: Emulator, service: str, runtime: Runtime, clock: Clock, run: Run
) -> Iterator[Loop]:
    """Let everybody appear, each with a phone or a window; no window may complain of anything."""
    names = ("李奶奶", "张志强", "林小满", "周建国", "王红", "李敏")
    phones = [emulator.follower(name) for name in names]
    run("meet-followers")
    accounts = [*_employed(runtime, *phones[4:]), 0]
    with ExitStack() as stack:
        opened = [stack.enter_context(open_window(browser, size)) for size in (DESK, DESK, PHONE)]
        windows = [
            Window(page, service, account)
            for (page, _), account in zip(opened, accounts, strict=True)
        ]
        people.signed_in(windows[1], runtime)
        yield Loop(runtime, clock, run, *phones[:5], *windows)
        complaints = [word for _, said in opened for word in said]
        assert complaints == [], complaints


def _employed(runtime: Runtime, clerk: Phone, colleague: Phone) -> tuple[int, int]:
    """Plant the areas; return the accounts of a community's clerk and of one of the street."""
    with runtime.db.transaction() as session:
        people.plant(session)
        here = people.person_of(session, clerk, runtime), "王红"
        above = people.person_of(session, colleague, runtime), "李敏"
        return (
            people.employ(session, runtime, here, Role.COMMUNITY_WORKER, "N"),
            people.employ(session, runtime, above, Role.STREET_OPERATOR, "S"),
        )

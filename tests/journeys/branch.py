"""The stage of a branch's year: twelve members, two contacts, a secretary, and the days that pass.

Ten members hold phones in the emulator; two have none and are called. One contact works by chat,
the other and the secretary sit at the console. Everybody is invented.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy import select

from config.wording import LOCAL
from server.notices.models import Notice, NoticeState
from server.party import contents
from server.party.models import PartyFile
from server.people.models import Role
from server.runtime import Runtime
from server.sheets import writing
from tests.clock import Clock
from tests.journeys import people
from tests.journeys.people import Window
from tests.phone import Emulator, Phone
from tests.server.party.acts import VAULT
from tests.windows import DESK, PHONE, open_window

YEAR = 2026
NAMES = [f"示例·流动{name}" for name in "甲乙丙丁戊己庚辛壬癸子丑"]
BY_CHAT, CALLED = NAMES[:10], NAMES[10:]
HEADERS = ("姓名", "手机号", "流出日期", "流入日期", "外出原因", "现居地", "工作单位")
BRANCH, HOST = "示例第一党支部", "示例流入地党支部"
JOBS = ("deliver-notices",)
"""What the timetable does for a branch, in the order of a day."""


@dataclass
class Year:
    """Everybody and everything of the year."""

    runtime: Runtime
    clock: Clock
    run: Callable[[str], object]
    officer: Window
    secretary: Window
    second: Window
    first: Phone
    phones: dict[str, Phone]
    folder: Path
    reminded: list[tuple[str, date]] = field(default_factory=list)

    def at(self, month: int, day: int, hour: int = 10, *, year: int = YEAR) -> None:
        """Let the days pass until a local moment; each day at ten the timetable does its part."""
        until = datetime(year, month, day, hour, tzinfo=LOCAL)
        while self.clock.now() + timedelta(days=1) < until:
            following = self.clock.now().astimezone(LOCAL) + timedelta(days=1)
            self.clock.set(following.replace(hour=10))
            self.works()
        self.clock.set(until)
        self.works()
        for window in (self.officer, self.secretary, self.second):
            people.signed_in(window, self.runtime)

    def works(self) -> None:
        """Let the timetable do what is due, and every notice go out."""
        for job in JOBS:
            self.run(job)

    def says(self, name: str, *words: str) -> str:
        """Let a member say one thing after the other; return the last answer."""
        answers = [self.phones[name].say(word) for word in words]
        return answers[-1]

    def file(self, name: str) -> int:
        """Return the number of a member's file."""
        with self.runtime.db.reading() as session:
            for file in session.scalars(select(PartyFile)):
                if contents.text_of(file, "name", VAULT) == name:
                    return file.id
        raise LookupError(name)

    def opened(self, window: Window, name: str, page: str = "") -> None:
        """Open a member's file, or a page below it."""
        window.open(f"/party/files/{self.file(name)}{page}")

    def sent(self) -> list[Notice]:
        """Return every notice that went to anybody, oldest first."""
        with self.runtime.db.reading() as session:
            went = select(Notice).where(Notice.state == NoticeState.SENT)
            return list(session.scalars(went.order_by(Notice.settled_at, Notice.id)))


@contextmanager
def staged(
    browser: Browser,
    emulator: Emulator,
    service: str,
    runtime: Runtime,
    clock: Clock,
    run: Callable[[str], object],
    folder: Path,
) -> Iterator[Year]:
    """Let everybody appear; no window may complain of anything."""
    clock.set(datetime(YEAR, 1, 5, 9, tzinfo=LOCAL))
    phones = {name: emulator.follower(name) for name in BY_CHAT}
    staff = [emulator.follower(name) for name in ("专员小齐", "书记老周", "委员小吴", "委员小郑")]
    run("meet-followers")
    with runtime.db.transaction() as session:
        people.plant(session)
        roles = (
            Role.PARTY_DATA_OFFICER,
            Role.BRANCH_SECRETARY,
            Role.CONTACT_PERSON,
            Role.CONTACT_PERSON,
        )
        accounts = []
        for phone, role, name in zip(staff, roles, ("小齐", "老周", "小吴", "小郑"), strict=True):
            who = people.person_of(session, phone, runtime), f"示例·{name}"
            area = "D" if role is Role.PARTY_DATA_OFFICER else "N"
            accounts.append(people.employ(session, runtime, who, role, area))
    with ExitStack() as stack:
        sizes = (DESK, DESK, PHONE)
        opened = [stack.enter_context(open_window(browser, size)) for size in sizes]
        windows = [
            Window(page, service, account)
            for (page, _), account in zip(
                opened, (accounts[0], accounts[1], accounts[3]), strict=True
            )
        ]
        for window in windows:
            people.signed_in(window, runtime)
        yield Year(runtime, clock, run, *windows, staff[2], phones, folder)
        complaints = [word for _, said in opened for word in said]
        assert complaints == [], complaints


def a_list(folder: Path) -> Path:
    """Return a workbook with the branch's twelve members, as a secretary brings one along."""
    path = folder / "名单.xlsx"
    rows = [
        (
            name,
            f"1390000{number:04}",
            "2025-10-08",
            "2025-10-12",
            "务工",
            f"示例路{number}号",
            "示例物流",
        )
        for number, name in enumerate(NAMES, 1)
    ]
    writing.write_xlsx(path, HEADERS, rows)
    return path

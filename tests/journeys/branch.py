"""The stage of a branch's year: twelve members, two contacts, a secretary, and the days that pass.

Ten members hold phones in the emulator; two have none and are called. The contacts work by chat,
one of them also at a phone's browser; secretary and officer sit at the console. Everybody is
invented.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy import exists, select

from config.wording import LOCAL
from server.notices.models import Notice, NoticeState
from server.party import contents
from server.party.models import PartyFile
from server.party.reports import windows
from server.party.reports.windows import DAY
from server.people.models import Role
from server.runtime import Runtime
from server.sheets import writing
from tests.clock import Clock
from tests.journeys import people
from tests.journeys.looks import Looks
from tests.journeys.people import Window
from tests.phone import Emulator, Phone
from tests.server.party.acts import VAULT
from tests.windows import DESK, PHONE, open_window

YEAR = 2026
NAMES = [f"示例·流动{name}" for name in "甲乙丙丁戊己庚辛壬癸子丑"]
BY_CHAT, CALLED = NAMES[:10], NAMES[10:]
HEADERS = ("姓名", "手机号", "流出日期", "流入日期", "外出原因", "现居地", "工作单位")
BRANCH, HOST = "示例第一党支部", "示例流入地党支部"
JOBS = ("remind-of-reports", "settle-reviews", "deliver-notices")
"""What the timetable does for a branch, in the order of a day."""
QUIET = 3 * DAY
STAFF = (
    ("示例·小齐", Role.PARTY_DATA_OFFICER, "D", DESK),
    ("示例·老周", Role.BRANCH_SECRETARY, "N", DESK),
    ("示例·小何", Role.BRANCH_SECRETARY, "N", DESK),
    ("示例·小郑", Role.CONTACT_PERSON, "N", PHONE),
    ("示例·小吴", Role.CONTACT_PERSON, "N", None),
)
"""Who works here, as what and where, and the size of their window; the last has none."""


@dataclass
class Year:
    """Everybody and everything of the year."""

    runtime: Runtime
    clock: Clock
    run: Callable[[str], object]
    folder: Path
    phones: dict[str, Phone]
    staff: dict[str, Phone]
    windows: dict[str, Window]
    persons: dict[str, int]
    looks: Looks

    @property
    def secretary(self) -> Window:
        """The window of the branch's secretary."""
        return self.windows["示例·老周"]

    @property
    def second(self) -> Window:
        """The window of the contact who has one."""
        return self.windows["示例·小郑"]

    def at(self, month: int, day: int, hour: int = 10, *, year: int = YEAR) -> None:
        """Let the days pass until a local moment; each day at ten the timetable does its part."""
        until = datetime(year, month, day, hour, tzinfo=LOCAL)
        while (following := self._following()) < until:
            self.clock.set(following)
            self.works()
        self.before_work(month, day, hour, year=year)
        self.works()

    def _following(self) -> datetime:
        """Return the next day at ten; a later one while neither report nor notice can be due."""
        now = self.clock.now()
        window = windows.current(now, self.runtime.settings.reports)
        with self.runtime.db.reading() as session:
            waits = session.scalar(select(exists().where(Notice.state == NoticeState.QUEUED)))
        step = DAY if waits or window.opens - QUIET <= now else QUIET
        return (now.astimezone(LOCAL) + step).replace(hour=10)

    def before_work(self, month: int, day: int, hour: int, *, year: int = YEAR) -> None:
        """Move on to a local moment, before the timetable has done anything on that day."""
        self.clock.set(datetime(year, month, day, hour, tzinfo=LOCAL))
        for name, window in self.windows.items():
            self.looks.tokens[people.signed_in(window, self.runtime)] = name

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


@contextmanager
def staged(
    browser: Browser,
    emulator: Emulator,
    service: str,
    runtime: Runtime,
    clock: Clock,
    run: Callable[[str], object],
    folder: Path,
    looks: Looks,
) -> Iterator[Year]:
    """Let everybody appear; no window may complain of anything."""
    clock.set(datetime(YEAR, 1, 5, 9, tzinfo=LOCAL))
    phones = {name: emulator.follower(name) for name in BY_CHAT}
    staff = {name: emulator.follower(name) for name, *_ in STAFF}
    run("meet-followers")
    with runtime.db.transaction() as session:
        people.plant(session)
        persons = {
            name: people.person_of(session, phone, runtime)
            for name, phone in (phones | staff).items()
        }
        accounts = {
            name: people.employ(session, runtime, (persons[name], name), role, area)
            for name, role, area, _size in STAFF
        }
    with ExitStack() as stack:
        opened = {
            name: stack.enter_context(open_window(browser, size))
            for name, _role, _area, size in STAFF
            if size
        }
        windows = {
            name: Window(page, service, accounts[name]) for name, (page, _said) in opened.items()
        }
        year = Year(runtime, clock, run, folder, phones, staff, windows, persons, looks)
        year.before_work(1, 5, 9)
        yield year
        complaints = [word for _, said in opened.values() for word in said]
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

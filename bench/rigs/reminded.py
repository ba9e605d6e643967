"""Reminders of reports while schedulers come doubled, die amid their work and miss whole days."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select, update

from bench import branches, hosts
from bench.district import opened
from bench.places import Place
from bench.rigs import cells, clockwork
from bench.rigs.clockwork import Clockwork, Times
from bench.rigs.errands import said
from bench.rigs.outcome import Found, Order
from bench.rigs.unguarded import _replace
from config.reports import Reports
from server.db import Database
from server.notices.models import Notice, NoticeState
from server.party import reminders, telling
from server.party.models import PartyFile
from server.party.quarters import Quarter
from server.party.reports import reports, windows
from server.party.reports.owed import owed
from server.party.reports.windows import DAY, Window
from server.people.models import Channel

JOB = "remind-of-reports"
RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": branches.VAULT}
FIRST = Quarter(2026, 2)
MEMBERS, PIECE = 100, 7
"""So many are reminded, so many in one transaction."""
LATEST = 0.4
"""Seconds from the start of the schedulers to the kill, at most."""
SLOTS = 1_000
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
DUE = 2
"""So many reminders a quarter are due to whoever is silent, and no more."""
HANDS_IN = 0.06
"""The share of members who hand in at a moment, before the run and after it."""


class Schedulers(Protocol):
    """Whoever keeps the timetable."""

    def disturbed(self, now: datetime, slot: int) -> int:
        """Let two at once fire the same slots and die amid their work; return how many died."""
        ...

    def whole(self, now: datetime, slot: int) -> None:
        """Let one fire a slot undisturbed."""
        ...


@dataclass(frozen=True)
class Killed:
    """Schedulers in processes of their own, killed at a moment drawn by lot."""

    url: str
    log: Path
    chance: random.Random
    prepared: Callable[[], object]

    def disturbed(self, now: datetime, slot: int) -> int:
        """Let two at once fire the same slots and die amid their work; return how many died."""
        running = self._clockwork(now).start(2, slot)
        time.sleep(self.chance.uniform(0.0, LATEST))
        for process in running:
            clockwork.kill(process)
        return len(running)

    def whole(self, now: datetime, slot: int) -> None:
        """Let one fire a slot undisturbed."""
        [process] = self._clockwork(now, slots=1).start(1, slot)
        process.wait(clockwork.PATIENCE_SECONDS)

    def _clockwork(self, now: datetime, slots: int = 0) -> Clockwork:
        times = partial(Times, (JOB,), now, prepared=self.prepared, slots=slots)
        settings = hosts.settings(self.url, PARTY_KEY=branches.KEY)
        return Clockwork(settings, self.log, times)


def small_pieces() -> None:
    """Let few be reminded at a time, so that a kill comes between two pieces."""
    reminders.PIECE = PIECE


def thrice() -> None:
    """Let three reminders a quarter go to one member."""
    _replace(reminders, "MOST", 3)


def first_piece_alone() -> None:
    """Say after the first piece that this was all."""
    small_pieces()
    real = reminders.remind

    def remind(*given: Any, **told: Any) -> None:
        real(*given, **told)

    _replace(reminders, "remind", remind)


def whoever() -> None:
    """Remind whoever has a file, also those who have handed in."""
    _replace(reminders, "owed", lambda *given: owed(*given)[:-1])


SHOWN_BY = {
    thrice: "reminded more than twice",
    first_piece_alone: "reminders missing",
    whoever: "reminded after handing in",
}
"""By which figure each guard taken off is found out."""


@dataclass
class Calendar:
    """What was done on the way: when each has handed in, how often schedulers came and died."""

    handed_in: dict[tuple[int, str], datetime] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def run(
    place: Place, order: Order, quarters: int, prepared: Callable[[], object] = small_pieces
) -> Found:
    """Let so many quarters pass on a new database."""
    url = place.empty_database(order.backend)
    cells.fill(url, MEMBERS)
    chance = random.Random(f"{order.seed}:reminders:{order.backend}")
    log = place.folder / f"reminders-{order.backend}.log"
    return play(url, Killed(url, log, chance, prepared), quarters, chance)


def play(url: str, schedulers: Schedulers, quarters: int, chance: random.Random) -> Found:
    """Let so many quarters pass; after the first a stage may be missed altogether, by lot."""
    calendar, nought = Calendar(), Counter[str]()
    quarter, slot = FIRST, 0
    with opened(url) as database:
        files = _files(database)
        for number in range(quarters):
            window = windows.of(quarter, RULES)
            missed = chance.randrange(4) if number else None
            for stage, moments in enumerate(_moments(window)):
                for now in moments if stage != missed else ():
                    slot += SLOTS
                    _pass(database, schedulers, calendar, files, window, now, slot, chance)
                calendar.counts["stages missed"] += stage == missed
            nought.update(_judged(database, calendar, files, window))
            quarter = quarter.after
    facts = {
        "members' quarters": len(files) * quarters,
        **calendar.counts,
        "reminders": _reminders(url),
    }
    return facts, dict(nought)


def _moments(window: Window) -> Sequence[Sequence[datetime]]:
    """Return two moments of each stage on which schedulers come."""
    due_day = window.due - DAY
    begin = window.opens, due_day - RULES.remind_days * DAY, due_day
    return [(at + HOUR, at + DAY + HOUR) for at in begin]


def _pass(  # noqa: PLR0913  a moment, and all that meets in it
    database: Database,
    schedulers: Schedulers,
    calendar: Calendar,
    files: Sequence[int],
    window: Window,
    now: datetime,
    slot: int,
    chance: random.Random,
) -> None:
    """Let some hand in, schedulers come and die, some hand in, and what still waits be sent."""
    _hand_in(database, calendar, files, window, now - HALF, chance)
    calendar.counts["schedulers killed"] += schedulers.disturbed(now, slot)
    schedulers.whole(now, slot + SLOTS // 2)
    _hand_in(database, calendar, files, window, now + HALF, chance)
    waits = Notice.kind == telling.MEMBER, Notice.state == NoticeState.QUEUED
    sent = {"state": NoticeState.SENT, "settled_at": now + HOUR, "outcome": "sent"}
    with database.transaction() as session:
        session.execute(update(Notice).where(*waits).values(sent | {"channel": "service"}))


def _hand_in(
    database: Database,
    calendar: Calendar,
    files: Sequence[int],
    window: Window,
    at: datetime,
    chance: random.Random,
) -> None:
    quarter = str(window.quarter)
    for file in files:
        if (file, quarter) in calendar.handed_in or chance.random() > HANDS_IN:
            continue
        with database.transaction() as session:
            how = {"said": said("都好"), "channel": Channel.CHAT, **KEYS}
            reports.submit(session, file, quarter, at, **how)
        calendar.handed_in[file, quarter] = at
        calendar.counts["handed in between"] += 1


def _judged(
    database: Database, calendar: Calendar, files: Sequence[int], window: Window
) -> dict[str, int]:
    """Hold what a quarter's members were told against what they were due."""
    mine = Notice.kind == telling.MEMBER, Notice.queued_at >= window.opens
    wanted = select(Notice).where(*mine, Notice.queued_at < window.grace)
    told: dict[int, list[Notice]] = {file: [] for file in files}
    with database.reading() as session:
        for notice in session.scalars(wanted):
            told[notice.person_id].append(notice)
    found: Counter[str] = Counter({name: 0 for name in SHOWN_BY.values()})
    for file, notices in told.items():
        at = calendar.handed_in.get((file, str(window.quarter)))
        sent = [one for one in notices if one.state is NoticeState.SENT]
        found["reminded more than twice"] += max(0, len(notices) - DUE)
        found["reminders missing"] += max(0, DUE - len(sent)) if at is None else 0
        late = [one for one in sent if at and one.settled_at and one.settled_at > at]
        found["reminded after handing in"] += len(late)
    return found


def _files(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(PartyFile.id).order_by(PartyFile.id)))


def _reminders(url: str) -> int:
    with opened(url) as database, database.reading() as session:
        return len(session.scalars(select(Notice.id).where(Notice.kind == telling.MEMBER)).all())

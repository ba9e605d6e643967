"""Random histories of service by the real verbs, many at once, against a model of thirty lines."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime

from sqlalchemy import func, select

from bench.clerks import seat
from bench.district import CODE, Plan, build, opened
from bench.places import Place
from bench.rigs import days, reckoner
from bench.rigs.days import Presence
from bench.rigs.outcome import Order, Outcome
from bench.rigs.reckoner import Day
from bench.rigs.verbs import closing, confirming_all, do, kept
from server.db import Database
from server.errors import Refusal
from server.people import identities
from server.people.models import Role
from server.staff import approvals
from server.staff import reach as reaches
from server.volunteers.hours import corrections
from server.volunteers.hours import minutes as rule
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.refusals import SameMinutes
from server.volunteers.models import RecordState, ServiceRecord

NAME = "minutes"
THREADS = 8
EACH = 5
"""Shifts of one person on one day."""
HOT = 8
"""Of so many persons, one day is fought for by all threads at once."""
CORRECT, CONFIRM, VOID = 0.5, 0.3, 0.1


class Player:
    """Plays one person's day on the service and on the model."""

    def __init__(self, database: Database, staff: Sequence[int], seed: str) -> None:
        self._database = database
        self._staff = staff
        self._chance = random.Random(seed)
        self._records: dict[int, int] = {}
        self.day = Day()
        self.deeds: Counter[str] = Counter()
        self.differing: list[str] = []

    def play(self, history: Sequence[Presence]) -> None:
        """Close one presence after the other, and change what was recorded in between."""
        for one in history:
            self._close(one)
            shown = self._chance.choice(history)
            if shown.shift not in self.day.minutes:
                continue
            for share, deed in ((CORRECT, self._correct), (CONFIRM, self._confirm)):
                if self._chance.random() < share:
                    deed(shown)
            if self._chance.random() < VOID:
                self._void(shown)

    def _close(self, one: Presence) -> None:
        span = reckoner.credited(one.came, one.left, one.starts, one.ends)
        self.day.put(one.shift, span, self.day.free(one.shift, span, one.ends - one.starts))
        self._records[one.shift] = do(self._database, closing(one))
        self._compare("close", one)

    def _correct(self, one: Presence) -> None:
        wanted, record = self._chance.randrange(0, 481), self._records[one.shift]
        try:
            do(
                self._database,
                lambda s: corrections.correct(
                    s,
                    reaches.of(s, self._staff[0], _now()),
                    record,
                    Correction(wanted, "名单核对"),
                    _now(),
                ),
            )
            taken = True
        except SameMinutes:
            return
        except Refusal:
            taken = False
        if taken is not self.day.correct(one.shift, wanted, one.starts, one.ends):
            self.differing.append(f"correct {one} to {wanted}: taken {taken}")
        self._compare("correct", one)

    def _confirm(self, one: Presence) -> None:
        do(self._database, confirming_all(one.shift, self._staff[0]))
        self._compare("confirm", one)

    def _void(self, one: Presence) -> None:
        asking, allowing = self._staff
        record = self._records[one.shift]
        asked = do(
            self._database,
            lambda s: (
                corrections.void(s, reaches.of(s, asking, _now()), record, "记错了人", _now()).id
            ),
        )
        do(
            self._database,
            lambda s: approvals.grant(s, reaches.of(s, allowing, _now()), asked, _now()),
        )
        del self.day.minutes[one.shift]
        self._compare("void", one)

    def _compare(self, deed: str, one: Presence) -> None:
        self.deeds[deed] += 1
        found = kept(self._database, one.person)
        if found != self.day.minutes:
            self.differing.append(f"{deed} {one}: {found} instead of {self.day.minutes}")


def run(place: Place, order: Order) -> Outcome:
    """Play `rounds` days, several at once; then let all threads close the days of a few people."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    url = place.empty_database(order.backend)
    people = order.rounds + HOT
    build(url, Plan(people=people + 2, open=0))
    found = days.fill(url, people, EACH, chance)
    with opened(url) as database:
        with database.transaction() as session:
            staff = [
                seat(session, people + number, Role.DISTRICT_OPERATOR, CODE).person_id
                for number in (1, 2)
            ]
        with _uncapped() if order.mutant else nullcontext():
            players = _play(database, found, staff, order)
            fought = _fight(database, [one for one in found if one.person > order.rounds], chance)
        return _outcome(database, players, fought, order)


def _play(
    database: Database, found: Sequence[Presence], staff: Sequence[int], order: Order
) -> list[Player]:
    histories: dict[int, list[Presence]] = defaultdict(list)
    for one in found:
        histories[one.person].append(one)
    players = [
        Player(database, staff, f"{order.seed}:{person}") for person in range(1, order.rounds + 1)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [
            pool.submit(player.play, histories[person]) for person, player in enumerate(players, 1)
        ]
        for number, job in enumerate(jobs, 1):
            job.result()
            order.progress(number)
    return players


def _fight(
    database: Database, found: list[Presence], chance: random.Random
) -> tuple[int, list[str]]:
    """Close all at once; return how many there were, and where the model differs.

    Who was first is what the ids say: the person was locked when they were given.
    """
    chance.shuffle(found)
    with ThreadPoolExecutor(THREADS) as pool:
        ids = list(pool.map(lambda one: do(database, closing(one)), found))
    model: dict[int, Day] = defaultdict(Day)
    for _id, one in sorted(zip(ids, found, strict=True), key=lambda pair: pair[0]):
        day, span = model[one.person], reckoner.credited(one.came, one.left, one.starts, one.ends)
        day.put(one.shift, span, day.free(one.shift, span, one.ends - one.starts))
    differing = [
        f"at once {person}: {kept(database, person)} instead of {day.minutes}"
        for person, day in model.items()
        if kept(database, person) != day.minutes
    ]
    return len(found), differing


def _outcome(
    database: Database, players: Sequence[Player], fought: tuple[int, list[str]], order: Order
) -> Outcome:
    deeds = sum((player.deeds for player in players), Counter())
    flaws = [flaw for player in players for flaw in player.differing] + fought[1]
    total = func.sum(ServiceRecord.minutes)
    counted = select(total).where(ServiceRecord.state != RecordState.VOID)
    with database.reading() as session:
        sums = session.scalars(counted.group_by(ServiceRecord.person_id, ServiceRecord.day)).all()
    facts = {"histories": len(players), **deeds, "closed at once": fought[0], "days": len(sums)}
    nought = {
        "drift": len(flaws),
        "days above 480": sum(1 for each in sums if each > reckoner.MOST),
    }
    return Outcome(NAME, order, facts, nought, flaws, ("drift", "days above 480"))


@contextmanager
def _uncapped() -> Iterator[None]:
    """Let a day hold any number of minutes, and let nobody lock a person, while the block runs."""
    most, hold = rule.MOST_A_DAY, identities.hold
    rule.MOST_A_DAY = 10_000
    identities.hold = lambda *_given: None
    try:
        yield
    finally:
        rule.MOST_A_DAY, identities.hold = most, hold


def _now() -> datetime:
    return datetime.now(UTC)

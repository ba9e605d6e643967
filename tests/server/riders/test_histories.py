"""Any history ends as a model of thirty lines says: balances, lots, caps, and pauses."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from server.errors import Refusal
from server.riders.points import (
    caps,
    expiring,
    ledger,
    lots,
    maturing,
    reading,
    reversing,
    spending,
)
from server.riders.points.rules import InForce, Rule
from tests.clock import MONDAY_MORNING
from tests.server.riders.acts import a_rider, books, earn

SHANGHAI = ZoneInfo("Asia/Shanghai")
POINTS = {"HAZARD_OK": 1, "SUGGEST_ADOPTED": 5, "VOL_HOUR": 1}
DAY_CAPS = {"HAZARD_OK": 5, "VOL_HOUR": 4}


@dataclass
class Model:
    """What the ledger must say of one rider, in the plainest words."""

    day: date
    lots: Counter = field(default_factory=Counter)
    waiting: dict = field(default_factory=dict)
    awards: dict = field(default_factory=dict)
    paid: dict = field(default_factory=dict)
    used: Counter = field(default_factory=Counter)
    frozen: date | None = None

    def good(self) -> dict:
        return {day: n for day, n in sorted(self.lots.items()) if n and day >= self.day}

    def earn(self, code: str, source: int, units: int) -> None:
        month, points = f"{self.day:%Y-%m}", POINTS[code] * units
        full = self.used[code, self.day] + units > DAY_CAPS.get(code, 99)
        full = full or self.used["ALL", month] + points > 60
        if source in self.awards or full or (self.frozen and self.day < self.frozen):
            return
        self.used[code, self.day] += units
        self.used["ALL", month] += points
        good = date(self.day.year + 1, 12, 31)
        self.awards[source] = (code, units, points, self.day, good)
        if code == "VOL_HOUR":
            self.waiting[source] = self.day + timedelta(days=1)
        else:
            self.lots[good] += points

    def mature(self) -> None:
        for source in [s for s, day in self.waiting.items() if day <= self.day]:
            self.lots[self.awards[source][4]] += self.awards[source][2]
            del self.waiting[source]

    def take(self, points: int, order: list) -> dict:
        taken = {}
        for day in order:
            part = min(self.lots[day], points - sum(taken.values()))
            if part:
                taken[day] = part
                self.lots[day] -= part
        return taken

    def spend(self, source: int, points: int) -> None:
        good = self.good()
        if source not in self.paid and sum(good.values()) >= points:
            self.paid[source] = self.take(points, list(good))

    def refund(self, source: int) -> None:
        for day, points in self.paid.get(source, {}).items():
            self.lots[max(day, self.day + timedelta(days=30))] += points
        self.paid[source] = {}

    def reverse(self, source: int) -> None:
        code, units, points, day, good = self.awards[source]
        if not points or (source not in self.waiting and good < self.day):
            return
        self.used[code, day] -= units
        self.used["ALL", f"{day:%Y-%m}"] -= points
        self.awards[source] = (code, 0, 0, day, good)
        if self.waiting.pop(source, None) is None:
            order = sorted(self.good(), key=lambda lot: (lot != good, lot))
            missing = min(points - sum(self.take(points, order).values()), 30)
            if missing:
                until = self.day + timedelta(days=missing)
                self.frozen = max(self.frozen or until, until)

    def expire(self) -> None:
        self.lots = Counter(self.good())


SOURCES = st.integers(0, 12)


class Histories(RuleBasedStateMachine):
    """One rider, whatever happens in whatever order; each step in a transaction of its own."""

    db = None

    @initialize()
    def begin(self) -> None:
        self.now = MONDAY_MORNING
        self.ids: dict = {}
        self.model = Model(self.now.astimezone(SHANGHAI).date())
        with self.db.transaction() as session:
            self.rider = a_rider(session, self.now)

    def does(self, act):
        try:
            with self.db.transaction() as session:
                return act(session)
        except Refusal:
            return None

    def key(self, source: int) -> str:
        return f"{self.rider}:{source}"

    @rule(code=st.sampled_from(sorted(POINTS)), source=SOURCES, units=st.integers(1, 3))
    def earns(self, code: str, source: int, units: int) -> None:
        if source in self.model.awards:
            return
        units = units if code == "VOL_HOUR" else 1
        told = {"code": code, "units": units}
        grant = self.does(
            lambda session: earn(session, self.rider, self.now, self.key(source), **told)
        )
        self.model.earn(code, source, units)
        assert (grant is not None) == (source in self.model.awards)
        if grant:
            self.ids[source] = grant.transaction_id

    @rule(source=SOURCES, points=st.integers(1, 12))
    def spends(self, source: int, points: int) -> None:
        if source in self.model.paid:
            return
        paid = self.does(
            lambda session: spending.spend(session, self.rider, points, self.key(source), self.now)
        )
        self.model.spend(source, points)
        assert (paid is not None) == (source in self.model.paid)
        if paid:
            self.ids["paid", source] = paid

    @rule(source=SOURCES)
    def gets_back(self, source: int) -> None:
        paid = self.ids.get(("paid", source))
        if paid:
            self.does(lambda session: spending.refund(session, paid, "没有货", self.now))
            self.model.refund(source)

    @rule(source=SOURCES)
    def loses(self, source: int) -> None:
        award = self.ids.get(source)
        if award:
            self.does(lambda session: reversing.reverse(session, award, "不实", self.now))
            self.model.reverse(source)

    @rule(days=st.sampled_from([1, 1, 2, 20, 31, 200, 400]))
    def waits(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.model.day += timedelta(days=days)

    @rule()
    def jobs_run(self) -> None:
        self.does(lambda session: maturing.mature(session, self.now))
        self.does(lambda session: expiring.expire(session, self.now))
        self.model.mature()
        self.model.expire()

    @invariant()
    def the_books_say_the_same(self) -> None:
        with self.db.reading() as session:
            standing = reading.balance(session, self.rider, self.now)
            assert books(session) == (None, 0)
        good = self.model.good()
        assert standing.points == sum(good.values())
        assert standing.waiting == sum(self.model.awards[s][2] for s in self.model.waiting)
        assert (standing.next_day, standing.next_points) == (
            next(iter(good.items())) if good else (None, 0)
        )


def test_any_history_ends_as_the_model_says(db) -> None:
    machine = type("Here", (Histories,), {"db": db})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_control_a_model_that_forgets_the_pause_differs() -> None:
    """The same history by a model that never pauses anybody ends otherwise."""
    day = date(2026, 3, 9)
    true, false = Model(day), Model(day)
    for model in (true, false):
        model.earn("SUGGEST_ADOPTED", 1, 1)
        model.spend(1, 5)
        model.reverse(1)
    false.frozen = None
    for model in (true, false):
        model.earn("HAZARD_OK", 2, 1)

    assert true.lots != false.lots


MOMENTS = st.builds(
    lambda seconds: MONDAY_MORNING + timedelta(seconds=seconds), st.integers(0, 180_000_000)
)
EDGES = st.builds(
    lambda day, shift: (
        datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(microseconds=shift)
    ).astimezone(UTC),
    st.one_of(
        st.dates(date(2026, 1, 2), date(2031, 12, 30)),
        st.builds(date, st.integers(2027, 2031), st.integers(1, 12), st.just(1)),
        st.builds(date, st.integers(2027, 2031), st.just(1), st.just(1)),
    ),
    st.sampled_from([-1, 0, 1]),
)
SOME = Rule("X", 1, "x", 1, 1, 5, 50, 1, "community", False, False, date(2026, 1, 1), None)


@pytest.mark.once
@given(st.one_of(MOMENTS, EDGES))
def test_days_months_and_years_are_those_of_shanghai(at: datetime) -> None:
    local = at.timestamp() + 8 * 3600
    plain = datetime.fromtimestamp(local, UTC)

    day = ledger.local_day(at)
    periods = [share.period for share in caps.shares(InForce(SOME, None), day, 1, 1)]

    assert day == plain.date()
    assert periods == [f"{plain:%Y-%m-%d}", f"{plain:%Y-%m}", "ever"]
    assert lots.last_day(day) == date(plain.year + 1, 12, 31)


@pytest.mark.once
def test_control_days_of_another_zone_differ() -> None:
    at = datetime(2026, 12, 31, 16, tzinfo=UTC)

    assert ledger.local_day(at) == date(2027, 1, 1)
    assert at.date() == date(2026, 12, 31)


@pytest.mark.parametrize("shift", [-1, 0])
def test_what_was_done_before_midnight_counts_to_that_day(db, clock, shift) -> None:
    """At the turn of a day, a month and a year, by the clock of Shanghai."""
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    with db.transaction() as session:
        rider = a_rider(session, MONDAY_MORNING)
        for number in range(5):
            at = midnight - timedelta(hours=1)
            earn(session, rider, midnight, f"before:{number}", at=at)

    def again():
        with db.transaction() as session:
            at = midnight + timedelta(microseconds=shift)
            return earn(session, rider, midnight, "after", at=at)

    if shift:
        with pytest.raises(Refusal):
            again()
    else:
        assert again().last_day == date(2028, 12, 31)

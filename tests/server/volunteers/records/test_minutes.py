"""V7 and C4: minutes lie within the shift, within the day, and count once, whatever happens."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from server.volunteers.hours import minutes
from server.volunteers.hours.minutes import MOST_A_DAY, TOLERANCE, Span

pytestmark = pytest.mark.once

MIDNIGHT = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
TOLERATED = 15

Presence = tuple[int, int, int, int]
"""Coming, leaving, start and end of the shift, in minutes of the day."""


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def credited(history: list[Presence]) -> list[int]:
    """Return what our code counts for each presence of one person and day, one after the other."""
    others: list[Span] = []
    counts: list[int] = []
    for came, left, starts, ends in history:
        span = Span(*minutes.credited(at(came), at(left), at(starts), at(ends)))
        count = minutes.countable(span, Span(at(starts), at(ends)), others, sum(counts))
        counts.append(count)
        if count:
            others.append(span)
    return counts


def model(history: list[Presence]) -> list[int]:
    """The same, from the rule alone: each minute of the day is a bit that is set at most once."""
    served, counts = 0, []
    for came, left, starts, ends in history:
        begun, ended = max(came, starts - TOLERATED), min(left, ends + TOLERATED)
        bits = ((1 << ended) - (1 << begun)) if ended > begun else 0
        count = (bits & ~served).bit_count()
        count = min(count, ends - starts + TOLERATED, MOST_A_DAY - sum(counts))
        counts.append(count)
        if count:
            served |= bits
    return counts


def histories(how_many: int, seed: int) -> Iterator[list[Presence]]:
    chance = random.Random(seed)
    for _ in range(how_many):
        history = []
        for _ in range(chance.randint(1, 5)):
            starts = chance.randrange(60, 1000)
            ends = starts + chance.choice((30, 60, 120, 240, 400))
            came = max(starts + chance.randrange(-60, 90), 0)
            history.append((came, came + chance.randrange(0, 500), starts, ends))
        yield history


def test_ten_thousand_histories_count_as_the_model_does():
    assert [h for h in histories(10_000, seed=20260309) if credited(h) != model(h)] == []


def test_a_model_without_the_day_or_the_overlap_would_differ(monkeypatch):
    monkeypatch.setattr(minutes, "MOST_A_DAY", 10_000)
    assert any(credited(h) != model(h) for h in histories(300, 1))
    monkeypatch.undo()
    monkeypatch.setattr(minutes, "uncovered", lambda span, _others: span.length)
    assert any(credited(h) != model(h) for h in histories(300, 1))


@pytest.mark.parametrize(
    ("came", "left", "count"),
    [
        (600, 720, 120),
        (590, 725, 135),
        (500, 900, 135),
        (615, 720, 105),
        (720, 740, 15),
        (736, 900, 0),
        (600, 600, 0),
    ],
)
def test_a_presence_counts_within_the_shift_and_its_tolerance(came, left, count):
    assert timedelta(minutes=TOLERATED) == TOLERANCE
    assert credited([(came, left, 600, 720)]) == [count]


def test_seconds_are_rounded_down():
    span = Span(at(600), at(601) + timedelta(seconds=59))

    assert minutes.countable(span, Span(at(600), at(720)), [], 0) == 1
    assert minutes.countable(span, Span(at(600), at(720)), [], MOST_A_DAY) == 0

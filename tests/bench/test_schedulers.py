"""The reckoning of the rig of schedulers: it finds a slot that was missed or done twice."""

from datetime import UTC, datetime

import pytest

from bench.rigs import schedulers
from bench.rigs.schedulers import STEP

BEGUN = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
SLOTS = [BEGUN + STEP / 2 + number * STEP for number in range(10)]
SPAN = (BEGUN, BEGUN + 10 * STEP)


@pytest.mark.once
@pytest.mark.parametrize(
    ("slots", "rings", "missed", "twice"),
    [
        (SLOTS, 10, 0, 0),
        (SLOTS[::-1], 11, 0, 1),
        ([*SLOTS[:4], *SLOTS[5:]], 9, 1, 0),
        (SLOTS[2:], 8, 2, 0),
        (SLOTS[:-3], 7, 3, 0),
        (SLOTS[:1], 1, 9, 0),
    ],
)
def test_what_was_missed_or_done_twice_is_counted(
    slots: list[datetime], rings: int, missed: int, twice: int
) -> None:
    found = schedulers.reckon(slots, rings, SPAN)

    assert found == {"slots missed": missed, "slots done twice": twice}


@pytest.mark.once
def test_a_line_has_a_slot_every_few_seconds() -> None:
    for job in schedulers.LINE_JOBS:
        trigger = schedulers.by_the_second(job)
        first = trigger.get_next_fire_time(None, BEGUN)
        second = trigger.get_next_fire_time(first, first)
        assert second - first == STEP

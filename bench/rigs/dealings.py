"""Dealings in points, each under a key by which it is the same however often it is brought.

They are drawn by lot: what riders earn, hold, give back and collect, what is taken back, and what
time does. Most of them are about a few riders and a few shelves.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

MIDNIGHT = datetime(2027, 12, 31, 16, tzinfo=UTC)
"""In Shanghai the year 2028 begins, and the points of 2026 are over: in the midst of it all."""
STEP = timedelta(hours=4)
COPIES = 3
LATE_COPY = 120
"""The last copy comes up to so many dealings later; the first two come almost at once."""
RECENT = 40
"""What is completed or undone is one of so many dealings that came last."""
MOST_UNITS = 4


class Kind(StrEnum):
    """What is done."""

    EARN = "earned"
    HOURS = "earned by hours"
    AWARD = "awarded by hand"
    HOLD = "held"
    CANCEL = "cancelled"
    COLLECT = "collected"
    REVERSE = "reversed"
    ARRIVE = "arrivals"
    EXPIRE = "expiries"


EARNING = (Kind.EARN, Kind.HOURS, Kind.AWARD)
RESTS_ON: Mapping[Kind, Sequence[Kind]] = {
    Kind.CANCEL: (Kind.HOLD,),
    Kind.COLLECT: (Kind.HOLD,),
    Kind.REVERSE: EARNING,
}


class Mix(NamedTuple):
    """How often each kind comes, among how many riders of whom, and what lies on the shelves.

    There are so many shelves of each reward that is wanted, with so many pieces each.
    """

    shares: Mapping[Kind, int]
    hot: int
    spread: int = 0
    shelves: int = 1
    rewards: int = MOST_UNITS - 1
    pieces: int = 3

    @property
    def riders(self) -> range:
        """Return all riders."""
        return range(1, self.hot + self.spread + 1)


MIXED = Mix(
    {
        **{Kind.EARN: 30, Kind.HOURS: 8, Kind.AWARD: 10, Kind.HOLD: 22, Kind.CANCEL: 7},
        **{Kind.COLLECT: 9, Kind.REVERSE: 10, Kind.ARRIVE: 2, Kind.EXPIRE: 2},
    },
    hot=20,
    spread=80,
    shelves=6,
    pieces=50,
)
DOUBLED = Mix({Kind.EARN: 50, Kind.HOLD: 20, Kind.REVERSE: 30}, hot=3)
POOR = Mix({Kind.EARN: 10, Kind.HOLD: 90}, hot=1, pieces=99)
SCARCE = Mix({Kind.EARN: 10, Kind.HOLD: 90}, hot=8, rewards=1, pieces=1)
SCANNED = Mix({Kind.EARN: 30, Kind.HOLD: 30, Kind.COLLECT: 40}, hot=3, pieces=9)
"""For controls: what is brought twice, who has little, what there is little of, what is scanned."""
TO_HOT = 0.6


@dataclass(frozen=True, slots=True)
class Dealing:
    """One thing that a rider, a clerk or a job does, at a moment of its own.

    `of` is what it completes or undoes, `size` tells dealings under one key apart: how many points
    or units, or which reward. `shelf` and `by` say where, and which clerk or keeper.
    """

    key: str
    kind: Kind
    person: int
    at: datetime
    size: int = 1
    shelf: int = 0
    by: int = 0
    of: "Dealing | None" = None

    @property
    def names(self) -> list[str]:
        """Return under which names its copies stand in a journal."""
        return [f"{self.key}#{copy}" for copy in range(COPIES)]

    @property
    def is_keyed(self) -> bool:
        """Tell whether it may come under its key on these terms alone."""
        return self.kind in (*EARNING, Kind.HOLD)

    def on_other_terms(self) -> "Dealing":
        """Return another dealing under the same key."""
        return replace(self, size=self.size + 1)


def planned(many: int, mix: Mix, chance: random.Random) -> list[Dealing]:
    """Return so many dealings in the order of their moments."""
    found: list[Dealing] = []
    kinds = chance.choices(list(mix.shares), list(mix.shares.values()), k=many)
    for number, drawn in enumerate(kinds):
        bases = [one for one in found[-RECENT:] if one.kind in RESTS_ON.get(drawn, ())]
        base = chance.choice(bases) if bases else None
        kind = Kind.EARN if drawn in RESTS_ON and base is None else drawn
        hot = range(1, mix.hot + 1)
        riders = hot if chance.random() < TO_HOT or not mix.spread else mix.riders
        found.append(
            Dealing(
                key=f"bench:{number}",
                kind=kind,
                person=base.person if base else chance.choice(riders),
                at=MIDNIGHT + (number - many // 2) * STEP,
                size=chance.randint(1, mix.rewards),
                shelf=base.shelf if base else chance.randrange(mix.shelves),
                by=chance.randrange(2),
                of=base,
            )
        )
    return found


def copies(dealings: Sequence[Dealing], chance: random.Random) -> list[tuple[Dealing, str]]:
    """Return each dealing three times with a name for each time, in the order of coming."""
    late = (0, 2, LATE_COPY)
    coming = [
        (number + chance.uniform(0, late[copy]), name, dealing)
        for number, dealing in enumerate(dealings)
        for copy, name in enumerate(dealing.names)
    ]
    in_order = sorted(coming, key=lambda each: each[:2])
    return [(dealing, name) for _at, name, dealing in in_order]

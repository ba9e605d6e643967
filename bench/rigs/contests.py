"""What must not be left to chance, by twenty tellers at once: one of many wins, each time.

Twenty bring the same award; a few pieces are wanted by many, while tellers are killed; a voucher is
scanned by two keepers and at another station; and each award is taken back three times.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bench.district import opened
from bench.places import Place
from bench.rigs import customers, pieces, shop, sums
from bench.rigs.bank import Bank, bank, pace
from bench.rigs.customers import Customer, Line
from bench.rigs.dealings import COPIES, Dealing, Kind, Mix
from bench.rigs.outcome import Order, Outcome
from bench.rigs.tellers import Answer

NAME = "contests"
TELLERS = 20
A_MONTH = 12
"""Suggestions of one rider that fit the sixty points of a month."""
MONTH = timedelta(days=31)
NOW = shop.OLD + 9 * MONTH
WANTED, SCANNED, ELSEWHERE = range(3)
"""The shelf that is fought for, the one whose vouchers are scanned, and another one."""
REWARD = 1
REVERSED, SOLD_OUT = "points.reversed_already", "rewards.out_of_stock"


class Sizes:
    """How many of each: at full size 200 buyers of 20 pieces, 500 vouchers, 5,000 awards."""

    def __init__(self, rounds: int) -> None:
        self.awards = rounds
        self.buyers = max(10, rounds // 25)
        self.pieces = self.buyers // 10
        self.vouchers = max(5, rounds // 10)
        self.at_once = max(3, rounds // 100)
        self.mix = Mix({}, hot=0, spread=self.buyers, shelves=3, pieces=self.pieces)


class Arena:
    """Customers who bring what they are given, and what they were told."""

    def __init__(self, crowd: Sequence[Customer], sizes: Sizes) -> None:
        self.sizes = sizes
        self._crowd = crowd

    def bring(self, waiting: Iterable[tuple[Dealing, str]]) -> list[Answer]:
        """Bring all at once and return what was said of each."""
        given = list(waiting)
        customers.all_bring(self._crowd, Line(given, NOW))
        told = customers.answers(self._crowd)
        return [told[name] for _dealing, name in given]

    def award(self, number: int) -> Dealing:
        """Return one of the awards of a rider, spread over the months that hold them."""
        rider, nth = number % self.sizes.buyers + 1, number // self.sizes.buyers
        at = shop.OLD + nth // A_MONTH * MONTH + timedelta(hours=nth % A_MONTH)
        return Dealing(f"award:{number}", Kind.EARN, rider, at)

    def hold(self, number: int, shelf: int) -> Dealing:
        """Return the wish of a rider for a piece of a shelf."""
        rider = number % self.sizes.buyers + 1
        return Dealing(f"hold:{shelf}:{number}", Kind.HOLD, rider, NOW, REWARD, shelf)


def run(place: Place, order: Order) -> Outcome:
    """Let them fight, one contest after the other, on a new database."""
    sizes = Sizes(order.rounds)
    return fight(bank(place, order, NAME, sizes.mix), order, sizes)


def fight(here: Bank, order: Order, sizes: Sizes) -> Outcome:
    """Let them fight at a bank that has just been opened."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    shop.bring(here.url, shop.shelf_of(SCANNED, REWARD), sizes.vouchers)
    nought: Counter[str] = Counter()
    with here.serving(TELLERS) as crowd:
        arena = Arena(crowd, sizes)
        _give(arena)
        nought.update(_same_at_once(arena))
        with here.robbed(chance, pace(order) / 4):
            nought.update(_buy(arena))
            nought.update(_scan(arena))
        nought.update(_reverse(arena, chance))
        nought["unresolved"] = customers.unresolved(crowd)
    with opened(here.url) as database, database.reading() as session:
        nought.update(sums.sample(session))
        nought.update({**pieces.unpaired(session), **sums.doubled(session)})
        nought["not taken back"] = sizes.awards - sums.undone(session)
        flaw = sums.flaw(session)
    facts = {
        "awards at once by 20": sizes.at_once,
        f"buyers of {sizes.pieces}": sizes.buyers,
        "vouchers scanned by 3": sizes.vouchers,
        "awards taken back 3 times": sizes.awards,
        "kills in contests": here.kills,
    }
    return Outcome(NAME, order, facts, nought, [flaw] if flaw else [])


def _give(arena: Arena) -> None:
    """Give every rider the awards that are taken back, and what buying and scanning costs."""
    sizes = arena.sizes
    many = sizes.awards + sizes.buyers + sizes.vouchers
    given = [arena.award(number) for number in range(many)]
    said = arena.bring((one, one.key) for one in given)
    lacking = [each for each in said if each.number is None]
    if lacking:
        raise RuntimeError(f"no points to begin with: {lacking[:3]}")


def _same_at_once(arena: Arena) -> dict[str, int]:
    """Bring the same award twenty times at once: twenty times the same answer."""
    found = 0
    for number in range(arena.sizes.at_once):
        one = Dealing(f"same:{number}", Kind.EARN, number % arena.sizes.buyers + 1, NOW)
        said = arena.bring((one, f"{one.key}#{copy}") for copy in range(TELLERS))
        found += len(set(said)) - 1 + (said[0].number is None)
    return {"unequal answers at once": found}


def _buy(arena: Arena) -> dict[str, int]:
    """Let all riders want one of a few pieces: so many are sold, and no more."""
    wanted = [arena.hold(number, WANTED) for number in range(arena.sizes.buyers)]
    said = arena.bring((one, one.key) for one in wanted)
    sold = sum(each.number is not None for each in said)
    return {
        "oversold": max(0, sold - arena.sizes.pieces),
        "undersold": max(0, arena.sizes.pieces - sold),
        "turned down otherwise": len(said) - sold - sum(each.refused == SOLD_OUT for each in said),
    }


def _scan(arena: Arena) -> dict[str, int]:
    """Scan each voucher by both keepers at its station and by one elsewhere: one hands over."""
    held = [arena.hold(number, SCANNED) for number in range(arena.sizes.vouchers)]
    arena.bring((one, one.key) for one in held)
    ways = ((0, SCANNED), (1, SCANNED), (0, ELSEWHERE))
    scans = [
        Dealing(f"scan:{one.key}:{by}:{shelf}", Kind.COLLECT, one.person, NOW, 1, shelf, by, one)
        for one in held
        for by, shelf in ways
    ]
    said = arena.bring((one, one.key) for one in scans)
    handed: Counter[str] = Counter()
    elsewhere = 0
    for scan, answer in zip(scans, said, strict=True):
        assert scan.of is not None
        handed[scan.of.key] += answer.number or 0
        elsewhere += scan.shelf == ELSEWHERE and bool(answer.number)
    return {
        "used twice": sum(many - 1 for many in handed.values() if many > 1),
        "handed over elsewhere": elsewhere,
        "failures": sum(bool(answer.failed) for answer in said),
    }


def _reverse(arena: Arena, chance: random.Random) -> dict[str, int]:
    """Take each award back three times: once it is, and twice that is refused."""
    undone = [
        Dealing(f"undo:{number}", Kind.REVERSE, 0, NOW, of=arena.award(number))
        for number in range(arena.sizes.awards)
    ]
    thrice = [(one, f"{one.key}#{copy}") for one in undone for copy in range(COPIES)]
    chance.shuffle(thrice)
    said = Counter(answer.refused for answer in arena.bring(thrice))
    return {
        "told twice that it was taken back": max(0, said[""] - len(undone)),
        "refused otherwise": len(thrice) - said[""] - said[REVERSED],
    }

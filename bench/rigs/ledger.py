"""Everything is done with points, three times and at once, while tellers are killed.

Somebody looks on all the while. Afterwards the same is brought on other terms; and what must not
be left to chance is tried by itself (`bench.rigs.contests`).
"""

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext

from bench.places import Place
from bench.rigs import contests, customers, dealings
from bench.rigs.bank import Bank, bank, pace
from bench.rigs.customers import Line
from bench.rigs.dealings import DOUBLED, MIXED, POOR, SCANNED, SCARCE, Mix
from bench.rigs.outcome import Order, Outcome
from bench.rigs.settlement import Settlement
from bench.rigs.sums import Watch

NAME = "ledger"
TELLERS = 8
SHOWN_BY: Mapping[str, tuple[Mix, str]] = {
    "balance_apart": (DOUBLED, "drift"),
    "check_then_insert": (POOR, "negative"),
    "source_not_unique": (DOUBLED, "doubled"),
    "origin_not_unique": (DOUBLED, "undone twice"),
    "stock_apart": (SCARCE, "stock"),
    "stock_looked_at": (SCARCE, "oversold"),
    "voucher_looked_at": (SCANNED, "used twice"),
}
"""By which figure each guard taken off is found out."""


def run(place: Place, order: Order) -> Outcome:
    """Do so many dealings and look at what came of them; controls do without a guard each."""
    if order.mutant:
        return _controls(place, order)
    played = play(bank(place, order, NAME, MIXED), order, MIXED)
    fought = contests.run(place, order)
    nought = Counter(played.nought)
    nought.update(fought.nought)
    facts = {**played.facts, **fought.facts}
    return Outcome(NAME, order, facts, nought, [*played.flaws, *fought.flaws])


def play(here: Bank, order: Order, mix: Mix) -> Outcome:
    """Bring so many dealings three times each, and reckon; of controls nobody is killed."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    plan = dealings.planned(order.rounds, mix, chance)
    line = Line(dealings.copies(plan, chance), plan[0].at)
    with here.serving(TELLERS) as crowd, Watch(here.url).looking() as watch:
        with nullcontext() if order.mutant else here.robbed(chance, pace(order)):
            customers.all_bring(crowd, line)
        told = customers.answers(crowd)
        altered = customers.on_other_terms(crowd, plan, line)
        seen, unresolved = customers.seen(crowd), customers.unresolved(crowd)
    found = Settlement(here.url, plan, told, altered)
    facts = {**found.facts, "kills": here.kills, **seen, "samples": watch.samples}
    nought = {**watch.found, **found.nought, "unresolved": unresolved}
    return Outcome(NAME, order, facts, nought, [*found.failures, *found.lost()])


def _controls(place: Place, order: Order) -> Outcome:
    found = {}
    for guard, (mix, figure) in SHOWN_BY.items():
        here = bank(place, order, NAME, mix, guard)
        found[f"{figure}, {guard}"] = play(here, order, mix).nought[figure]
    facts = {"dealings, each three times": order.rounds, "guards": len(found)}
    return Outcome(NAME, order, facts, found, shown_by=tuple(found))

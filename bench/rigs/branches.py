"""The work of a branch under fire: reports, staff at once, reminders, contacts, figures, reads."""

from collections.abc import Callable, Mapping, Sequence

from bench.places import Place
from bench.rigs import cells, counted, edges, handovers, lax, quarterly, reminded, rivals
from bench.rigs.bank import Bank
from bench.rigs.cells import Cell
from bench.rigs.outcome import Found, Order, Outcome
from tests.server.party.edges import ALL

NAME = "branches"
Part = Callable[[Bank, Cell, Order], Found]
LEAST, SHARE = 2, 10
"""At least so many quarters and trees, and one for so many members."""


def _edges(here: Bank, _cell: Cell, _order: Order) -> Found:
    return edges.play(here, 1, ALL)


SHOWN_BY: Mapping[str, tuple[Part, str]] = {
    "report_looked_at": (quarterly.play, "second reports of a quarter"),
    "same_is_new": (quarterly.play, "revisions of what was told again"),
    "first_alone_is_kept": (quarterly.play, "submissions lost"),
    "look_noted_once": (quarterly.play, "looks missing"),
    "by_the_hosts_clock": (_edges, "wrong quarter or wrongly late"),
    "decided_unread": (rivals.play, "accepted and told anew"),
    "end_overtakes": (rivals.play, "objections overtaken"),
    "solved_anyway": (rivals.play, "needs solved not once"),
    "contact_looked_at": (handovers.play, "members without one contact"),
    "own_contact": (handovers.play, "own contacts"),
}
"""By which figure of which part each guard taken off is found out; each is in `lax`."""


def run(place: Place, order: Order) -> Outcome:
    """Play all parts, each on a new database; controls do without a guard each."""
    if order.mutant:
        return _controls(place, order)
    found = [_played(place, order, part) for part in (quarterly.play, _edges, rivals.play)]
    found.append(_played(place, order, handovers.play))
    found.append(reminded.run(place, order, _fewer(order)))
    found.append(counted.run(place, order, _fewer(order)))
    return outcome(order, found)


def _fewer(order: Order) -> int:
    return max(LEAST, order.rounds // SHARE)


def outcome(order: Order, found: Sequence[Found]) -> Outcome:
    """Put together what all parts have told."""
    facts = {name: many for done, _nought in found for name, many in done.items()}
    nought = {name: many for _done, wrong in found for name, many in wrong.items()}
    return Outcome(NAME, order, facts, nought)


def _played(place: Place, order: Order, part: Part, guard: str = "") -> Found:
    members = edges.FILES if part is _edges else max(order.rounds, len(cells.CONTACTS))
    here, cell = cells.bank(place, order, NAME, members, guard)
    return part(here, cell, order)


def _controls(place: Place, order: Order) -> Outcome:
    found = {}
    for guard, (part, figure) in SHOWN_BY.items():
        assert guard in lax.ALL
        _facts, nought = _played(place, order, part, guard)
        found[f"{figure}, {guard}"] = nought[figure]
    for prepared, figure in reminded.SHOWN_BY.items():
        _facts, nought = reminded.run(place, order, LEAST, prepared)
        found[f"{figure}, {prepared.__name__}"] = nought[figure]
    _facts, nought = counted.run(place, order, LEAST)
    found["totals unequal to the sum, several snapshots"] = sum(nought.values())
    facts = {"members": order.rounds, "guards": len(found)}
    return Outcome(NAME, order, facts, found, shown_by=tuple(found))

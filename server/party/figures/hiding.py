"""Which counts may be shown: none from one to four, and none that the others would tell.

A table has a row for each branch and one for all of them together; its parts add up to a total
that is known already. What is left out obeys four rules:

1. a count from one to four is `FEW`;
2. if the rest of its row would tell it, the smallest other count is set `ASIDE`, and one more,
   until nothing is told; where that does not do, the row is *closed*: all of it is set aside;
3. a row of which not even the total is shown is closed, with all that its total is made up of;
4. the row of all branches gives way to theirs: its counts are set aside as long as they, less what
   is shown of the branches, would tell a count of one to four of the others.

Whether a count is told is decided exactly: it is, if and only if no other table of whole numbers
agrees with all that is shown, with the sums, and with what each mark means. Another one exists if
and only if one unit can go round through the count and others that are left out (a circulation).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

FEWEST = 5
ALL = 0
"""The key of the row of all branches together; no branch has this number."""
OUTSIDE = "outside"
"""Where a unit comes from when no sum binds it."""


class Kept(StrEnum):
    """Why a count is not shown: it is one to four, or it would tell another one."""

    FEW = "few"
    ASIDE = "aside"


Count = int | Kept
Row = tuple[Count, ...]
Node = str | tuple[str, int]


class Arc(NamedTuple):
    """A count that is left out, between what it is a part of, with the bounds that are known."""

    tail: Node
    head: Node
    value: int
    low: int
    high: int | None


def is_few(value: int) -> bool:
    """Tell whether a count is of so few that they could be told apart."""
    return 0 < value < FEWEST


def marked(value: int) -> Count:
    """Return a count as it stands by itself."""
    return Kept.FEW if is_few(value) else value


def is_told(arcs: Sequence[Arc], at: int) -> bool:
    """Tell whether all that is shown leaves one value only for one that is left out."""
    arc, others = arcs[at], [*arcs[:at], *arcs[at + 1 :]]
    more = arc.high is None or arc.value < arc.high
    if more and _leads(others, arc.head, arc.tail):
        return False
    return not (arc.value > arc.low and _leads(others, arc.tail, arc.head))


def closed_branches(members: Mapping[int, int]) -> set[int]:
    """Return the branches that are not shown alone: those of few, and enough others beside them.

    Together they are five members at least, and two branches, unless there are no more.
    """
    closed = {key for key, value in members.items() if is_few(value)}
    others = sorted((value, key) for key, value in members.items() if value >= FEWEST)
    while closed and others:
        if len(closed) > 1 and sum(members[key] for key in closed) >= FEWEST:
            break
        closed.add(others.pop(0)[1])
    return closed


def column(values: Mapping[int, int], closed: Collection[int]) -> dict[int, Count]:
    """Return what may be shown of counts that are no parts of anything, and of their sum."""
    shown = {key: Kept.ASIDE if key in closed else marked(each) for key, each in values.items()}
    if len(values) == 1:
        return shown | {ALL: next(iter(shown.values()))}
    total = sum(values.values())
    arcs = [
        _arc(("part", 0), OUTSIDE, values[key], each, closed=key in closed)
        for key, each in shown.items()
        if isinstance(each, Kept)
    ]
    if is_few(total):
        arcs.append(_arc(OUTSIDE, ("part", 0), total, Kept.FEW, closed=False))
    told = _told_part(arcs) is not None
    return shown | {ALL: Kept.ASIDE if told else marked(total)}


def table(rows: Mapping[int, Sequence[int]], totals: Mapping[int, Count]) -> dict[int, Row]:
    """Return what may be shown of the parts of each branch and of all, beside their `totals`."""
    shown = {key: _row(values, totals[key]) for key, values in rows.items()}
    if len(rows) == 1:
        return shown | {ALL: next(iter(shown.values()))}
    whole = [sum(values) for values in zip(*rows.values(), strict=True)]
    given = _row(whole, totals[ALL])
    kept = _known(rows, shown, totals)
    while not _is_closed(given):
        at = _told_part([*kept, *_arcs(ALL, whole, given)])
        if at is None:
            break
        given = _less(given, whole, at)
    return shown | {ALL: given}


def _row(values: Sequence[int], total: Count) -> Row:
    """Return what may be shown of one row by itself."""
    if isinstance(total, Kept):
        return (Kept.ASIDE,) * len(values)
    given: Row = tuple(map(marked, values))
    while not _is_closed(given):
        arcs = [arc._replace(tail=OUTSIDE) for arc in _arcs(1, values, given)]
        if not any(is_few(arc.value) and is_told(arcs, at) for at, arc in enumerate(arcs)):
            break
        given = _less(given, values, -1)
    return given


def _known(
    rows: Mapping[int, Sequence[int]], shown: Mapping[int, Row], totals: Mapping[int, Count]
) -> list[Arc]:
    """Return what is left out of the rows; those without a total are known by their sum alone."""
    open_rows = [key for key in rows if not isinstance(totals[key], Kept)]
    arcs = [arc for key in open_rows for arc in _arcs(key, rows[key], shown[key])]
    blind = [rows[key] for key in rows if isinstance(totals[key], Kept)]
    if not blind:
        return arcs
    together = [sum(values) for values in zip(*blind, strict=True)]
    return arcs + _arcs(-1, together, (Kept.ASIDE,) * len(together))


def _told_part(arcs: Sequence[Arc]) -> int | None:
    """Return the part of a small count that is told, if one is."""
    for at, arc in enumerate(arcs):
        if is_few(arc.value) and is_told(arcs, at):
            parts = [node[1] for node in (arc.tail, arc.head) if node[0] == "part"]
            return int(parts[0])
    return None


def _less(given: Row, values: Sequence[int], wanted: int) -> Row:
    """Set one count more aside: the wanted part, or else the smallest; or close the row."""
    able = [at for at, each in enumerate(given) if isinstance(each, int) and each >= FEWEST]
    if not able:
        return (Kept.ASIDE,) * len(given)
    at = wanted if wanted in able else min(able, key=lambda each: (values[each], each))
    return (*given[:at], Kept.ASIDE, *given[at + 1 :])


def _is_closed(given: Row) -> bool:
    return all(each is Kept.ASIDE for each in given)


def _arcs(key: int, values: Sequence[int], given: Row) -> list[Arc]:
    """Return what is left out of a row: it flows from all branches to the part, and on to each."""
    arcs, row = [], ("row", key)
    for at, (value, each) in enumerate(zip(values, given, strict=True)):
        if isinstance(each, Kept):
            ends: tuple[Node, Node] = ("part", at), row
            tail, head = reversed(ends) if key == ALL else ends
            arcs.append(_arc(tail, head, value, each, closed=_is_closed(given)))
    return arcs


def _arc(tail: Node, head: Node, value: int, kept: Kept, *, closed: bool) -> Arc:
    """Return a count with what its mark tells: whoever knows these rules knows that much."""
    if kept is Kept.FEW:
        return Arc(tail, head, value, 1, FEWEST - 1)
    return Arc(tail, head, value, 0 if closed else FEWEST, None)


def _leads(arcs: Iterable[Arc], start: Node, end: Node) -> bool:
    """Tell whether one unit can go from one node to another over counts that may change by it."""
    ways: dict[Node, list[Node]] = {}
    for arc in arcs:
        if arc.high is None or arc.value < arc.high:
            ways.setdefault(arc.tail, []).append(arc.head)
        if arc.value > arc.low:
            ways.setdefault(arc.head, []).append(arc.tail)
    seen, ahead = {start}, [start]
    while ahead:
        for node in ways.get(ahead.pop(), ()):
            if node not in seen:
                seen.add(node)
                ahead.append(node)
    return end in seen

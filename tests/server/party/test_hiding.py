"""A count of one to four is not shown, and nothing that is shown tells it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from random import Random

import pytest

from server.party.figures import hiding
from server.party.figures.hiding import ALL, Count, Kept

pytestmark = pytest.mark.once
Rows = Mapping[int, Sequence[int]]
Shown = Mapping[int, Sequence[Count]]


def able(
    row: Sequence[Count], total: Count, true: Sequence[int], far: int
) -> list[tuple[int, ...]]:
    """Return every row, so far from the true one, that agrees with what is shown of it."""
    least = 0 if all(each is Kept.ASIDE for each in row) else 5
    of = {Kept.FEW: range(1, 5), Kept.ASIDE: range(least, 99)}
    values = [
        [other for other in of[each] if abs(other - value) <= far]
        if isinstance(each, Kept)
        else [each]
        for each, value in zip(row, true, strict=True)
    ]
    return [found for found in product(*values) if isinstance(total, Kept) or sum(found) == total]


def told(rows: Rows, totals: Mapping[int, Count], shown: Shown) -> list[tuple[int, int]]:
    """Return which small counts somebody finds out who tries all that agrees with what is shown."""
    seen: dict[tuple[int, int], set[int]] = {}
    for found in agreeing(rows, totals, shown):
        for key, row in found.items():
            for at, value in enumerate(row):
                seen.setdefault((key, at), set()).add(value)
    return [
        (key, at)
        for key, row in rows.items()
        for at, value in enumerate(row)
        if 0 < value < 5 and len(seen[key, at]) == 1
    ]


def agreeing(
    rows: Rows, totals: Mapping[int, Count], shown: Shown
) -> Iterator[dict[int, tuple[int, ...]]]:
    keys, far = list(rows), 3 if len(rows) < 3 else 1
    sums = [sum(each) for each in zip(*rows.values(), strict=True)]
    whole = set(able(shown[ALL], totals[ALL], sums, far * len(rows)))
    for found in product(*(able(shown[key], totals[key], rows[key], far) for key in keys)):
        if tuple(map(sum, zip(*found, strict=True))) in whole:
            yield dict(zip(keys, found, strict=True))


def drawn(lot: Random) -> tuple[dict[int, list[int]], dict[int, Count]]:
    parts = lot.choice((2, 3))
    rows = {
        key: [lot.choice((0, 0, 1, 1, 2, 3, 5, 6)) for _ in range(parts)]
        for key in range(1, lot.choice((2, 3)) + 1)
    }
    sums = {key: sum(row) for key, row in rows.items()}
    return rows, hiding.column(sums, hiding.closed_branches(sums))


def naive(rows: Rows, totals: Mapping[int, Count]) -> dict[int, tuple[Count, ...]]:
    """Hide small counts and nothing else."""
    whole = [sum(each) for each in zip(*rows.values(), strict=True)]
    everything = {**rows, ALL: whole}
    return {key: tuple(map(hiding.marked, row)) for key, row in everything.items()}


def found_out(rule: Callable[[Rows, Mapping[int, Count]], Shown]) -> int:
    lot, count = Random(20260309), 0
    for _ in range(120):
        rows, totals = drawn(lot)
        count += bool(told(rows, totals, rule(rows, totals)))
    return count


def test_no_small_count_is_found_out_by_trying_all_that_agrees() -> None:
    assert found_out(hiding.table) == 0


def test_control_without_the_complement_many_are_found_out() -> None:
    assert found_out(naive) > 20


def test_a_count_of_one_to_four_is_never_shown() -> None:
    lot = Random(1)
    for _ in range(300):
        rows, totals = drawn(lot)
        shown = hiding.table(rows, totals)
        assert not [each for row in shown.values() for each in row if each in {1, 2, 3, 4}]
        assert not [each for each in totals.values() if each in {1, 2, 3, 4}]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ((8, 5, 0), (8, 5, 0)),
        ((8, 3, 0), (Kept.ASIDE, Kept.FEW, 0)),
        ((8, 7, 3), (8, Kept.ASIDE, Kept.FEW)),
        ((8, 2, 2), (8, Kept.FEW, Kept.FEW)),
        ((8, 1, 1), (Kept.ASIDE, Kept.FEW, Kept.FEW)),
        ((1, 1, 1, 1, 1), (Kept.ASIDE,) * 5),
        # whoever knows that what is set aside is five at least learns nothing by it
        ((5, 1, 9), (Kept.ASIDE, Kept.FEW, Kept.ASIDE)),
    ],
)
def test_what_would_tell_a_small_count_is_left_out_as_well(row, shown) -> None:
    found = hiding.table({1: row}, {1: sum(row), ALL: sum(row)})

    assert found == {1: shown, ALL: shown}


def test_a_branch_alone_does_not_tell_the_other_ones_count_from_the_sum() -> None:
    rows = {1: (9, 3, 2), 2: (9, 6, 0)}

    shown = hiding.table(rows, {1: 14, 2: 15, ALL: 29})

    assert shown[2] == (9, 6, 0)
    assert shown[1] == (9, Kept.FEW, Kept.FEW)
    assert shown[ALL] == (18, Kept.ASIDE, Kept.FEW)


def test_a_branch_of_few_is_not_shown_alone_nor_is_it_what_the_others_leave() -> None:
    assert hiding.closed_branches({1: 3, 2: 30, 3: 9}) == {1, 3}
    assert hiding.closed_branches({1: 3, 2: 4}) == {1, 2}
    assert hiding.closed_branches({1: 12, 2: 0}) == set()
    assert hiding.column({1: 3, 2: 30, 3: 9}, {1, 3}) == {
        **{1: Kept.ASIDE, 2: 30, 3: Kept.ASIDE},
        ALL: 42,
    }


@pytest.mark.parametrize(
    ("values", "whole"),
    [((9, 6), 15), ((9, 3), Kept.ASIDE), ((2, 3, 9), 14), ((1, 1, 9), Kept.ASIDE), ((1, 1), 2)],
)
def test_a_sum_is_left_out_where_it_would_tell_a_part(values, whole) -> None:
    found = hiding.column(dict(enumerate(values, 1)), ())

    assert found[ALL] == (Kept.FEW if whole == 2 else whole)


def test_a_breakdown_of_what_is_not_shown_is_not_shown_either() -> None:
    shown = hiding.table({1: (2, 1), 2: (9, 8)}, {1: Kept.FEW, 2: 17, ALL: Kept.ASIDE})

    assert shown == {1: (Kept.ASIDE,) * 2, 2: (9, 8), ALL: (Kept.ASIDE,) * 2}

"""Figures of a measurement, and the table they are shown in."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

JUDGED = ("ratio", "against", "target", "verdict")


@dataclass(frozen=True)
class Round:
    """One firing of requests: right answers a second, seconds an answer, how many were wrong."""

    rate: float
    seconds: tuple[float, ...]
    quiet: bool = True
    wrong: int = 0


@dataclass(frozen=True)
class Row:
    """One line of the table; `ratio` is None for a reference that others are measured against.

    `target` is the ratio to reach ("≥ 0.5", "≤ 1.2"), "" when none was set.
    """

    name: str
    count: int
    rate: float
    p50: float
    p99: float
    ratio: float | None = None
    against: str = ""
    target: str = ""
    quiet: bool = True
    wrong: int = 0

    @property
    def verdict(self) -> str:
        """Say whether the target was met, or that nothing can be concluded."""
        if not self.target or self.ratio is None:
            return ""
        if not self.quiet:
            return "void"
        sign, _, figure = self.target.partition(" ")
        if self.wrong:
            return "missed"
        met = self.ratio >= float(figure) if sign == "≥" else self.ratio <= float(figure)
        return "met" if met else "missed"


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def reference(name: str, rounds: Sequence[Round]) -> Row:
    """Return the line of what others are measured against."""
    return Row(
        name,
        sum(len(each.seconds) for each in rounds),
        median(each.rate for each in rounds),
        median(percentile(each.seconds, 0.5) for each in rounds),
        median(percentile(each.seconds, 0.99) for each in rounds),
        quiet=all(each.quiet for each in rounds),
        wrong=sum(each.wrong for each in rounds),
    )


def compared(
    name: str,
    rounds: Sequence[Round],
    base: Sequence[Round],
    against: str,
    target: str = "",
    *,
    cost: bool = False,
) -> Row:
    """Return a line with the median of the ratios of rounds that ran next to each other.

    The ratio is of answers a second; with `cost` of time an answer, where less is better.
    """
    ratios = [one.rate / other.rate for one, other in zip(rounds, base, strict=True)]
    ratio = median(1 / ratio if cost else ratio for ratio in ratios)
    row = reference(name, rounds)
    quiet = row.quiet and all(each.quiet for each in base)
    return replace(row, ratio=ratio, against=against, target=target, quiet=quiet)


def table(rows: Iterable[Row]) -> str:
    """Return the lines as a Markdown table."""
    names = ("what", "answers", "wrong", "a second", "p50 ms", "p99 ms", *JUDGED)
    head = f"| {' | '.join(names)} |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|---|---|---|", *map(_line, rows)])


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"**{row.ratio:.2f}**"
    cells = (
        row.name + ("" if row.quiet else " (void: the machine was busy)"),
        f"{row.count:,}",
        str(row.wrong),
        f"{row.rate:,.0f}",
        f"{row.p50 * 1000:.1f}",
        f"{row.p99 * 1000:.1f}",
        ratio,
        row.against,
        row.target,
        row.verdict,
    )
    return f"| {' | '.join(cells)} |"

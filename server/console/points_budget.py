"""What points come to: given, redeemed, run out and taken back by month, and what is still owed."""

from typing import Any

from flask import Response

from config.wording import say
from server.areas import tree
from server.console.pages import Pages
from server.console.visit import Visit
from server.ledgers import months
from server.riders.budget import flows, folding, liability
from server.riders.budget.flows import Sum
from server.riders.budget.folding import Folded, Group
from server.riders.models import Sector, TransactionKind
from server.riders.points import board
from server.riders.points.ledger import local_day
from server.staff.rights import Right

pages = Pages("points_budget", __name__)

MONTHS = 12
COLUMNS = {
    "发放": (TransactionKind.EARN,),
    "撤销": (TransactionKind.REVERSE,),
    "兑换": (TransactionKind.SPEND,),
    "退回": (TransactionKind.REFUND,),
    "过期": (TransactionKind.EXPIRE, TransactionKind.FORFEIT),
}
"""What is drawn of each month; what ends with its person has run out as well."""
SECTORS = {sector.value: say(f"copies.sector_{sector}") for sector in Sector}


@pages.get("/points/budget", Right.SEE_BUDGET)
def show(visit: Visit) -> Response:
    """Show twelve months of flows, what is owed by its last day, and by groups of five or more."""
    session = visit.session
    root = tree.root(session)
    visit.reach.require(Right.SEE_BUDGET, root.path)
    today = local_day(visit.now)
    spans = months.last(today, MONTHS)
    moved = flows.by_month(session, spans[0].since, spans[-1].until)
    owed = liability.owed(session, visit.now)
    position, counted_at = flows.counted(session)
    lines = [(span, moved.get((span.since.year, span.since.month), {})) for span in spans]
    return visit.show(
        "points_budget/show.html",
        total=liability.total(session),
        coming=liability.coming(session),
        counted_at=counted_at if position else None,
        drawn=_drawn(lines),
        drawn_rows=[[_label(span), *_points(kinds)] for span, kinds in reversed(lines) if kinds],
        headers=["月份", *COLUMNS],
        owed=owed,
        owed_drawn=_owed(owed),
        owed_rows=[[f"{one.last_day.year}年底", one.points, one.may_expire] for one in owed],
        by_rule=_by_rule(visit, spans[-1]),
        by_street=_groups(liability.by_street(session), {}),
        by_sector=_groups(liability.by_sector(session), SECTORS),
        shelves=liability.shelves(session, visit.now),
        fewest=folding.FEWEST,
        whole=months.Span(spans[0].since, spans[-1].until),
        area=root,
        may_export=visit.reach.covers(Right.EXPORT, root.path),
    )


def _points(kinds: dict[TransactionKind, Sum]) -> list[int]:
    return [sum(kinds.get(kind, Sum()).points for kind in parts) for parts in COLUMNS.values()]


def _drawn(lines: list[tuple[months.Span, dict[TransactionKind, Sum]]]) -> dict[str, Any]:
    points = [_points(kinds) for _span, kinds in lines]
    series = [
        {"name": name, "values": [each[place] for each in points]}
        for place, name in enumerate(COLUMNS)
    ]
    labels = [f"{span.since.month}月" for span, _kinds in lines]
    return {"kind": "bar", "labels": labels, "unit": "分", "series": series}


def _owed(owed: tuple[liability.Owed, ...]) -> dict[str, Any]:
    return {
        "kind": "stacked",
        "labels": [f"{one.last_day.year}年底" for one in owed],
        "unit": "分",
        "series": [
            {"name": "预计会兑换", "values": [one.points - one.may_expire for one in owed]},
            {"name": "预计会过期", "values": [one.may_expire for one in owed]},
        ],
    }


def _by_rule(visit: Visit, span: months.Span) -> list[tuple[str, str, str]]:
    """Return what each rule gave this month; of few awards neither number is told."""
    names = {one.code: one.name for one in board.entries(visit.session, local_day(visit.now))}
    given = flows.by_rule(visit.session, *span)
    groups = [
        Group(names.get(code, code), sum_.number, sum_.points) for code, sum_ in given.items()
    ]
    return _groups(folding.fold(groups), {})


def _groups(found: Folded, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return (name, how many, points) of each group, and of the small ones together."""
    rows = [
        (names.get(group.name, group.name), str(group.people), str(group.points))
        for group in found.shown
    ]
    if found.rest is None:
        return rows
    if found.hides:
        return [*rows, ("其他", "不足5", "不显示")]
    return [*rows, ("其他（少于5的合在一起）", str(found.rest.people), str(found.rest.points))]


def _label(span: months.Span) -> str:
    return f"{span.since.year % 100}年{span.since.month}月"

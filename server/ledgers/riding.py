"""The flows of riders' points as a table: month by month, without any person."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.ledgers.months import Span
from server.riders.budget import flows
from server.riders.budget.flows import Sum
from server.riders.models import TransactionKind
from server.sheets.spelling import Cell

COLUMNS = {
    TransactionKind.EARN: "发放",
    TransactionKind.REVERSE: "撤销",
    TransactionKind.SPEND: "兑换",
    TransactionKind.REFUND: "兑换退回",
    TransactionKind.EXPIRE: "过期",
    TransactionKind.FORFEIT: "注销清零",
}
HEADERS = ("月份", *(f"{words}（分）" for words in COLUMNS.values()), "发放（笔）", "兑换（笔）")


def by_month(session: Session, area: Area, span: Span) -> Iterator[Sequence[Cell]]:
    """Yield a row for each month of some days; the district has one ledger, and no part of it."""
    if area.id != tree.root(session).id:
        return
    moved = flows.by_month(session, span.since, span.until)
    for year, month in sorted(moved):
        kinds = moved[year, month]
        found = [kinds.get(kind, Sum()) for kind in COLUMNS]
        given, spent = (
            kinds.get(kind, Sum()) for kind in (TransactionKind.EARN, TransactionKind.SPEND)
        )
        yield (
            f"{year}-{month:02}",
            *(each.points for each in found),
            *(given.number, spent.number),
        )

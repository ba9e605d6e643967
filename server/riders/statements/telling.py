"""Telling a month of points in a few lines: to whoever asks, and once to everybody at its end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from config.wording import say, spell
from server.notices import outbox
from server.riders.models import AccountKind, PointsAccount, TransactionKind
from server.riders.statements import months
from server.riders.statements.months import Month

KIND = PREFIX = "points.statement"
MOST = 200
"""Accounts of one batch, and so of one transaction."""
MOST_RULES = 6
"""So many rules are named in a line; the rest is put together."""
TOLD_APART = (
    TransactionKind.SPEND,
    TransactionKind.REFUND,
    TransactionKind.REVERSE,
    TransactionKind.EXPIRE,
    TransactionKind.JOIN,
)

account = PointsAccount.__table__.c


def told(found: Month) -> str:
    """Tell a month in a few lines."""
    lines = [say("points.month_balance", opening=found.opening, closing=found.closing)]
    if found.earned:
        total = sum(points for _name, points in found.earned)
        lines.append(say("points.month_earned", points=total, rules=_rules(found.earned)))
    lines += [
        say(f"points.month_{kind}", points=abs(found.moved[kind]))
        for kind in TOLD_APART
        if found.moved.get(kind)
    ]
    if found.is_empty:
        lines.append(say("points.month_nothing"))
    if found.next_day is not None:
        day, year = spell(found.next_day), found.next_day.year
        lines.append(say("points.month_next", points=found.next_points, year=year, day=day))
    return "\n".join(lines)


def tell(session: Session, now: datetime, most: int = MOST) -> int:
    """Queue last month's statement for the next so many who had any, and return how many it were.

    Each account is looked at once a month, whether there was anything to tell or not; who stopped
    reminders is left alone when it would be sent.
    """
    month = months.last(now)
    begins, _ends = months.span(month)
    behind = or_(account.stated_month.is_(None), account.stated_month < month)
    rows = session.execute(
        select(account.id, account.person_id)
        .where(
            account.kind == AccountKind.PERSON,
            account.person_id.is_not(None),
            account.booked_at >= begins,
            behind,
        )
        .order_by(account.id)
        .limit(most)
    ).all()
    whose = {row.id: row.person_id for row in rows}
    if not whose:
        return 0
    for found in months.several(session, whose, month, now):
        if not found.is_empty:
            _queue(session, found, now)
    session.execute(
        update(PointsAccount.__table__)
        .where(account.id.in_(whose), behind)
        .values(stated_month=month)
    )
    return len(whose)


def _queue(session: Session, found: Month, now: datetime) -> None:
    key = f"{PREFIX}:{found.person_id}:{found.month:%Y-%m}"
    facts = {"month": found.month.month, "text": told(found), "at": now}
    outbox.queue(session, found.person_id, KIND, key, now, facts)


def _rules(earned: Sequence[tuple[str, int]]) -> str:
    told = [say("points.month_rule", name=name, points=points) for name, points in earned]
    more = sum(points for _name, points in earned[MOST_RULES:])
    if more:
        told = [*told[:MOST_RULES], say("points.month_other_rules", points=more)]
    return "、".join(told)

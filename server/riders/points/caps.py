"""How much may be earned in a day, a month and ever: counted by the write that decides (P3).

Days and months are those of the deed, in Shanghai.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from server.riders.models import PointsCount
from server.riders.points.refusals import (
    CapReached,
    DayCapReached,
    EverCapReached,
    MonthCapReached,
    OverallCapReached,
)
from server.riders.points.rules import InForce, Rule

count = PointsCount.__table__.c
EVER = "ever"

_GIVE_BACK = (
    update(PointsCount.__table__)
    .where(
        count.account_id == bindparam("this"),
        count.code == bindparam("what"),
        count.period == bindparam("when"),
        count.used >= bindparam("less"),
    )
    .values(used=count.used - bindparam("less"))
)


def _counting(dialect: str) -> ReturningInsert[Any]:
    fresh = (sqlite if dialect == "sqlite" else postgresql).insert(PointsCount.__table__)
    more = count.used + fresh.excluded.used
    fitting = fresh.on_conflict_do_update(
        index_elements=["account_id", "code", "period"],
        set_={"used": more, "most": fresh.excluded.most},
        where=more <= fresh.excluded.most,
    )
    found: ReturningInsert[Any] = fitting.returning(count.code, count.period)
    return found


_COUNT = {name: _counting(name) for name in ("sqlite", "postgresql")}


class Share(NamedTuple):
    """What an award uses up of one cap."""

    code: str
    period: str
    used: int
    most: int


def shares(found: InForce, day: date, units: int, points: int) -> list[Share]:
    """Return what an award on a local day uses up: units of its rule, points of all."""
    taken = _shares(found.rule, day, units)
    return taken + (_shares(found.overall, day, points) if found.overall else [])


def take(session: Session, account_id: int, found: InForce, taken: list[Share]) -> None:
    """Use up parts of caps, or refuse when any of them is used up. One statement."""
    over = next((share for share in taken if share.used > share.most), None)
    if over is None and taken:
        over = _missing(session, account_id, taken)
    if over is not None:
        raise refusal(found, over)


def room(session: Session, account_id: int, found: InForce, day: date, units: int) -> int:
    """Return how many of these units still fit under every cap; the account must be held."""
    each = found.rule.points_for(1, None)
    for share in shares(found, day, 1, each):
        used = session.scalar(
            select(count.used).where(
                count.account_id == account_id,
                count.code == share.code,
                count.period == share.period,
            )
        )
        units = min(units, max(share.most - (used or 0), 0) // share.used)
    return units


def used_up(session: Session, account_id: int, taken: list[Share]) -> list[int]:
    """Return how much of each of these caps has been used up before. One statement."""
    if not taken:
        return []
    places = [and_(count.code == each.code, count.period == each.period) for each in taken]
    found = select(count.code, count.period, count.used)
    rows = session.execute(found.where(count.account_id == account_id, or_(*places)))
    known = {(row.code, row.period): row.used for row in rows}
    return [known.get((each.code, each.period), 0) for each in taken]


def give_back(session: Session, account_id: int, taken: list[Share]) -> None:
    """Let caps be as if an award had never been made."""
    for share in taken:
        given = {"this": account_id, "what": share.code, "when": share.period, "less": share.used}
        session.execute(_GIVE_BACK, given)


def _shares(rule: Rule, day: date, used: int) -> list[Share]:
    caps = (
        (day.isoformat(), rule.day_cap),
        (f"{day:%Y-%m}", rule.month_cap),
        (EVER, rule.ever_cap),
    )
    return [Share(rule.code, period, used, most) for period, most in caps if most is not None]


def _missing(session: Session, account_id: int, taken: list[Share]) -> Share | None:
    """Count all of them, and return one that did not fit, of which nothing was counted."""
    rows = [share._asdict() | {"account_id": account_id} for share in taken]
    counted = session.execute(_COUNT[session.get_bind().dialect.name], rows)
    done = {(row.code, row.period) for row in counted}
    return next((share for share in taken if (share.code, share.period) not in done), None)


def refusal(found: InForce, over: Share) -> CapReached:
    """Return what somebody is told whose award does not fit under a cap."""
    if over.code != found.rule.code:
        return OverallCapReached(cap=over.most)
    kinds = {len("2026-03-09"): DayCapReached, len("2026-03"): MonthCapReached}
    return kinds.get(len(over.period), EverCapReached)(name=found.rule.name, cap=over.most)

"""Stock as staff keep it: brought to a station, counted anew; much at once takes two persons."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.riders.rewards import editing, stock
from server.riders.rewards.models import MoveKind, RewardVersion
from server.riders.rewards.refusals import BadCount, FewerThere
from server.riders.rewards.stock import Lying, Shelf
from server.riders.stations.models import Station, StationState
from server.staff import approvals
from server.staff.approvals import Kind, ReasonNeeded
from server.staff.models import Approval
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

KIND = "rewards.correction"
MOST_PIECES = 1_000
LARGE = 10
"""To correct by more pieces than these takes a second person (our own choice)."""
LONGEST_REASON = 200


def receive(
    session: Session, reach: Reach, shelf: Shelf, pieces: int, now: datetime, *, note: str = ""
) -> Lying:
    """Put down that so many pieces were brought to a station; return what is there by then."""
    station, area = _kept(session, reach, shelf)
    if not 1 <= pieces <= MOST_PIECES:
        raise BadCount(most=MOST_PIECES)
    stock.open_for(session, shelf)
    by = {"actor": reach.person_id or None, "reason": _short(note) or None}
    lying = stock.move(session, shelf, MoveKind.RECEIVED, now, pieces, **by)
    assert lying is not None
    _note(session, reach, "reward.received", shelf, station, area, now, pieces=pieces, reason=note)
    return lying


def correct(
    session: Session, reach: Reach, shelf: Shelf, change: int, reason: str, now: datetime
) -> Lying | None:
    """Put down that so many pieces more, or less, lie there than is written; say why.

    None where a second person is asked first. What is held for vouchers is never counted away.
    """
    station, area = _kept(session, reach, shelf)
    if not _short(reason):
        raise ReasonNeeded
    if not change or abs(change) > MOST_PIECES:
        raise BadCount(most=MOST_PIECES)
    if stock.lying(session, shelf).free + change < 0:
        raise FewerThere(free=stock.lying(session, shelf).free)
    if abs(change) > LARGE:
        key = f"{KIND}:{shelf.reward_id}:{shelf.station_id}"
        facts = shelf._asdict() | {"change": change}
        approvals.ask(session, reach.person_id, KIND, key, area, reason, now, **facts)
        return None
    lying = _correct(session, shelf, change, reason, now, actor=reach.person_id or None)
    _note(
        session, reach, "reward.corrected", shelf, station, area, now, pieces=change, reason=reason
    )
    return lying


def _correct(
    session: Session, shelf: Shelf, change: int, reason: str, now: datetime, **by: int | None
) -> Lying:
    stock.open_for(session, shelf)
    told = {"reason": _short(reason), **by}
    lying = stock.move(session, shelf, MoveKind.CORRECTED, now, change, **told)
    if lying is None:
        raise FewerThere(free=stock.lying(session, shelf).free)
    return lying


def _kept(session: Session, reach: Reach, shelf: Shelf) -> tuple[Station, Area]:
    """Return the station with its area to whoever keeps its stock, or refuse."""
    editing.of(session, shelf.reward_id)
    row = session.execute(
        select(Station, Area)
        .join(Area, Area.id == Station.area_id)
        .where(Station.id == shelf.station_id, Station.state != StationState.RETIRED)
    ).one_or_none()
    reach.require(Right.KEEP_STOCK, row.Area.path if row else None)
    assert row is not None
    return row.Station, row.Area


def _short(words: str) -> str:
    return " ".join(trail.NUMBERS.sub("***", words).split())[:LONGEST_REASON]


def _note(  # noqa: PLR0913  who did what to which shelf where
    session: Session,
    reach: Reach,
    action: str,
    shelf: Shelf,
    station: Station,
    area: Area,
    now: datetime,
    *,
    pieces: int,
    reason: str,
) -> None:
    trail.record(
        session,
        reach.person_id or None,
        action,
        ("reward", shelf.reward_id),
        now,
        area_path=area.path,
        reason=_short(reason) or None,
        pieces=pieces,
        station=station.number,
    )


def _shelf(approval: Approval) -> Shelf:
    return Shelf(approval.facts["reward_id"], approval.facts["station_id"])


def _grant(session: Session, approval: Approval, by: int, now: datetime) -> None:
    two = {"actor": approval.asked_by, "approved_by": by}
    change = approval.facts["change"]
    _correct(session, _shelf(approval), change, approval.reason, now, **two)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    station_id = approval.facts["station_id"]
    path = session.scalar(
        select(Area.path)
        .join(Station, Station.area_id == Area.id)
        .where(Station.id == station_id, Station.state != StationState.RETIRED)
    )
    if path is None:
        raise OutOfReach
    asking.require(Right.KEEP_STOCK, path)


def _say(session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    """Say of each how many of what at which station are to be counted anew. Two statements."""
    shelves = {approval.id: _shelf(approval) for approval in asked}
    numbers = select(Station.id, Station.number).where(
        Station.id.in_({shelf.station_id for shelf in shelves.values()})
    )
    number = {row.id: row.number for row in session.execute(numbers)}
    named = select(RewardVersion.reward_id, RewardVersion.name).where(
        RewardVersion.reward_id.in_({shelf.reward_id for shelf in shelves.values()})
    )
    name = {row.reward_id: row.name for row in session.execute(named.order_by("version"))}
    return {
        approval.id: say(
            "rewards.asks_correction",
            name=name.get(shelves[approval.id].reward_id, ""),
            number=number.get(shelves[approval.id].station_id, 0),
            change=f"{approval.facts['change']:+d}",
            reason=approval.reason,
        )
        for approval in asked
    }


approvals.register(Kind(KIND, Right.APPROVE_STOCK, _still, _grant, tell=_say))

"""The second person of a broadcast: asked, allowing or turning down, and no more asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from config.settings import Settings
from config.wording import say
from server.areas.models import Area
from server.notices.broadcasts import audiences, counting, drafts
from server.notices.broadcasts.refusals import NobodyThere
from server.notices.models import Broadcast, BroadcastState
from server.staff import approvals, unanswered
from server.staff.approvals import Kind
from server.staff.models import Approval
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

KIND = "broadcast"

OPEN = (BroadcastState.DRAFTED, BroadcastState.ASKED)
"""What nobody has allowed yet."""


def ask(
    session: Session,
    reach: Reach,
    broadcast_id: int,
    reason: str,
    now: datetime,
    *,
    settings: Settings,
) -> Broadcast:
    """Ask a second person to allow a broadcast of one's own; asked already is asked.

    It is counted once more; refused when there is nobody who could be told.
    """
    broadcast, area = drafts.own(session, reach, broadcast_id)
    if broadcast.state is BroadcastState.ASKED:
        return broadcast
    if not reason.strip():
        raise approvals.ReasonNeeded
    drafted = (
        Broadcast.id == broadcast_id,
        Broadcast.state == BroadcastState.DRAFTED,
        Broadcast.not_after > now,
    )
    drafts.change(session, broadcast, drafted, {"state": BroadcastState.ASKED, "asked_at": now})
    counting.count(session, broadcast, area.path, now, settings=settings)
    if broadcast.counted == broadcast.unwanted:
        raise NobodyThere
    who = session, reach.person_id, KIND, key_of(broadcast.id), area
    asked = approvals.ask(*who, reason, now, broadcast=broadcast.id)
    # what it says is of no use later
    asked.expires_at = min(asked.expires_at, broadcast.not_after)
    return broadcast


def withdraw(session: Session, reach: Reach, broadcast_id: int, now: datetime) -> Broadcast:
    """Take back a broadcast of one's own that nobody has allowed yet; taken back is taken back."""
    broadcast, area = drafts.own(session, reach, broadcast_id)
    if broadcast.state is BroadcastState.WITHDRAWN:
        return broadcast
    # in the order of whoever allows it: first the question, then the broadcast
    unanswered.withdraw(session, key_of(broadcast.id), now)
    open_ = Broadcast.id == broadcast_id, Broadcast.state.in_(OPEN)
    taken_back = {"state": BroadcastState.WITHDRAWN, "ended_at": now}
    drafts.change(session, broadcast, open_, taken_back)
    # asked in another tab at this very moment
    unanswered.withdraw(session, key_of(broadcast.id), now)
    drafts.note(session, reach, "broadcast.withdrawn", broadcast, area, now)
    return broadcast


def lapse(session: Session, now: datetime) -> int:
    """End what nobody allowed while it was of use, and the questions about it; return how many."""
    ids = session.scalars(select(Broadcast.id).where(late(now)).order_by(Broadcast.id)).all()
    for broadcast_id in ids:
        unanswered.withdraw(session, key_of(broadcast_id), now)
    ended = session.execute(
        update(Broadcast)
        .where(Broadcast.id.in_(ids), late(now))
        .values(state=BroadcastState.LAPSED, ended_at=now)
        .returning(Broadcast.id)
    )
    return len(ended.all())


def late(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a broadcast is of no use any more and nobody has allowed it."""
    return and_(Broadcast.state.in_(OPEN), Broadcast.not_after <= now)


def key_of(broadcast_id: int) -> str:
    """Return the key of the question about a broadcast."""
    return f"broadcast:{broadcast_id}"


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    broadcast = session.get_one(Broadcast, approval.facts["broadcast"])
    asking.require(Right.BROADCAST, session.get_one(Area, broadcast.area_id).path)
    group = audiences.group_of(session, broadcast.whom, broadcast.team_id)
    if group is not None and (not group.active or group.area_id != broadcast.area_id):
        raise OutOfReach


def _allow(session: Session, approval: Approval, who: int, now: datetime) -> None:
    broadcast = session.get_one(Broadcast, approval.facts["broadcast"])
    asked = (
        Broadcast.id == broadcast.id,
        Broadcast.state == BroadcastState.ASKED,
        Broadcast.not_after > now,
    )
    allowed = {"state": BroadcastState.APPROVED, "allowed_by": who}
    drafts.change(session, broadcast, asked, allowed)


def _refuse(session: Session, approval: Approval, _who: int, now: datetime) -> None:
    session.execute(
        update(Broadcast)
        .where(
            Broadcast.id == approval.facts["broadcast"],
            Broadcast.state == BroadcastState.ASKED,
        )
        .values(state=BroadcastState.REFUSED, ended_at=now)
    )


def _tell(session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    ids = {approval.id: approval.facts["broadcast"] for approval in asked}
    rows = session.scalars(select(Broadcast).where(Broadcast.id.in_(ids.values())))
    told = {row.id: _sentence(row) for row in rows}
    return {approval_id: told[broadcast_id] for approval_id, broadcast_id in ids.items()}


def _sentence(broadcast: Broadcast) -> str:
    return say(
        "broadcasts.told_urgent" if broadcast.urgent else "broadcasts.told",
        count=broadcast.counted - broadcast.unwanted,
        title=broadcast.title,
        text=broadcast.text,
    )


approvals.register(Kind(KIND, Right.APPROVE_BROADCASTS, _still, _allow, _refuse, _tell))

"""Broadcasts as staff look at them: how they stand and how far they are, never who was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.notices import previews, rendering, templates
from server.notices.broadcasts import audiences, consent, drafts, telling
from server.notices.broadcasts.stopping import STOPPABLE
from server.notices.models import Broadcast, BroadcastState
from server.notices.previews import Preview
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import Right

MAY_SEE = (Right.BROADCAST, Right.APPROVE_BROADCASTS)
PAGE = 30


class Line(NamedTuple):
    """A broadcast in the list, with the name of its area."""

    broadcast: Broadcast
    area: str


class Shown(NamedTuple):
    """A broadcast on its page.

    `group` is what its team is called, "" for an area; `reason` why it was asked for, `note` why it
    was turned down.
    """

    broadcast: Broadcast
    area: Area
    group: str
    reason: str
    note: str

    @property
    def total(self) -> int:
        """Return how many it is for: as counted, until all are queued."""
        one = self.broadcast
        return one.queued if one.spread_at else max(one.counted - one.unwanted, one.queued)

    @property
    def dropped(self) -> int:
        """Return how many notices were given up, because it was stopped or too late."""
        one = self.broadcast
        return max(one.queued - one.sent - one.unreachable - one.waiting, 0)

    @property
    def moves(self) -> bool:
        """Tell whether its figures still change by themselves."""
        one = self.broadcast
        settling = one.state is BroadcastState.STOPPED and one.waiting > 0
        return one.state in STOPPABLE or settling


def browse(session: Session, reach: Reach, before: int = 0) -> tuple[Sequence[Line], int]:
    """Return the broadcasts in reach, the newest first, and before which id the next page begins.

    0 when there is no more.
    """
    inside = or_(*(reach.inside(right) for right in MAY_SEE))
    found = select(Broadcast, Area.name).join(Area, Area.id == Broadcast.area_id).where(inside)
    if before:
        found = found.where(Broadcast.id < before)
    rows = session.execute(found.order_by(Broadcast.id.desc()).limit(PAGE + 1)).all()
    lines = [Line(*row) for row in rows[:PAGE]]
    return lines, lines[-1].broadcast.id if len(rows) > PAGE else 0


def show(session: Session, reach: Reach, broadcast_id: int) -> Shown:
    """Return a broadcast in reach, or refuse."""
    broadcast, area = drafts.reached(session, reach, broadcast_id, MAY_SEE)
    group = None
    if broadcast.team_id is not None:
        group = audiences.group_of(session, broadcast.whom, broadcast.team_id)
    asked = session.execute(
        select(Approval.reason, Approval.note)
        .where(
            Approval.asked_by == broadcast.asked_by, Approval.key == consent.key_of(broadcast.id)
        )
        .order_by(Approval.id.desc())
        .limit(1)
    ).one_or_none()
    reason, note = asked or ("", "")
    return Shown(broadcast, area, group.name if group else "", reason, note or "")


def look(session: Session, shown: Shown, now: datetime) -> Preview:
    """Return how phones will show it, in the words in force."""
    broadcast = shown.broadcast
    sender = shown.group or shown.area.name
    facts = telling.facts_of(broadcast, sender, broadcast.begins_at or now)
    version = templates.of(session, telling.kind_of(urgent=broadcast.urgent))
    return previews.of(version, rendering.spelled(facts))

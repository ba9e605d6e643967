"""What waits for a second person, as whoever may decide it reads it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.staff.approvals import KINDS
from server.staff.models import Approval, ApprovalState
from server.staff.reach import Reach

MOST = 50
"""So many are shown at once."""


class Waiting(NamedTuple):
    """An open question, with the name of the area that it is about."""

    approval: Approval
    area: str


def waiting(session: Session, reach: Reach, now: datetime, limit: int = MOST) -> list[Waiting]:
    """Return the open questions that this person may answer, those that lapse first in front.

    One statement, over the index of open questions: what was decided costs nothing.
    """
    theirs = [
        and_(Approval.kind == kind.name, reach.inside(kind.right))
        for kind in KINDS.values()
        if reach.may(kind.right)
    ]
    if not theirs:
        return []
    asked = (
        select(Approval, Area.name)
        .join(Area, Area.id == Approval.area_id)
        .where(
            Approval.state == ApprovalState.ASKED,
            Approval.expires_at > now,
            Approval.asked_by != reach.person_id,
            or_(*theirs),
        )
        .order_by(Approval.expires_at, Approval.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in session.execute(asked)]


def told(session: Session, found: Iterable[Approval]) -> dict[int, str]:
    """Say what was asked for, as each kind tells it or as it was said when asking (fact `said`)."""
    by_kind: dict[str, list[Approval]] = {}
    for approval in found:
        by_kind.setdefault(approval.kind, []).append(approval)
    said: dict[int, str] = {}
    for name, some in by_kind.items():
        said |= {approval.id: str(approval.facts.get("said", "")) for approval in some}
        if tell := KINDS[name].tell:
            said |= tell(session, some)
    return said

"""What waits for a second person, as whoever decides reads it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.staff.approvals import KINDS
from server.staff.models import Approval, ApprovalState
from server.staff.reach import Reach


def waiting(session: Session, reach: Reach, now: datetime, limit: int = 50) -> list[Approval]:
    """Return the open questions that this person may answer, the oldest first."""
    found: list[Approval] = []
    for kind in KINDS.values():
        asked = (
            select(Approval)
            .join(Area, Area.id == Approval.area_id)
            .where(
                Approval.kind == kind.name,
                Approval.state == ApprovalState.ASKED,
                Approval.expires_at > now,
                Approval.asked_by != reach.person_id,
                reach.inside(kind.right),
            )
            .order_by(Approval.id)
            .limit(limit)
        )
        found += session.scalars(asked)
    return sorted(found, key=lambda approval: approval.id)[:limit]


def told(session: Session, approval: Approval) -> str:
    """Say what was asked for, as its kind tells it or as it was said when asking (fact `said`)."""
    tell = KINDS[approval.kind].tell
    return tell(session, approval) if tell else str(approval.facts.get("said", ""))

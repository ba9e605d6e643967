"""Letting go of what is no hazard: its date and direction stay, and nothing else (R3).

检举控告 must never reach whom it accuses (信访工作条例 30), 申诉求决 has ways of its own (31 to
36); neither belongs here. Whatever leads from the row to its reporter goes in the same transaction:
words, place, photos, steps, notices, what chat and REST keep for a retry, the reporter's name. The
trail keeps that a member of staff routed something out, which says nothing of anybody.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.areas import tree
from server.notices import outbox
from server.notices.models import Notice
from server.people import identities
from server.people.models import Account, Channel, Dialogue, KeyedRequest
from server.riders.hazards import pictures, where
from server.riders.hazards.models import Direction, Hazard, HazardState, HazardStep
from server.riders.hazards.steps import Deed, Move, lock, reached, take
from server.staff.reach import Reach
from server.staff.rights import Right
from server.wechat.models import Inbound

ROUTE_OUT = Move("routed_out", (HazardState.RECEIVED,), HazardState.ROUTED_OUT)
EMPTY = {
    "reporter_id": None,
    "words": None,
    "place": "",
    "cell": None,
    "kind": "other",
    "urgent": False,
    "reason_code": None,
    "reason": None,
    "decided_by": None,
    "appeal": None,
    "question": None,
    "left_minutes": None,
    "due_at": None,
    "nudged_at": None,
}


def route_out(
    session: Session,
    reach: Reach,
    hazard_id: int,
    direction: Direction,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Let go of what is no hazard but an accusation or a claim; its reporter is told where to go.

    Takes `triage_hazards` where it is, and only before it was found true: then it is a hazard.
    """
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    reporter_id = hazard.reporter_id
    if reporter_id is not None:
        identities.lock(session, reporter_id)
    lock(session, hazard.id)
    since = hazard.created_at
    values = EMPTY | {"direction": direction, "area_id": tree.root(session).id, "created_at": now}
    deed = Deed(reach.person_id, channel, now)
    taken = take(session, hazard, path, ROUTE_OUT, deed, **values)
    if taken.step is None:
        return taken.hazard
    _forget(session, hazard.id, taken.step.id)
    if reporter_id is not None:
        _cut(session, reporter_id, hazard.id, since)
        # a key that leads to no report
        key = f"hazards.routed_out:{secrets.token_hex(8)}"
        outbox.queue(session, reporter_id, "hazards.routed_out", key, now, {"at": now})
    return taken.hazard


def _forget(session: Session, hazard_id: int, last_step: int) -> None:
    """Delete what hangs on the report but the last step."""
    pictures.drop(session, [hazard_id])
    where.forget_spot(session, hazard_id)
    session.execute(
        delete(HazardStep).where(HazardStep.hazard_id == hazard_id, HazardStep.id != last_step)
    )


def _cut(session: Session, person_id: int, hazard_id: int, since: datetime) -> None:
    """Delete what names both the person and the report: notices, replies kept, open lists."""
    ours = Notice.key.like(f"hazards.%:{hazard_id}:%")
    session.execute(delete(Notice).where(Notice.person_id == person_id, ours))
    openids = select(Account.openid).where(Account.person_id == person_id)
    session.execute(
        update(Inbound)
        .where(Inbound.openid.in_(openids), Inbound.received_at >= since)
        .values(reply="")
    )
    session.execute(
        delete(KeyedRequest).where(
            KeyedRequest.person_id == person_id, KeyedRequest.created_at >= since
        )
    )
    session.execute(
        update(Dialogue)
        .where(Dialogue.person_id == person_id)
        .values(choices={}, version=Dialogue.version + 1)
    )

"""What one person asks for and a second one must allow; what was asked is then done at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Forbidden, Invalid, Missing
from server.staff import reach as reaches
from server.staff.models import Approval, ApprovalState
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

LIFE = timedelta(days=7)

Deed = Callable[[Session, Approval, int, datetime], None]
"""Does what was asked for: (session, what was asked, who allowed it, now)."""

Still = Callable[[Session, Approval, Reach], None]
"""Refuses when whoever asked, as far as they reach by now, could not ask for it any more."""

Tell = Callable[[Session, Sequence[Approval]], Mapping[int, str]]
"""Says what each of several approvals of a kind asks for, by the id of the approval."""


class SecondPersonNeeded(Forbidden):
    """Whoever asks cannot be the one who allows."""

    code = "staff.second_person_needed"


class AskerLeft(Conflict):
    """Whoever asked does not hold any more what allowed them to ask."""

    code = "staff.asker_left"


class DecidedAlready(Conflict):
    """Somebody has decided, or the time is over."""

    code = "staff.decided_already"


class AskedAlready(Conflict):
    """The same is being asked for already."""

    code = "staff.asked_already"


class ReasonNeeded(Invalid):
    """A reason must be given in words."""

    code = "staff.reason_needed"


@dataclass(frozen=True)
class Kind:
    """A kind of question: who may allow it, who may ask it, and what is done then (or not).

    `still` is asked at the moment of the decision, since days may lie between the two. `tell` says
    in a sentence each what was asked for, to whoever has to decide.
    """

    name: str
    right: Right
    still: Still
    deed: Deed
    declined: Deed | None = None
    tell: Tell | None = None


KINDS: dict[str, Kind] = {}
"""Filled by the packages whose deeds need a second person."""


def register(kind: Kind) -> None:
    """Make a kind of question known."""
    KINDS[kind.name] = kind


def ask(  # noqa: PLR0913  the interface of every deed that needs a second person
    session: Session,
    asked_by: int,
    kind: str,
    key: str,
    area: Area,
    reason: str,
    now: datetime,
    **facts: Any,
) -> Approval:
    """Ask a second person to allow something; the same is not asked twice at a time."""
    if not reason.strip():
        raise ReasonNeeded
    approval = Approval(
        kind=KINDS[kind].name,
        key=key,
        area_id=area.id,
        facts=facts,
        reason=reason.strip()[:400],
        state=ApprovalState.ASKED,
        asked_by=asked_by,
        asked_at=now,
        expires_at=now + LIFE,
    )
    try:
        with session.begin_nested():
            session.add(approval)
    except IntegrityError:
        raise AskedAlready from None
    subject = ("approval", approval.id)
    trail.record(
        session,
        asked_by,
        f"{kind}.asked",
        subject,
        now,
        area_path=area.path,
        reason=approval.reason,
    )
    return approval


def grant(session: Session, reach: Reach, approval_id: int, now: datetime) -> Approval:
    """Allow what somebody else asked for, and do it in the same stroke.

    Both are looked at as they stand now: who allows may still allow it, who asked still ask it.
    """
    approval, area = _take(session, reach, approval_id, ApprovalState.GRANTED, now)
    kind = KINDS[approval.kind]
    assure_asker(session, approval.asked_by, partial(kind.still, session, approval), now)
    kind.deed(session, approval, reach.person_id, now)
    _note(session, reach, approval, area, now)
    return approval


def assure_asker(
    session: Session, asked_by: int, still: Callable[[Reach], None], now: datetime
) -> None:
    """Refuse a second person's consent to what the first one may not ask for any more."""
    try:
        still(reaches.of(session, asked_by, now))
    except (Forbidden, Missing):
        raise AskerLeft from None


def decline(session: Session, reach: Reach, approval_id: int, note: str, now: datetime) -> Approval:
    """Turn down what somebody else asked for, with a reason."""
    if not note.strip():
        raise ReasonNeeded
    approval, area = _take(session, reach, approval_id, ApprovalState.DECLINED, now)
    approval.note = note.strip()[:400]
    declined = KINDS[approval.kind].declined
    if declined:
        declined(session, approval, reach.person_id, now)
    _note(session, reach, approval, area, now)
    return approval


def _take(
    session: Session, reach: Reach, approval_id: int, becomes: ApprovalState, now: datetime
) -> tuple[Approval, Area]:
    """Decide by one conditional write: of two deciders at once only one does the deed.

    What the decider may do is looked up here and now, however old the reach that was handed in.
    """
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise OutOfReach
    area = session.get_one(Area, approval.area_id)
    reach = reaches.of(session, reach.person_id, now)
    reach.require(KINDS[approval.kind].right, area.path)
    if approval.asked_by == reach.person_id:
        raise SecondPersonNeeded
    taken = session.execute(
        update(Approval)
        .where(
            Approval.id == approval_id,
            Approval.state == ApprovalState.ASKED,
            Approval.expires_at > now,
        )
        .values(state=becomes, decided_by=reach.person_id, decided_at=now)
        .returning(Approval.id)
    ).first()
    if taken is None:
        raise DecidedAlready
    session.refresh(approval)
    return approval, area


def _note(session: Session, reach: Reach, approval: Approval, area: Area, now: datetime) -> None:
    trail.record(
        session,
        reach.person_id,
        f"{approval.kind}.{approval.state}",
        ("approval", approval.id),
        now,
        area_path=area.path,
        reason=approval.note,
        asked_by=approval.asked_by,
    )

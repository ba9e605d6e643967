"""What staff decide when they look at a report: true, or not counted, or the same as another."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas import tree
from server.people.models import Channel
from server.riders.hazards import cases, clock, kinds, rewarding, telling, texts, weighing
from server.riders.hazards.appeals import require_other
from server.riders.hazards.models import Award, Hazard, HazardState, RejectReason
from server.riders.hazards.refusals import EarlierFirst, NotTheSame
from server.riders.hazards.steps import TRUE, Deed, Move, Taken, reached, take
from server.staff.reach import Reach
from server.staff.rights import Right

TRIAGE = Move("triaged", (HazardState.RECEIVED,), HazardState.TRIAGED)
MERGE = Move("merged", (HazardState.RECEIVED,), HazardState.MERGED)
REJECT = Move("rejected", (HazardState.RECEIVED,), HazardState.REJECTED)
PROVE_FALSE = Move("proven_false", TRUE, HazardState.REJECTED)


def triage(  # noqa: PLR0913  whoever looks may set right what the reporter could not know
    session: Session,
    reach: Reach,
    hazard_id: int,
    now: datetime,
    *,
    channel: Channel,
    kind: str | None = None,
    area_code: str | None = None,
    hard: bool | None = None,
) -> Hazard:
    """Find a report true; the first of its kind and place earns, a later one is merged (R1).

    Takes `triage_hazards` where the report is. Kind and area may be corrected; `hard` gives five
    working days instead of three. Refuses while an earlier report of the same is still to be looked
    at, and whoever sent it in. Points are given by the rule of the kind; what is major waits for
    the street's word (`weigh`) unless whoever decides has that right.
    """
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    require_other(reach, hazard)
    code = kinds.of(kind).code if kind else hazard.kind
    deed = Deed(reach.person_id, channel, now)
    if hazard.state is HazardState.RECEIVED:
        before = cases.earlier(session, hazard, code)
        if before is not None:
            raise EarlierFirst(number=before)
        first = cases.claim(session, hazard, code)
        if first != hazard.id:
            return _merged(session, hazard, path, first, deed, kind=code)
    values: dict[str, object] = {"kind": code}
    if area_code:
        values["area_id"] = tree.by_code(session, area_code).id
    if hard is not None:
        values["hard"] = hard
    due_at = clock.triage(session, hazard.urgent, now)
    taken = take(session, hazard, path, TRIAGE, deed, due_at=due_at, **values)
    if taken.step is not None:
        weighing.reward(session, reach, taken.hazard, path, now)
    return taken.hazard


def merge(
    session: Session,
    reach: Reach,
    hazard_id: int,
    first_id: int,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Say that a report tells of the same as another, which was found true (one a cell further).

    Takes `triage_hazards` where both are. Its reporter is thanked, and told when it is put right.
    """
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    require_other(reach, hazard)
    into = session.scalar(
        select(Hazard).where(Hazard.id == first_id).with_for_update(key_share=True)
    )
    if into is None or into.id == hazard.id or into.state not in TRUE:
        raise NotTheSame
    reach.require(Right.TRIAGE_HAZARDS, tree.by_id(session, into.area_id).path)
    deed = Deed(reach.person_id, channel, now)
    return _merged(session, hazard, path, into.id, deed, kind=into.kind)


def reject(  # noqa: PLR0913  who turns what down, why, in which words, by which door
    session: Session,
    reach: Reach,
    hazard_id: int,
    why: RejectReason,
    reason: str,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Turn a report down for one of nine reasons and in words of one's own (R2).

    Takes `triage_hazards` where it is. The reporter is told the reason and that they may appeal.
    """
    said = texts.said(reason)
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    require_other(reach, hazard)
    deed = Deed(reach.person_id, channel, now, said)
    values = {"reason_code": why, "reason": said, "due_at": None}
    taken = take(session, hazard, path, REJECT, deed, decided_by=reach.person_id, **values)
    return _told_why(session, taken, now)


def prove_false(
    session: Session, reach: Reach, hazard_id: int, reason: str, now: datetime, *, channel: Channel
) -> Hazard:
    """Turn down what proved to be false after it was found true; its points are taken back.

    Takes `triage_hazards` where it is. A second false report is a pause in earning of 30 days.
    """
    said = texts.said(reason)
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    deed = Deed(reach.person_id, channel, now, said)
    values = {"reason_code": RejectReason.FALSE, "reason": said, "due_at": None}
    more = {"note_due_at": None, "decided_by": reach.person_id, "award": hazard.award}
    if hazard.award is Award.ASKED:
        more["award"] = None
    taken = take(session, hazard, path, PROVE_FALSE, deed, **values, **more)
    if taken.step is not None:
        cases.give_up(session, hazard.id)
        _release(session, hazard, now)
        rewarding.take_back(session, hazard, said, reach.person_id, now)
    return _told_why(session, taken, now)


def _merged(
    session: Session, hazard: Hazard, path: str, first_id: int, deed: Deed, kind: str
) -> Hazard:
    values = {"first_id": first_id, "kind": kind, "due_at": None}
    taken = take(session, hazard, path, MERGE, deed, **values)
    if taken.step is not None:
        telling.tell(session, hazard, "merged", taken.step, deed.now)
    return taken.hazard


def _told_why(session: Session, taken: Taken, now: datetime) -> Hazard:
    hazard = taken.hazard
    if taken.step is not None:
        why = say(f"hazards.reason_{hazard.reason_code}")
        reason = say("hazards.why", why=why, words=hazard.reason)
        telling.tell(session, hazard, "rejected", taken.step, now, reason=reason)
    return hazard


def _release(session: Session, hazard: Hazard, now: datetime) -> None:
    """Let those that were merged into a false report be looked at for themselves."""
    session.execute(
        update(Hazard)
        .where(Hazard.first_id == hazard.id, Hazard.state == HazardState.MERGED)
        .values(
            state=HazardState.RECEIVED,
            first_id=None,
            changed_at=now,
            due_at=clock.triage(session, hazard.urgent, now),
        )
        .execution_options(synchronize_session=False)
    )

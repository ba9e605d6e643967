"""Whether a true report is major: then it gives more points, and the street has its word (P8)."""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from config.wording import say
from server.people.models import Channel
from server.riders.hazards import kinds, rewarding, telling
from server.riders.hazards.models import Award, Hazard
from server.riders.hazards.refusals import NothingToWeigh, OwnDecision
from server.riders.hazards.steps import TRUE, Deed, note, reached
from server.staff.reach import Reach
from server.staff.rights import Right


def weigh(
    session: Session,
    reach: Reach,
    hazard_id: int,
    is_major: bool,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Say for the street whether a true report is major; then its points are given.

    Takes `approve_points` where the report is, and somebody else than whoever found it true.
    """
    hazard, path = reached(session, reach, Right.APPROVE_POINTS, hazard_id)
    if hazard.decided_by == reach.person_id:
        raise OwnDecision
    moved = session.execute(
        update(Hazard)
        .where(Hazard.id == hazard.id, Hazard.award == Award.ASKED, Hazard.state.in_(TRUE))
        .values(award=None)
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise NothingToWeigh(number=hazard.id)
    assert hazard.decided_by is not None
    rewarding.settle(session, hazard, is_major, reach.person_id, hazard.decided_by, now)
    said = say("hazards.weighed_major" if is_major else "hazards.weighed_ordinary")
    step = note(session, hazard, path, "weighed", Deed(reach.person_id, channel, now, said))
    if hazard.points:
        thanks = telling.thanks(hazard)
        telling.tell(session, hazard, "rewarded", step, now, thanks=thanks)
    return hazard


def reward(session: Session, reach: Reach, hazard: Hazard, path: str, now: datetime) -> None:
    """Give the points for a report just found true, or let them wait for the street's word."""
    if hazard.reporter_id is None:
        return
    once: ColumnElement[bool] = Hazard.award.is_(None)
    fresh = session.execute(
        update(Hazard)
        .where(Hazard.id == hazard.id, once)
        .values(decided_by=reach.person_id)
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(hazard)
    if fresh is None:
        return
    rule = kinds.rule_of(hazard.kind)
    if rule == kinds.MAJOR_RULE and not reach.covers(Right.APPROVE_POINTS, path):
        rewarding.ask(session, hazard)
    else:
        rewarding.give(session, hazard, rule, reach.person_id, now)

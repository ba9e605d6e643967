"""What happens to stars, and to what was said against them, when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.people import joining
from server.volunteers.models import (
    PENDING,
    ObjectionState,
    StarAward,
    StarObjection,
    StarState,
)
from server.volunteers.stars import objections

objection = StarObjection.__table__.c


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Keep one application for each star: the one that was awarded, else that of who stays.

    What was said against the other is still heard, once from each person.
    """
    _object_once(session, keep, gone)
    mine = {(row.scheme_id, row.level): row for row in _standing(session, keep)}
    for theirs in _standing(session, gone):
        ours = mine.get((theirs.scheme_id, theirs.level))
        if ours is None:
            continue
        if theirs.state is StarState.AWARDED:
            _drop(session, ours, now)
        elif ours.state in PENDING:
            _hand_over(session, theirs.id, ours.id)
            session.delete(theirs)
        else:
            _drop(session, theirs, now)
    session.flush()


def _standing(session: Session, person_id: int) -> list[StarAward]:
    """Return what counts for somebody, each locked against who awards or answers meanwhile."""
    found = select(StarAward).where(
        StarAward.person_id == person_id, StarAward.state != StarState.DECLINED
    )
    return list(session.scalars(found.order_by(StarAward.id).with_for_update()))


def _drop(session: Session, award: StarAward, now: datetime) -> None:
    award.state, award.note = StarState.DECLINED, say("stars.awarded_already")
    session.flush()
    objections.close(session, award.id, ObjectionState.WITHDRAWN, None, now)


def _hand_over(session: Session, gone: int, stays: int) -> None:
    """Let what was said against one application stand against the other."""
    heard = select(StarObjection.person_id).where(StarObjection.award_id == stays)
    session.execute(
        delete(StarObjection).where(
            StarObjection.award_id == gone, StarObjection.person_id.in_(heard)
        )
    )
    session.execute(
        update(StarObjection).where(StarObjection.award_id == gone).values(award_id=stays)
    )
    _recount(session, stays)


def _object_once(session: Session, keep: int, gone: int) -> None:
    """Let the two have spoken against a star once."""
    spoken = select(StarObjection.award_id).where(StarObjection.person_id == keep)
    twice = session.scalars(
        delete(StarObjection)
        .where(StarObjection.person_id == gone, StarObjection.award_id.in_(spoken))
        .returning(StarObjection.award_id)
    ).all()
    for award_id in sorted(twice):
        _recount(session, award_id)


def _recount(session: Session, award_id: int) -> None:
    still = (
        select(func.count())
        .select_from(StarObjection)
        .where(StarObjection.award_id == award_id, StarObjection.state == ObjectionState.OPEN)
    )
    session.execute(
        update(StarAward)
        .where(StarAward.id == award_id)
        .values(objections=still.scalar_subquery())
        .execution_options(synchronize_session="fetch")
    )


joining.FOLLOWERS.append(follow)

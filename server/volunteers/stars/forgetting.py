"""What is forgotten of a person's stars: words about them, and their own about others."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.volunteers.models import PENDING, ObjectionState, StarAward, StarObjection, StarState
from server.volunteers.stars import objections


def forget(session: Session, person_id: int, now: datetime) -> None:
    """End what somebody applied for, take back what they objected to, and empty all words.

    A star that was awarded stays as a number of whom nobody knows the name.
    """
    ended = session.scalars(
        update(StarAward)
        .where(StarAward.person_id == person_id, StarAward.state.in_(PENDING))
        .values(state=StarState.DECLINED)
        .returning(StarAward.id)
    ).all()
    for award_id in sorted(ended):
        objections.close(session, award_id, ObjectionState.WITHDRAWN, None, now)
    objections.take_back(session, person_id, now)
    mine = select(StarAward.id).where(StarAward.person_id == person_id)
    told = or_(StarObjection.person_id == person_id, StarObjection.award_id.in_(mine))
    session.execute(update(StarObjection).where(told).values(words=b"", answer=None))
    session.execute(update(StarAward).where(StarAward.person_id == person_id).values(note=None))


erasing.FOLLOWERS.append(forget)

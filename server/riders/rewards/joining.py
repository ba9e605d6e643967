"""What becomes of vouchers when two persons prove to be one: the limits count both."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.people import joining
from server.riders.rewards.models import RewardCount

count = RewardCount.__table__.c


def follow(session: Session, keep: int, gone: int, _now: datetime) -> None:
    """Count what both have had; vouchers themselves go along with every row that names a person.

    Where both together have had more than one may, nothing is taken away: the limit is what they
    have had.
    """
    found = select(RewardCount.__table__).where(count.person_id == gone)
    for row in session.execute(found.order_by(count.reward_id, count.period)).mappings().all():
        fresh = insert_into(session, RewardCount).values(dict(row) | {"person_id": keep})
        both = count.used + fresh.excluded.used
        most = count.most + fresh.excluded.used
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=["person_id", "reward_id", "period"],
                set_={"used": both, "most": most},
            )
        )
    session.execute(delete(RewardCount).where(RewardCount.person_id == gone))


joining.FOLLOWERS.append(follow)

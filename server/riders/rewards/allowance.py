"""How many of a reward one person may have, in a local month and ever: the write decides."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.lists import among
from server.riders.points.ledger import local_day
from server.riders.rewards.models import RewardCount
from server.riders.rewards.refusals import EverLimit, MonthLimit

count = RewardCount.__table__.c
EVER = "ever"
UNLIMITED = 10**9
"""What is not limited is counted as well, for the day on which it will be."""


class Limited(Protocol):
    """A reward with its limits; None: as many as one likes."""

    @property
    def reward_id(self) -> int:
        """Which reward it is."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def month_limit(self) -> int | None:
        """How many one may have in a local month."""

    @property
    def ever_limit(self) -> int | None:
        """How many one may ever have."""


def take(session: Session, person_id: int, reward: Limited, now: datetime) -> None:
    """Count one more of a reward, or refuse where it would be one too many."""
    mine = session, person_id, reward.reward_id
    if not _take(*mine, month(now), reward.month_limit):
        raise MonthLimit(name=reward.name, limit=reward.month_limit)
    if not _take(*mine, EVER, reward.ever_limit):
        raise EverLimit(name=reward.name, limit=reward.ever_limit)


def give_back(session: Session, person_id: int, reward_id: int, held_at: datetime) -> None:
    """Let what was held and not collected count for nothing."""
    session.execute(
        update(RewardCount.__table__)
        .where(
            count.person_id == person_id,
            count.reward_id == reward_id,
            count.period.in_((month(held_at), EVER)),
            count.used > 0,
        )
        .values(used=count.used - 1)
    )


def used(
    session: Session, person_id: int, rewards: Collection[int], now: datetime
) -> dict[tuple[int, str], int]:
    """Return how many somebody has had, by reward and by period: this month, and ever."""
    found = select(count.reward_id, count.period, count.used).where(
        count.person_id == person_id,
        among(session, count.reward_id, rewards),
        count.period.in_((month(now), EVER)),
    )
    return {(row.reward_id, row.period): row.used for row in session.execute(found)}


def month(moment: datetime) -> str:
    """Return the local month of a moment, such as 2026-03."""
    return f"{local_day(moment):%Y-%m}"


def _take(session: Session, person_id: int, reward_id: int, period: str, limit: int | None) -> bool:
    row = {"person_id": person_id, "reward_id": reward_id, "period": period}
    fresh = insert_into(session, RewardCount).values(row | {"used": 1, "most": limit or UNLIMITED})
    one_more = fresh.on_conflict_do_update(
        index_elements=["person_id", "reward_id", "period"],
        set_={"used": count.used + 1, "most": fresh.excluded.most},
        where=count.used < fresh.excluded.most,
    )
    return session.execute(one_more.returning(count.used)).first() is not None

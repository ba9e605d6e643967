"""The catalogue as staff keep it: rewards made, described anew, given out or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.riders.rewards.models import Reward, RewardVersion
from server.riders.rewards.offers import COLUMNS, Offer
from server.riders.rewards.refusals import BadReward, RewardChanged, RewardMissing
from server.staff.reach import NotAllowed, Reach
from server.staff.rights import Right

reward = Reward.__table__.c
version = RewardVersion.__table__.c

LONGEST_NAME, LONGEST_ABOUT = 20, 120
MOST_POINTS, MOST_LIMIT, MOST_VERSIONS = 1_000, 1_000, 50


@dataclass(frozen=True, slots=True)
class Terms:
    """A reward as staff describe it; the columns are explained with `models.RewardVersion`."""

    name: str
    points: int
    since: date
    about: str = ""
    until: date | None = None
    month_limit: int | None = None
    ever_limit: int | None = None


def make(session: Session, reach: Reach, terms: Terms, now: datetime) -> int:
    """Add a reward to the catalogue, given out from its first day on; return its id."""
    row = _checked(reach, terms)
    fresh = {"version": 1, "active": True, "made_at": now, "changed_at": now}
    made = insert(Reward.__table__).values(fresh).returning(reward.id)
    reward_id = int(session.execute(made).scalar_one())
    _write(session, reach, reward_id, 1, row, now)
    _note(session, reach, "reward.made", reward_id, now, points=terms.points)
    return reward_id


def edit(
    session: Session, reach: Reach, reward_id: int, terms: Terms, now: datetime, *, seen: int
) -> int:
    """Describe a reward anew, unless somebody did since version `seen`; return the new version.

    What is held stays as it was held.
    """
    row = _checked(reach, terms)
    newest = session.execute(
        update(Reward.__table__)
        .where(reward.id == reward_id, reward.version == seen)
        .values(version=seen + 1, changed_at=now)
        .returning(reward.version)
    ).scalar()
    if newest is None:
        of(session, reward_id)
        raise RewardChanged
    _write(session, reach, reward_id, newest, row, now)
    _note(session, reach, "reward.edited", reward_id, now, points=terms.points)
    return int(newest)


def switch(session: Session, reach: Reach, reward_id: int, on: bool, now: datetime) -> None:
    """Let a reward be given out, or not; what is held stays. Twice is the same as once."""
    if not reach.may(Right.MANAGE_REWARDS):
        raise NotAllowed
    changed = session.execute(
        update(Reward.__table__)
        .where(reward.id == reward_id, reward.active.is_not(on))
        .values(active=on, changed_at=now)
        .returning(reward.id)
    ).first()
    if changed is None:
        of(session, reward_id)
        return
    _note(session, reach, "reward.switched_on" if on else "reward.switched_off", reward_id, now)


def of(session: Session, reward_id: int) -> tuple[Offer, bool]:
    """Return a reward as it is by now, and whether it is given out at all; or refuse."""
    row = session.execute(
        select(*COLUMNS, reward.active)
        .join(Reward.__table__, reward.id == version.reward_id)
        .where(reward.id == reward_id, version.version == reward.version)
    ).one_or_none()
    if row is None:
        raise RewardMissing
    return Offer(*row[:-1]), row.active


def versions(session: Session, reward_id: int) -> list[Offer]:
    """Return what a reward was from one edit to the next, the newest first."""
    found = select(*COLUMNS).where(version.reward_id == reward_id)
    rows = session.execute(found.order_by(version.version.desc()).limit(MOST_VERSIONS))
    return [Offer(*row) for row in rows]


def _checked(reach: Reach, terms: Terms) -> dict[str, object]:
    """Return the columns that staff fill, or refuse who may not or what makes no sense."""
    if not reach.may(Right.MANAGE_REWARDS):
        raise NotAllowed
    name, about = " ".join(terms.name.split()), " ".join(terms.about.split())
    limits = terms.month_limit, terms.ever_limit
    is_sound = (
        1 <= len(name) <= LONGEST_NAME
        and len(about) <= LONGEST_ABOUT
        and 1 <= terms.points <= MOST_POINTS
        and all(limit is None or 1 <= limit <= MOST_LIMIT for limit in limits)
        and (terms.until is None or terms.until >= terms.since)
    )
    if not is_sound:
        raise BadReward
    told = {each: getattr(terms, each) for each in Terms.__slots__}
    return told | {"name": name, "about": about}


def _write(
    session: Session,
    reach: Reach,
    reward_id: int,
    number: int,
    row: dict[str, object],
    now: datetime,
) -> None:
    made = {"reward_id": reward_id, "version": number, "made_by": reach.person_id or None}
    session.execute(insert(RewardVersion.__table__).values(row | made | {"made_at": now}))


def _note(
    session: Session, reach: Reach, action: str, reward_id: int, now: datetime, **facts: Any
) -> None:
    subject = ("reward", reward_id)
    trail.record(session, reach.person_id or None, action, subject, now, **facts)

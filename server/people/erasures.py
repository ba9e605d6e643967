"""Wishes to be forgotten: asked for, thought over for a week, taken back or carried out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import Conflict, Missing
from server.people import consents, identities, joining, posts
from server.people.consents import Purpose
from server.people.models import Channel, Erasure, ErasureState

CONFIRMED_WITHIN = timedelta(minutes=10)
"""A confirmation in chat counts for so long after the question."""

ANSWERED_WITHIN = timedelta(days=15)
"""Stricter than the law: 15 working days (App违法违规收集使用个人信息行为认定方法 §6)."""

ONCE_MORE = timedelta(days=1)
"""When something stands in the way on the day, it is tried again a day later."""

Hold = Callable[[Session, int, datetime], None]

HOLDS: list[Hold] = []
"""What packages above refuse by: each raises its refusal where a person cannot leave yet."""


class HoldsPosts(Conflict):
    """Whoever holds a post hands it over before they leave."""

    code = "privacy.holds_posts"


class NothingToTakeBack(Missing):
    """The person has not asked to be forgotten."""

    code = "privacy.nothing_to_take_back"


class ConfirmedTooLate(Conflict):
    """The question was asked too long ago; it is to be asked again."""

    code = "privacy.confirmed_too_late"


def check(session: Session, person_id: int, now: datetime) -> None:
    """Refuse where something must be handed over before the person can be forgotten."""
    if posts.roles_of(session, person_id, now):
        raise HoldsPosts
    for hold in HOLDS:
        hold(session, person_id, now)


def ask(
    session: Session, person_id: int, now: datetime, *, channel: Channel, cooling: timedelta
) -> Erasure:
    """Note the wish; a repeat changes nothing. Pushes and new sign-ups stop at once."""
    identities.lock(session, person_id)
    wish = of(session, person_id)
    if wish is not None:
        return wish
    check(session, person_id, now)
    wish = Erasure(
        person_id=person_id,
        channel=channel,
        state=ErasureState.ASKED,
        asked_at=now,
        due_at=now + cooling,
        marks={},
    )
    session.add(wish)
    for purpose in Purpose:
        consents.withdraw(session, person_id, purpose, now, channel=channel)
    session.flush()
    return wish


def take_back(session: Session, person_id: int, now: datetime) -> None:
    """Undo the wish and what it stopped; refused when there is none."""
    identities.lock(session, person_id)
    wish = of(session, person_id)
    if wish is None:
        raise NothingToTakeBack
    _withdraw(session, wish, now)


def of(session: Session, person_id: int) -> Erasure | None:
    """Return a person's open wish, if they have one."""
    return session.scalar(
        select(Erasure)
        .where(Erasure.person_id == person_id, Erasure.state == ErasureState.ASKED)
        .order_by(Erasure.id)
        .limit(1)
    )


def confirm(asked_at: datetime, now: datetime) -> None:
    """Refuse a confirmation that comes too long after the question."""
    if now - asked_at > CONFIRMED_WITHIN:
        raise ConfirmedTooLate


def waiting(session: Session, limit: int = 100) -> list[Erasure]:
    """Return the open wishes, those due first in front."""
    asked = select(Erasure).where(Erasure.state == ErasureState.ASKED)
    return list(session.scalars(asked.order_by(Erasure.due_at, Erasure.id).limit(limit)))


def put_off(wish: Erasure, why: str, now: datetime) -> None:
    """Try again a day later, and let staff know by which code it was held."""
    wish.due_at, wish.marks = now + ONCE_MORE, {"held": why}


def held(session: Session, limit: int) -> list[Erasure]:
    """Return open wishes that something stands in the way of; few wishes are ever open."""
    return [wish for wish in waiting(session, limit) if "held" in wish.marks]


def next_due(session: Session, now: datetime) -> Erasure | None:
    """Return one wish whose time has come and hold it; those another job holds are passed over."""
    return session.scalar(
        select(Erasure)
        .where(Erasure.state == ErasureState.ASKED, Erasure.due_at <= now)
        .order_by(Erasure.due_at, Erasure.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Let the wish of one account be the wish of the person; of two the older one stands."""
    kept, moved = of(session, keep), of(session, gone)
    if moved is None:
        return
    if kept is None:
        moved.person_id = keep
        session.flush()
        return
    # the consents that both wishes stopped stay stopped
    later = max(kept, moved, key=lambda wish: (wish.asked_at, wish.id))
    later.state, later.done_at = ErasureState.WITHDRAWN, now
    min(kept, moved, key=lambda wish: (wish.asked_at, wish.id)).person_id = keep
    session.flush()


def _withdraw(session: Session, wish: Erasure, now: datetime) -> None:
    wish.state, wish.done_at = ErasureState.WITHDRAWN, now
    consents.restore(session, wish.person_id, wish.asked_at)
    session.flush()


joining.FOLLOWERS.append(follow)

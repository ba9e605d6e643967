"""Accounts of persons: opening them, holding them, and moving points in and out of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, exists, or_, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.db import insert_into
from server.people.models import Person, Post, Role
from server.riders.models import AccountKind, PointsAccount, Rider, RiderState
from server.riders.points.refusals import NoAccount, StaffHaveNone

account = PointsAccount.__table__.c
rider = Rider.__table__.c
person = Person.__table__.c
post = Post.__table__.c

NO_STAFF = (Role.TEAM_LEADER,)
"""Roles of volunteers; whoever holds another one works for the district (G4)."""

_NOW = bindparam("now", type_=post.since.type)
_holds_post = exists().where(
    post.person_id == account.person_id,
    post.role.not_in(NO_STAFF),
    post.since <= _NOW,
    or_(post.until.is_(None), post.until > _NOW),
)
_seen = Person.__table__.alias("seen")
_theirs = select(_seen.c.phone_mark).where(
    _seen.c.id.in_((bindparam("by"), bindparam("second"))), _seen.c.phone_mark.is_not(None)
)
_LOOK = (
    select(
        account.id,
        account.frozen_until,
        rider.state,
        _holds_post.label("is_staff"),
        person.phone_mark.in_(_theirs).label("is_other"),
    )
    .join(Person.__table__, person.id == account.person_id)
    .outerjoin(Rider.__table__, rider.person_id == account.person_id)
    .where(account.person_id == bindparam("this"), account.kind == AccountKind.PERSON)
)
_HOLD = _LOOK.with_for_update(of=PointsAccount.__table__, key_share=True)
_later = case((account.booked_at > _NOW, account.booked_at), else_=_NOW)
_MOVE = (
    update(PointsAccount.__table__)
    .where(account.id == bindparam("this"), account.balance >= -bindparam("change"))
    .values(
        balance=account.balance + bindparam("change"), lines=account.lines + 1, booked_at=_later
    )
    .returning(account.lines, account.balance, account.booked_at)
)


class Holder(NamedTuple):
    """Somebody's account, held until the transaction ends, and what decides about earning.

    `is_other` tells whether one of those who vouch has the same phone number.
    """

    id: int
    frozen_until: datetime | None
    state: RiderState | None
    is_staff: bool
    is_other: bool | None


class Booked(NamedTuple):
    """The number, the balance and the moment of the line that a move makes."""

    number: int
    balance: int
    at: datetime


def open_for(session: Session, person_id: int, now: datetime) -> None:
    """Open a person's two accounts, for what they have and for what is on its way; once."""
    if holds_post(session, person_id, now):
        raise StaffHaveNone
    _open(session, [person_id], now)


def open_all(session: Session, persons: Collection[int], now: datetime) -> set[int]:
    """Open the two accounts of several persons, and return who holds a post and gets none."""
    held = staff_among(session, persons, now)
    _open(session, [each for each in persons if each not in held], now)
    return held


def staff_among(session: Session, persons: Collection[int], now: datetime) -> set[int]:
    """Return who of these persons works for the district now, in whatever role."""
    held = select(post.person_id).where(
        post.person_id.in_(persons),
        post.role.not_in(NO_STAFF),
        post.since <= now,
        or_(post.until.is_(None), post.until > now),
    )
    return set(session.scalars(held))


def holds_post(session: Session, person_id: int, now: datetime) -> bool:
    """Tell whether somebody works for the district now, in whatever role."""
    return bool(staff_among(session, [person_id], now))


def hold(session: Session, person_id: int, now: datetime, *vouching: int | None) -> Holder:
    """Return a person's account, which nobody else moves until the transaction ends.

    `vouching` are those who vouch, two at most.
    """
    row = session.execute(_HOLD, _asked(person_id, now, vouching)).one_or_none()
    if row is None:
        raise NoAccount
    return Holder(*row)


def look(session: Session, person_id: int, now: datetime, *vouching: int | None) -> Holder:
    """Return a person's account as it is just now, without holding it."""
    row = session.execute(_LOOK, _asked(person_id, now, vouching)).one_or_none()
    if row is None:
        raise NoAccount
    return Holder(*row)


def find(session: Session, person_id: int, kind: AccountKind = AccountKind.PERSON) -> int:
    """Return the id of a person's account, or refuse where they have none."""
    found: int | None = session.scalar(
        select(account.id).where(account.person_id == person_id, account.kind == kind)
    )
    if found is None:
        raise NoAccount
    return found


def move(session: Session, account_id: int, change: int, now: datetime) -> Booked | None:
    """Add points to an account, or take some; None when it has not so many.

    One conditional write, which also numbers the line; lines are never earlier than those before.
    """
    row = session.execute(_MOVE, {"this": account_id, "change": change, "now": now}).one_or_none()
    return None if row is None else Booked(*row)


def lock(session: Session, account_id: int) -> None:
    """Let nobody else move an account until the transaction ends."""
    held = select(account.id).where(account.id == account_id)
    session.execute(held.with_for_update(key_share=True)).one()


def owner(session: Session, account_id: int) -> int | None:
    """Return whose account it is, or by now that of whom it was joined into."""
    found = select(account.person_id).where(account.id == heir(session, account_id))
    return session.scalar(found)


def heir(session: Session, account_id: int) -> int:
    """Return the account that has by now what this one had: itself, unless it was joined."""
    found = select(account.joined_into).where(account.id == account_id)
    while (into := session.scalar(found)) is not None:
        account_id = int(into)
        found = select(account.joined_into).where(account.id == account_id)
    return account_id


def freeze(session: Session, account_id: int, until: datetime) -> None:
    """Let nothing be earned before a moment; a longer pause stays as it is."""
    longer = case((account.frozen_until > until, account.frozen_until), else_=until)
    session.execute(
        update(PointsAccount.__table__).where(account.id == account_id).values(frozen_until=longer)
    )


def area_of(session: Session, person_id: int) -> Area:
    """Return the area that answers for a rider, or for who was one; refuse for anybody else."""
    found = session.scalar(
        select(Area).join(Rider, Rider.area_id == Area.id).where(Rider.person_id == person_id)
    )
    if found is None:
        raise NoAccount
    return found


def _open(session: Session, persons: Sequence[int], now: datetime) -> None:
    rows = [
        {"kind": kind, "person_id": each, "opened_at": now, "booked_at": now}
        for each in persons
        for kind in (AccountKind.PERSON, AccountKind.PENDING)
    ]
    if rows:
        session.execute(insert_into(session, PointsAccount).values(rows).on_conflict_do_nothing())


def _asked(person_id: int, now: datetime, vouching: Sequence[int | None]) -> dict[str, Any]:
    by, second, *_none = (*vouching, None, None)
    return {"this": person_id, "now": now, "by": by, "second": second}

"""Which accounts there are, and who looks after them: whoever reaches all of a person's posts."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area, AreaKind
from server.errors import Missing
from server.people.models import Post, Role
from server.staff.models import StaffAccount, StaffState
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

MOST = 50

posts = select(Post.id).join(Area, Area.id == Post.area_id)


class AccountMissing(Missing):
    """No account has this login."""

    code = "staff.account_missing"


class Line(NamedTuple):
    """One account in the list: a login, its state and the roles behind it; no name."""

    id: int
    login: str
    state: StaffState
    changed_at: datetime
    roles: tuple[tuple[Role, str], ...]


def browse(
    session: Session, by: Reach | None, now: datetime, after: str = "", limit: int = MOST
) -> list[Line]:
    """Return accounts by login, with each role held now and its area's name. Two statements."""
    found = session.scalars(
        select(StaffAccount)
        .where(StaffAccount.login > after, _kept_by(by))
        .order_by(StaffAccount.login)
        .limit(limit)
    ).all()
    held = session.execute(
        select(Post.person_id, Post.role, Area.name)
        .join(Area, Area.id == Post.area_id)
        .where(
            Post.person_id.in_([account.person_id for account in found]),
            Post.since <= now,
            or_(Post.until.is_(None), Post.until > now),
        )
        .order_by(Area.path)
    ).all()
    return [
        Line(
            account.id,
            account.login,
            account.state,
            account.changed_at,
            tuple((row.role, row.name) for row in held if row.person_id == account.person_id),
        )
        for account in found
    ]


def account(session: Session, by: Reach | None, staff_id: int) -> StaffAccount:
    """Return an account that this person looks after, or refuse."""
    if by is not None and not by.may(Right.MANAGE_ACCOUNTS):
        by.require(Right.MANAGE_ACCOUNTS, None)
    found = session.scalar(
        select(StaffAccount).where(StaffAccount.id == staff_id, _kept_by(by)).with_for_update()
    )
    if found is None:
        raise OutOfReach
    return found


def logins_of(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the logins of those of these persons who have an account. One statement."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    found = select(StaffAccount.person_id, StaffAccount.login)
    rows = session.execute(found.where(StaffAccount.person_id.in_(wanted)))
    return {row.person_id: row.login for row in rows}


def called(session: Session, login: str) -> StaffAccount:
    """Return the account with this login, or refuse."""
    found = find(session, login)
    if found is None:
        raise AccountMissing(login=login)
    return found


def find(session: Session, login: str) -> StaffAccount | None:
    """Return the account with this login, if there is one."""
    return session.scalar(select(StaffAccount).where(StaffAccount.login == login.strip().lower()))


def _kept_by(by: Reach | None) -> ColumnElement[bool]:
    """Return the condition that every post of an account lies in reach.

    Who holds no post belongs to whoever looks after the whole district.
    """
    if by is None:
        return StaffAccount.id.is_not(None)
    own = Post.person_id == StaffAccount.person_id
    inside = by.inside(Right.MANAGE_ACCOUNTS)
    outside = exists(posts.where(own, ~inside))
    whole = exists(select(Area.id).where(Area.kind == AreaKind.DISTRICT, inside))
    return and_(~outside, or_(exists(posts.where(own)), whole)) if by.grants else false()

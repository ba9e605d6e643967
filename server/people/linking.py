"""Joining the accounts of one person: by a code of six digits, or by WeChat's unionid."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.errors import Conflict, Missing
from server.people import identities, joining, profile
from server.people.joining import CannotJoin
from server.people.models import Account, ApiSession, LinkCode, Person
from server.people.vault import Vault

log = logging.getLogger(__name__)

LIFE = timedelta(minutes=10)
DIGITS = 6
TRIES = 20


class WrongLinkCode(Missing):
    """No code in force reads so: mistyped, used, or older than ten minutes."""

    code = "people.wrong_link_code"


class OwnLinkCode(Conflict):
    """The code was given to the very person who types it."""

    code = "people.own_link_code"


class LinkedAlready(Conflict):
    """Both persons have an account of the same app, so they are not one and the same."""

    code = "people.linked_already"


class Offered(NamedTuple):
    """A code to be typed in the other app."""

    code: str
    expires_at: datetime


def offer(
    session: Session, person_id: int, now: datetime, *, moves: bool = False, vault: Vault
) -> Offered:
    """Give a person a fresh code, good once and for ten minutes; their last one ends.

    One that `moves` brings them along to the WeChat in which it is typed: what they had here is
    nobody's then, and whoever writes from it again is somebody new.
    """
    identities.lock(session, person_id)
    session.execute(delete(LinkCode).where(LinkCode.person_id == person_id))
    for _ in range(TRIES):
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        mark = vault.mark(code, "link_code")
        session.execute(delete(LinkCode).where(LinkCode.mark == mark, LinkCode.expires_at <= now))
        if _is_kept(session, person_id, mark, now + LIFE, moves):
            return Offered(code, now + LIFE)
    raise RuntimeError("no free link code found")


def redeem(session: Session, person_id: int, code: str, now: datetime, *, vault: Vault) -> int:
    """Join the person who types the code with the one it was given to; return who stays.

    Whoever calls this counts the guess first (`limits.guess`): six digits are few. A refusal
    leaves the code in force. The code is taken only once both are locked, since its owner
    locks themselves before they ask for another.
    """
    in_force = LinkCode.mark == vault.mark(code, "link_code"), LinkCode.expires_at > now
    owner = session.scalar(select(LinkCode.person_id).where(*in_force))
    if owner is None:
        raise WrongLinkCode
    if owner == person_id:
        raise OwnLinkCode
    _lock_both(session, owner, person_id)
    taken = delete(LinkCode).where(LinkCode.person_id == owner, *in_force)
    moves = session.scalar(taken.returning(LinkCode.moves))
    if moves is None:
        raise WrongLinkCode
    shared = _apps(session, owner) & _apps(session, person_id)
    if shared and moves:
        _leave_accounts(session, owner, now)
    elif shared:
        raise LinkedAlready
    return _join(session, owner, person_id, now, vault)


def follow_unionid(
    session: Session, person_id: int, unionid: str | None, now: datetime, *, vault: Vault
) -> int:
    """Join the persons whose accounts bear this unionid with this one; return who stays."""
    if not unionid:
        return person_id
    same = session.scalars(select(Account.person_id).where(Account.unionid == unionid)).all()
    keep, *others = sorted({person_id, *same})
    joined = {keep}
    for other in others:
        if _may_join(session, keep, other, now, vault):
            joined.add(other)
    return keep if person_id in joined else person_id


def follow_phone(session: Session, person_id: int, now: datetime, *, vault: Vault) -> int:
    """Join whom staff put down under the number that WeChat has verified; return who stays.

    A number may be a family's: then the name must tell whose it is, or nobody is joined.
    """
    me = session.get_one(Person, person_id)
    unmet = select(Person.id, Person.name_mark).where(
        Person.phone_mark == me.phone_mark,
        Person.id != person_id,
        Person.erased_at.is_(None),
        ~exists().where(Account.person_id == Person.id),
    )
    same = [row.id for row in session.execute(unmet) if me.name_mark in (None, row.name_mark)]
    if len(same) != 1 or not _may_join(session, person_id, same[0], now, vault):
        return person_id
    return int(min(person_id, same[0]))


def _may_join(session: Session, one: int, other: int, now: datetime, vault: Vault) -> bool:
    """Join two where nobody waits for an answer: what forbids it keeps them apart."""
    try:
        with session.begin_nested():
            _join(session, one, other, now, vault)
    except CannotJoin as refused:
        log.warning("two persons of one user stay apart: %s", refused.code)
        return False
    return True


def _join(session: Session, one: int, other: int, now: datetime, vault: Vault) -> int:
    keep, gone = _lock_both(session, one, other)
    profile.inherit(session, keep, gone, vault=vault)
    return joining.join(session, keep, gone, now)


def _lock_both(session: Session, one: int, other: int) -> tuple[int, int]:
    """Let nobody else decide about either; return them the older first, as all lock them."""
    keep, gone = sorted((one, other))
    identities.lock(session, keep)
    identities.lock(session, gone)
    return keep, gone


def _is_kept(
    session: Session, person_id: int, mark: str, expires_at: datetime, moves: bool
) -> bool:
    """Keep the code, unless somebody else was given the same."""
    row = {"person_id": person_id, "mark": mark, "expires_at": expires_at, "moves": moves}
    kept = insert_into(session, LinkCode).on_conflict_do_nothing(index_elements=["mark"])
    return session.scalar(kept.returning(LinkCode.id), row) is not None


def _apps(session: Session, person_id: int) -> set[str]:
    return set(session.scalars(select(Account.app).where(Account.person_id == person_id)))


def _leave_accounts(session: Session, person_id: int, now: datetime) -> None:
    """Let the old WeChat be somebody new, who is signed in nowhere."""
    stranger = identities.put_down(session, now)
    theirs = select(Account.id).where(Account.person_id == person_id)
    session.execute(delete(ApiSession).where(ApiSession.account_id.in_(theirs)))
    session.execute(
        update(Account)
        .where(Account.person_id == person_id)
        .values(person_id=stranger)
        .execution_options(synchronize_session=False)
    )

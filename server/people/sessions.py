"""Logins of the mini-program: random tokens, of which only the hash is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from server.errors import Unauthorised
from server.people import identities
from server.people.identities import Known
from server.people.models import Account, ApiSession
from server.people.vault import Vault

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=5)
"""A session notes that it is in use every five minutes: reading stays reading, and whoever uses the
mini-program just now is known to be awake (`notices.politeness`)."""

api_session = ApiSession.__table__.c
account = Account.__table__.c

_LIVE = (
    select(
        api_session.id,
        account.person_id,
        account.id.label("account_id"),
        api_session.seen_at,
    )
    .join(Account.__table__, account.id == api_session.account_id)
    .where(
        api_session.token_mark == bindparam("mark"),
        api_session.expires_at > bindparam("now"),
        api_session.seen_at > bindparam("idle_since"),
    )
)


class NotLoggedIn(Unauthorised):
    """The token is missing, unknown, expired or revoked."""

    code = "people.not_logged_in"


class Opened(NamedTuple):
    """A session just opened; the token is told here and never again."""

    token: str
    expires_at: datetime


class Caller(NamedTuple):
    """Who is asking. The person is looked up by the account, so a joined one is followed."""

    session_id: int
    person_id: int
    account_id: int
    seen_at: datetime


@dataclass(frozen=True)
class Lives:
    """How long a session lives unused, and at most."""

    idle: timedelta = timedelta(days=14)
    absolute: timedelta = timedelta(days=90)


def start(
    session: Session,
    known: Known,
    session_key: str,
    now: datetime,
    *,
    vault: Vault,
    lives: Lives,
) -> Opened:
    """Open a session for an account; WeChat's key is kept sealed and never shown.

    Raises `identities.Moved` when the person was joined with another just now.
    """
    identities.lock(session, known.person_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    opened = Opened(token, now + lives.absolute)
    session_id = session.execute(
        insert(ApiSession.__table__)
        .values(
            token_mark=_mark(token),
            person_id=known.person_id,
            account_id=known.account_id,
            created_at=now,
            seen_at=now,
            expires_at=opened.expires_at,
        )
        .returning(api_session.id)
    ).scalar_one()
    session.execute(
        update(ApiSession.__table__)
        .where(api_session.id == session_id)
        .values(session_key=vault.seal(session_key, f"api_session:{session_id}:session_key"))
    )
    return opened


def recognise(session: Session, token: str, now: datetime, *, lives: Lives) -> Caller:
    """Return who bears the token, or refuse with `NotLoggedIn`. One indexed statement."""
    wanted = {"mark": _mark(token), "now": now, "idle_since": now - lives.idle}
    row = session.execute(_LIVE, wanted).one_or_none()
    if row is None:
        raise NotLoggedIn
    return Caller(*row)


def person_of(session: Session, account_id: int) -> int:
    """Return whose account it is by now."""
    found = select(account.person_id).where(account.id == account_id)
    return int(session.execute(found).scalar_one())


def touch(session: Session, caller: Caller, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(
        update(ApiSession.__table__)
        .where(api_session.id == caller.session_id, api_session.seen_at < now)
        .values(seen_at=now)
    )


def is_due(caller: Caller, now: datetime) -> bool:
    """Tell whether the last note of use is so old that it should be renewed."""
    return now - caller.seen_at >= SEEN_EVERY


def revoke(session: Session, session_id: int) -> None:
    """End a session: its token opens nothing any more."""
    session.execute(delete(ApiSession.__table__).where(api_session.id == session_id))


def _mark(token: str) -> str:
    return sha256(token.encode()).hexdigest()

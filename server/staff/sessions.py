"""Sign-ins to the console: random tokens, of which only the hash is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from server.errors import Unauthorised
from server.staff.models import ConsoleSession, StaffAccount, StaffState

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
"""A console left alone ends after half an hour (等保三级: sessions end when idle)."""
ABSOLUTE = timedelta(hours=12)
PROOF = timedelta(minutes=10)
"""What weighs heavily asks who is there when they last showed it longer ago than this."""
SEEN_EVERY = timedelta(minutes=1)

_console = ConsoleSession.__table__.c
_staff = StaffAccount.__table__.c
_LIVE = (
    select(
        _console.id,
        _console.staff_id,
        _staff.person_id,
        _staff.login,
        _console.seen_at,
        _console.proved_at,
    )
    .join(StaffAccount.__table__, _staff.id == _console.staff_id)
    .where(
        _console.token_mark == bindparam("mark"),
        _console.expires_at > bindparam("now"),
        _console.seen_at > bindparam("idle_since"),
        _staff.state == StaffState.ACTIVE,
    )
)


class NotSignedIn(Unauthorised):
    """Nobody is signed in here, or not any more."""

    code = "staff.not_signed_in"


class Staff(NamedTuple):
    """Who sits at this console."""

    session_id: int
    staff_id: int
    person_id: int
    login: str
    seen_at: datetime
    proved_at: datetime

    def has_proved(self, now: datetime) -> bool:
        """Tell whether they showed who they are within the last minutes."""
        return now - self.proved_at < PROOF


def start(session: Session, staff_id: int, device: str, now: datetime) -> str:
    """Open a session for a staff account and return its token, told here and never again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(
        insert(ConsoleSession.__table__).values(
            token_mark=_mark(token),
            staff_id=staff_id,
            device=device[:120],
            created_at=now,
            seen_at=now,
            proved_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    return token


def recognise(session: Session, token: str, now: datetime) -> Staff:
    """Return who bears the token, or refuse with `NotSignedIn`. One indexed statement."""
    wanted = {"mark": _mark(token), "now": now, "idle_since": now - IDLE}
    row = session.execute(_LIVE, wanted).one_or_none()
    if row is None:
        raise NotSignedIn
    return Staff(*row)


def is_due(staff: Staff, now: datetime) -> bool:
    """Tell whether the last note of use is so old that it should be renewed."""
    return now - staff.seen_at >= SEEN_EVERY


def touch(session: Session, staff: Staff, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(
        update(ConsoleSession.__table__)
        .where(_console.id == staff.session_id, _console.seen_at < now)
        .values(seen_at=now)
    )


def prove(session: Session, session_id: int, now: datetime) -> None:
    """Note that the person has just shown again who they are."""
    session.execute(
        update(ConsoleSession.__table__).where(_console.id == session_id).values(proved_at=now)
    )


class Opened(NamedTuple):
    """One of a person's sign-ins, as they see it."""

    id: int
    device: str
    created_at: datetime
    seen_at: datetime


def opened(session: Session, staff_id: int, now: datetime) -> list[Opened]:
    """Return the sign-ins of an account that are in force, the one used last in front."""
    live = (
        _console.staff_id == staff_id,
        _console.expires_at > now,
        _console.seen_at > now - IDLE,
    )
    found = select(_console.id, _console.device, _console.created_at, _console.seen_at)
    rows = session.execute(found.where(*live).order_by(_console.seen_at.desc(), _console.id))
    return [Opened(*row) for row in rows]


def revoke_own(session: Session, staff_id: int, session_id: int) -> bool:
    """End one of a person's own sign-ins; tell whether it was theirs and in force."""
    own = _console.id == session_id, _console.staff_id == staff_id
    gone = delete(ConsoleSession.__table__).where(*own).returning(_console.id)
    return session.scalar(gone) is not None


def revoke_others(session: Session, staff_id: int, but: int) -> int:
    """End all of a person's sign-ins but this one, and return how many."""
    others = _console.staff_id == staff_id, _console.id != but
    gone = delete(ConsoleSession.__table__).where(*others).returning(_console.id)
    return len(session.execute(gone).all())


def end(session: Session, token: str) -> None:
    """End the session that this token opens, if it does."""
    session.execute(delete(ConsoleSession.__table__).where(_console.token_mark == _mark(token)))


def revoke(session: Session, session_id: int) -> None:
    """End a session: its token opens nothing any more."""
    session.execute(delete(ConsoleSession.__table__).where(_console.id == session_id))


def revoke_all(session: Session, staff_id: int) -> None:
    """End every session of a staff account."""
    session.execute(delete(ConsoleSession.__table__).where(_console.staff_id == staff_id))


def _mark(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""Who may sign in by now, and what holds up those who guess.

After some failures an account rests for minutes, for whoever comes from a device that it was
never used on. Whoever signed in on this device before is not held up, nor is the way by WeChat,
so that nobody can lock a colleague out. All is answered alike, whether the login exists or not.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, literal, or_, select, true, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Unauthorised
from server.people.vault import Vault
from server.staff import slips
from server.staff.models import StaffAccount, StaffState

FREE = 5
"""So many failures cost nothing; each one after makes the account rest longer."""
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
FORGOTTEN = timedelta(hours=1)
PENDING = timedelta(minutes=5)
KNOWN_FOR = timedelta(days=180)
MOST_KNOWN = 5
"""So many people of a shared computer are remembered on it."""

staff = StaffAccount.__table__.c


class WrongSignIn(Unauthorised):
    """Login, password or code is wrong, or the account rests; which of them is not told."""

    code = "staff.wrong_sign_in"


class WrongCode(Unauthorised):
    """The code is wrong, was used already, or the account rests."""

    code = "staff.wrong_code"


class Known(NamedTuple):
    """What is kept of whoever bears a login; all empty when nobody does."""

    staff_id: int | None = None
    password: str | None = None
    changed_at: datetime | None = None


def look_up(session: Session, login: str) -> Known:
    """Return what is kept of the active account with this login."""
    return _known(session, staff.login == login.strip().lower())


def account_of(session: Session, staff_id: int) -> Known:
    """Return what is kept of an active account."""
    return _known(session, staff.id == staff_id)


def may_go_on(session: Session, staff_id: int, right: bool, now: datetime, *, spared: bool) -> bool:
    """Tell whether somebody who showed a password may show the code; nothing is forgiven yet.

    `spared` is whoever is known on this device: strangers' failures do not concern them, and
    their own are for the face to limit.
    """
    if not right:
        if not spared:
            _count(session, staff_id, now)
        return False
    awake = select(staff.id).where(staff.id == staff_id, _is_awake(now))
    return spared or session.scalar(awake) is not None


def admit(session: Session, staff_id: int, right: bool, now: datetime, *, spared: bool) -> bool:
    """Tell whether somebody may enter; their failures are forgiven, or one more is counted.

    Each is one conditional write, so no two guesses count as one.
    """
    if not right:
        return may_go_on(session, staff_id, False, now, spared=spared)
    awake = true() if spared else _is_awake(now)
    admitted = session.execute(
        update(StaffAccount.__table__)
        .where(staff.id == staff_id, staff.state == StaffState.ACTIVE, awake)
        .values(failures=0, locked_until=None)
        .returning(staff.id)
    )
    return admitted.first() is not None


def pending(known: Known, now: datetime, *, vault: Vault) -> str:
    """Return the slip of whoever showed their password and still owes the code."""
    facts = {"staff": known.staff_id, "since": _spelled(known.changed_at)}
    return slips.write("pending", facts, now + PENDING, vault=vault)


def owed_by(session: Session, slip: str, now: datetime, *, vault: Vault) -> int | None:
    """Return who owes the code, unless the slip is over or the password was changed since."""
    facts = slips.read("pending", slip, now, vault=vault)
    if facts is None:
        return None
    changed_at = session.scalar(select(staff.changed_at).where(staff.id == facts["staff"]))
    return int(facts["staff"]) if _spelled(changed_at) == facts["since"] else None


def remember(slip: str, staff_id: int, now: datetime, *, vault: Vault) -> str:
    """Return the slip of a device on which this person, and maybe others, have signed in."""
    facts = slips.read("device", slip, now, vault=vault) or {
        "id": secrets.token_hex(8),
        "staff": [],
    }
    known = [staff_id, *(each for each in facts["staff"] if each != staff_id)][:MOST_KNOWN]
    facts = {"id": facts["id"], "staff": known}
    return slips.write("device", facts, now + KNOWN_FOR, vault=vault)


def is_known(slip: str, staff_id: int | None, now: datetime, *, vault: Vault) -> bool:
    """Tell whether this person has signed in on this device before."""
    facts = slips.read("device", slip, now, vault=vault)
    return facts is not None and staff_id in facts["staff"]


def device_of(slip: str, now: datetime, *, vault: Vault) -> str | None:
    """Return the name by which the tries of a known device are counted."""
    facts = slips.read("device", slip, now, vault=vault)
    return str(facts["id"]) if facts else None


def _known(session: Session, whose: ColumnElement[bool]) -> Known:
    row = session.execute(
        select(staff.id, staff.password, staff.changed_at).where(
            whose, staff.state == StaffState.ACTIVE
        )
    ).one_or_none()
    return Known(*row) if row else Known()


def _count(session: Session, staff_id: int, now: datetime) -> None:
    """Count a failure; the account rests the longer the more there were within the hour."""
    table, this = StaffAccount.__table__, staff.id == staff_id
    forgotten = staff.locked_until <= now - FORGOTTEN
    session.execute(update(table).where(this, forgotten).values(failures=0))
    rests = [(staff.failures + 1 == FREE + more, now + rest) for more, rest in enumerate(RESTS)]
    longest = literal(now + RESTS[-1], staff.locked_until.type)
    until = case((staff.failures + 1 < FREE, now), *rests, else_=longest)
    failures = session.scalar(
        update(table)
        .where(this, _is_awake(now))
        .values(failures=staff.failures + 1, locked_until=until)
        .returning(staff.failures)
    )
    if failures is not None and failures >= FREE:
        subject = ("staff_account", staff_id)
        trail.record(session, None, "staff.rests", subject, now, failures=failures)


def _is_awake(now: datetime) -> ColumnElement[bool]:
    return or_(staff.locked_until.is_(None), staff.locked_until <= now)


def _spelled(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""

"""Accounts of staff: by invitation only. Nobody begins with a password that somebody else knows.

`by` is the reach of whoever acts in the console, None for the operator at the command line.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.audit import trail
from server.db import insert_into
from server.errors import Conflict, Invalid, Missing
from server.people.vault import Vault
from server.staff import roster, second_factor, sessions, tickets
from server.staff.models import Invitation, StaffAccount, StaffState
from server.staff.reach import Reach
from server.staff.signing_in import WrongCode

LIFE = timedelta(hours=72)
LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,39}")

invitation = Invitation.__table__.c


class BadLogin(Invalid):
    """A login must be 3 to 40 small letters, digits, dots or dashes, a letter first."""

    code = "staff.bad_login"


class LoginTaken(Conflict):
    """Somebody bears this login, or the person has an account already."""

    code = "staff.login_taken"


class InvitationOver(Missing):
    """The link was used, replaced by another one, or is older than 72 hours."""

    code = "staff.invitation_over"


class OwnAccount(Conflict):
    """Nobody does this to their own account."""

    code = "staff.own_account"


class Invited(NamedTuple):
    """A fresh link, told here and never again."""

    staff_id: int
    login: str
    token: str
    expires_at: datetime

    def link(self, public_url: str) -> str:
        """Return the address that the person opens."""
        return f"{public_url.rstrip('/')}/console/invitation/{self.token}"


def invite(
    session: Session,
    person_id: int,
    login: str,
    now: datetime,
    *,
    vault: Vault,
    by: Reach | None = None,
) -> Invited:
    """Open an account for a person and return the link by which they choose their password."""
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise BadLogin
    account = StaffAccount(
        person_id=person_id,
        login=login,
        state=StaffState.INVITED,
        created_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise LoginTaken(login=login) from None
    return _invited(session, account, now, vault, by)


def invite_again(
    session: Session, staff_id: int, now: datetime, *, vault: Vault, by: Reach | None = None
) -> Invited:
    """Take password and second factor away, end every sign-in, and return a fresh link.

    This is for a lost phone, a forgotten password, and for whoever comes back.
    """
    account = roster.account(session, by, staff_id)
    account.password, account.totp, account.totp_step = None, None, None
    account.failures, account.locked_until = 0, None
    _change(session, account, StaffState.INVITED, now)
    return _invited(session, account, now, vault, by)


def disable(session: Session, staff_id: int, now: datetime, *, by: Reach | None = None) -> None:
    """Close an account at once: its sign-ins end and nothing opens it any more."""
    account = roster.account(session, by, staff_id)
    if by is not None and by.person_id == account.person_id:
        raise OwnAccount
    if account.state is not StaffState.DISABLED:
        _change(session, account, StaffState.DISABLED, now)
        _note(session, "staff.disabled", account, now, by)


def enable(session: Session, staff_id: int, now: datetime, *, by: Reach | None = None) -> None:
    """Open a closed account again, with the password and second factor it had."""
    account = roster.account(session, by, staff_id)
    if account.state is StaffState.DISABLED:
        whole = account.password and account.totp
        _change(session, account, StaffState.ACTIVE if whole else StaffState.INVITED, now)
        _note(session, "staff.enabled", account, now, by)


def end_sessions(
    session: Session, staff_id: int, now: datetime, *, by: Reach | None = None
) -> None:
    """End every sign-in of an account."""
    account = roster.account(session, by, staff_id)
    sessions.revoke_all(session, account.id)
    tickets.withdraw(session, account.id)
    _note(session, "staff.sessions_ended", account, now, by)


def end_own_sessions(session: Session, person_id: int, now: datetime) -> None:
    """End every sign-in of a person who says that it was not them."""
    staff_id = tickets.staff_of(session, person_id)
    sessions.revoke_all(session, staff_id)
    tickets.withdraw(session, staff_id)
    trail.record(session, person_id, "staff.sessions_ended", ("staff_account", staff_id), now)


def invitee(session: Session, token: str, now: datetime, *, vault: Vault) -> StaffAccount:
    """Return whose link this is, or refuse when it is over."""
    account = session.scalar(
        select(StaffAccount)
        .join(Invitation, Invitation.staff_id == StaffAccount.id)
        .where(Invitation.mark == _mark(token, vault), Invitation.expires_at > now)
    )
    if account is None:
        raise InvitationOver
    return account


def accept(
    session: Session, token: str, kept: str, code: str, now: datetime, *, vault: Vault
) -> StaffAccount:
    """Give the account the password (as kept) and the second factor of this link; it is used up.

    Of two who open it at once one passes. A wrong code leaves the link in force.
    """
    account = invitee(session, token, now, vault=vault)
    secret = second_factor.drawn_from(token, vault=vault)
    step = second_factor.step_of(secret, code, now)
    if step is None:
        raise WrongCode
    used = delete(Invitation).where(invitation.mark == _mark(token, vault))
    if session.scalar(used.returning(Invitation.id)) is None:
        raise InvitationOver
    account.password, account.totp_step = kept, step
    account.totp = vault.seal(secret, second_factor.place(account.id))
    _change(session, account, StaffState.ACTIVE, now)
    subject = ("staff_account", account.id)
    trail.record(session, account.person_id, "staff.accepted", subject, now)
    return account


def _invited(
    session: Session, account: StaffAccount, now: datetime, vault: Vault, by: Reach | None
) -> Invited:
    token = secrets.token_urlsafe(32)
    row = {"staff_id": account.id, "mark": _mark(token, vault), "expires_at": now + LIFE}
    new = insert_into(session, Invitation).values(row)
    session.execute(new.on_conflict_do_update(index_elements=["staff_id"], set_=row))
    _note(session, "staff.invited", account, now, by)
    return Invited(account.id, account.login, token, now + LIFE)


def _change(session: Session, account: StaffAccount, state: StaffState, now: datetime) -> None:
    """Note a change that voids whatever was open or under way."""
    account.state, account.changed_at = state, now
    session.flush()
    sessions.revoke_all(session, account.id)
    tickets.withdraw(session, account.id)
    if state is StaffState.DISABLED:
        session.execute(delete(Invitation).where(invitation.staff_id == account.id))


def _note(
    session: Session, action: str, account: StaffAccount, now: datetime, by: Reach | None
) -> None:
    actor, subject = by.person_id if by else None, ("staff_account", account.id)
    trail.record(session, actor, action, subject, now, login=account.login)


def _mark(token: str, vault: Vault) -> str:
    return vault.mark(token, "invitation")

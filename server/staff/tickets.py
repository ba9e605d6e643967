"""Signing in without a password: a number on the sign-in page, confirmed in one's own chat.

WeChat knows who holds the phone; the number says which browser they mean.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.errors import Forbidden, Missing
from server.people.vault import Vault
from server.staff.models import ScanTicket, StaffAccount, StaffState

LIFE = timedelta(minutes=2)
DIGITS = 8
TRIES = 20
SCENE = "console_"
"""A scene code that begins so carries the number; the chat asks whoever scans it."""

ticket = ScanTicket.__table__.c


class NoStaffAccount(Forbidden):
    """The person has no account at the console that is in use."""

    code = "staff.no_account"


class WrongTicket(Missing):
    """No number in force reads so: mistyped, used, or older than two minutes."""

    code = "staff.wrong_ticket"


class Offered(NamedTuple):
    """A number for a browser to show; the key stays in its cookie."""

    number: str
    key: str
    expires_at: datetime


class Standing(NamedTuple):
    """How a browser's number stands: until when it holds, and whether somebody confirmed it."""

    expires_at: datetime
    confirmed: bool


def offer(session: Session, key: str, device: str, now: datetime, *, vault: Vault) -> Offered:
    """Give a browser a fresh number, good once and for two minutes; its last one ends.

    `key` is what the browser was given before, or nothing.
    """
    key = key or secrets.token_urlsafe(32)
    browser = vault.mark(key, "browser")
    for _ in range(TRIES):
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        code = vault.mark(number, "ticket")
        over = ticket.expires_at <= now
        session.execute(
            delete(ScanTicket.__table__).where(
                or_(ticket.browser_mark == browser, (ticket.code_mark == code) & over)
            )
        )
        named = {"browser_mark": browser, "code_mark": code, "device": device[:120]}
        row = {**named, "expires_at": now + LIFE}
        kept = insert_into(session, ScanTicket).on_conflict_do_nothing()
        if session.scalar(kept.returning(ScanTicket.id), row) is not None:
            return Offered(number, key, now + LIFE)
    raise RuntimeError("no free number found")


def standing(session: Session, key: str, now: datetime, *, vault: Vault) -> Standing | None:
    """Return how this browser's number stands, if it has one in force."""
    row = session.execute(
        select(ticket.expires_at, ticket.staff_id).where(
            ticket.browser_mark == vault.mark(key, "browser"), ticket.expires_at > now
        )
    ).one_or_none()
    return row and Standing(row.expires_at, row.staff_id is not None)


def confirm(session: Session, person_id: int, number: str, now: datetime, *, vault: Vault) -> str:
    """Let the browser with this number in as this person; return what kind of browser it is.

    Saying the same number again changes nothing. Whoever calls this counts the tries first.
    """
    staff_id = staff_of(session, person_id)
    code = ticket.code_mark == vault.mark(number, "ticket")
    free = or_(ticket.staff_id.is_(None), ticket.staff_id == staff_id)
    device: str | None = session.scalar(
        update(ScanTicket.__table__)
        .where(code, ticket.expires_at > now, free)
        .values(staff_id=staff_id)
        .returning(ticket.device)
    )
    if device is None:
        raise WrongTicket
    return device


def device_of(session: Session, number: str, now: datetime, *, vault: Vault) -> str:
    """Return what kind of browser shows this number, or refuse."""
    code = ticket.code_mark == vault.mark(number, "ticket")
    device: str | None = session.scalar(select(ticket.device).where(code, ticket.expires_at > now))
    if device is None:
        raise WrongTicket
    return device


def claim(session: Session, key: str, now: datetime, *, vault: Vault) -> int | None:
    """Use up this browser's number and return who confirmed it, if somebody did."""
    gone = delete(ScanTicket.__table__).where(
        ticket.browser_mark == vault.mark(key, "browser"),
        ticket.expires_at > now,
        ticket.staff_id.is_not(None),
    )
    return session.scalar(gone.returning(ticket.staff_id))


def withdraw(session: Session, staff_id: int) -> None:
    """Take back what a person has confirmed and no browser has used yet."""
    session.execute(delete(ScanTicket.__table__).where(ticket.staff_id == staff_id))


def staff_of(session: Session, person_id: int) -> int:
    """Return the person's account at the console, or refuse when they have none in use."""
    found = session.scalar(
        select(StaffAccount.id).where(
            StaffAccount.person_id == person_id, StaffAccount.state == StaffState.ACTIVE
        )
    )
    if found is None:
        raise NoStaffAccount
    return found

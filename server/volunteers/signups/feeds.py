"""A volunteer's sign-ups as a calendar that their own programs fetch (RFC 5545)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from icalendar import Alarm, Calendar, Event
from sqlalchemy import Row, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from config.wording import LOCAL, say
from server.people import identities
from server.people.vault import Vault
from server.volunteers.models import (
    LIVE,
    Activity,
    CalendarFeed,
    Shift,
    SignupState,
)
from server.volunteers.signups.shifts import activity, is_live, shift, signup

PURPOSE = "calendar_feed"
KEPT = timedelta(days=30)
"""How long what was cancelled, or is over, still shows."""
ALARM = timedelta(hours=-24)
MOST = 500
TENTATIVE = (SignupState.WAITLISTED, SignupState.OFFERED)

_ENTRIES = (
    select(
        signup.id,
        signup.state,
        signup.changed_at,
        shift.id.label("shift_id"),
        shift.starts_at,
        shift.ends_at,
        activity.number,
        activity.title,
        activity.place,
        activity.leader_name,
        activity.risk_note,
        activity.revision,
    )
    .join(Shift.__table__, shift.id == signup.shift_id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .where(
        signup.person_id == bindparam("person"),
        shift.ends_at > bindparam("since"),
        or_(is_live, signup.changed_at > bindparam("since")),
    )
    .order_by(signup.id)
    .limit(MOST)
)


def offer(session: Session, person_id: int, now: datetime, *, vault: Vault) -> str:
    """Return the secret in the address of a person's calendar; asking again gives the same."""
    identities.lock(session, person_id)
    nonce = session.scalar(select(CalendarFeed.nonce).where(CalendarFeed.person_id == person_id))
    if nonce is not None:
        return vault.mark(nonce, PURPOSE)
    nonce = secrets.token_hex(32)
    token = vault.mark(nonce, PURPOSE)
    session.add(
        CalendarFeed(person_id=person_id, nonce=nonce, token_mark=_mark(token), created_at=now)
    )
    session.flush()
    return token


def end(session: Session, person_id: int) -> None:
    """Let the address lead nowhere from now on; the next one is another."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))


def owner(session: Session, token: str) -> int | None:
    """Return whose calendar an address leads to, or None."""
    return session.scalar(
        select(CalendarFeed.person_id).where(CalendarFeed.token_mark == _mark(token))
    )


def written(session: Session, person_id: int, now: datetime) -> bytes:
    """Return a person's calendar; the same sign-ups give the same bytes."""
    rows = session.execute(_ENTRIES, {"person": person_id, "since": now - KEPT}).all()
    calendar = Calendar()
    calendar.add("prodid", "-//NuanFeng//volunteering//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("feeds.name"))
    calendar.add("x-wr-timezone", LOCAL.key)
    for row in _newest(rows):
        calendar.add_component(_event(row))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _newest(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    """Return one sign-up a shift: the last one, whatever came before it."""
    last = {row.shift_id: row for row in rows}
    return sorted(last.values(), key=lambda row: (row.starts_at, row.shift_id))


def _event(row: Row[*tuple[Any, ...]]) -> Event:
    status = _status(row.state)
    event = Event()
    event.add("uid", f"shift-{row.shift_id}@nuanfeng")
    event.add("dtstamp", row.changed_at)
    event.add("last-modified", row.changed_at)
    event.add("sequence", row.revision)
    event.add("dtstart", row.starts_at.astimezone(LOCAL))
    event.add("dtend", row.ends_at.astimezone(LOCAL))
    event.add("status", status)
    event.add("summary", say(f"feeds.{status.lower()}", title=row.title))
    event.add("location", row.place)
    facts = {"leader": row.leader_name, "risk_note": row.risk_note, "number": row.number}
    event.add("description", say("feeds.about", **facts))
    if status == "CONFIRMED":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", row.title)
        alarm.add("trigger", ALARM)
        event.add_component(alarm)
    return event


def _status(state: SignupState) -> str:
    if state in TENTATIVE:
        return "TENTATIVE"
    return "CONFIRMED" if state in LIVE else "CANCELLED"


def _mark(token: str) -> str:
    return sha256(token.encode()).hexdigest()

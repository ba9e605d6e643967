"""One member, one contact: named by the secretary, in touch once a quarter, written down."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.party import access, quarters, telling
from server.party.access import is_me, may_keep, may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Contact, ContactLog, PartyFile, Way
from server.party.refusals import BadDates, NothingThere, NotInPost, NotKeeper, OwnContact
from server.party.standing import require, require_consent, trace
from server.party.texts import as_written
from server.people.models import Channel
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import Right

LONGEST_NOTE = 200
LATEST = timedelta(days=120)
"""So far back a contact may still be written down: a quarter, and the time to make good."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How somebody was in touch with a member, or tried to; today unless a day is told."""

    way: Way
    reached: bool = True
    note: str = ""
    day: date | None = None


def name(session: Session, reach: Reach, file_id: int, contact_id: int, now: datetime) -> Contact:
    """Let somebody be a member's contact from now on, in the place of whoever was.

    The same again is the same. They hold a post for it already, and nobody is their own.
    """
    file = access.keep(session, reach, file_id, now)
    require(file, *LIVE)
    _check(session, contact_id, now)
    if contact_id == file.person_id:
        raise OwnContact
    active = Contact.file_id == file_id, Contact.until.is_(None)
    held = session.scalar(select(Contact).where(*active))
    if held is not None and held.contact_id == contact_id:
        return held
    session.execute(update(Contact).where(*active).values(until=now))
    named = Contact(file_id=file_id, contact_id=contact_id, named_by=reach.person_id, since=now)
    session.add(named)
    session.flush()
    trace(session, reach.person_id, "party.contact_named", file_id, now)
    telling.staff(session, contact_id, now)
    return named


def hand_over(session: Session, reach: Reach, from_id: int, to_id: int, now: datetime) -> int:
    """Let one contact follow another in all that this person may change; return how many.

    Twice is the same as once. Nobody becomes their own contact: such a member keeps theirs.
    """
    _check(session, to_id, now)
    if from_id == to_id:
        return 0
    theirs = (
        select(PartyFile.id)
        .join(Contact, Contact.file_id == PartyFile.id)
        .where(
            Contact.contact_id == from_id,
            Contact.until.is_(None),
            PartyFile.person_id != to_id,
            PartyFile.state.in_(LIVE),
            may_keep(reach, now),
        )
        .with_for_update(of=PartyFile)
    )
    file_ids = list(session.scalars(theirs))
    if not file_ids:
        return 0
    active = Contact.file_id.in_(file_ids), Contact.until.is_(None)
    session.execute(update(Contact).where(*active).values(until=now))
    fresh = {"contact_id": to_id, "named_by": reach.person_id, "since": now}
    rows = [fresh | {"file_id": file_id} for file_id in file_ids]
    session.execute(insert(Contact.__table__), rows)
    for file_id in file_ids:
        trace(session, reach.person_id, "party.contact_named", file_id, now)
    telling.staff(session, to_id, now)
    return len(file_ids)


def log(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    touch: Touch,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> ContactLog:
    """Write down that one was in touch with a member, or tried; once a day and way.

    Told again on the same day it is the same line: whoever was reached stays reached, and the last
    note stands. The contact may, whoever stands in for them, and the secretary.
    """
    file = touched(session, reach, file_id, now)
    require(file, *LIVE)
    require_consent(file)
    today = now.astimezone(LOCAL).date()
    day = touch.day or today
    if not today - LATEST <= day <= today:
        raise BadDates
    words = as_written(touch.note, LONGEST_NOTE)
    log_id = _line_of(session, reach.person_id, file_id, touch, day, channel, now)
    line = session.get_one(ContactLog, log_id, populate_existing=True)
    if words:
        line.note = vault.seal(words, note_place(log_id))
        session.flush()
    trace(session, reach.person_id, "party.contact_logged", file_id, now)
    return line


def is_contact(session: Session, reach: Reach, now: datetime) -> bool:
    """Tell whether this person is anybody's contact, or stands in for one. One statement."""
    mine = Contact.until.is_(None), is_me(Contact.contact_id, reach, now)
    found = session.scalar(select(Contact.id).where(*mine).limit(1)) is not None
    return found and reach.may(Right.SEE_PARTY)


def note_place(log_id: int) -> str:
    """Return where the note of a line is sealed."""
    return f"party_contact_log:{log_id}:note"


def touched(session: Session, reach: Reach, file_id: int, now: datetime) -> PartyFile:
    """Return a file whose contact this is, or whose keeper; held until the transaction ends."""
    file = session.scalar(
        select(PartyFile)
        .where(PartyFile.id == file_id, may_read(reach, now))
        .with_for_update(of=PartyFile)
        .execution_options(populate_existing=True)
    )
    if file is None:
        raise NothingThere
    mine = Contact.file_id == file_id, Contact.until.is_(None)
    contact = select(Contact.id).where(*mine, is_me(Contact.contact_id, reach, now))
    if session.scalar(contact) is None and not access.keeps(session, reach, file_id, now):
        raise NotKeeper
    return file


def _line_of(  # noqa: PLR0913  what a line consists of
    session: Session,
    by_id: int,
    file_id: int,
    touch: Touch,
    day: date,
    channel: Channel,
    now: datetime,
) -> int:
    """Write a line, or find the one of this day and way; who was reached stays reached."""
    row = {
        "file_id": file_id,
        "by_id": by_id,
        "day": day,
        "quarter": str(quarters.of(_noon(day))),
        "way": touch.way,
        "reached": touch.reached,
        "channel": channel,
        "at": now,
    }
    fresh = insert_into(session, ContactLog).values(row)
    table = ContactLog.__table__.c
    again = fresh.on_conflict_do_update(
        index_elements=["file_id", "by_id", "day", "way"],
        set_={"reached": or_(table.reached, fresh.excluded.reached), "at": now},
    )
    found: int = session.execute(again.returning(table.id)).scalar_one()
    return found


def _check(session: Session, contact_id: int, now: datetime) -> None:
    if not reaches.of(session, contact_id, now).may(Right.SEE_PARTY):
        raise NotInPost


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def attempts(session: Session, file_id: int) -> int:
    """Return on how many days somebody tried in vain since the member was last reached."""
    line = ContactLog
    reached = select(func.max(line.day)).where(line.file_id == file_id, line.reached)
    since = line.day > func.coalesce(reached.scalar_subquery(), date(1900, 1, 1))
    tries = line.file_id == file_id, line.reached.is_(False), since
    return session.scalar(select(func.count(line.day.distinct())).where(*tries)) or 0

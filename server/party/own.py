"""What a member does about their own file: looks, agrees, confirms, says what has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import access, contents, telling
from server.party.contents import LONGEST, Facts
from server.party.keys import OFF, PartyVault
from server.party.models import Branch, Contact, FileRead, Look, PartyFile
from server.party.refusals import NothingSaid, NothingThere
from server.party.standing import agree as put_agreement
from server.party.standing import agrees, require_consent
from server.party.standing import confirm as put_confirmation
from server.party.texts import checked
from server.people import profile
from server.people.vault import Vault

READS = 20


@dataclass(frozen=True, slots=True)
class Own:
    """A member's own file, as they read it."""

    file: PartyFile
    facts: Facts
    home: str
    host: str | None
    agrees: bool


class InTouch(NamedTuple):
    """Who keeps in touch with somebody; the number as they gave it to this service."""

    name: str
    phone: str | None
    since: datetime


class Seen(NamedTuple):
    """That somebody else has looked at a file."""

    at: datetime
    who: str
    part: Look
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What has changed with somebody; nothing is what has not."""

    place: str | None = None
    employer: str | None = None
    phone: str | None = None


def show(session: Session, person_id: int, now: datetime, *, vault: PartyVault) -> Own:
    """Return somebody's own file; whoever has none is told that nothing is there."""
    file = access.read_own(session, person_id, Look.FILE, now)
    return opened(session, file, vault)


def opened(session: Session, file: PartyFile, vault: PartyVault) -> Own:
    """Return a file as its member reads it."""
    here = [branch_id for branch_id in (file.home_id, file.host_id) if branch_id]
    rows = session.execute(select(Branch.id, Branch.name).where(Branch.id.in_(here)))
    names = {row.id: row.name for row in rows}
    host = names[file.host_id] if file.host_id else None
    facts = contents.opened(file, vault)
    return Own(file, facts, names[file.home_id], host, agrees(file))


def contact(session: Session, person_id: int, now: datetime, *, vault: Vault) -> InTouch | None:
    """Return who keeps in touch with this member, None while nobody is named.

    `vault` is the general one: a contact's own name and number are no member's.
    """
    file = access.read_own(session, person_id, Look.CONTACT, now)
    named = select(Contact).where(Contact.file_id == file.id, Contact.until.is_(None))
    found = session.scalar(named)
    if found is None:
        return None
    who = found.contact_id
    phone = profile.phone_of(session, who, vault=vault)
    name = profile.name_of(session, who, vault=vault) or ""
    return InTouch(name, phone and phone.removeprefix("+86"), found.since)


def reads(session: Session, person_id: int, now: datetime, *, vault: Vault) -> list[Seen]:
    """Return who else has looked at this member's file lately, the latest first.

    `vault` is the general one. Three statements, and a line that the member has looked.
    """
    file = access.read_own(session, person_id, Look.READS, now)
    return seen(session, file, vault)


def seen(session: Session, file: PartyFile, vault: Vault) -> list[Seen]:
    """Return who has looked at a file, but for the member themselves."""
    others = FileRead.file_id == file.id, FileRead.reader_id != file.person_id
    wanted = select(FileRead).where(*others).order_by(FileRead.id.desc()).limit(READS)
    rows = list(session.scalars(wanted))
    names = profile.names_of(session, {row.reader_id for row in rows}, vault=vault)
    return [Seen(row.at, names.get(row.reader_id, ""), row.part, row.why) for row in rows]


def has(session: Session, person_id: int) -> bool:
    """Tell whether somebody has a live file, without looking into it; nobody, without the key."""
    return not session.info.get(OFF) and access.own(session, person_id) is not None


def require(session: Session, person_id: int) -> None:
    """Refuse whoever has no file, or has taken back that anything is written down."""
    file = access.own(session, person_id)
    if file is None:
        raise NothingThere
    require_consent(file)


def agree(session: Session, person_id: int, now: datetime) -> None:
    """Agree that the branch keeps this file; twice is the same as once.

    Of what members do themselves the trail says nothing: it would name them.
    """
    put_agreement(_mine(session, person_id), now)


def withdraw(session: Session, person_id: int, now: datetime) -> None:
    """Take the agreement back: nothing new is written down from this moment on."""
    file = _mine(session, person_id)
    file.withdrawn_at = file.withdrawn_at or now
    telling.hush(session, person_id, now)


def confirm(session: Session, person_id: int, now: datetime) -> None:
    """Say that what stands in one's file is right."""
    file = _mine(session, person_id)
    require_consent(file)
    put_confirmation(file, now)


def move(
    session: Session, person_id: int, moved: Moved, now: datetime, *, vault: PartyVault
) -> Own:
    """Write down what has changed with somebody, told once for both branches and the contact."""
    file = _mine(session, person_id)
    require_consent(file)
    told = {field: getattr(moved, field) or "" for field in ("place", "employer", "phone")}
    kept = {field: checked(words, LONGEST[field]) for field, words in told.items()}
    said = {field: words for field, words in kept.items() if words}
    if not said:
        raise NothingSaid
    if "phone" in said:
        said["phone"] = profile.normalised(said["phone"])
    for field, words in said.items():
        contents.put_text(file, field, words, vault)
    put_confirmation(file, now)
    access.note(session, person_id, [file.id], Look.FILE, now, access.OWN)
    session.flush()
    return opened(session, file, vault)


def _mine(session: Session, person_id: int) -> PartyFile:
    """Return one's own file, held until the transaction ends, or the usual nothing."""
    file = access.own(session, person_id, held=True)
    if file is None:
        raise NothingThere
    return file

"""Putting down, for somebody without WeChat, what they say by phone or on paper."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Invalid
from server.office import areas, sight
from server.people import consents, directory, linking, profile, volunteer_numbers
from server.people.consents import Purpose
from server.people.linking import Offered
from server.people.models import Account, Channel, Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right

LONGEST_NAME = 40
OLDEST = 120
REACHED = re.compile(r"\+861[3-9]\d{9}|\+0\d{9,11}")
DOORS = (Channel.PHONE, Channel.PAPER, Channel.CONSOLE)
"""By phone, on paper, or in person before staff."""


class NameNeeded(Invalid):
    """A person is put down with their name."""

    code = "office.name_needed"


class BadBirthYear(Invalid):
    """Nobody alive was born in that year."""

    code = "office.bad_birth_year"


class ConsentNeeded(Invalid):
    """Nobody is put down who has not agreed."""

    code = "office.consent_needed"


class PhoneShared(Conflict):
    """Somebody else is put down under this number."""

    code = "office.phone_shared"


class KnownElsewhere(Conflict):
    """The same name and number are put down already, where these staff do not see."""

    code = "office.known_elsewhere"


class HasAccount(Conflict):
    """The person is here with their own WeChat already."""

    code = "office.has_account"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody said of themselves. `shares_phone`: a family has one number."""

    name: str
    phone: str
    birth_year: int | None
    area_code: str
    channel: Channel = Channel.PHONE
    agreed: bool = False
    shares_phone: bool = False


def register(
    session: Session, reach: Reach, newcomer: Newcomer, now: datetime, *, vault: Vault
) -> int:
    """Put a person down and return who they are; one who is known here already is returned.

    The area's row is locked, so that two forms sent at once make one person.
    """
    area = areas.taking(session, reach, Right.EDIT_PEOPLE, newcomer.area_code)
    name, phone = checked_name(newcomer.name), checked_phone(newcomer.phone)
    check_birth_year(newcomer.birth_year, now)
    if not newcomer.agreed:
        raise ConsentNeeded
    session.execute(select(Area.id).where(Area.id == area.id).with_for_update(key_share=True))
    known = _known(session, reach, name, phone, newcomer.shares_phone, vault)
    if known is not None:
        return known
    return enter(session, reach, newcomer, area, now, vault=vault)


def enter(
    session: Session, reach: Reach, newcomer: Newcomer, area: Area, now: datetime, *, vault: Vault
) -> int:
    """Put down a person who was checked before; noted, numbered, with what they agreed to."""
    row = {"created_at": now, "area_id": area.id, "birth_year": newcomer.birth_year}
    made = insert(Person.__table__).values(**row).returning(Person.__table__.c.id)
    person_id: int = session.scalars(made).one()
    profile.rename(session, person_id, checked_name(newcomer.name), vault=vault)
    profile.set_phone(session, person_id, checked_phone(newcomer.phone), vault=vault)
    session.flush()
    consents.grant(session, person_id, Purpose.SERVICE, now, channel=newcomer.channel)
    volunteer_numbers.of(session, person_id, now)
    subject = ("person", person_id)
    trail.record(
        session,
        reach.person_id,
        "person.registered",
        subject,
        now,
        area_path=area.path,
        channel=newcomer.channel,
    )
    return person_id


def offer_code(
    session: Session, reach: Reach, person_id: int, now: datetime, *, vault: Vault
) -> Offered:
    """Give the code that this person says in their own chat to be the one put down here.

    Only for whoever has no account: another's could be taken over by it.
    """
    _person, area = sight.person(session, reach, Right.EDIT_PEOPLE, person_id)
    if session.scalar(select(Account.id).where(Account.person_id == person_id).limit(1)):
        raise HasAccount
    what = "person.link_code_shown", ("person", person_id)
    trail.record(session, reach.person_id, *what, now, area_path=area.path)
    return linking.offer(session, person_id, now, vault=vault)


def checked_name(name: str) -> str:
    """Return a name with single spaces, or refuse what cannot be one."""
    spelled = " ".join(directory.spelled(name).split())
    if not 1 <= len(spelled) <= LONGEST_NAME or not spelled.isprintable():
        raise NameNeeded
    return spelled


def checked_phone(phone: str) -> str:
    """Return a number as it is kept, or refuse what nobody can be called at.

    A mobile number of China, a landline with its area code, or any with its country's code.
    """
    said = directory.spelled(phone)
    number = profile.normalised(said)
    if not (REACHED.fullmatch(number) or said.startswith(("+", "00"))):
        raise profile.BadPhone
    return number


def check_birth_year(year: int | None, now: datetime) -> None:
    """Refuse a year in which nobody alive was born; none at all is fine."""
    this = now.astimezone(LOCAL).year
    if year is not None and not this - OLDEST <= year <= this:
        raise BadBirthYear(first=this - OLDEST, last=this)


def _known(
    session: Session, reach: Reach, name: str, phone: str, shares_phone: bool, vault: Vault
) -> int | None:
    """Return who bears this name and number already; refuse a number that is another's."""
    mark = profile.name_mark(name, vault=vault)
    bears: list[ColumnElement[bool]] = [
        directory.phone_is(phone, vault=vault),
        Person.erased_at.is_(None),
    ]
    same = [*bears, Person.name_mark == mark]
    here = sight.seen(reach, Right.EDIT_PEOPLE)
    known = session.scalar(select(Person.id).where(*same, here).limit(1))
    if known is not None:
        return known
    if session.scalar(select(Person.id).where(*same).limit(1)):
        raise KnownElsewhere
    if not shares_phone and session.scalar(select(Person.id).where(*bears).limit(1)):
        raise PhoneShared
    return None

"""What we know of a person, as they themselves see it. Name and phone are sealed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import Invalid
from server.people import ages, consents
from server.people.consents import Standing
from server.people.models import Account, App, Person
from server.people.vault import Vault

PHONE = re.compile(r"\+?[0-9]{6,15}")
LOCAL_MOBILE = re.compile(r"1[3-9][0-9]{9}")
SPOKEN_NAME = re.compile(r"[^\W\d_]+(?:[ ·][^\W\d_]+)*")
LONGEST_NAME = 20
UNSPOKEN = str.maketrans("", "", " -()\u00a0")
DOTS = re.compile(r"[·•・.‧⋅\s]")


class BadPhone(Invalid):
    """What was given is no phone number."""

    code = "people.bad_phone"


class BadName(Invalid):
    """What was said is no name."""

    code = "certificates.bad_name"


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """A WeChat account of the person; the openid stays inside."""

    app: App
    following: bool
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's own page; the phone is masked.

    `birth_year_seen` tells that staff have seen it, `birth_year_claimed` what they have yet to see.
    """

    id: int
    name: str | None
    phone: str | None
    birth_year: int | None
    birth_year_seen: bool
    birth_year_claimed: int | None
    accounts: tuple[LinkedAccount, ...]
    consents: tuple[Standing, ...]


def of(session: Session, person_id: int, *, vault: Vault) -> Profile:
    """Return a person's profile. Four statements."""
    person = session.get_one(Person, person_id)
    claim = ages.claim_of(session, person_id)
    accounts = session.execute(
        select(Account.app, Account.following, Account.created_at)
        .where(Account.person_id == person_id)
        .order_by(Account.created_at, Account.id)
    )
    phone = _opened(person.phone, _place(person_id, "phone"), vault)
    return Profile(
        id=person.id,
        name=_opened(person.name, _place(person_id, "name"), vault),
        phone=masked(phone) if phone else None,
        birth_year=person.birth_year,
        birth_year_seen=person.birth_year_seen_at is not None,
        birth_year_claimed=claim.year if claim else None,
        accounts=tuple(LinkedAccount(*row) for row in accounts),
        consents=consents.of(session, person_id),
    )


def name_of(session: Session, person_id: int, *, vault: Vault) -> str | None:
    """Return a person's name, if they told us."""
    sealed = session.scalar(select(Person.name).where(Person.id == person_id))
    return _opened(sealed, _place(person_id, "name"), vault)


def read_name(person_id: int, sealed: bytes | None, *, vault: Vault) -> str | None:
    """Return the name from a person's row that was read with others."""
    return _opened(sealed, _place(person_id, "name"), vault)


def read_phone(person_id: int, sealed: bytes | None, *, vault: Vault) -> str | None:
    """Return the phone number from a person's row that was read with others."""
    return _opened(sealed, _place(person_id, "phone"), vault)


def told(said: str) -> str:
    """Return a name as somebody said it in chat, where signs and capitals are lost, or refuse.

    A space within a Chinese name is its middle dot (阿卜杜·热合曼).
    """
    name = " ".join(said.split())
    if not (2 <= len(name) <= LONGEST_NAME and SPOKEN_NAME.fullmatch(name)):
        raise BadName
    return name.title() if name.isascii() else name.replace(" ", "·")


def name_in(person: Person, vault: Vault) -> str:
    """Return the name in a person's row, or nothing."""
    return _opened(person.name, _place(person.id, "name"), vault) or ""


def names_of(session: Session, person_ids: Iterable[int | None], *, vault: Vault) -> dict[int, str]:
    """Return the names of several persons, of those who told one. One statement."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: vault.open(row.name, _place(row.id, "name")) for row in rows if row.name}


def phone_of(session: Session, person_id: int, *, vault: Vault) -> str | None:
    """Return a person's phone number whole, if WeChat or staff have verified one."""
    sealed = session.scalar(select(Person.phone).where(Person.id == person_id))
    return _opened(sealed, _place(person_id, "phone"), vault)


def rename(session: Session, person_id: int, name: str, *, vault: Vault) -> None:
    """Put down the name a person goes by, sealed, with a mark to find it by."""
    person = session.get_one(Person, person_id)
    person.name = vault.seal(name, _place(person_id, "name"))
    person.name_mark = name_mark(name, vault=vault)


def name_mark(name: str, *, vault: Vault) -> str:
    """Return the mark by which a name is found, however its spaces, dots and width are keyed."""
    spelled = DOTS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return vault.mark(spelled, "name")


def set_phone(session: Session, person_id: int, phone: str, *, vault: Vault) -> None:
    """Put down a phone number that WeChat has verified, sealed, with a mark to find it by."""
    spelled = normalised(phone)
    person = session.get_one(Person, person_id)
    person.phone = vault.seal(spelled, _place(person_id, "phone"))
    person.phone_mark = vault.mark(spelled, "phone")


def inherit(session: Session, keep: int, gone: int, *, vault: Vault) -> None:
    """Hand over the sealed name and phone where the person who stays has none.

    They are bound to their row, so they are opened here and sealed anew before a join.
    """
    stays, goes = session.get_one(Person, keep), session.get_one(Person, gone)
    if stays.name is None and goes.name is not None:
        rename(session, keep, vault.open(goes.name, _place(gone, "name")), vault=vault)
    if stays.phone is None and goes.phone is not None:
        set_phone(session, keep, vault.open(goes.phone, _place(gone, "phone")), vault=vault)


def normalised(phone: str) -> str:
    """Return the number with its country code, as `+8613812345678`, or refuse."""
    digits = phone.translate(UNSPOKEN)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not PHONE.fullmatch(digits):
        raise BadPhone
    if LOCAL_MOBILE.fullmatch(digits):
        return f"+86{digits}"
    return digits if digits.startswith("+") else f"+{digits}"


def masked(phone: str) -> str:
    """Return the number as it may be shown: `138****1234`."""
    shown = phone.removeprefix("+86")
    return f"{shown[:3]}****{shown[-4:]}" if len(shown) >= 10 else f"****{shown[-2:]}"


def _opened(sealed: bytes | None, place: str, vault: Vault) -> str | None:
    return vault.open(sealed, place) if sealed else None


def _place(person_id: int, field: str) -> str:
    return f"person:{person_id}:{field}"

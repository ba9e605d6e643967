"""What a person agreed to, in which version of the text; taking it back is as easy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.errors import Conflict
from server.people import identities
from server.people.models import Channel, Consent


class Purpose(StrEnum):
    """What consent is asked for, each by itself."""

    SERVICE = "service"
    NOTICES = "notices"


CURRENT = {Purpose.SERVICE: 1, Purpose.NOTICES: 1}
"""The version of each text in force; a changed text gets the next number and is asked anew."""


consent = Consent.__table__.c
_AGREE = {
    name: insert(Consent.__table__).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


class ServiceWithdrawn(Conflict):
    """The person has taken back that we may process anything new for them."""

    code = "privacy.service_withdrawn"


class TextChanged(Conflict):
    """The text agreed to is not the one in force."""

    code = "people.text_changed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with a purpose: to what version they agree now, if any."""

    purpose: Purpose
    version: int
    granted: bool
    changed_at: datetime | None


def of(session: Session, person_id: int) -> tuple[Standing, ...]:
    """Return where a person stands with the text in force of each purpose."""
    given = {
        (row.purpose, row.version): row
        for row in session.scalars(select(Consent).where(Consent.person_id == person_id))
    }
    return tuple(
        _standing(purpose, version, given.get((purpose.value, version)))
        for purpose, version in CURRENT.items()
    )


def stands(person_id: ColumnElement[int] | int, purpose: Purpose) -> ScalarSelect[int]:
    """Return, as part of a statement, the version a person agreed to last; negative: taken back."""
    signed = case((consent.withdrawn_at.is_(None), consent.version), else_=-consent.version)
    return (
        select(signed)
        .where(consent.person_id == person_id, consent.purpose == purpose.value)
        .order_by(consent.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def is_withdrawn(session: Session, person_id: int, purpose: Purpose) -> bool:
    """Tell whether a person has taken it back; who was never asked has not. One statement."""
    return (session.scalar(select(stands(person_id, purpose))) or 0) < 0


def require(session: Session, person_id: int, now: datetime, *, channel: Channel) -> bool:
    """Refuse what is new for somebody who took the service back; else asking for it is agreeing.

    True when they have agreed with this very deed, and so are to be told. The caller holds the
    person's lock.
    """
    found = session.scalar(select(stands(person_id, Purpose.SERVICE)))
    return heed(session, person_id, found, now, channel=channel)


def heed(
    session: Session, person_id: int, found: int | None, now: datetime, *, channel: Channel
) -> bool:
    """Do what `require` does, with what `stands` has found already."""
    if found is not None and found < 0:
        raise ServiceWithdrawn
    if found == CURRENT[Purpose.SERVICE]:
        return False
    given = {
        "person_id": person_id,
        "purpose": Purpose.SERVICE.value,
        "version": CURRENT[Purpose.SERVICE],
        "channel": channel,
        "granted_at": now,
    }
    session.execute(_AGREE[session.get_bind().dialect.name], given)
    return True


def grant(
    session: Session,
    person_id: int,
    purpose: Purpose,
    now: datetime,
    *,
    channel: Channel,
    version: int | None = None,
) -> None:
    """Record that a person agrees; refused when they saw another text than the one in force."""
    if version is not None and version != CURRENT[purpose]:
        raise TextChanged(version=CURRENT[purpose])
    identities.lock(session, person_id)
    given = _given(session, person_id, purpose)
    if given is None:
        given = Consent(person_id=person_id, purpose=purpose.value, version=CURRENT[purpose])
        session.add(given)
    elif given.withdrawn_at is None:
        return
    given.channel, given.granted_at, given.withdrawn_at = channel, now, None
    session.flush()


def withdraw(
    session: Session,
    person_id: int,
    purpose: Purpose,
    now: datetime,
    *,
    channel: Channel = Channel.CHAT,
) -> None:
    """Record that a person takes it back, in whatever version it was given, if ever."""
    identities.lock(session, person_id)
    of_purpose = Consent.person_id == person_id, Consent.purpose == purpose.value
    given = session.scalars(select(Consent).where(*of_purpose)).all()
    for each in given:
        each.withdrawn_at = each.withdrawn_at or now
    if not given:
        never = Consent(person_id=person_id, purpose=purpose.value, version=CURRENT[purpose])
        never.channel, never.granted_at, never.withdrawn_at = channel, now, now
        session.add(never)
    session.flush()


def restore(session: Session, person_id: int, taken_at: datetime) -> None:
    """Undo what was taken back at this very moment, as if it had never been."""
    then = select(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at == taken_at)
    for each in session.scalars(then):
        if each.granted_at == taken_at:
            session.delete(each)
        else:
            each.withdrawn_at = None
    session.flush()


def _given(session: Session, person_id: int, purpose: Purpose) -> Consent | None:
    return session.scalar(
        select(Consent).where(
            Consent.person_id == person_id,
            Consent.purpose == purpose.value,
            Consent.version == CURRENT[purpose],
        )
    )


def _standing(purpose: Purpose, version: int, given: Consent | None) -> Standing:
    if given is None:
        return Standing(purpose, version, granted=False, changed_at=None)
    changed_at = given.withdrawn_at or given.granted_at
    return Standing(purpose, version, given.withdrawn_at is None, changed_at)

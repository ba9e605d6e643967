"""What a person agreed to, in which version of the text; taking it back is as easy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
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


def withdraw(session: Session, person_id: int, purpose: Purpose, now: datetime) -> None:
    """Record that a person takes it back, in whatever version it was given."""
    agreed = select(Consent).where(
        Consent.person_id == person_id,
        Consent.purpose == purpose.value,
        Consent.withdrawn_at.is_(None),
    )
    for given in session.scalars(agreed):
        given.withdrawn_at = now
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

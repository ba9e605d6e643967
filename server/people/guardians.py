"""Who answers for a minor: agreed in the guardian's own chat or before staff, and taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Invalid, Missing
from server.people import identities, profile
from server.people.models import Channel, Guardian
from server.people.vault import Vault

FOLLOWERS: list[Callable[[Session, int, datetime], None]] = []
"""What packages above must do when a consent for this minor was taken back."""


class GuardianshipMissing(Missing):
    """There is no such consent, or it is not this person's."""

    code = "guardians.guardianship_missing"


class Incomplete(Invalid):
    """A guardian has a name, a phone number, and stands in some relation to the minor."""

    code = "guardians.incomplete"


@dataclass(frozen=True, slots=True)
class Given:
    """What staff put down of a guardian who stands before them."""

    name: str
    phone: str
    relation: str


@dataclass(frozen=True, slots=True)
class Guardianship:
    """One guardian's consent; the phone is masked."""

    id: int
    minor_id: int
    guardian_id: int | None
    name: str
    phone: str
    relation: str
    channel: Channel
    agreed_at: datetime
    withdrawn_at: datetime | None


def agree(  # noqa: PLR0913  who agreed for whom, by which door, seen by whom
    session: Session,
    minor_id: int,
    given: Given,
    now: datetime,
    *,
    channel: Channel,
    seen_by: int,
    vault: Vault,
) -> int:
    """Put down a guardian's consent given before staff, and return its id; a repeat renews it."""
    if not all(text.strip() for text in (given.name, given.phone, given.relation)):
        raise Incomplete
    identities.lock(session, minor_id)
    phone = profile.normalised(given.phone)
    known = Given(given.name.strip()[:40], phone, given.relation.strip()[:20])
    row_id = keep(session, minor_id, known, now, vault, channel=channel, seen_by=seen_by)
    trail.record(session, seen_by, "guardian.agreed", ("person", minor_id), now, guardian=row_id)
    return row_id


def withdraw(session: Session, guardianship_id: int, by: int, now: datetime) -> None:
    """Take a consent back: by the guardian or the minor themselves; a repeat changes nothing."""
    row = session.scalar(
        select(Guardian).where(
            Guardian.id == guardianship_id,
            or_(Guardian.guardian_id == by, Guardian.minor_id == by),
        )
    )
    if row is None:
        raise GuardianshipMissing
    _end(session, row, now)


def withdraw_for(
    session: Session, guardianship_id: int, seen_by: int, reason: str, now: datetime
) -> None:
    """Take a consent back at the wish of those whom staff have before them."""
    row = session.get(Guardian, guardianship_id)
    if row is None:
        raise GuardianshipMissing
    _end(session, row, now)
    subject = ("person", row.minor_id)
    trail.record(
        session, seen_by, "guardian.withdrawn", subject, now, reason=reason, guardian=row.id
    )


def of(session: Session, minor_id: int, *, vault: Vault) -> tuple[Guardianship, ...]:
    """Return the consents given for a minor, the newest first, those taken back too."""
    return _read(session, Guardian.minor_id == minor_id, vault)


def given_by(session: Session, guardian_id: int, *, vault: Vault) -> tuple[Guardianship, ...]:
    """Return the consents that a guardian gave in their own chat, the newest first."""
    return _read(session, Guardian.guardian_id == guardian_id, vault)


def _read(session: Session, whose: object, vault: Vault) -> tuple[Guardianship, ...]:
    rows = session.scalars(select(Guardian).where(whose).order_by(Guardian.id.desc()))  # type: ignore[arg-type]
    return tuple(_shown(row, vault) for row in rows)


def _shown(row: Guardian, vault: Vault) -> Guardianship:
    phone = vault.open(row.phone, _place(row.id, "phone"))
    return Guardianship(
        id=row.id,
        minor_id=row.minor_id,
        guardian_id=row.guardian_id,
        name=vault.open(row.name, _place(row.id, "name")),
        phone=profile.masked(phone) if phone else "",
        relation=row.relation,
        channel=row.channel,
        agreed_at=row.agreed_at,
        withdrawn_at=row.withdrawn_at,
    )


def keep(  # noqa: PLR0913  the row of one consent
    session: Session,
    minor_id: int,
    known: Given,
    now: datetime,
    vault: Vault,
    *,
    channel: Channel,
    guardian_id: int | None = None,
    seen_by: int | None = None,
) -> int:
    """Write the consent, or renew the one that stands under this phone; the minor is locked."""
    mark = vault.mark(known.phone or f"person:{guardian_id}", "phone")
    row = session.scalar(
        select(Guardian).where(Guardian.minor_id == minor_id, Guardian.phone_mark == mark)
    )
    if row is None:
        row = Guardian(minor_id=minor_id, phone_mark=mark, name=b"", phone=b"", relation="")
    row.guardian_id = guardian_id or row.guardian_id
    row.channel, row.seen_by = channel, seen_by
    row.relation, row.agreed_at, row.withdrawn_at = known.relation, now, None
    session.add(row)
    session.flush()
    row.name = vault.seal(known.name, _place(row.id, "name"))
    row.phone = vault.seal(known.phone, _place(row.id, "phone"))
    return row.id


def _end(session: Session, row: Guardian, now: datetime) -> None:
    identities.lock(session, row.minor_id)
    session.refresh(row)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    session.flush()
    for follow in FOLLOWERS:
        follow(session, row.minor_id, now)


def _place(row_id: int, field: str) -> str:
    return f"guardian:{row_id}:{field}"

"""The code by which a guardian agrees in their own chat; the minor gets it, for half an hour."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.errors import Conflict, Missing
from server.people import guardians, identities, profile
from server.people.linking import Offered
from server.people.models import Channel, LinkCode, Person
from server.people.vault import Vault

LIFE = timedelta(minutes=30)
DIGITS = 6
TRIES = 20
ADULT = 18
PURPOSE = "guardian_code"


class WrongCode(Missing):
    """No code in force reads so: mistyped, used, or older than half an hour."""

    code = "guardians.wrong_code"


class OwnCode(Conflict):
    """Nobody is their own guardian."""

    code = "guardians.own_code"


class NotAdult(Conflict):
    """A guardian is of age."""

    code = "guardians.not_adult"


class GuardianYearUnknown(Conflict):
    """Whether the guardian is of age is not known."""

    code = "guardians.year_unknown"


class OfAge(Conflict):
    """Somebody of age needs no guardian."""

    code = "guardians.of_age"


def offer(session: Session, minor_id: int, now: datetime, *, vault: Vault) -> Offered:
    """Give a minor a code for their guardian, good once and for half an hour.

    It takes the place of any other code of theirs, such as one that joins accounts. Refused to
    those who told a year of birth that makes them adults.
    """
    born = _born(session, minor_id)
    if born is not None and _is_of_age(born, now):
        raise OfAge
    identities.lock(session, minor_id)
    session.execute(delete(LinkCode).where(LinkCode.person_id == minor_id))
    for _ in range(TRIES):
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        mark = vault.mark(code, PURPOSE)
        session.execute(delete(LinkCode).where(LinkCode.mark == mark, LinkCode.expires_at <= now))
        row = {"person_id": minor_id, "mark": mark, "expires_at": now + LIFE}
        kept = insert_into(session, LinkCode).on_conflict_do_nothing(index_elements=["mark"])
        if session.scalar(kept.returning(LinkCode.id), row) is not None:
            return Offered(code, now + LIFE)
    raise RuntimeError("no free guardian code found")


def redeem(
    session: Session,
    guardian_id: int,
    code: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> int:
    """Let the minor who was given the code serve, by the guardian's own word; return the minor.

    Whoever calls this counts the guess first (`limits.guess`). A guardian's year of birth must be
    known, so that no child agrees for another.
    """
    mark = vault.mark(code, PURPOSE)
    in_force = LinkCode.mark == mark, LinkCode.expires_at > now
    minor_id = session.scalar(select(LinkCode.person_id).where(*in_force))
    if minor_id is None:
        raise WrongCode
    if minor_id == guardian_id:
        raise OwnCode
    for person_id in sorted((minor_id, guardian_id)):
        identities.lock(session, person_id)
    _is_adult(session, guardian_id, now)
    taken = session.execute(delete(LinkCode).where(*in_force).returning(LinkCode.id)).first()
    if taken is None:
        raise WrongCode
    name = profile.name_of(session, guardian_id, vault=vault) or ""
    phone = profile.phone_of(session, guardian_id, vault=vault) or ""
    known = guardians.Given(name, phone, "监护人")
    guardians.keep(session, minor_id, known, now, vault, guardian_id=guardian_id, channel=channel)
    return minor_id


def _is_adult(session: Session, person_id: int, now: datetime) -> None:
    born = _born(session, person_id)
    if born is None:
        raise GuardianYearUnknown
    if not _is_of_age(born, now):
        raise NotAdult


def _born(session: Session, person_id: int) -> int | None:
    return session.scalar(select(Person.birth_year).where(Person.id == person_id))


def _is_of_age(born: int, now: datetime) -> bool:
    """Tell whether somebody born in that year is of age whatever their birthday."""
    return now.astimezone(LOCAL).year - born - 1 >= ADULT

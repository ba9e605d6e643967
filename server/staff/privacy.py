"""The privacy desk: wishes to be forgotten that come by phone or on paper, and those that wait."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.errors import Missing
from server.people import copies, directory, erasures, masking
from server.people.consents import CURRENT
from server.people.copies import Copy
from server.people.models import Consent, Erasure, ErasureState, Person
from server.people.profile import name_in
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right

MOST = 20


class NobodyFound(Missing):
    """Nobody bears this number, or they were forgotten already."""

    code = "privacy.nobody_found"


class Found(NamedTuple):
    """Somebody whom the desk may mean, as lists show them."""

    person_id: int
    name: str
    volunteer_no: str | None


class Agreed(NamedTuple):
    """How many agree to the text in force of a purpose, and how many took it back."""

    purpose: str
    version: int
    given: int
    withdrawn: int


def wishes(session: Session, reach: Reach, limit: int = 100) -> list[Erasure]:
    """Return the open wishes, those due first in front."""
    require(session, reach)
    return erasures.waiting(session, limit)


def wish(session: Session, reach: Reach, wish_id: int) -> Erasure:
    """Return one wish, or refuse."""
    require(session, reach)
    found = session.get(Erasure, wish_id)
    if found is None:
        raise NobodyFound
    return found


def find(session: Session, reach: Reach, words: str, *, vault: Vault) -> list[Found]:
    """Return whom the words name exactly (name, phone or volunteer number), with masked names."""
    require(session, reach)
    clue = directory.clue(words, vault=vault)
    if clue is None:
        return []
    people = session.scalars(
        select(Person).where(clue, Person.erased_at.is_(None)).order_by(Person.id).limit(MOST)
    )
    return [
        Found(person.id, masking.masked(name_in(person, vault)), person.volunteer_no)
        for person in people
    ]


def take_back(session: Session, reach: Reach, wish_id: int, reason: str, now: datetime) -> Erasure:
    """Undo a wish for somebody who called, with a reason."""
    found = wish(session, reach, wish_id)
    if not reason.strip():
        raise ReasonNeeded
    if found.state is not ErasureState.ASKED:
        raise erasures.NothingToTakeBack
    erasures.take_back(session, found.person_id, now)
    _note(session, reach, "person.stays", found.person_id, now, reason.strip()[:400])
    return found


def copy_for(
    session: Session, reach: Reach, person_id: int, reason: str, now: datetime, *, vault: Vault
) -> Copy:
    """Return the copy that somebody asked for in person; with a reason, and noted."""
    require(session, reach)
    if not reason.strip():
        raise ReasonNeeded
    made = copies.make(session, person_id, now, vault=vault)
    _note(session, reach, "person.copied", person_id, now, reason.strip()[:400])
    return made


def agreed(session: Session, reach: Reach) -> tuple[Agreed, ...]:
    """Return, as mere counts, who agrees to what. One statement."""
    require(session, reach)
    rows = session.execute(
        select(
            Consent.purpose,
            Consent.version,
            func.count().filter(Consent.withdrawn_at.is_(None)),
            func.count().filter(Consent.withdrawn_at.is_not(None)),
        )
        .join(Person, Person.id == Consent.person_id)
        .where(Person.erased_at.is_(None))
        .group_by(Consent.purpose, Consent.version)
    )
    counted = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    return tuple(
        Agreed(purpose.value, version, *counted.get((purpose.value, version), (0, 0)))
        for purpose, version in CURRENT.items()
    )


def require(session: Session, reach: Reach) -> Area:
    """Refuse unless the right reaches the whole district: people belong to no single area."""
    root = tree.root(session)
    reach.require(Right.HANDLE_PRIVACY, root.path)
    return root


def _note(
    session: Session, reach: Reach, action: str, person_id: int, now: datetime, reason: str
) -> None:
    trail.record(
        session,
        reach.person_id,
        action,
        ("person", person_id),
        now,
        area_path=tree.root(session).path,
        reason=reason,
    )

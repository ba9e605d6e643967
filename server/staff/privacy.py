"""The privacy desk: wishes to be forgotten that come by phone or on paper, and those that wait."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.errors import Invalid, Missing
from server.people import copies, directory, erasures, masking
from server.people.consents import CURRENT
from server.people.copies import Copy
from server.people.models import Channel, Consent, Erasure, ErasureState, Person
from server.people.profile import name_in
from server.people.vault import Vault
from server.staff import approvals, queue
from server.staff.approvals import ReasonNeeded
from server.staff.models import Approval
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "person.erased"
MOST = 20
BY_PROXY = (Channel.PHONE, Channel.PAPER)


class NobodyFound(Missing):
    """Nobody bears this number, or they were forgotten already."""

    code = "privacy.nobody_found"


class BadDoor(Invalid):
    """A wish that staff put down came by phone or on paper."""

    code = "privacy.bad_door"


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
    _require(session, reach)
    return erasures.waiting(session, limit)


def wish(session: Session, reach: Reach, wish_id: int) -> Erasure:
    """Return one wish, or refuse."""
    _require(session, reach)
    found = session.get(Erasure, wish_id)
    if found is None:
        raise NobodyFound
    return found


def find(session: Session, reach: Reach, words: str, *, vault: Vault) -> list[Found]:
    """Return whom the words name exactly (name, phone or volunteer number), with masked names."""
    _require(session, reach)
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


def person_of(keyed: str) -> int:
    """Return the number of a person that was keyed, or refuse what could be none."""
    number = keyed.strip()
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise NobodyFound
    return int(number)


def ask(  # noqa: PLR0913  who, by which door, why and how long: what a proxy entry consists of
    session: Session,
    reach: Reach,
    person_id: int,
    channel: Channel,
    reason: str,
    now: datetime,
    *,
    cooling: timedelta,
) -> Approval:
    """Put down for somebody that they want to be forgotten; a second person must confirm it."""
    area = _require(session, reach)
    if channel not in BY_PROXY:
        raise BadDoor
    _living(session, person_id)
    erasures.check(session, person_id, now)
    return approvals.ask(
        session,
        reach.person_id,
        KIND,
        f"{KIND}:{person_id}",
        area,
        reason,
        now,
        person=person_id,
        channel=channel.value,
        cooling_days=cooling.days,
    )


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
    _require(session, reach)
    if not reason.strip():
        raise ReasonNeeded
    made = copies.make(session, person_id, now, vault=vault)
    _note(session, reach, "person.copied", person_id, now, reason.strip()[:400])
    return made


def agreed(session: Session, reach: Reach) -> tuple[Agreed, ...]:
    """Return, as mere counts, who agrees to what. One statement."""
    _require(session, reach)
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


def tasks(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the wishes that something stands in the way of: their day has passed."""
    if not reach.may(Right.HANDLE_PRIVACY):
        return []
    if not reach.covers(Right.HANDLE_PRIVACY, tree.root(session).path):
        return []
    return [
        Task(
            kind="erasure",
            subject_id=found.id,
            title=say("privacy.task"),
            why=say("privacy.task_why"),
            whose=say("privacy.task_whose", person=found.person_id),
            area="",
            due_at=found.asked_at + erasures.ANSWERED_WITHIN,
        )
        for found in erasures.held(session, limit)
    ]


def _require(session: Session, reach: Reach) -> Area:
    """Refuse unless the right reaches the whole district: people belong to no single area."""
    root = tree.root(session)
    reach.require(Right.HANDLE_PRIVACY, root.path)
    return root


def _living(session: Session, person_id: int) -> None:
    person = session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NobodyFound


def _carry_out(session: Session, approval: Approval, _by: int, now: datetime) -> None:
    person_id = approval.facts["person"]
    _living(session, person_id)
    erasures.ask(
        session,
        person_id,
        now,
        channel=Channel(approval.facts["channel"]),
        cooling=timedelta(days=approval.facts["cooling_days"]),
    )


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


approvals.register(approvals.Kind(KIND, Right.APPROVE_ERASURES, _carry_out))
queue.SOURCES.append(tasks)

"""Wishes to be forgotten that come by phone or on paper, and those that something holds up."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config.wording import say
from server.areas import tree
from server.errors import Invalid
from server.people import erasures
from server.people.models import Channel, Person
from server.staff import approvals, queue
from server.staff.models import Approval
from server.staff.privacy import NobodyFound, require
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "person.erased"
BY_PROXY = (Channel.PHONE, Channel.PAPER)


class BadDoor(Invalid):
    """A wish that staff put down came by phone or on paper."""

    code = "privacy.bad_door"


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
    area = require(session, reach)
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


def _still(session: Session, _approval: Approval, asking: Reach) -> None:
    require(session, asking)


approvals.register(approvals.Kind(KIND, Right.APPROVE_ERASURES, _still, _carry_out))
queue.SOURCES.append(tasks)

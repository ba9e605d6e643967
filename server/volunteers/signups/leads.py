"""How long before a shift somebody wants to be reminded of it."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.errors import Invalid
from server.notices.models import Notice, NoticeState
from server.people import identities
from server.people.models import Person
from server.volunteers.policy import Policy
from server.volunteers.signups import reminders

SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(days=7)

_notice = Notice.__table__.c


class BadLead(Invalid):
    """Reminders come from half an hour to a week before."""

    code = "notices.bad_lead"


def of(session: Session, person_id: int, policy: Policy) -> timedelta:
    """Return how long before a shift somebody is reminded of it."""
    chosen = select(Person.remind_minutes).where(Person.id == person_id)
    return policy.lead(session.scalar(chosen))


def choose(
    session: Session, person_id: int, lead: timedelta, now: datetime, *, policy: Policy
) -> None:
    """Remind somebody so long before every shift from now on; refused when it makes no sense.

    Reminders that wait follow, except where the new time is past already: they stay.
    """
    if not SHORTEST <= lead <= LONGEST:
        raise BadLead
    identities.lock(session, person_id)
    minutes = int(lead / timedelta(minutes=1))
    session.execute(update(Person).where(Person.id == person_id).values(remind_minutes=minutes))
    waits = session.execute(
        select(_notice.id, _notice.not_after).where(
            _notice.person_id == person_id,
            _notice.kind == reminders.KIND,
            _notice.state == NoticeState.QUEUED,
        )
    ).all()
    for notice_id, starts_at in waits:
        offset = reminders.offset(person_id, starts_at, minutes, policy)
        if starts_at + offset >= now:
            session.execute(
                update(Notice.__table__)
                .where(_notice.id == notice_id, _notice.state == NoticeState.QUEUED)
                .values(due_at=starts_at + offset, offset_seconds=int(offset.total_seconds()))
            )

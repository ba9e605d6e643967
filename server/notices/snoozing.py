"""Putting off a reminder that has come at a bad time: once, and never past what it is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from config.notices import Notices
from server.errors import Conflict, Missing
from server.notices import lately, outbox, quiet, rendering
from server.notices.kinds import KINDS
from server.notices.models import Notice, NoticeState
from server.notices.politeness import AGAIN
from server.people import consents
from server.people.consents import Purpose

SHORTEST = timedelta(minutes=5)


class About(NamedTuple):
    """What a reminder is about, as it stands now: its moment, and facts that may have changed."""

    at: datetime
    facts: Mapping[str, object]


Still = Callable[[Session, int, str], About | None]

STILL: dict[str, Still] = {}
"""How packages above say whether a person still is to be reminded of an anchor: by the word before
its colon, called with the session, the person and what stands behind the colon; None: no more."""


class NothingToSnooze(Missing):
    """No reminder came lately that could be put off."""

    code = "notices.nothing_to_snooze"


class ComesAgain(Conflict):
    """The person will be reminded of it anyway: it was put off already, or has moved."""

    code = "notices.comes_again"


class SnoozedAlready(Conflict):
    """The last reminder came a second time already, as it was put off; there is no third."""

    code = "notices.snoozed_already"


class RemindedTwice(Conflict):
    """Nobody is reminded of one thing a third time."""

    code = "notices.reminded_twice"


class TooLateToSnooze(Conflict):
    """What the reminder is about comes sooner than it could be told again."""

    code = "notices.too_late_to_snooze"


class RemindersStopped(Conflict):
    """The person gets no reminders at all, and so none again."""

    code = "notices.reminders_stopped"


REFUSALS = (NothingToSnooze, ComesAgain, SnoozedAlready, RemindedTwice, TooLateToSnooze)
"""What may stand in the way of one reminder."""


class Snoozed(NamedTuple):
    """When the reminder comes again, and of how many things."""

    until: datetime
    things: int


_notice = Notice.__table__.c
_REMINDERS = _notice.obligation.is_not(None), _notice.anchor.is_not(None)


def snooze(
    session: Session,
    person_id: int,
    until: datetime | None,
    now: datetime,
    *,
    hours: Notices,
) -> Snoozed:
    """Let the last reminder come again at a moment, or after the usual while (None).

    What came in one message is put off together. In quiet hours it comes when they are over.
    Refused, with the reason, when no reminder came within two days, when it was put off or told
    twice already, when what it is about would come first, and when the person stopped reminders.
    """
    if consents.is_withdrawn(session, person_id, Purpose.NOTICES):
        raise RemindersStopped
    last = _last(session, person_id, now - timedelta(hours=hours.snooze_within_hours))
    if not last:
        raise NothingToSnooze
    wanted = until or now + timedelta(minutes=hours.snooze_minutes)
    wanted = max(wanted, now + SHORTEST)
    refusals: list[Exception] = []
    moments: list[datetime] = []
    for row in last:
        try:
            moments.append(_again(session, row, wanted, now, hours))
        except REFUSALS as refusal:
            refusals.append(refusal)
    if not moments:
        raise refusals[0]
    return Snoozed(min(moments), len(moments))


def _last(session: Session, person_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Return the reminders of the last message in which any came."""
    mine = _notice.person_id == person_id, _notice.state == NoticeState.SENT, *_REMINDERS
    message = session.scalar(
        select(func.coalesce(_notice.digest_id, _notice.id))
        .where(*mine, _notice.settled_at > since)
        .order_by(_notice.settled_at.desc(), _notice.id.desc())
        .limit(1)
    )
    if message is None:
        return []
    together = or_(_notice.id == message, _notice.digest_id == message)
    found = select(Notice.__table__).where(*mine, together).order_by(_notice.id)
    return session.execute(found).all()


def _again(
    session: Session, row: Row[Any], wanted: datetime, now: datetime, hours: Notices
) -> datetime:
    """Queue one reminder once more, and return for when."""
    _is_once(session, row, hours)
    prefix, _, which = row.anchor.partition(":")
    about: About | None = About(row.not_after, {})
    if prefix in STILL:
        about = STILL[prefix](session, row.person_id, which)
    if about is None or about.at <= now:
        raise NothingToSnooze
    kind = KINDS[row.kind]
    due = quiet.told(session, [row.person_id], kind.audience, wanted, hours)[row.person_id]
    if due >= about.at:
        raise TooLateToSnooze(at=about.at, due=due)
    facts = row.facts | rendering.spelled(about.facts)
    facts |= {rendering.HOW: rendering.how_to_stop()}
    more = {name: getattr(row, name) for name in ("anchor", "offset_seconds", "obligation")}
    person, key = row.person_id, row.key + AGAIN
    if not outbox.requeue(session, person, kind.name, key, now, facts, due, about.at, **more):
        raise SnoozedAlready
    return due


def _is_once(session: Session, row: Row[Any], hours: Notices) -> None:
    """Refuse a third time: put off before, on its way again already, or told often enough."""
    if row.key.endswith(AGAIN):
        raise SnoozedAlready
    waits = _notice.state.in_((NoticeState.QUEUED, NoticeState.SENDING))
    mine = _notice.obligation == row.obligation, _notice.person_id == row.person_id
    due = session.scalar(select(_notice.due_at).where(*mine, waits).limit(1))
    if due is not None:
        raise ComesAgain(due=due)
    told = lately.told_of(session, (), [row.person_id], [row.obligation])
    if told[row.obligation, row.person_id] >= hours.an_obligation:
        raise RemindedTwice

"""Presence keyed in afterwards: from a paper list, by phone, or when there was no network."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import trail
from server.people import identities
from server.people.models import Channel
from server.staff.reach import Reach
from server.volunteers.attendance import leading, letting_in, presence
from server.volunteers.attendance.coming import shown
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.presence import Attending, Means, Showing
from server.volunteers.attendance.refusals import (
    BadTimes,
    EvidenceNeeded,
    NotOneself,
    NotOnRoster,
    RecordedAlready,
)
from server.volunteers.models import ActivityState, Route, SignupState
from server.volunteers.refusals import ActivityCancelled
from server.volunteers.signups.shifts import signup
from server.volunteers.views import Presence

LEAST_EVIDENCE = 2
SLACK = timedelta(hours=1)
"""Times so far outside the shift are no slip of the pen any more."""


class Sheet(NamedTuple):
    """One line of a list: when somebody came and left, what that rests on, how it reached us."""

    in_at: datetime
    out_at: datetime
    evidence: str
    channel: Channel = Channel.PAPER


def enter(  # noqa: PLR0913  who enters what of whom for which shift
    session: Session,
    reach: Reach,
    shift_id: int,
    who: str | int,
    sheet: Sheet,
    now: datetime,
    means: Means,
) -> Presence:
    """Take down a presence that is over, with its times and what it rests on.

    `who` is a sign-up on the roster, or what `letting_in.find` understands.
    Counts as much as any other route, and is marked as paper. It undoes a no-show. The very same
    entry again is told the same; other times than those kept are a matter of correction.
    """
    led = leading.led(session, reach, shift_id)
    evidence = _checked(sheet, led, now)
    person_id = _person(session, reach, led, who, now, means)
    identities.hold(session, person_id)
    where = letting_in.expected(session, reach, person_id, led, now)
    if where.activity_state is ActivityState.CANCELLED:
        raise ActivityCancelled(title=where.title)
    if where.in_at is not None:
        return _as_it_stands(session, where, sheet, reach, now)
    trail.record(
        session,
        reach.person_id,
        "attendance.entered",
        ("signup", where.signup_id),
        now,
        area_path=led.path,
        channel=sheet.channel,
        walk_in=where.walk_in,
    )
    showing = Showing(Route.PAPER, reach.person_id, None, f"{sheet.channel}: {evidence}")
    return _whole(session, where, sheet, showing, now)


def _whole(
    session: Session, where: Attending, sheet: Sheet, showing: Showing, now: datetime
) -> Presence:
    """Write a presence from its beginning to its end."""
    attendance_id = presence.begin(session, where, sheet.in_at, showing, now)
    came = where._replace(
        state=SignupState.CHECKED_IN, attendance_id=attendance_id, in_at=sheet.in_at
    )
    left_at = presence.end(session, came, sheet.out_at, showing, now)
    return shown(came._replace(state=SignupState.CHECKED_OUT, out_at=left_at))


def _person(
    session: Session, reach: Reach, led: Led, who: str | int, now: datetime, means: Means
) -> int:
    if isinstance(who, str):
        return letting_in.find(session, reach, who, now, means)[0]
    on_roster = select(signup.person_id).where(signup.id == who, signup.shift_id == led.shift_id)
    person_id = session.scalar(on_roster)
    if person_id is None:
        raise NotOnRoster(title=led.title)
    if person_id == reach.person_id:
        raise NotOneself
    return int(person_id)


def _checked(sheet: Sheet, led: Led, now: datetime) -> str:
    evidence = " ".join(sheet.evidence.split())[:300]
    if len(evidence) < LEAST_EVIDENCE:
        raise EvidenceNeeded
    earliest, latest = led.starts_at - SLACK, min(led.ends_at + SLACK, now)
    if not earliest <= sheet.in_at < sheet.out_at <= latest:
        raise BadTimes(starts_at=led.starts_at, ends_at=led.ends_at)
    return evidence


def _as_it_stands(
    session: Session, where: Attending, sheet: Sheet, reach: Reach, now: datetime
) -> Presence:
    """End a presence that was left open, or tell the same again; refuse other times."""
    if where.is_in and where.in_at is not None and sheet.out_at > where.in_at:
        left_at = presence.end(
            session, where, sheet.out_at, Showing(Route.PAPER, reach.person_id), now
        )
        return shown(where._replace(state=SignupState.CHECKED_OUT, out_at=left_at))
    if (where.in_at, where.out_at) != (sheet.in_at, sheet.out_at):
        raise RecordedAlready(title=where.title)
    return shown(where)

"""What a leader marks on the roster: many people in a handful of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Refusal
from server.people import identities
from server.staff.reach import Reach
from server.volunteers.attendance import coming, leading, presence
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.presence import Attending, Showing, attendance, attendings
from server.volunteers.attendance.refusals import NotCheckedIn, NotOneself, NotOnRoster
from server.volunteers.models import Attendance, Route, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups.shifts import signup

MOST = 1_000
"""Marks taken at once; a shift of more people is marked in two goes."""


class Did(StrEnum):
    """What the leader saw somebody do; `whole` says that they were there from the start."""

    CAME = "came"
    WHOLE = "whole"
    LEFT = "left"


class Mark(NamedTuple):
    """One mark on the roster."""

    signup_id: int
    did: Did


class Marked(NamedTuple):
    """What became of a mark: taken down (now or before), or turned down for a reason."""

    signup_id: int
    refusal: Refusal | None = None


def mark(
    session: Session,
    reach: Reach,
    shift_id: int,
    marks: Sequence[Mark],
    now: datetime,
    policy: Policy,
) -> list[Marked]:
    """Take the leader's marks down, each by itself: one that cannot be holds back no other.

    Nobody marks themselves. A repeat changes nothing and is told the same.
    """
    led = leading.led(session, reach, shift_id)
    did = {one.signup_id: one.did for one in marks[:MOST]}
    found = _locked(session, shift_id, did)
    elsewhere = _elsewhere(session, shift_id, found.values())
    marked, come, gone = [], [], []
    for signup_id, what in did.items():
        try:
            where = _of(found, signup_id, reach)
            if what is Did.LEFT:
                gone += _leaver(where)
            elif where.state not in (SignupState.CHECKED_IN, *coming.GONE):
                coming.check(where, now, policy)
                coming.leave_elsewhere(session, where, elsewhere.get(where.person_id, ()), now)
                come.append(where)
            marked.append(Marked(signup_id))
        except Refusal as refusal:
            marked.append(Marked(signup_id, refusal))
    _begin(session, come, did, reach, now)
    for where in gone:
        presence.end(session, where, min(now, led.until()), _by(reach), now)
    _note(session, reach, led, marked, now)
    return marked


def mark_all(  # noqa: PLR0913  as `mark`, with exceptions instead of names
    session: Session,
    reach: Reach,
    shift_id: int,
    did: Did,
    but: Collection[int],
    now: datetime,
    policy: Policy,
) -> list[Marked]:
    """Take down the same of everybody who can be meant, except these sign-ups and oneself."""
    leading.led(session, reach, shift_id)
    state = SignupState.CHECKED_IN if did is Did.LEFT else SignupState.CONFIRMED
    meant = session.scalars(
        select(signup.id)
        .where(
            signup.shift_id == shift_id,
            signup.state == state,
            signup.person_id != reach.person_id,
        )
        .order_by(signup.id)
    )
    marks = [Mark(signup_id, did) for signup_id in meant if signup_id not in but]
    return mark(session, reach, shift_id, marks, now, policy)


def _locked(session: Session, shift_id: int, wanted: Collection[int]) -> dict[int, Attending]:
    """Return these sign-ups of the shift as they stand once their persons are locked."""
    theirs = select(signup.person_id).where(signup.shift_id == shift_id, signup.id.in_(wanted))
    identities.lock_all(session, theirs)
    rows = session.execute(attendings().where(signup.shift_id == shift_id, signup.id.in_(wanted)))
    return {where.signup_id: where for where in map(_attending, rows)}


def _elsewhere(
    session: Session, shift_id: int, found: Iterable[Attending]
) -> dict[int, list[Attending]]:
    """Return where else these persons are present by now."""
    persons = [where.person_id for where in found]
    rows = session.execute(
        attendings().where(
            attendance.person_id.in_(persons),
            attendance.out_at.is_(None),
            attendance.shift_id != shift_id,
        )
    )
    return {where.person_id: [where] for where in map(_attending, rows)}


def _attending(row: Iterable[object]) -> Attending:
    return Attending(*row)  # type: ignore[arg-type]  # the columns of `attendings`, in order


def _of(found: Mapping[int, Attending], signup_id: int, reach: Reach) -> Attending:
    where = found.get(signup_id)
    if where is None:
        raise NotOnRoster(title="")
    if where.person_id == reach.person_id:
        raise NotOneself
    return where


def _leaver(where: Attending) -> list[Attending]:
    if where.is_in:
        return [where]
    if where.in_at is None:
        raise NotCheckedIn
    return []


def _begin(
    session: Session,
    come: Sequence[Attending],
    did: Mapping[int, Did],
    reach: Reach,
    now: datetime,
) -> None:
    """Begin the presence of all who came, in two statements."""
    if not come:
        return
    taken = session.scalars(
        update(Signup.__table__)
        .where(
            signup.id.in_([where.signup_id for where in come]),
            signup.state == SignupState.CONFIRMED,
        )
        .values(state=SignupState.CHECKED_IN, changed_at=now)
        .returning(signup.id)
    ).all()
    rows = [
        {
            "signup_id": where.signup_id,
            "shift_id": where.shift_id,
            "person_id": where.person_id,
            "in_at": min(now, where.starts_at) if did[where.signup_id] is Did.WHOLE else now,
            "in_route": Route.ROSTER,
            "in_by": reach.person_id,
            "entered_at": now,
        }
        for where in come
        if where.signup_id in set(taken)
    ]
    if rows:
        session.execute(insert(Attendance.__table__), rows)


def _note(
    session: Session, reach: Reach, led: Led, marked: Sequence[Marked], now: datetime
) -> None:
    taken = sum(one.refusal is None for one in marked)
    trail.record(
        session,
        reach.person_id,
        "attendance.marked",
        ("shift", led.shift_id),
        now,
        area_path=led.path,
        marked=taken,
        refused=len(marked) - taken,
    )


def _by(reach: Reach) -> Showing:
    return Showing(Route.ROSTER, reach.person_id)

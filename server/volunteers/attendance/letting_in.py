"""Whoever stands before the leader: by their own code, phone or number; with a place or without."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.people import directory, identities
from server.people.models import Channel, Person
from server.people.profile import BadPhone
from server.people.vault import Vault
from server.staff.reach import Reach
from server.volunteers.attendance import coming, leading, owncodes
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.presence import Attending, Means, Showing, attendings
from server.volunteers.attendance.refusals import NobodySuch, NotOneself, SeveralSuch
from server.volunteers.models import Route, Shift, Signup, SignupState
from server.volunteers.signups import gates, line
from server.volunteers.signups.shifts import is_live, shift, signup
from server.volunteers.views import Presence

LISTED = or_(is_live, signup.state == SignupState.NO_SHOW)


def let_in(  # noqa: PLR0913  who leads which shift, who came or leaves, how
    session: Session,
    reach: Reach,
    shift_id: int,
    who: str,
    direction: Direction,
    now: datetime,
    means: Means,
) -> Presence:
    """Take down that somebody came or leaves whom the leader has before them.

    `who` is the volunteer's own one-time code, their phone or their volunteer number. Without a
    place they are let in beyond the capacity and marked as such, if they may take part at all.
    """
    led = leading.led(session, reach, shift_id)
    person_id, route = find(session, reach, who, now, means)
    identities.lock(session, person_id)
    where = expected(session, reach, person_id, led, now)
    showing = Showing(route, reach.person_id)
    trail.record(
        session,
        reach.person_id,
        f"attendance.{direction}",
        ("signup", where.signup_id),
        now,
        area_path=led.path,
        route=route,
        walk_in=where.walk_in,
    )
    if direction is Direction.OUT:
        return coming.go(session, where, min(now, led.until()), showing, now)
    around = coming.around_now(session, person_id, now)
    return coming.come(session, where, around, showing, now, means)


def find(
    session: Session, reach: Reach, who: str, now: datetime, means: Means
) -> tuple[int, Route]:
    """Return whom the leader means and by which route, or refuse; wrong codes are counted."""
    code = owncodes.read(who)
    if code is None:
        found, route = known(session, who, means.vault), Route.ROSTER
    else:
        places = [f"leader {reach.person_id}"]
        means.limits.heed_misses(places)
        found, route = owncodes.use(session, code, now, vault=means.vault), Route.OWN_CODE
        if found is None:
            means.limits.miss(places)
    if found is None:
        raise NobodySuch
    if found == reach.person_id:
        raise NotOneself
    return found, route


def known(session: Session, who: str, vault: Vault) -> int | None:
    """Return the person with this phone or volunteer number, if there is just one."""
    said = directory.spelled(who)[: directory.LONGEST]
    ways = [Person.volunteer_no == said.upper()]
    with suppress(BadPhone):
        ways.append(directory.phone_is(said, vault=vault))
    wanted = select(Person.id).where(or_(*ways), Person.erased_at.is_(None)).limit(2)
    found = session.scalars(wanted).all()
    if len(found) > 1:
        raise SeveralSuch
    return found[0] if found else None


def expected(session: Session, reach: Reach, person_id: int, led: Led, now: datetime) -> Attending:
    """Return the person's sign-up for the shift, with a place; a walk-in gets one made.

    The caller holds the person's lock. Whoever has only a place in line is let in like a walk-in,
    and an offer counts as accepted: they stand before the leader.
    """
    where = _signup(session, person_id, led.shift_id)
    if where is None:
        gates.judge(session, person_id, led.activity_id, now, shift_id=led.shift_id)
        _walk_in(session, reach, person_id, led, now)
    elif where.state is SignupState.OFFERED:
        _become(session, where, now, state=SignupState.CONFIRMED, offer_ends_at=None)
    elif where.state is SignupState.WAITLISTED:
        gates.judge(session, person_id, led.activity_id, now, shift_id=led.shift_id)
        line.lock(session, led.shift_id)
        if not _still_waits(session, where):
            return expected(session, reach, person_id, led, now)
        line.free(session, led.shift_id, places=0, in_line=1)
        _become(session, where, now, state=SignupState.CONFIRMED, walk_in=True)
    elif where.state is SignupState.NO_SHOW:
        _come_back(session, where, now)
    else:
        return where
    again = _signup(session, person_id, led.shift_id)
    assert again is not None
    return again


def _still_waits(session: Session, where: Attending) -> bool:
    """Tell whether somebody is still in line, now that nobody else changes the line."""
    state = session.scalar(select(signup.state).where(signup.id == where.signup_id))
    return state is SignupState.WAITLISTED


def _signup(session: Session, person_id: int, shift_id: int) -> Attending | None:
    row = session.execute(
        attendings()
        .where(signup.person_id == person_id, signup.shift_id == shift_id, LISTED)
        .order_by(is_live.desc(), signup.id.desc())
        .limit(1)
    ).one_or_none()
    return Attending(*row) if row else None


def _walk_in(session: Session, reach: Reach, person_id: int, led: Led, now: datetime) -> None:
    """Put somebody on the roster beyond the capacity; a clash is the leader's to allow."""
    session.execute(
        insert(Signup.__table__).values(
            shift_id=led.shift_id,
            person_id=person_id,
            state=SignupState.CONFIRMED,
            channel=Channel.CONSOLE,
            walk_in=True,
            entered_by=reach.person_id,
            override="walk_in",
            created_at=now,
            changed_at=now,
        )
    )


def _come_back(session: Session, where: Attending, now: datetime) -> None:
    """Give the place back that was freed when somebody counted as not having come."""
    again = (
        update(Shift.__table__)
        .where(shift.id == where.shift_id, shift.taken < shift.capacity)
        .values(taken=shift.taken + 1)
    )
    # who walked in has held none
    beyond = where.walk_in or not line.changed(session.execute(again))
    _become(session, where, now, state=SignupState.CONFIRMED, walk_in=beyond)


def _become(session: Session, where: Attending, now: datetime, **values: Any) -> None:
    session.execute(
        update(Signup.__table__)
        .where(signup.id == where.signup_id, signup.state == where.state)
        .values(changed_at=now, **values)
    )

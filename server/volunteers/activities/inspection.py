"""One activity as staff see it: what it says, its shifts with their counts, and its story."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit.models import AuditEntry
from server.people import masking, profile
from server.people.vault import Vault
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers import stages
from server.volunteers.activities import calling_off
from server.volunteers.activities.drafts import Draft, Time
from server.volunteers.models import Activity, Shift, Signup, SignupState
from server.volunteers.stages import Stage

STORY = 50
WEEK = timedelta(days=7)


class ShiftLine(NamedTuple):
    """A shift with its counts."""

    id: int
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    capacity: int
    taken: int
    waiting: int
    places_left: int
    came: int
    missed: int


class Deed(NamedTuple):
    """Something that was done with the activity: by whom (masked), what, and why."""

    at: datetime
    who: str
    action: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that staff see of one activity; `hearers` would be told if it were called off."""

    activity: Activity
    area: Area
    stage: Stage
    shifts: tuple[ShiftLine, ...]
    hearers: int
    story: tuple[Deed, ...]


def look(session: Session, reach: Reach, activity_id: int, now: datetime, *, vault: Vault) -> Sheet:
    """Return the activity if it lies in reach, or refuse. Six statements at most."""
    activity, area = of(session, reach, activity_id)
    shifts = _shifts(session, activity_id)
    return Sheet(
        activity=activity,
        area=area,
        stage=stages.of(activity.state, shifts, now),
        shifts=shifts,
        hearers=calling_off.hearers(session, activity_id, now),
        story=_story(session, activity_id, vault),
    )


def of(
    session: Session, reach: Reach, activity_id: int, right: Right = Right.SEE_ACTIVITIES
) -> tuple[Activity, Area]:
    """Return the activity with its area if the right reaches it, or refuse."""
    found = session.execute(
        select(Activity, Area)
        .join(Area, Area.id == Activity.area_id)
        .where(Activity.id == activity_id)
    ).one_or_none()
    reach.require(right, found[1].path if found else None)
    if found is None:
        raise OutOfReach
    return found[0], found[1]


def of_shift(
    session: Session, reach: Reach, shift_id: int, right: Right
) -> tuple[Activity, Area, Shift]:
    """Return a shift with its activity and area if the right reaches it, or refuse."""
    shift = session.get(Shift, shift_id)
    if shift is None:
        reach.require(right, None)
        raise OutOfReach
    activity, area = of(session, reach, shift.activity_id, right)
    return activity, area, shift


def draft_of(session: Session, reach: Reach, activity_id: int) -> Draft:
    """Return the draft that an activity was, as it stands now."""
    activity, area = of(session, reach, activity_id)
    facts = {
        name: getattr(activity, name)
        for name in Draft.__dataclass_fields__
        if name not in ("area_code", "times")
    }
    times = tuple(
        Time(each.starts_at, each.ends_at, each.capacity, closes_at=each.closes_at)
        for each in _shifts(session, activity_id)
    )
    return Draft(area_code=area.code, times=times, **facts)


def copy_of(session: Session, reach: Reach, activity_id: int, now: datetime) -> Draft:
    """Return a draft like an activity, as many whole weeks later as it takes to lie ahead."""
    draft = draft_of(session, reach, activity_id)
    first = min((each.starts_at for each in draft.times), default=now)
    weeks = max(1, (now - first) // WEEK + 1)
    later = weeks * WEEK
    times = tuple(
        Time(each.starts_at + later, each.ends_at + later, each.capacity) for each in draft.times
    )
    facts = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    return Draft(**facts | {"times": times, "need_id": None, "template_id": None})


def _shifts(session: Session, activity_id: int) -> tuple[ShiftLine, ...]:
    def counted(*states: SignupState) -> Any:
        return (
            select(func.count())
            .where(Signup.shift_id == Shift.id, Signup.state.in_(states))
            .correlate(Shift)
            .scalar_subquery()
        )

    came = counted(SignupState.CHECKED_IN, SignupState.CHECKED_OUT, SignupState.CREDITED)
    rows = session.execute(
        select(
            Shift.id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.closes_at,
            Shift.capacity,
            Shift.taken,
            Shift.waiting,
            Shift.capacity - Shift.taken,
            came,
            counted(SignupState.NO_SHOW),
        )
        .where(Shift.activity_id == activity_id)
        .order_by(Shift.starts_at, Shift.id)
    )
    return tuple(ShiftLine(*row) for row in rows)


def _story(session: Session, activity_id: int, vault: Vault) -> tuple[Deed, ...]:
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == "activity", AuditEntry.subject_id == activity_id)
        .order_by(AuditEntry.id.desc())
        .limit(STORY)
    ).all()
    actors = {entry.actor for entry in entries if entry.actor}
    names = profile.names_of(session, actors, vault=vault)
    return tuple(
        Deed(entry.at, masking.masked(names.get(entry.actor or 0, "")), entry.action, entry.reason)
        for entry in entries
    )

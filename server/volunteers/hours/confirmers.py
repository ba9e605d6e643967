"""Who may decide about the hours of a shift: its leader, its team's, or staff whose posts reach."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.models import Post
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import RIGHTS, Right
from server.volunteers.hours.minutes import Span
from server.volunteers.models import Activity, ActivityState, Field, Shift, Team


class Held(NamedTuple):
    """A shift with what is asked about whoever decides on its hours."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    activity_id: int
    number: int
    title: str
    field: Field
    state: ActivityState
    area_id: int
    path: str
    leader_id: int | None
    team_leader_id: int | None

    @property
    def span(self) -> Span:
        """Return from when until when the shift is."""
        return Span(self.starts_at, self.ends_at)


_COLUMNS: tuple[Any, ...] = (
    *(Shift.id, Shift.starts_at, Shift.ends_at),
    *(Activity.id, Activity.number, Activity.title, Activity.field, Activity.state),
    *(Area.id, Area.path, Activity.leader_id, Team.leader_id),
)


def held() -> Select[Any]:
    """Select shifts with who decides on their hours, in the columns of `Held`."""
    return (
        select(*_COLUMNS)
        .select_from(Shift)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .outerjoin(Team, Team.id == Activity.team_id)
    )


_ONE = held().where(Shift.id == bindparam("this"))


def led_by(person_id: int) -> ColumnElement[bool]:
    """Return the condition that somebody leads the activity or its team."""
    return or_(Activity.leader_id == person_id, Team.leader_id == person_id)


def of(session: Session, shift_id: int) -> Held:
    """Return the shift, or refuse if there is none."""
    row = session.execute(_ONE, {"this": shift_id}).one_or_none()
    if row is None:
        raise OutOfReach
    return Held(*row)


def may(reach: Reach, shift: Held) -> bool:
    """Tell whether the person leads the shift or confirms hours in its area."""
    leads = reach.person_id in (shift.leader_id, shift.team_leader_id)
    return leads or reach.covers(Right.CONFIRM_RECORDS, shift.path)


def require(reach: Reach, shift: Held) -> None:
    """Refuse unless the person leads the shift or confirms hours in its area."""
    if not may(reach, shift):
        reach.require(Right.CONFIRM_RECORDS, shift.path)


def others(session: Session, besides: tuple[int | None, ...], path: str, now: datetime) -> bool:
    """Tell whether somebody else holds a post that confirms hours in the area at this path."""
    roles = [role for role, rights in RIGHTS.items() if Right.CONFIRM_RECORDS in rights]
    found = exists().where(
        Post.area_id == Area.id,
        Post.role.in_(roles),
        Post.since <= now,
        or_(Post.until.is_(None), Post.until > now),
        Post.person_id.not_in([person for person in besides if person is not None]),
        func.substr(path, 1, func.length(Area.path)) == Area.path,
    )
    return bool(session.scalar(select(found)))

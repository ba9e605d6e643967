"""Who answers for a shift: its leader, the leader of its team, or staff whose reach covers it."""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.vault import Vault
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.attendance.refusals import LeadsNothing, ScreenClosed
from server.volunteers.hours.minutes import TOLERANCE
from server.volunteers.models import Activity, ActivityState, Shift, Team
from server.volunteers.policy import LONGEST
from server.volunteers.signups.shifts import activity, shift

TICKET = re.compile(r"([1-9][0-9]{0,17})\.([1-9][0-9]{0,17})\.([0-9]{1,12})\.([A-Za-z0-9_-]{16})")
TAG_BYTES = 12
AROUND = timedelta(days=1)
"""Lists of shifts to look after reach so far back and ahead."""
MOST = 200

area = Area.__table__.c
team = Team.__table__.c
_LED = (
    select(
        shift.id,
        shift.starts_at,
        shift.ends_at,
        shift.capacity,
        shift.taken,
        activity.id.label("activity_id"),
        activity.number,
        activity.title,
        activity.place,
        activity.leader_id,
        team.leader_id.label("team_leader_id"),
        area.id.label("area_id"),
        area.name.label("area_name"),
        area.path,
    )
    .select_from(Shift.__table__)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .join(Area.__table__, area.id == activity.area_id)
    .outerjoin(Team.__table__, team.id == activity.team_id)
    .where(
        activity.state.in_((ActivityState.OPEN, ActivityState.CANCELLED, ActivityState.RECORDED))
    )
)
_ONE = _LED.where(shift.id == bindparam("this"))


class Led(NamedTuple):
    """A shift as those see it who answer for it."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    activity_id: int
    number: int
    title: str
    place: str
    leader_id: int | None
    team_leader_id: int | None
    area_id: int
    area_name: str
    path: str

    def is_led_by(self, person_id: int) -> bool:
        """Tell whether this person leads the activity or its team."""
        return person_id in (self.leader_id, self.team_leader_id)

    def until(self) -> datetime:
        """Return until when codes are shown: people leave a little after the end, too."""
        return self.ends_at + TOLERANCE


def _of(row: Any) -> Led:
    return Led(*row)


def led(session: Session, reach: Reach, shift_id: int) -> Led:
    """Return the shift if this person may look after it; else it is as if it did not exist."""
    row = session.execute(_ONE, {"this": shift_id}).one_or_none()
    found = _of(row) if row else None
    if found is None:
        raise OutOfReach
    if not found.is_led_by(reach.person_id) and not reach.covers(
        Right.RECORD_ATTENDANCE, found.path
    ):
        raise OutOfReach
    return found


def around(session: Session, reach: Reach, now: datetime, number: int | None = None) -> list[Led]:
    """Return the shifts from yesterday to tomorrow that this person may look after, in order.

    With a number, those of this activity; without, of all in reach.
    """
    allowed = or_(_led_by(reach.person_id), reach.inside(Right.RECORD_ATTENDANCE))
    wanted = _near(now).where(allowed)
    if number is not None:
        wanted = wanted.where(activity.number == number)
    return [_of(row) for row in session.execute(wanted)]


def mine(session: Session, person_id: int, now: datetime) -> list[Led]:
    """Return the shifts from yesterday to tomorrow that the person leads, or their team does."""
    return [_of(row) for row in session.execute(_near(now).where(_led_by(person_id)))]


def _near(now: datetime) -> Select[Any]:
    near = shift.ends_at.between(now - AROUND, now + AROUND + LONGEST)
    wanted = _LED.where(near, shift.starts_at < now + AROUND)
    return wanted.order_by(shift.starts_at, shift.id).limit(MOST)


def _led_by(person_id: int) -> ColumnElement[bool]:
    return or_(activity.leader_id == person_id, team.leader_id == person_id)


def leads_any(session: Session, person_id: int) -> bool:
    """Tell whether the person leads an activity that is not put away, or an active team."""
    led = select(Activity.id).where(
        activity.leader_id == person_id,
        activity.state.in_((ActivityState.OPEN, ActivityState.RECORDED)),
    )
    teams = select(Team.id).where(team.leader_id == person_id, Team.active)
    return bool(session.scalar(select(or_(led.exists(), teams.exists()))))


def own(session: Session, reach: Reach, now: datetime, number: int | None) -> list[Led]:
    """Return the shifts somebody on the spot means: those near in time, their own in front.

    Refused when there is none.
    """
    found = around(session, reach, now, number)
    theirs = [one for one in found if one.is_led_by(reach.person_id)]
    if number is None:
        running = [one for one in theirs if one.starts_at - AROUND / 24 <= now <= one.until()]
        theirs = running or theirs
    chosen = theirs or (found if number is not None else [])
    if not chosen:
        raise LeadsNothing
    return chosen


def ticket(one: Led, person_id: int, vault: Vault) -> str:
    """Return what opens the code screen of the shift without signing in, until it is over."""
    ends = int(one.until().timestamp())
    return f"{one.shift_id}.{person_id}.{ends}.{_tag(one.shift_id, person_id, ends, vault)}"


def by_ticket(session: Session, text: str, now: datetime, vault: Vault) -> tuple[int, int]:
    """Return (shift, person) of a ticket that is still good, or refuse.

    Whether the person may still look after the shift is for `led` to say.
    """
    found = TICKET.fullmatch(text)
    if found is None:
        raise ScreenClosed
    shift_id, person_id, ends = int(found[1]), int(found[2]), int(found[3])
    genuine = hmac.compare_digest(_tag(shift_id, person_id, ends, vault), found[4])
    if not genuine or now > datetime.fromtimestamp(ends, UTC):
        raise ScreenClosed
    return shift_id, person_id


def _tag(shift_id: int, person_id: int, ends: int, vault: Vault) -> str:
    digest = vault.digest(f"{shift_id}|{person_id}|{ends}", "screen")
    return urlsafe_b64encode(digest[:TAG_BYTES]).decode()

"""What every test of presence says alike, filled in."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.people.models import Role
from server.people.posts import appoint
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.volunteers.attendance import attendance, codes
from server.volunteers.attendance.codes import STEP_SECONDS, Direction
from server.volunteers.attendance.presence import Means
from server.volunteers.models import Activity, Attendance, Shift, SignupState
from server.volunteers.views import Presence
from tests.factories import a_person, a_shift
from tests.server.volunteers.acts import sign_up

STEP = timedelta(seconds=STEP_SECONDS)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def a_running_shift(session: Session, now: datetime, people: int = 1, **facts) -> tuple[int, list]:
    """Return a shift of two hours that begins in a quarter of an hour, and who signed up."""
    shift = a_shift(session, now, **({"capacity": 50, "starts_in": 15 * MINUTE} | facts))
    volunteers = [a_person(session, now) for _ in range(people)]
    for person in volunteers:
        sign_up(session, person, shift, now)
    return shift, volunteers


def a_leader(session: Session, shift: int, now: datetime) -> Reach:
    """Return somebody who leads the activity of this shift."""
    leader = a_person(session, now)
    session.get_one(Activity, session.get_one(Shift, shift).activity_id).leader_id = leader
    session.flush()
    return reaches.of(session, leader, now)


def a_worker(session: Session, now: datetime) -> Reach:
    """Return somebody of the district's staff."""
    person = a_person(session, now)
    appoint(session, person, Role.DISTRICT_OPERATOR, tree.root(session), now, until=None)
    return reaches.of(session, person, now)


def digits(shift: int, now: datetime, means: Means, way: Direction = Direction.IN) -> str:
    return codes.show(shift, way, now, means.vault).digits


def scan(shift: int, now: datetime, means: Means, way: Direction = Direction.IN) -> str:
    return codes.show(shift, way, now, means.vault).text


def check_in(session: Session, person: int, shift: int, now: datetime, means: Means) -> Presence:
    return attendance.check_in(session, person, scan(shift, now, means), now, means)


def check_out(session: Session, person: int, shift: int, now: datetime, means: Means) -> Presence:
    code = scan(shift, now, means, Direction.OUT)
    return attendance.check_out(session, person, code, now, means)


def presences(session: Session) -> list[Attendance]:
    found = select(Attendance).order_by(Attendance.id).execution_options(populate_existing=True)
    return list(session.scalars(found))


def how_many(session: Session, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(Attendance).where(*conditions)) or 0


def taken(session: Session, shift: int) -> int:
    return session.scalar(select(Shift.taken).where(Shift.id == shift))


PRESENT, GONE = SignupState.CHECKED_IN, SignupState.CHECKED_OUT

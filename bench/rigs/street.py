"""A street with two communities: their staff, volunteers, and fresh activities for each round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bench.clerks import Clerk, seat
from bench.district import CODE, Plan, activity_row, log_in, login_row, opened, shift_row
from bench.rigs.desks import shown
from server.areas import tree
from server.areas.models import AreaKind
from server.people.models import Account, ApiSession, App, Person, Role
from server.volunteers.models import Activity, Attendance, Shift

HERE, THERE = f"{CODE}001001", f"{CODE}001002"
AROUND = 14
"""Volunteers who are about in a round; some of them leave for good, and as many are new in the
next."""
LEAVERS = PAIRS = 2
STAFF = 2
PLACES = 4
DAY = timedelta(hours=26)
TIMES = ((20, 60), (90, 60), (200, 120), (-10, 120))
"""When the shifts of a round begin, in minutes from now, and how long they last: at the first one
may sign up and come already, the last one runs."""


@dataclass(frozen=True)
class Stand:
    """One activity with one shift."""

    activity_id: int
    shift_id: int
    number: int
    starts_at: datetime


@dataclass(frozen=True)
class Round:
    """What there is to do, and who is about.

    A pair is the token of somebody who knows the mini-program alone, and the volunteer who proves
    to be the same person.
    """

    stands: Sequence[Stand]
    volunteers: range
    leavers: Sequence[int]
    pairs: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Street:
    """The people; the colleague works in the other community, and here only standing in."""

    url: str
    area_id: int
    worker: Clerk
    colleague: Clerk
    tokens: dict[int, str]
    twins: Sequence[str]

    def open(self, number: int) -> Round:
        """Let a day pass for all there was, and put fresh activities up."""
        now = datetime.now(UTC)
        with opened(self.url) as database, database.transaction() as session:
            _pass_a_day(session)
            newest = session.scalar(select(func.max(Activity.number))) or 0
            stands = [
                _put(session, newest + at, self.area_id, now, *times)
                for at, times in enumerate(TIMES, 1)
            ]
        first = number * LEAVERS + 1
        volunteers = range(first, first + AROUND)
        twins = self.twins[number * PAIRS : (number + 1) * PAIRS]
        pairs = list(zip(twins, volunteers[LEAVERS:], strict=False))
        return Round(stands, volunteers, volunteers[:LEAVERS], pairs)


def plan(rounds: int) -> Plan:
    """Return how many people so many rounds need, staff included."""
    return Plan(people=_volunteers(rounds) + STAFF, open=0)


def settle(url: str, rounds: int) -> Street:
    """Give the people of the plan the street, their posts and their logins."""
    people = _volunteers(rounds)
    everybody = range(1, people + STAFF + 1)
    tokens = dict(zip(everybody, log_in(url, everybody), strict=True))
    with opened(url) as database, database.transaction() as session:
        street = tree.plant(session, f"{CODE}001", "示例街道", AreaKind.STREET, tree.root(session))
        here, _there = (
            tree.plant(session, code, name, AreaKind.COMMUNITY, street)
            for code, name in ((HERE, "示例一社区"), (THERE, "示例二社区"))
        )
        for person in session.scalars(select(Person).where(Person.id <= people)):
            person.volunteer_no = shown(person.id)
        worker, colleague = (
            seat(session, people + at, Role.COMMUNITY_WORKER, code)
            for at, code in enumerate((HERE, THERE), 1)
        )
        twins = [_twin(session, number) for number in range(rounds * PAIRS)]
        return Street(url, here.id, worker, colleague, tokens, twins)


def _volunteers(rounds: int) -> int:
    return rounds * LEAVERS + AROUND


def _twin(session: Session, number: int) -> str:
    """Put down somebody whom only the mini-program knows, and return the token of their login."""
    now, token = datetime.now(UTC), f"bench-twin-{number:032d}"
    person = session.scalars(insert(Person).values(created_at=now).returning(Person.id)).one()
    account = {
        "person_id": person,
        "app": App.MINIPROGRAM,
        "openid": f"mBench{number:022d}",
        "following": False,
        "created_at": now,
    }
    [account_id] = session.scalars(insert(Account).values(account).returning(Account.id))
    session.execute(insert(ApiSession), login_row(token, person, account_id, now))
    return token


def _put(
    session: Session, number: int, area_id: int, now: datetime, begins: int, lasts: int
) -> Stand:
    starts_at = now + timedelta(minutes=begins)
    ends_at = starts_at + timedelta(minutes=lasts)
    open_until = max(starts_at, now + timedelta(hours=1))
    described = activity_row(number, area_id, open_until) | {"ends_at": ends_at}
    activity_id = session.scalars(insert(Activity).values(described).returning(Activity.id)).one()
    times = {"ends_at": ends_at, "closes_at": open_until, "free_cancel_until": starts_at}
    timed = shift_row(activity_id, starts_at, PLACES) | times
    shift_id = session.scalars(insert(Shift).values(timed).returning(Shift.id)).one()
    return Stand(activity_id, shift_id, number, starts_at)


def _pass_a_day(session: Session) -> None:
    """Put whatever is not over a day back, with the presences that belong to it."""
    ahead = select(Shift).where(Shift.ends_at > datetime.now(UTC) - timedelta(hours=12))
    for shift in session.scalars(ahead).all():
        for name in ("starts_at", "ends_at", "opens_at", "closes_at", "free_cancel_until"):
            setattr(shift, name, getattr(shift, name) - DAY)
        session.execute(
            update(Activity)
            .where(Activity.id == shift.activity_id)
            .values(closes_at=shift.closes_at, ends_at=shift.ends_at)
        )
        came = select(Attendance).where(Attendance.shift_id == shift.id)
        for presence in session.scalars(came):
            presence.in_at -= DAY
            presence.out_at = presence.out_at and presence.out_at - DAY

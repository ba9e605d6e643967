"""What the service has stored, read straight from its database."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select

from bench.district import opened
from server.people.models import Account
from server.volunteers.models import HOLDING, LIVE, Activity, Shift, Signup, SignupState
from server.wechat.models import Inbound, Waiting

LEFT = (SignupState.CANCELLED, SignupState.LATE_CANCELLED)


def stored(url: str) -> dict[str, str]:
    """Return every message that is kept, by key, with its reply; "" while it waits for one."""
    with opened(url) as database, database.reading() as session:
        waiting = {key: "" for key in session.scalars(select(Waiting.key))}
        rows = session.execute(
            select(Inbound.key, Inbound.reply).where(Inbound.openid.startswith("oBench"))
        )
        return waiting | {key: reply for key, reply in rows}


def kept(url: str, keys: Collection[str]) -> dict[str, str]:
    """Return those of these messages that have had their effect, with their replies."""
    with opened(url) as database, database.reading() as session:
        rows = session.execute(
            select(Inbound.key, Inbound.reply).where(Inbound.key.in_(list(keys)))
        )
        return {key: reply for key, reply in rows}


def deeds(url: str) -> dict[str, int]:
    """Return how many sign-ups and leavings are stored for each person and activity."""
    left = func.count().filter(Signup.state.in_(LEFT))
    with opened(url) as database, database.reading() as session:
        rows = session.execute(
            select(Account.openid, Activity.number, func.count() + left)
            .select_from(Signup)
            .join(Account, Account.person_id == Signup.person_id)
            .join(Shift, Shift.id == Signup.shift_id)
            .join(Activity, Activity.id == Shift.activity_id)
            .group_by(Account.openid, Activity.number)
        )
        return {f"{openid}:{number}": count for openid, number, count in rows}


def held(url: str) -> dict[int, int]:
    """Return how many places are given, by shift; one that nobody wants is left out."""
    with opened(url) as database, database.reading() as session:
        rows = session.execute(
            select(Signup.shift_id, func.count())
            .where(Signup.state.in_(HOLDING))
            .group_by(Signup.shift_id)
        )
        return {shift: count for shift, count in rows}


def flaws(url: str) -> list[str]:
    """Return every shift whose places do not add up, in words."""
    return list(_flaws(url, datetime.now(UTC)))


def _flaws(url: str, now: datetime) -> Iterator[str]:
    # who walked in is counted beyond the capacity
    held = func.count().filter(Signup.state.in_(HOLDING), ~Signup.walk_in)
    in_line = func.count().filter(Signup.state == SignupState.WAITLISTED)
    live = func.count().filter(Signup.state.in_(LIVE))
    people = func.count(Signup.person_id.distinct()).filter(Signup.state.in_(LIVE))
    with opened(url) as database, database.reading() as session:
        rows = session.execute(
            select(
                *(Shift.id, Shift.starts_at, Shift.capacity, Shift.taken, Shift.waiting),
                *(held, in_line, live, people),
            )
            .join(Signup, Signup.shift_id == Shift.id)
            .group_by(Shift.id)
        ).all()
    for shift, starts_at, capacity, taken, waiting, holding, line, entries, persons in rows:
        about = f"shift {shift}: capacity {capacity}, held {holding}, in line {line}"
        if holding > capacity:
            yield f"{about}: oversold"
        # nothing is offered any more once it has begun
        if line and holding < capacity and now < starts_at:
            yield f"{about}: undersold"
        if entries != persons:
            yield f"{about}: somebody is signed up twice"
        if (taken, waiting) != (holding, line):
            yield f"{about}: counted as {taken} and {waiting}"

"""What became of notices, counted: each hour once it is over, the present one as it is.

What is private is not counted: one more or less would tell of somebody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.notices.kinds import PRIVATE
from server.notices.models import Notice, NoticeHour, NoticeState
from server.notices.openness import OPEN_TO_STAFF

HOUR = timedelta(hours=1)
REPAIRED = 48
"""So many hours back the count is made good, should nobody have counted."""

SLOWEST = 1_000
"""Of so many of the latest notices the lag is told."""

_notice = Notice.__table__.c
_hour = NoticeHour.__table__.c


class Count(NamedTuple):
    """How many notices of a kind ended so, by which way ("" for none)."""

    kind: str
    way: str
    state: str
    number: int


def count(session: Session, now: datetime) -> int:
    """Count the hours that are over and not counted yet; return how many lines were written.

    What is settled stays settled, so an hour that is over never changes any more. What staff let
    go once more counts each time that it ends.
    """
    this = _begun(now)
    first = this - REPAIRED * HOUR
    done = set(session.scalars(select(_hour.hour).where(_hour.hour >= first).distinct()))
    wanted = [first + number * HOUR for number in range(REPAIRED)]
    return sum(_count(session, hour) for hour in wanted if hour not in done)


def settled(session: Session, since: datetime, until: datetime) -> Sequence[Count]:
    """Return what was settled in a span of time, from the notices themselves."""
    return [Count(*row) for row in session.execute(_settled(since, until))]


def by_hour(session: Session, since: datetime, now: datetime) -> Sequence[tuple[datetime, Count]]:
    """Return the counts of each hour since a moment, the present hour as far as it has come.

    Three statements at most.
    """
    this = _begun(now)
    rows = session.execute(
        select(_hour.hour, _hour.kind, _hour.way, _hour.state, _hour.number)
        .where(_hour.hour >= since, _hour.hour < this, _hour.kind.not_in(PRIVATE))
        .order_by(_hour.hour, _hour.kind, _hour.way, _hour.state)
    )
    counted = [(row.hour, Count(*row[1:])) for row in rows]
    # an hour is counted some minutes after it is over: until then it is looked at like the present
    last = this - HOUR
    lacks_last = since <= last and not (counted and counted[-1][0] == last)
    fresh = [last, this] if lacks_last else [this]
    live = ((hour, each) for hour in fresh for each in settled(session, hour, hour + HOUR))
    return [*counted, *live]


def rates(session: Session, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
    """Return how many were settled in a span of time, by way and state."""
    found: Counter[tuple[str, str]] = Counter()
    for each in settled(session, since, until):
        found[each.way, each.state] += each.number
    return found


def sent_today(session: Session, now: datetime) -> Mapping[str, int]:
    """Return how many went out by each way since midnight in Beijing, where quotas begin anew."""
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    found: Counter[str] = Counter()
    for _at, each in by_hour(session, midnight, now):
        if each.state == NoticeState.SENT:
            found[each.way] += each.number
    return found


def lag(session: Session, since: datetime, until: datetime) -> timedelta:
    """Return how late the slowest tenth went out, of the latest thousand in a span of time."""
    rows = session.execute(
        select(_notice.due_at, _notice.settled_at)
        .where(
            _notice.settled_at >= since,
            _notice.settled_at <= until,
            _notice.state == NoticeState.SENT,
            OPEN_TO_STAFF,
        )
        .order_by(_notice.settled_at.desc())
        .limit(SLOWEST)
    ).all()
    late = sorted(row.settled_at - row.due_at for row in rows)
    return max(late[len(late) * 9 // 10], timedelta()) if late else timedelta()


def _begun(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _settled(since: datetime, until: datetime) -> Select[Any]:
    way = func.coalesce(_notice.channel, "").label("way")
    return (
        select(_notice.kind, way, _notice.state, func.count().label("number"))
        .where(_notice.settled_at >= since, _notice.settled_at < until, OPEN_TO_STAFF)
        .group_by(_notice.kind, way, _notice.state)
        .order_by(_notice.kind, way, _notice.state)
    )


def _count(session: Session, hour: datetime) -> int:
    rows = [each._asdict() | {"hour": hour} for each in settled(session, hour, hour + HOUR)]
    if rows:
        entry = insert_into(session, NoticeHour).values(rows)
        session.execute(entry.on_conflict_do_nothing())
    return len(rows)

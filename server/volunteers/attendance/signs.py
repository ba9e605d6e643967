"""Signs that something about presence may be wrong, looked for once in a while."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import insert_into
from server.volunteers.attendance import hints
from server.volunteers.attendance.hints import Place
from server.volunteers.attendance.presence import attendance
from server.volunteers.attendance.roster import NOT_SEEN
from server.volunteers.models import (
    Activity,
    Attendance,
    Oddity,
    OddityState,
    PlaceHint,
    Route,
    Shift,
    Team,
)
from server.volunteers.policy import Policy
from server.volunteers.signups.shifts import activity, shift

LOOK_BACK = timedelta(hours=30)
"""A day and the night after it: what was entered since is looked at again each time."""
MOST = 20_000
PEOPLE_A_DEVICE = 3
SHORT = timedelta(minutes=30)
FASTEST_KMH = 120.0

hint = PlaceHint.__table__.c
team = Team.__table__.c
_ROWS = (
    select(
        attendance.id,
        attendance.person_id,
        attendance.shift_id,
        attendance.in_at,
        attendance.in_route,
        attendance.in_by,
        attendance.out_at,
        attendance.out_route,
        attendance.out_by,
        attendance.device,
        attendance.recheck,
        attendance.entered_at,
        shift.starts_at,
        shift.ends_at,
        activity.area_id,
        activity.leader_id,
        team.leader_id.label("team_leader_id"),
        hint.latitude,
        hint.longitude,
        hint.accuracy,
    )
    .select_from(Attendance.__table__)
    .join(Shift.__table__, shift.id == attendance.shift_id)
    .join(Activity.__table__, activity.id == shift.activity_id)
    .outerjoin(Team.__table__, team.id == activity.team_id)
    .outerjoin(PlaceHint.__table__, hint.attendance_id == attendance.id)
    .where(attendance.entered_at > bindparam("since"))
    .order_by(attendance.entered_at, attendance.id)
    .limit(MOST)
)


class Sign(NamedTuple):
    """What looks odd, about which presence, under a key that is kept once."""

    kind: str
    key: str
    row: Any
    facts: dict[str, int]


def look(session: Session, now: datetime, policy: Policy) -> int:
    """Note what looks odd about the presence entered lately; return how much was new."""
    rows = session.execute(_ROWS, {"since": now - LOOK_BACK}).all()
    found = [*_alone(rows), *_bulk(rows, policy.bulk), *_devices(rows), *_travels(rows)]
    return sum(_keep(session, sign, now) for sign in found)


def _alone(rows: Iterable[Any]) -> Iterator[Sign]:
    """Find what can be seen of one presence by itself."""
    for row in rows:
        leads = row.person_id in (row.leader_id, row.team_leader_id)
        if row.person_id in (row.in_by, row.out_by) or (
            leads and row.in_route == Route.ROTATING_CODE
        ):
            yield Sign("self", f"self:{row.id}", row, {})
        if row.recheck == NOT_SEEN:
            yield Sign("not_seen", f"not_seen:{row.id}", row, {})
        if row.out_at is None or row.in_route == Route.PAPER:
            continue
        stayed = row.out_at - row.in_at
        if _minute(row.in_at) == _minute(row.out_at):
            yield Sign("same_minute", f"same_minute:{row.id}", row, {})
        elif stayed < min(SHORT, row.ends_at - row.starts_at):
            minutes = int(stayed.total_seconds() // 60)
            yield Sign("short", f"short:{row.id}", row, {"minutes": minutes})


def _bulk(rows: Iterable[Any], most: int) -> Iterator[Sign]:
    """Find many marks of one hand within one minute."""
    by_hand = defaultdict(list)
    for row in rows:
        if row.in_by is not None:
            by_hand[row.in_by, _minute(row.entered_at)].append(row)
    for (hand, minute), marked in by_hand.items():
        if len(marked) > most:
            key = f"bulk:{hand}:{minute}"
            yield Sign("bulk", key, marked[0], {"count": len(marked), "by": hand})


def _devices(rows: Iterable[Any]) -> Iterator[Sign]:
    """Find a phone by which several people came on one day."""
    by_phone = defaultdict(list)
    for row in rows:
        if row.device is not None:
            by_phone[row.device, row.in_at.astimezone(LOCAL).date()].append(row)
    for (device, day), shown in by_phone.items():
        people = len({row.person_id for row in shown})
        if people >= PEOPLE_A_DEVICE:
            yield Sign("device", f"device:{device[:32]}:{day}", shown[-1], {"people": people})


def _travels(rows: Iterable[Any]) -> Iterator[Sign]:
    """Find two places of one person between which nobody gets so fast."""
    by_person = defaultdict(list)
    for row in rows:
        if row.latitude is not None:
            by_person[row.person_id].append(row)
    for seen in by_person.values():
        for one, other in pairwise(sorted(seen, key=lambda row: row.in_at)):
            apart = hints.kilometres(_place(one), _place(other))
            hours = (other.in_at - one.in_at).total_seconds() / 3600
            if apart > 1 and apart > FASTEST_KMH * hours:
                key = f"travel:{one.id}:{other.id}"
                yield Sign("travel", key, other, {"kilometres": int(apart)})


def _keep(session: Session, sign: Sign, now: datetime) -> bool:
    fresh = insert_into(session, Oddity).on_conflict_do_nothing(index_elements=["key"])
    given = {
        "key": sign.key,
        "kind": sign.kind,
        "area_id": sign.row.area_id,
        "shift_id": sign.row.shift_id,
        "person_id": sign.row.person_id,
        "facts": sign.facts,
        "state": OddityState.OPEN,
        "found_at": now,
    }
    return session.scalar(fresh.returning(Oddity.id), given) is not None


def _place(row: Any) -> Place:
    return Place(row.latitude, row.longitude, row.accuracy)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60

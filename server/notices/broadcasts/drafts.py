"""A broadcast before anybody is asked to allow it: written, counted, written anew."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.settings import Settings
from server.areas.models import Area
from server.audit import trail
from server.notices import quiet
from server.notices.broadcasts import audiences, counting, words
from server.notices.broadcasts.refusals import AudienceNeeded, BadTime, MovedOn, NotYours
from server.notices.broadcasts.telling import kind_of
from server.notices.kinds import KINDS
from server.notices.models import Broadcast, BroadcastState
from server.staff import reach as reaches
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right


class Draft(NamedTuple):
    """A broadcast as it was keyed: of a team `group_id` says which, else `area_code` where.

    It goes from `begins_at`, or as soon as it is allowed.
    """

    title: str
    text: str
    whom: str
    area_code: str = ""
    group_id: int | None = None
    urgent: bool = False
    begins_at: datetime | None = None


def write(
    session: Session, reach: Reach, draft: Draft, now: datetime, *, settings: Settings
) -> Broadcast:
    """Keep a broadcast that nobody is asked about yet, and count whom it is for.

    Refuses words that burden people, a moment that is not within this day, and an area or a team
    in which the person may tell nobody anything.
    """
    area, values = _checked(session, reach, draft, now)
    broadcast = Broadcast(
        **values, state=BroadcastState.DRAFTED, asked_by=reach.person_id, asked_at=now, counted=0
    )
    session.add(broadcast)
    session.flush()
    counting.count(session, broadcast, area.path, now, settings=settings)
    note(session, reach, "broadcast.drafted", broadcast, area, now)
    return broadcast


def rewrite(
    session: Session,
    reach: Reach,
    broadcast_id: int,
    draft: Draft,
    now: datetime,
    *,
    settings: Settings,
) -> Broadcast:
    """Put other words in the place of a draft of one's own, and count anew.

    What somebody was asked about never changes any more.
    """
    broadcast, before = own(session, reach, broadcast_id)
    area, values = _checked(session, reach, draft, now)
    drafted = Broadcast.id == broadcast_id, Broadcast.state == BroadcastState.DRAFTED
    change(session, broadcast, drafted, values)
    counting.count(session, broadcast, area.path, now, settings=settings)
    note(session, reach, "broadcast.rewritten", broadcast, before, now)
    return broadcast


def own(session: Session, reach: Reach, broadcast_id: int) -> tuple[Broadcast, Area]:
    """Return a broadcast that this person has written and may still send, with its area."""
    broadcast, area = reached(session, reach, broadcast_id, (Right.BROADCAST,))
    if broadcast.asked_by != reach.person_id:
        raise NotYours
    return broadcast, area


def reached(
    session: Session, reach: Reach, broadcast_id: int, rights: tuple[Right, ...]
) -> tuple[Broadcast, Area]:
    """Return a broadcast with its area if one of these rights reaches it, or refuse."""
    broadcast = session.get(Broadcast, broadcast_id)
    if broadcast is None:
        raise OutOfReach
    area = session.get_one(Area, broadcast.area_id)
    if not any(reach.covers(right, area.path) for right in rights):
        raise OutOfReach
    return broadcast, area


def change(
    session: Session, broadcast: Broadcast, where: tuple[Any, ...], values: dict[str, Any]
) -> None:
    """Move a broadcast on by one conditional write, or refuse with how it stands."""
    written = session.execute(
        update(Broadcast).where(*where).values(values).returning(Broadcast.id)
    ).first()
    session.refresh(broadcast)
    if written is None:
        raise MovedOn(state=broadcast.state.value)


def note(
    session: Session, reach: Reach, action: str, broadcast: Broadcast, area: Area, now: datetime
) -> None:
    """Put down in the trail what was done with a broadcast."""
    subject = ("broadcast", broadcast.id)
    trail.record(session, reach.person_id, action, subject, now, area_path=area.path)


def _checked(
    session: Session, reach: Reach, draft: Draft, now: datetime
) -> tuple[Area, dict[str, Any]]:
    title, text = words.checked(draft.title, draft.text)
    area, group_id = _place(session, reach, draft)
    begins = draft.begins_at
    if begins is not None and not (now <= begins < quiet.day_of(now)[1]):
        raise BadTime
    life = KINDS[kind_of(urgent=draft.urgent)].life
    return area, {
        "area_id": area.id,
        "whom": draft.whom,
        "team_id": group_id,
        "title": title,
        "text": text,
        "urgent": draft.urgent,
        "begins_at": begins,
        "not_after": (begins or now) + life,
    }


def _place(session: Session, reach: Reach, draft: Draft) -> tuple[Area, int | None]:
    """Return the area that it is for, or that of the team, if this person may tell people there."""
    audience = audiences.AUDIENCES.get(draft.whom)
    if audience is None:
        raise AudienceNeeded
    if audience.group is None:
        return reaches.area(session, reach, Right.BROADCAST, draft.area_code), None
    if draft.group_id is None:
        raise AudienceNeeded
    group = audiences.group_of(session, draft.whom, draft.group_id)
    assert group is not None
    area = session.get_one(Area, group.area_id)
    reach.require(Right.BROADCAST, area.path)
    if not group.active:
        raise OutOfReach
    return area, draft.group_id

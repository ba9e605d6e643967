"""What may not go of broadcasts, asked in the turn in which sends begin."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.lists import among
from server.notices.broadcasts import audiences
from server.notices.lately import Waits
from server.notices.models import Broadcast, BroadcastState
from server.notices.verdicts import Why

GOING = (BroadcastState.SPREADING, BroadcastState.DONE)


def barred(session: Session, waits: Sequence[Waits]) -> Mapping[int, Why]:
    """Return which of these notices are of a broadcast that was stopped, or not for them any more.

    The broadcasts are held until the turn is over: a stop waits for the sends that have begun, and
    whoever comes after it begins none. No statement where there is no broadcast, else one and one
    for each.
    """
    about = {each.broadcast_id for each in waits if each.broadcast_id is not None}
    if not about:
        return {}
    found: dict[int, Why] = {}
    for broadcast, path in _held(session, sorted(about)):
        mine = [each for each in waits if each.broadcast_id == broadcast.id]
        if broadcast.state not in GOING:
            found |= _all(mine, Why.STOPPED)
            continue
        meant = audiences.still(session, broadcast, path, {each.person_id for each in mine})
        found |= _all((each for each in mine if each.person_id not in meant), Why.LEFT)
    return found


def _held(session: Session, ids: Sequence[int]) -> Iterable[tuple[Broadcast, str]]:
    return session.execute(
        select(Broadcast, Area.path)
        .join(Area, Area.id == Broadcast.area_id)
        .where(among(session, Broadcast.__table__.c.id, ids))
        .order_by(Broadcast.id)
        .with_for_update(read=True, of=Broadcast)
        .execution_options(populate_existing=True)
    ).all()


def _all(waits: Iterable[Waits], why: Why) -> dict[int, Why]:
    return dict.fromkeys((each.id for each in waits), why)

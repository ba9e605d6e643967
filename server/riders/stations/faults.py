"""What anybody finds wrong with a station, and what its keeper or staff make of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL, say
from server.db import insert_into
from server.notices import outbox
from server.people.models import Channel
from server.riders.stations import keepers, views
from server.riders.stations.facilities import FaultKind
from server.riders.stations.models import FaultState, Station, StationFault
from server.riders.stations.refusals import FaultMissing
from server.staff.reach import Reach

LONGEST = 200
MOST = 50


def report(  # noqa: PLR0913  who found what wrong where, in which words, by which door
    session: Session,
    person_id: int,
    station_id: int,
    kind: FaultKind,
    words: str,
    now: datetime,
    *,
    channel: Channel,
) -> StationFault:
    """Keep what is wrong with a station; the same kind again on one local day is one report."""
    views.by_id(session, station_id, now)
    day = now.astimezone(LOCAL).date()
    session.execute(
        insert_into(session, StationFault)
        .values(
            station_id=station_id,
            person_id=person_id,
            kind=kind,
            day=day,
            words=words.strip()[:LONGEST],
            channel=channel,
            state=FaultState.OPEN,
            reported_at=now,
            changed_at=now,
            answer="",
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(StationFault).where(
            StationFault.station_id == station_id,
            StationFault.person_id == person_id,
            StationFault.kind == kind,
            StationFault.day == day,
        )
    ).one()


def waiting(session: Session, station_id: int) -> Sequence[StationFault]:
    """Return what is reported of a station and not settled, the oldest first."""
    found = (
        select(StationFault)
        .where(
            StationFault.station_id == station_id,
            StationFault.state.in_((FaultState.OPEN, FaultState.SEEN)),
        )
        .order_by(StationFault.id)
        .limit(MOST)
    )
    return session.scalars(found).all()


def see(session: Session, reach: Reach, fault_id: int, now: datetime) -> StationFault:
    """Say that a report was seen, and is being looked into; twice is the same as once."""
    return _move(session, reach, fault_id, FaultState.SEEN, "", now)


def settle(
    session: Session, reach: Reach, fault_id: int, answer: str, now: datetime
) -> StationFault:
    """Say that it is put right, or what there is to say; the first answer stands."""
    return _move(session, reach, fault_id, FaultState.SETTLED, answer, now)


def settle_all(session: Session, reach: Reach, station_id: int, now: datetime) -> int:
    """Settle whatever waits at one station, and tell how much that was."""
    keepers.held(session, reach, station_id)
    found = waiting(session, station_id)
    for fault in found:
        settle(session, reach, fault.id, "", now)
    return len(found)


def _move(
    session: Session,
    reach: Reach,
    fault_id: int,
    to: FaultState,
    answer: str,
    now: datetime,
) -> StationFault:
    fault = session.get(StationFault, fault_id, populate_existing=True)
    if fault is None:
        raise FaultMissing
    station, path = keepers.held(session, reach, fault.station_id)
    before = (FaultState.OPEN,) if to is FaultState.SEEN else (FaultState.OPEN, FaultState.SEEN)
    moved = session.execute(
        update(StationFault)
        .where(StationFault.id == fault_id, StationFault.state.in_(before))
        .values(state=to, answer=answer.strip()[:LONGEST], changed_at=now)
        .returning(StationFault.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(fault)
    if moved and to is FaultState.SETTLED:
        _tell(session, reach, fault, station, now)
    if moved:
        keepers.note(session, reach, f"fault_{to}", station, path, now, fault=fault_id)
    return fault


def _tell(
    session: Session, reach: Reach, fault: StationFault, station: Station, now: datetime
) -> None:
    """Tell whoever reported it what became of it; staff who wrote for a caller need no telling."""
    if fault.channel is Channel.CONSOLE or fault.person_id == reach.person_id:
        return
    facts = {
        "at": now,
        "name": say("stations.numbered", number=station.number),
        "fault": say(f"stations.fault_{fault.kind}"),
        "text": fault.answer or say("stations.settled_plain"),
    }
    key = f"stations.settled:{fault.id}"
    outbox.queue(session, fault.person_id, "stations.settled", key, now, facts)

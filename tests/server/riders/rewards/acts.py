"""Rewards, stock and riders who can pay, with only what matters named."""

from collections import Counter
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Rewards
from server.limits import Limits
from server.people.models import Role
from server.riders import registration
from server.riders.points.ledger import local_day
from server.riders.rewards import editing, holding, proof, stocking
from server.riders.rewards.editing import Terms
from server.riders.rewards.holding import Wish
from server.riders.rewards.means import Means
from server.riders.rewards.models import RewardStock, Voucher
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held
from server.riders.stations import keepers
from server.staff import reach as reaches
from server.staff.reach import Reach
from tests.factories import a_person
from tests.server.riders.acts import a_rider, rich
from tests.server.riders.stations.acts import a_station
from tests.server.volunteers.need_acts import VAULT
from tests.server.volunteers.staff import a_reach

CHOSEN = Rewards()
_keys = (f"key-{number}" for number in count())


def means_of(settings) -> Means:
    """Return what redeeming leans on, with counters of its own."""
    return Means(VAULT, Limits(settings), settings.rewards)


def a_reward(session: Session, now: datetime, **facts: object) -> int:
    """Return a reward of ten points that one may have any number of."""
    given = {"name": "手套", "points": 10, "since": local_day(now)} | facts
    return editing.make(session, reaches.of_machine(session), Terms(**given), now)


def a_shelf(session: Session, now: datetime, pieces: int = 20, **facts: object) -> Shelf:
    """Return a new reward with so many pieces at a new station."""
    station = a_station(session, now, reaches.of_machine(session))
    shelf = Shelf(a_reward(session, now, **facts), station.id)
    bring(session, shelf, pieces, now)
    return shelf


def bring(session: Session, shelf: Shelf, pieces: int, now: datetime) -> None:
    stocking.receive(session, reaches.of_machine(session), shelf, pieces, now)


def a_buyer(session: Session, now: datetime, points: int = 50) -> int:
    """Return a verified rider with so many points, in fives."""
    rider = a_rider(session, now)
    verified(session, rider, now)
    rich(session, rider, now, points)
    return rider


def verified(session: Session, person: int, now: datetime) -> None:
    """Let staff say that they know somebody to be a rider."""
    registration.verify(session, a_reach(session, now, Role.DISTRICT_OPERATOR), person, now)


def a_keeper(session: Session, now: datetime, station_id: int) -> Reach:
    """Return the reach of somebody without any post who keeps a station."""
    person = a_person(session, now)
    keepers.entrust(session, reaches.of_machine(session), station_id, person, now)
    return reaches.of(session, person, now)


def hold(
    session: Session, person: int, shelf: Shelf, now: datetime, means: Means, key: str = ""
) -> Held:
    """Hold one piece under a fresh key."""
    wish = Wish(*shelf, key=key or next(_keys))
    return holding.hold(session, person, wish, now, means)


def code_of(held: Held) -> str:
    code = held.code(VAULT)
    assert code
    return code


def lying(session: Session, shelf: Shelf) -> tuple[int, int]:
    """Return what is free and held."""
    found = select(RewardStock.free, RewardStock.held).where(
        RewardStock.reward_id == shelf.reward_id, RewardStock.station_id == shelf.station_id
    )
    return tuple(session.execute(found).one())


def states(session: Session) -> Counter[str]:
    """Count the vouchers by their state."""
    return Counter(session.scalars(select(Voucher.state)))


def flaws(session: Session) -> list[str]:
    return proof.flaws(session)

"""What dealings are about: riders, a clerk, keepers, stations, and rewards on their shelves."""

from datetime import UTC, datetime

from bench import shelves
from bench.district import Plan, build, insert_rows, opened
from bench.riders import employ, enrol
from bench.rigs.dealings import MOST_UNITS, Mix
from bench.stations import a_station
from server.areas import tree
from server.db import Session
from server.riders.points import earning
from server.riders.points.earning import Award
from server.riders.rewards.stock import Shelf
from server.riders.stations.models import Station, StationKeeper

CLERK = 1_000
KEEPERS = (1_001, 1_002)
"""Both keep all stations."""
PRICE = 5
"""Points that each reward costs."""
OLD = datetime(2026, 2, 2, 2, tzinfo=UTC)
"""When the riders got the first of their points."""


def shelf_of(station: int, reward: int) -> Shelf:
    """Return where a reward lies at a station, counted from 0."""
    return Shelf(reward, station + 1)


def open_for(url: str, mix: Mix) -> None:
    """Fill an empty database: riders, some with old points, and shelves with what lies on them."""
    build(url, Plan(people=max(KEEPERS), open=0))
    enrol(url, mix.riders, OLD)
    employ(url, CLERK, OLD)
    with opened(url) as database:
        with database.reading() as session:
            area_id = tree.root(session).id
        insert_rows(
            database,
            Station.__table__,
            [a_station(number, area_id, OLD) for number in range(1, mix.shelves + 1)],
        )
        keeping = [
            {"station_id": station, "person_id": keeper, "since": OLD}
            for station in range(1, mix.shelves + 1)
            for keeper in KEEPERS
        ]
        insert_rows(database, StationKeeper.__table__, keeping)
        with database.transaction() as session:
            _lay_out(session, mix)
            for rider in range(1, mix.hot + 1):
                award = Award("SUGGEST_ADOPTED", rider, f"old:{rider}", OLD, by=CLERK)
                earning.earn(session, award, OLD)


def _lay_out(session: Session, mix: Mix) -> None:
    for reward in range(1, MOST_UNITS + 1):
        shelves.offer(session, reward, PRICE, OLD)
        for station in range(mix.shelves):
            shelves.lay(session, shelf_of(station, reward), mix.pieces, OLD)


def bring(url: str, shelf: Shelf, pieces: int) -> None:
    """Put more pieces on a shelf."""
    with opened(url) as database, database.transaction() as session:
        shelves.lay(session, shelf, pieces, OLD)

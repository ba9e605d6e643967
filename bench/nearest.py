"""The nearest stations that are open, among few and many, against a bare query by one index."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from bench import stations
from bench.contest import Bench
from bench.district import Plan, build, opened
from bench.figures import Round, Row, compared, reference
from bench.machine import Watch, wait_for_quiet
from server.db import Database
from server.riders.stations import nearest
from server.riders.stations.coordinates import Place

FEW = 152
ASKED = 200
LIMIT = 5
NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
"""A Monday noon in Shanghai, when all of them are open."""
ENOUGH = {FEW: 16_000}
ENOUGH_AMONG_MANY = 1_000
"""In metres, the one circle in which the bare query looks: five lie in it nearly always."""
_BARE = """
SELECT id, number, name, lat, lng FROM station
WHERE strip BETWEEN :south_strip AND :north_strip AND lng BETWEEN :west AND :east
  AND lat BETWEEN :south AND :north AND state = 'open'
"""
Find = Callable[[Place], int]


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: both searches, among few stations and many."""
    many = bench.past
    for backend in ("sqlite", "postgres"):
        for among in (FEW, many):
            url = bench.place.empty_database(backend)
            build(url, Plan(people=1, open=0))
            stations.fill(url, among, NOON, random.Random(among))
            yield from _both(bench, url, among, backend)


def _both(bench: Bench, url: str, among: int, backend: str) -> Iterator[Row]:
    names = [f"{what} {among:,} stations, {backend}" for what in ("bare query,", "nearest open of")]
    radius = ENOUGH.get(among, ENOUGH_AMONG_MANY)
    rounds: list[list[Round]] = [[], []]
    with opened(url) as database:
        finds = (lambda place: _bare(database.reader, place, radius), _ours(database))
        for _ in range(bench.effort.rounds):
            for find, measured in zip(finds, rounds, strict=True):
                wait_for_quiet(bench.effort.patience)
                measured.append(_asked(find))
    yield reference(names[0], rounds[0])
    yield compared(names[1], rounds[1], rounds[0], names[0])


def _asked(find: Find) -> Round:
    places = list(stations.places(ASKED, random.Random(ASKED)))
    seconds, found = [], 0
    for place in places[:20]:
        find(place)
    watch = Watch().start()
    for place in places:
        begun = time.monotonic()
        found += find(place) > 0
        seconds.append(time.monotonic() - begun)
    quiet = watch.stop().quiet
    # at the edge of the district nothing may be near
    wrong = max(0, ASKED * 9 // 10 - found)
    return Round(len(seconds) / sum(seconds), tuple(seconds), quiet, wrong)


def _bare(reader: Engine, place: Place, radius: int) -> int:
    """Read what lies in one box by a statement of its own, and keep the five nearest."""
    strips, (south, north), (west, east) = nearest.box(place, radius)
    given = {"south_strip": strips[0], "north_strip": strips[-1]}
    given |= {"south": south, "north": north, "west": west, "east": east}
    with reader.connect() as connection:
        rows = connection.execute(text(_BARE), given).all()
    found = sorted((place.metres_to(Place(row.lat, row.lng)), row.id) for row in rows)
    return len([metres for metres, _id in found if metres <= radius][:LIMIT])


def _ours(database: Database) -> Find:
    def find(place: Place) -> int:
        with database.reading() as session:
            return len(nearest.find(session, place, NOON, limit=LIMIT).items)

    return find

"""Stations, made straight in the database: as many as are asked for, anywhere in a district."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bench.district import insert_rows, opened
from server.areas import tree
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facility
from server.riders.stations.hours import Window
from server.riders.stations.models import STRIP, HostKind, Station, StationState

MIDDLE = Place(37_870_000, 112_550_000)
HIGH, BROAD = 200_000, 250_000
"""How far from the middle a station lies at most, in millionths of a degree: some 22 km."""
DAY = (Window(8 * 60, 20 * 60),)
ONE = random.Random(1)


def a_station(number: int, area_id: int, now: datetime, place: Place = MIDDLE) -> dict[str, Any]:
    """Return a station that keeps the hours of every day, as it is written down."""
    return {
        "number": number,
        "area_id": area_id,
        "name": f"示例驿站{number}",
        "host": HostKind.COMMUNITY,
        "address": "示例路1号",
        "lat": place.lat,
        "lng": place.lng,
        "strip": place.lat // STRIP,
        "phone": "",
        "note": "",
        "facilities": frozenset({Facility.WATER}),
        "week": (DAY,) * 7,
        "state": StationState.OPEN,
        "created_at": now,
        "changed_at": now,
        "revision": 1,
    }


def places(many: int, chance: random.Random) -> Iterator[Place]:
    """Draw so many places in the district by lot."""
    for _ in range(many):
        lat = MIDDLE.lat + chance.randint(-HIGH, HIGH)
        yield Place(lat, MIDDLE.lng + chance.randint(-BROAD, BROAD))


def fill(url: str, many: int, now: datetime, chance: random.Random = ONE) -> None:
    """Put so many stations into a migrated database that has its district."""
    with opened(url) as database:
        with database.reading() as session:
            area_id = tree.root(session).id
        rows = [
            a_station(number, area_id, now, place)
            for number, place in enumerate(places(many, chance), 1)
        ]
        insert_rows(database, Station.__table__, rows)

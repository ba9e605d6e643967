"""Invented stations for the sample district: drawn by lot, the same each time."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.riders.stations import editing, keeping
from server.riders.stations.coordinates import Place
from server.riders.stations.editing import Described
from server.riders.stations.facilities import Facility
from server.riders.stations.models import HostKind, Station
from server.sample import SOURCE
from server.staff import reach as reaches

STATIONS = SOURCE.with_name("stations.toml")
ASIDE = ("饮水机检修", "临时停电", "活动占用")
CLOSED_EVERY, CONFIRMED_EVERY, LACKS_EVERY = 25, 3, 4


def load(session: Session, now: datetime) -> dict[str, int]:
    """Put the stations on the map, once; some are closed for a while, some were confirmed."""
    if session.scalar(select(Station.id).limit(1)) is not None:
        return {"stations": 0}
    reach, lot = reaches.of_machine(session), Random()
    count = 0
    for count, what in enumerate(_invented(session, lot), 1):
        station = editing.add(session, reach, what, now)
        if count % CONFIRMED_EVERY == 0:
            confirmed = now - timedelta(hours=lot.randrange(1, 100))
            keeping.confirm(session, reach, station.id, confirmed)
        if count % CLOSED_EVERY == 0:
            until = now + timedelta(hours=lot.randrange(3, 60))
            keeping.close(session, reach, station.id, lot.choice(ASIDE), until, now)
    return {"stations": count}


def _invented(session: Session, lot: Random) -> Iterator[Described]:
    sample = tomllib.loads(STATIONS.read_text(encoding="utf-8"))
    lot.seed(sample["seed"])
    district = tree.root(session).code
    middles = list(sample["middles"].items())
    known = {area.code: area for area in session.scalars(select(Area))}
    for number in range(sample["count"]):
        code, middle = middles[number % len(middles)]
        kind = sample["kind"][lot.randrange(len(sample["kind"]))]
        # another district than the sample's has no such communities
        if (area := known.get(district + code)) is None:
            continue
        yield _one(area.code, area.name, kind, _near(middle, sample["spread"], lot), lot)


def _one(code: str, area: str, kind: dict[str, Any], place: Place, lot: Random) -> Described:
    has = [Facility(name) for name in kind["facilities"]]
    if lot.randrange(LACKS_EVERY) == 0:
        has.pop(lot.randrange(len(has)))
    return Described(
        area_code=code,
        name=f"{area.removesuffix('示例社区')}示例{kind['name']}",
        host=HostKind(kind["host"]),
        address=f"示例街{lot.randrange(1, 200)}号",
        place=place,
        hours=kind["hours"],
        facilities=frozenset(has),
        phone=f"0351-000{lot.randrange(10_000):04}",
    )


def _near(middle: list[float], spread: float, lot: Random) -> Place:
    lat, lng = (degrees + lot.uniform(-spread, spread) for degrees in middle)
    return Place.of(lat, lng)

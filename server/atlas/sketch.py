"""A sketch of the district: stations as points, by their true places, north up.

It knows no streets and asks nobody for any: it shows what lies beside what, and how far.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

from server.riders.stations.coordinates import EARTH, SCALE, Place
from server.riders.stations.stations import Point
from server.riders.stations.views import StationView

WIDTH, LOWEST, HIGHEST = 1_000, 560, 1_100
MARGIN = 90
LEAST_METRES = 400
"""A sketch shows no less than so much from side to side."""
TALL, BROAD = 40, 24
"""What a label takes: its height, and the breadth of a digit."""
GAP = 24
BARS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
METRES_A_DEGREE = EARTH * radians(1)


class Spot(NamedTuple):
    """A point of the sketch, in its own units from the upper left."""

    x: int
    y: int


class Mark(NamedTuple):
    """A station with its link; `label` is where its number stands, None where there is no room."""

    view: StationView
    spot: Spot
    label: Spot | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn: stations of the list, the others as dots, names of streets, and a scale."""

    height: int
    marks: tuple[Mark, ...]
    dots: tuple[Spot, ...]
    names: tuple[tuple[str, Spot], ...]
    you: Spot | None
    bar: tuple[int, int]


class _Frame:
    """Brings places into the sketch: equirectangular, true to length at its middle."""

    def __init__(self, places: Sequence[Place]) -> None:
        lats, lngs = [place.lat for place in places], [place.lng for place in places]
        self.middle = Place((min(lats) + max(lats)) // 2, (min(lngs) + max(lngs)) // 2)
        self.narrowing = cos(radians(self.middle.lat / SCALE))
        across = (max(lngs) - min(lngs)) / SCALE * METRES_A_DEGREE * self.narrowing
        down = (max(lats) - min(lats)) / SCALE * METRES_A_DEGREE
        room = WIDTH - 2 * MARGIN
        widest = max(across, LEAST_METRES, down * room / (HIGHEST - 2 * MARGIN))
        self.units = room / widest
        self.height = int(min(HIGHEST, max(LOWEST, down * self.units + 2 * MARGIN)))

    def spot(self, place: Place) -> Spot:
        east = (place.lng - self.middle.lng) / SCALE * METRES_A_DEGREE * self.narrowing
        north = (place.lat - self.middle.lat) / SCALE * METRES_A_DEGREE
        return Spot(
            round(WIDTH / 2 + east * self.units), round(self.height / 2 - north * self.units)
        )

    def shows(self, spot: Spot) -> bool:
        return 0 <= spot.x <= WIDTH and 0 <= spot.y <= self.height


def draw(
    views: Sequence[StationView],
    points: Iterable[Point],
    streets: dict[str, str],
    you: Place | None,
) -> Sketch | None:
    """Return the sketch of a list, closer to it where one asked around a place; None of nothing.

    `streets` names the areas by their paths; a street stands in the middle of its stations.
    """
    others = list(points)
    close = [view.place for view in views] + ([you] if you else [])
    whole = [point.place for point in others]
    places = close if you and views else whole or close
    if not places:
        return None
    frame = _Frame(places)
    spots = [frame.spot(view.place) for view in views]
    listed = {view.number for view in views}
    dots = (frame.spot(point.place) for point in others if point.number not in listed)
    return Sketch(
        height=frame.height,
        marks=tuple(_marks(views, spots)),
        dots=tuple(spot for spot in dots if frame.shows(spot)),
        names=tuple(_names(others, streets, frame)),
        you=frame.spot(you) if you else None,
        bar=_bar(frame.units),
    )


def _marks(views: Sequence[StationView], spots: Sequence[Spot]) -> Iterable[Mark]:
    """Put a number beside each point where none lies yet."""
    taken = [(x - GAP, y - GAP, x + GAP, y + GAP) for x, y in spots]
    for view, spot in zip(views, spots, strict=True):
        wide = BROAD * len(str(view.number))
        places = (
            Spot(spot.x + GAP, spot.y + TALL // 3),
            Spot(spot.x - GAP - wide, spot.y + TALL // 3),
            Spot(spot.x - wide // 2, spot.y - GAP),
            Spot(spot.x - wide // 2, spot.y + GAP + TALL),
        )
        label = next((at for at in places if not _meets(_box(at, wide), taken)), None)
        if label:
            taken.append(_box(label, wide))
        yield Mark(view, spot, label)


Box = tuple[int, int, int, int]


def _box(at: Spot, wide: int) -> Box:
    return (at.x, at.y - TALL, at.x + wide, at.y)


def _meets(box: Box, others: Iterable[Box]) -> bool:
    left, top, right, bottom = box
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in others
    )


def _names(
    points: Iterable[Point], streets: dict[str, str], frame: _Frame
) -> Iterable[tuple[str, Spot]]:
    groups: dict[str, list[Spot]] = {}
    for point in points:
        street = "/".join(point.path.split("/")[:2]) + "/"
        groups.setdefault(street, []).append(frame.spot(point.place))
    for path, spots in groups.items():
        middle = Spot(
            sum(spot.x for spot in spots) // len(spots), sum(spot.y for spot in spots) // len(spots)
        )
        if path in streets and frame.shows(middle):
            yield streets[path], middle


def _bar(units: float) -> tuple[int, int]:
    """Return the length of the scale in metres, and in units."""
    metres = max((bar for bar in BARS if bar * units <= WIDTH / 3), default=BARS[0])
    return metres, round(metres * units)

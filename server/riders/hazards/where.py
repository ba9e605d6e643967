"""Where a hazard is: by the place a phone tells, or in words; which area looks at it follows."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.areas import spoken, tree
from server.areas.models import Area
from server.db import insert_into
from server.people.models import Person
from server.riders.hazards import cells, texts
from server.riders.hazards.models import Hazard, HazardSpot
from server.riders.models import Rider
from server.riders.stations import nearest
from server.riders.stations.coordinates import Place
from server.riders.stations.models import Station
from server.riders.stations.wishes import ANY

NEAR = 2_000
"""Metres within which the nearest station tells in which area somebody is: stations are as close as
a walk of a quarter of an hour, and nobody has told us where areas end."""


def locate(session: Session, hazard: Hazard, place: Place, label: str, now: datetime) -> None:
    """Put a report at a place; the exact one is kept for a week, the cell and the words stay."""
    row = {"hazard_id": hazard.id, "lat": place.lat, "lng": place.lng, "at": now}
    fresh = insert_into(session, HazardSpot).values(row)
    told = {name: fresh.excluded[name] for name in ("lat", "lng", "at")}
    session.execute(fresh.on_conflict_do_update(index_elements=["hazard_id"], set_=told))
    hazard.cell = cells.of(place)
    hazard.place = texts.line(label, texts.MOST_PLACE) or hazard.place
    area_id = _around(session, place, now)
    if area_id is None:
        area_id = _meant(session, label)[0] or hazard.area_id
    hazard.area_id = area_id


def describe(session: Session, hazard: Hazard, words: str) -> None:
    """Put a report at a place told in words; what names no area stays with that of the reporter.

    A place that a phone told before stays exact, and gets these words.
    """
    hazard.place = texts.place(words)
    area_id, code, rest = _meant(session, hazard.place)
    if area_id is not None:
        hazard.area_id = area_id
    if not hazard.cell or "/" in hazard.cell:
        hazard.cell = cells.of_words(code, rest)


def names_area(session: Session, words: str) -> bool:
    """Tell whether the words name one area, so that they say where as well."""
    return _meant(session, words)[0] is not None


def home(session: Session, person_id: int) -> int:
    """Return the area that looks at a report as long as nobody knows where it is."""
    riding = select(Rider.area_id).where(Rider.person_id == person_id)
    living = select(Person.area_id).where(Person.id == person_id)
    found = session.scalar(riding) or session.scalar(living)
    return found or tree.root(session).id


def forget_spot(session: Session, hazard_id: int) -> None:
    """Forget where exactly a report is."""
    session.execute(delete(HazardSpot).where(HazardSpot.hazard_id == hazard_id))


def _around(session: Session, place: Place, now: datetime) -> int | None:
    found = nearest.find(session, place, now, ANY, limit=1).items
    if not found or (found[0].metres or 0) > NEAR:
        return None
    active = select(Station.area_id).join(Area, Area.id == Station.area_id)
    return session.scalar(active.where(Station.id == found[0].id, Area.active))


def _meant(session: Session, words: str) -> tuple[int | None, str, str]:
    """Return the area that the words name, its code, and what they say beyond its name."""
    areas, rest = spoken.meant(session, words)
    if len(areas) == 1:
        return areas[0].id, areas[0].code, rest
    return None, tree.root(session).code, words

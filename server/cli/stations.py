"""`flask stations`: put stations on the map, name their keepers, open and close them."""

from datetime import date, datetime, timedelta

import click
from flask.cli import AppGroup, with_appcontext

from server.cli.arguments import DURATION, refusals_told, show
from server.riders.stations import editing, keepers, keeping, schedules, telling, views
from server.riders.stations import stations as lists
from server.riders.stations.coordinates import Datum, Place
from server.riders.stations.editing import Described
from server.riders.stations.facilities import Facility
from server.riders.stations.models import HostKind
from server.riders.stations.views import StationView
from server.staff import reach as reaches
from server.web import runtime

stations = AppGroup("stations", help="暖蜂驿站: where they are, when they are open.")


@stations.command("add")
@click.option("--area", required=True, help="Code of the area.")
@click.option("--name", required=True)
@click.option("--address", required=True)
@click.option("--near", required=True, type=(float, float), help="Latitude and longitude.")
@click.option("--datum", type=click.Choice([one.value for one in Datum]), default="gcj02")
@click.option("--host", type=click.Choice([one.value for one in HostKind]), default="community")
@click.option("--hours", required=True, help="周一至周五 8:30-18:00；周六 9:00-12:00")
@click.option("--has", multiple=True, type=click.Choice([one.value for one in Facility]))
@click.option("--phone", default="", help="The published one.")
@click.option("--number", type=click.IntRange(1), default=None, help="The next one if left out.")
@with_appcontext
def add(
    area: str, near: tuple[float, float], datum: str, has: tuple[str, ...], **more: str
) -> None:
    """Put a station on the map and print its id and number as JSON."""
    with refusals_told(), runtime().db.transaction() as session:
        what = Described(
            area_code=area,
            name=more["name"],
            host=HostKind(more["host"]),
            address=more["address"],
            place=Place.of(*near, Datum(datum)),
            hours=more["hours"],
            facilities=frozenset(map(Facility, has)),
            phone=more["phone"],
            number=int(more["number"]) if more["number"] else None,
        )
        station = editing.add(session, reaches.of_machine(session), what, runtime().now())
    show({"station": str(station.id), "number": station.number})


@stations.command("list")
@click.option("--after", type=int, default=0, help="Begin past this number.")
@with_appcontext
def show_list(after: int) -> None:
    """List stations by number, one JSON object a line, a hundred at most."""
    now = runtime().now()
    with runtime().db.reading() as session:
        page = lists.browse(session, now, after=after, limit=100)
    for view in page.items:
        hours = schedules.told(view.hours)
        show(_short(view, now) | {"address": view.address, "hours": hours})


@stations.command("open")
@click.argument("number", type=int)
@with_appcontext
def open_up(number: int) -> None:
    """Let a station keep its hours again."""
    now = runtime().now()
    with refusals_told(), runtime().db.transaction() as session:
        found = views.by_number(session, number, now)
        view = keeping.open_up(session, reaches.of_machine(session), found.id, now)
    show(_short(view, now))


@stations.command("close")
@click.argument("number", type=int)
@click.argument("reason")
@click.option("--lasting", type=DURATION, default=None, help="From now: 90m, 48h, 3d.")
@with_appcontext
def close(number: int, reason: str, lasting: timedelta | None) -> None:
    """Close a station for a while; without --lasting until somebody opens it."""
    now = runtime().now()
    until = now + lasting if lasting else None
    with refusals_told(), runtime().db.transaction() as session:
        found = views.by_number(session, number, now)
        view = keeping.close(session, reaches.of_machine(session), found.id, reason, until, now)
    show(_short(view, now))


@stations.command("day")
@click.argument("number", type=int)
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("windows", required=False)
@with_appcontext
def differ(number: int, day: datetime, windows: str | None) -> None:
    """Let a station keep other hours on a day, such as 9:00-12:00 or 休息; nothing: the usual."""
    now = runtime().now()
    when = date(day.year, day.month, day.day)
    with refusals_told(), runtime().db.transaction() as session:
        found = views.by_number(session, number, now)
        machine = reaches.of_machine(session)
        editing.differ(session, machine, found.id, when, windows, now)
    show({"number": number, "day": when.isoformat(), "hours": windows})


@stations.command("keeper")
@click.argument("number", type=int)
@click.argument("person", type=int)
@click.option("--relieve", is_flag=True, help="Let them keep it no more.")
@with_appcontext
def keeper(number: int, person: int, relieve: bool) -> None:
    """Let somebody keep a station."""
    now = runtime().now()
    verb = keepers.relieve if relieve else keepers.entrust
    with refusals_told(), runtime().db.transaction() as session:
        found = views.by_number(session, number, now)
        verb(session, reaches.of_machine(session), found.id, person, now)
    show({"number": number, "person": str(person), "keeps": not relieve})


def _short(view: StationView, now: datetime) -> dict[str, object]:
    stand = telling.standing(view.standing, now)
    return {"station": str(view.id), "number": view.number, "name": view.name, "now": stand}

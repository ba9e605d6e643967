"""`flask activities`: publish, list, change and call off, until the console can."""

from datetime import timedelta

import click
from flask.cli import AppGroup, with_appcontext

from config.wording import spell
from server.areas import tree
from server.cli.arguments import DURATION, refusals_told, show
from server.volunteers.activities import activities as lists
from server.volunteers.activities import staffing
from server.volunteers.models import Field, TeamKind
from server.web import runtime

RISK = "室内外常规活动，请量力而行，听从带队人安排，身体不适请立即告知。"

activities = AppGroup("activities", help="Publish activities and look after them.")


@activities.command("add")
@click.option("--title", required=True)
@click.option("--capacity", required=True, type=click.IntRange(1, 100_000))
@click.option("--starts-in", type=DURATION, default="48h", help="From now: 90m, 48h, 3d.")
@click.option("--hours", type=click.FloatRange(0.25, 24), default=2.0)
@click.option("--area", default=None, help="Code of an area; the whole district when left out.")
@click.option("--place", default="社区活动室")
@click.option("--leader", default="社区工作人员")
@click.option("--risk-note", default=RISK)
@click.option("--field", type=click.Choice([kind.value for kind in Field]), default="other")
@click.option("--team", type=click.Choice([kind.value for kind in TeamKind]), default="other")
@with_appcontext
def add(
    title: str,
    capacity: int,
    starts_in: timedelta,
    hours: float,
    area: str | None,
    **more: str,
) -> None:
    """Publish an activity with one shift and print its ids and its number as JSON."""
    now = runtime().now()
    starts_at = now + starts_in
    time = staffing.Time(starts_at, starts_at + timedelta(hours=hours), capacity)
    with refusals_told(), runtime().db.transaction() as session:
        draft = staffing.Draft(
            title=title,
            area_code=area or tree.root(session).code,
            place=more["place"],
            leader_name=more["leader"],
            risk_note=more["risk_note"],
            field=Field(more["field"]),
            team=TeamKind(more["team"]),
            times=(time,),
        )
        view = staffing.publish(session, draft, now, policy=runtime().policy)
    show({"activity": str(view.id), "number": view.number, "shift": str(view.shifts[0].id)})


@activities.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def show_list(as_json: bool) -> None:
    """List what is open, those that close soonest first."""
    with runtime().db.reading() as session:
        page = lists.browse(session, None, runtime().now(), limit=100)
    for view in page.items:
        shift = view.shifts[0]
        facts = {
            "activity": str(view.id),
            "number": view.number,
            "title": view.title,
            "shift": str(shift.id),
            "starts_at": shift.starts_at.isoformat(),
            "places_left": shift.places_left,
            "waiting": shift.waiting,
        }
        if as_json:
            show(facts)
        else:
            click.echo(
                f"{view.number}. {view.title}  {spell(shift.starts_at)}  余{shift.places_left}"
                f"  候补{shift.waiting}  班次{shift.id}"
            )


@activities.command("capacity")
@click.argument("shift", type=int)
@click.argument("capacity", type=click.IntRange(1, 100_000))
@with_appcontext
def change_capacity(shift: int, capacity: int) -> None:
    """Change a shift's number of places; new places are offered to the line at once."""
    with refusals_told(), runtime().db.transaction() as session:
        offered = staffing.set_capacity(
            session, shift, capacity, runtime().now(), policy=runtime().policy
        )
    show({"shift": str(shift), "capacity": capacity, "offered": offered})


@activities.command("cancel")
@click.argument("activity", type=int)
@with_appcontext
def call_off(activity: int) -> None:
    """Call an activity off and tell everybody who counted on it."""
    with refusals_told(), runtime().db.transaction() as session:
        told = staffing.cancel(session, activity, runtime().now())
    show({"activity": str(activity), "told": told})

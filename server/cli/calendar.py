"""`flask calendar`: which days are worked, as deadlines count them."""

from datetime import datetime

import click
from flask.cli import AppGroup, with_appcontext

from config.wording import LOCAL
from server.calendar import seeding, workdays
from server.cli.arguments import show
from server.web import runtime

YEAR = click.IntRange(2007, 2100)
DAY = click.DateTime(["%Y-%m-%d"])

calendar = AppGroup("calendar", help="Say which days are worked.")


@calendar.command("seed")
@click.argument("year", type=YEAR, required=False)
@with_appcontext
def seed(year: int | None) -> None:
    """Enter a year's holidays as the library knows them; this year and the next if left out."""
    now = runtime().now()
    this = now.astimezone(LOCAL).year
    with runtime().db.transaction() as session:
        for number in (year,) if year else (this, this + 1):
            show({"year": number, "days": seeding.seed(session, number, now)})
        missing = workdays.unpublished(session, now.astimezone(LOCAL).date())
    if missing:
        click.echo(f"not announced yet, counted Monday to Friday: {missing}", err=True)


@calendar.command("show")
@click.argument("year", type=YEAR, required=False)
@with_appcontext
def show_year(year: int | None) -> None:
    """List the days of a year on which the day of the week does not decide."""
    with runtime().db.reading() as session:
        days = workdays.year(session, year or runtime().now().astimezone(LOCAL).year)
    for day in days:
        if day.source is not None:
            show(
                {
                    "day": day.day.isoformat(),
                    "is_workday": day.is_workday,
                    "name": day.name,
                    "source": day.source,
                }
            )


@calendar.command("set")
@click.argument("day", type=DAY)
@click.option("--worked/--free", required=True)
@click.option("--name", default="", help="What the day is called, such as 国庆节.")
@with_appcontext
def set_day(day: datetime, worked: bool, name: str) -> None:
    """Say for this district whether a day is worked; no seeding changes it again."""
    with runtime().db.transaction() as session:
        workdays.set_day(session, None, day.date(), worked, name, runtime().now())
    show({"day": day.date().isoformat(), "is_workday": worked})

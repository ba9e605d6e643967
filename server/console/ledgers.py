"""The service ledger and the rosters of activities, as they stand."""

from flask import Response, request

from config.wording import LOCAL
from server.console.pages import Pages
from server.console.visit import Visit
from server.ledgers import months, rosters, served
from server.ledgers.months import Span
from server.ledgers.served import PAGE, Place
from server.ledgers.tables import Names
from server.ledgers.words import FIELDS, RECORDS, SIGNUPS, SOURCES
from server.sheets import cells
from server.staff import reach as reaches
from server.staff.rights import Right

pages = Pages("ledgers", __name__)


def span_said(visit: Visit) -> Span:
    """Return the days that the address names; without any, this month."""
    today = visit.now.astimezone(LOCAL).date()
    month = months.month_of(today)
    since = cells.day(request.values.get("since", "")) or month.since
    until = cells.day(request.values.get("until", "")) or max(today, since)
    return Span(since, until).checked()


@pages.get("/ledgers/service", Right.SEE_RECORDS)
def show_service(visit: Visit) -> Response:
    """Show the records of an area within some days, with masked names."""
    areas = reaches.areas(visit.session, visit.reach, Right.SEE_RECORDS)
    code = request.args.get("area") or next((each.code for each in areas), "")
    area = reaches.area(visit.session, visit.reach, Right.SEE_RECORDS, code)
    span = span_said(visit)
    rows = served.page(visit.session, area, span, Place.read(request.args.get("after", "")))
    onward = Place(rows[-1].day, rows[-1].id).text() if len(rows) == PAGE else None
    return visit.show(
        "ledgers/service.html",
        choices=[(each.code, each.name) for each in areas],
        area=area,
        span=span,
        rows=rows,
        onward=onward,
        names=Names(visit.runtime.vault, whole=False),
        words={"field": FIELDS, "state": RECORDS, "source": SOURCES},
        may_export=visit.reach.covers(Right.EXPORT, area.path),
    )


@pages.get("/ledgers/rosters/<activity_id>", Right.SEE_RECORDS)
def show_roster(visit: Visit, activity_id: int) -> Response:
    """Show who signed up for an activity, came, and what was recorded."""
    activity = rosters.activity(visit.session, visit.reach, activity_id, Right.SEE_RECORDS)
    area = rosters.area_of(visit.session, activity)
    return visit.show(
        "ledgers/roster.html",
        activity=activity,
        area=area,
        span=span_said(visit),
        rows=rosters.page(visit.session, activity_id),
        names=Names(visit.runtime.vault, whole=False),
        words={"signup": SIGNUPS, "state": RECORDS},
        may_export=visit.reach.covers(Right.EXPORT, area.path),
    )

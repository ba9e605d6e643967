"""Monthly figures and the map of unmet needs, drawn, with the numbers as a table beside."""

from typing import Any

from flask import Response, request

from config.wording import LOCAL
from server.areas.models import Area
from server.console.filters import hours
from server.console.pages import Pages
from server.console.visit import Visit
from server.ledgers import figures, months, unmet
from server.ledgers.figures import Figure
from server.ledgers.unmet import Map
from server.ledgers.words import FIELDS
from server.staff import reach as reaches
from server.staff.rights import Right
from server.volunteers.models import Field

pages = Pages("figures", __name__)

MONTHS = 6
NUMBERS = [
    {"text": words, "number": True}
    for words in ("活动（场）", "志愿者（人）", "生效时长", "办结需求", "按时办结", "满意度")
]


@pages.get("/figures", Right.SEE_FIGURES)
def show(visit: Visit) -> Response:
    """Show the last six months of an area, and this month of each area right below."""
    areas, area = _area(visit)
    spans = months.last(visit.now.astimezone(LOCAL).date(), MONTHS)
    by_month = figures.by_month(visit.session, area, spans, visit.now)
    by_area = figures.by_area(visit.session, area, spans[-1], visit.now)
    return visit.show(
        "figures/show.html",
        choices=[(each.code, each.name) for each in areas],
        area=area,
        span=spans[-1],
        numbers=NUMBERS,
        months=[_row(line) for line in by_month],
        below=[_row(line) for line in by_area],
        drawn=_drawn(by_month),
        drawn_rows=[[_short(line.label), hours(line.minutes)] for line in by_month],
        fewest=figures.FEWEST,
        may_export=visit.reach.covers(Right.EXPORT, area.path),
    )


@pages.get("/figures/unmet", Right.SEE_FIGURES)
def show_unmet(visit: Visit) -> Response:
    """Show where help is lacking, by field and area."""
    areas, area = _area(visit)
    found = unmet.of(visit.session, area, visit.now)
    today = visit.now.astimezone(LOCAL).date()
    return visit.show(
        "figures/unmet.html",
        choices=[(each.code, each.name) for each in areas],
        area=area,
        span=months.month_of(today),
        found=found,
        fields=FIELDS,
        drawn=_stacked(found),
        totals=[(FIELDS[field], *found.total(field)) for field in Field],
        may_export=visit.reach.covers(Right.EXPORT, area.path),
    )


def _area(visit: Visit) -> tuple[list[Area], Area]:
    """Return the areas to choose from, and the one that the address names."""
    areas = reaches.areas(visit.session, visit.reach, Right.SEE_FIGURES)
    code = request.args.get("area") or next((each.code for each in areas), "")
    return areas, reaches.area(visit.session, visit.reach, Right.SEE_FIGURES, code)


def _row(line: Figure) -> list[Any]:
    """Write a line as the table shows it."""
    return [
        line.label,
        line.activities,
        "少于5人" if line.people is None else line.people,
        hours(line.minutes),
        line.done,
        "—" if line.punctual is None else f"{line.punctual}%",
        "—" if line.satisfaction is None else line.satisfaction,
    ]


def _drawn(lines: list[Figure]) -> dict[str, Any]:
    return {
        "kind": "bar",
        "labels": [_short(line.label) for line in lines],
        "unit": "小时",
        "series": [{"name": "生效时长", "values": [line.minutes // 60 for line in lines]}],
    }


def _short(label: str) -> str:
    """Write 2026年3月 as 3月: six months name none twice."""
    return label.partition("年")[2]


def _stacked(found: Map) -> dict[str, Any]:
    totals = [found.total(field) for field in Field]
    return {
        "kind": "stacked",
        "labels": list(FIELDS.values()),
        "unit": "件",
        "series": [
            {"name": "超期未办结", "values": [each.overdue for each in totals]},
            {"name": "未办结", "values": [each.open - each.overdue for each in totals]},
            {"name": "近90天已办结", "values": [each.served for each in totals]},
        ],
    }

"""The figures of branches for a quarter, drawn, and the quarter pack that is taken along."""

from typing import Any
from urllib.parse import quote

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages
from server.console.visit import Visit
from server.ledgers.packs import contents, packing
from server.ledgers.packs.contents import Matter, spelled
from server.party import quarters
from server.party.figures import figures
from server.party.figures.figures import Figures
from server.party.figures.hiding import ALL, Kept
from server.party.quarters import Quarter
from server.party.refusals import NoSuchBranch
from server.party.reports import windows
from server.staff.rights import Right

pages = Pages("party_figures", __name__)

QUARTERS = 9
UNITS = {"report": "份", "time": "份", "door": "份", "reached": "人", "way": "次", "state": "人"}
DRAWN = ("report", "door", "way", "grade")
"""Matters with so many parts that a picture helps; of the others the numbers do."""


@pages.get("/party/figures", Right.SEE_PARTY)
def show(visit: Visit) -> Response:
    """Show a quarter of one branch, or of all that this person leads; nobody is named."""
    found, key = _asked(visit)
    if not found.sheets:
        return visit.show("party/figures.html", pack=None)
    pack = contents.of(visit.session, found, key, _window(visit, found.quarter), visit.now)
    return visit.show(
        "party/figures.html",
        pack=pack,
        quarter=found.quarter,
        branch=key or "",
        quarters=_quarters(visit),
        branches=_branches(found),
        counts=[(label, spelled(count)) for label, count in pack.counts],
        drawn=[_drawn(each) for each in pack.matters if _is_drawn(each)],
        listed=[
            (f"{each.title}：{label}", count)
            for each in pack.matters
            if not _is_drawn(each)
            for label, count in _rows(each)
        ],
        few=isinstance(found.sheets[key].counts["members"], Kept),
        aside=len(found.branches) - len([each for each in found.sheets if each != ALL]),
    )


@pages.get("/party/figures/pack", Right.SEE_PARTY)
def take(visit: Visit) -> Response:
    """Give the same figures as one file with a workbook and a paper in it."""
    found, key = _asked(visit)
    if not found.sheets:
        raise NoSuchBranch
    pack = contents.of(visit.session, found, key, _window(visit, found.quarter), visit.now)
    answer = Response(packing.packed(pack), mimetype="application/zip")
    named = quote(f"{pack.branch}{pack.quarter}.zip")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename={found.quarter}.zip; filename*=UTF-8''{named}"
    )
    return answer


def _asked(visit: Visit) -> tuple[Figures, int]:
    """Return the figures of the quarter that the address names, and which branch it names."""
    rules, named = visit.runtime.settings.reports, fields.asked("quarter")
    known = {str(each): each for each in _recent(visit)}
    wanted = known.get(named, windows.begun(visit.now, rules).quarter)
    how: dict[str, Any] = {"rules": rules, "vault": visit.runtime.party}
    found = figures.of(visit.session, visit.reach, wanted, visit.now, **how)
    key = fields.asked_number("branch") or ALL
    if found.sheets and key not in found.sheets:
        raise NoSuchBranch
    return found, key


def _recent(visit: Visit) -> list[Quarter]:
    """Return the quarters to choose from, this one first."""
    found = [quarters.of(visit.now)]
    while len(found) < QUARTERS:
        found.append(found[-1].before)
    return found


def _window(visit: Visit, quarter: Quarter) -> windows.Window:
    return windows.of(quarter, visit.runtime.settings.reports)


def _quarters(visit: Visit) -> list[tuple[str, str]]:
    return [
        (str(each), say("party.figure_quarter", year=each.year, number=each.number))
        for each in _recent(visit)
    ]


def _branches(found: Figures) -> list[tuple[str, str]]:
    alone = [(str(key), name) for key, name in found.branches.items() if key in found.sheets]
    return [("", contents.name_of_all(found)), *(alone if len(found.branches) > 1 else ())]


def _drawn(matter: Matter) -> tuple[str, str, dict[str, Any], list[list[str]], list[str]]:
    """Return what is drawn: (id, title, the drawing, its numbers, their headers)."""
    values = [None if isinstance(count, Kept) else count for _label, count in matter.parts]
    spec = {
        "kind": "bar",
        "labels": [label for label, _count in matter.parts],
        "unit": UNITS.get(matter.name, "份"),
        "series": [{"name": matter.title, "values": values}],
    }
    return matter.name, matter.title, spec, _rows(matter), ["哪一种", UNITS.get(matter.name, "份")]


def _is_drawn(matter: Matter) -> bool:
    """Tell whether a matter is drawn: of counts that may not be shown there is nothing to draw."""
    shows = any(count for _label, count in matter.parts if not isinstance(count, Kept))
    return matter.name in DRAWN and len(matter.parts) > 1 and shows


def _rows(matter: Matter) -> list[list[str]]:
    return [[label, spelled(count)] for label, count in matter.parts]

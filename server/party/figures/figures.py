"""The figures of a person's branches for a quarter, as they may be shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party.access import leads
from server.party.figures import counting, hiding
from server.party.figures.counting import Span, Sums
from server.party.figures.hiding import ALL, Count
from server.party.keys import PartyVault
from server.party.models import LIVE, Branch, Office, ReviewState, Way
from server.party.quarters import Quarter
from server.people.models import Channel
from server.staff.reach import Reach
from server.staff.rights import Right


class Shape(NamedTuple):
    """What is told of one matter: its name, what it breaks down, and into which parts."""

    name: str
    of: str
    parts: Sequence[str]


STANDS = ("handed_in", "excused", "exempt", "missed", "waiting")
SHAPES = (
    Shape("state", "members", LIVE),
    Shape("report", "expected", STANDS),
    Shape("time", "handed_in", ("on_time", "late")),
    Shape("door", "handed_in", (*Channel, "gone")),
    Shape("reached", "expected", ("yes", "no")),
    Shape("way", "touches", tuple(Way)),
    Shape("review", "reviews", tuple(ReviewState)),
    Shape("grade", "reviews", counting.GRADES),
    Shape("need", "needs", ("solved", "open")),
    Shape("letter", "letters", ("answered", "unanswered")),
)
TOTALS = {
    "expected": tuple(f"report_{one}" for one in STANDS),
    "touches": tuple(f"way_{one}" for one in Way),
    "reviews": tuple(f"review_{one}" for one in ReviewState),
    "needs": ("need_solved", "need_open"),
    "letters": ("letter_answered", "letter_unanswered"),
}
"""What is broken down, each with what it consists of; it is shown like a count by itself."""
ALONE = {
    "hosted": "hosted_all",
    "returned": "ended_returned",
    "transferred": "ended_transferred",
    "in_vain": "vain_all",
}
"""Counts that are no parts of anything."""


class Sheet(NamedTuple):
    """The figures of one branch, or of all together: counts by name, and their parts by matter."""

    counts: Mapping[str, Count]
    parts: Mapping[str, Mapping[str, Count]]


class Figures(NamedTuple):
    """The figures of a quarter; `sheets` bear the number of a branch, `ALL` for all together.

    A branch that is not shown alone has none. `branches` are all that are counted, by name.
    """

    quarter: Quarter
    branches: Mapping[int, str]
    sheets: Mapping[int, Sheet]


def of(
    session: Session,
    reach: Reach,
    quarter: Quarter,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> Figures:
    """Return the figures of all branches that this person leads, or answers for as the officer.

    The session sees one snapshot, so the sums agree. As many statements whatever there is; it is
    nobody's file that is read, so no look is noted.
    """
    branches = kept(session, reach, now)
    span = Span(list(branches), quarter, now)
    sums = counting.count(session, span, rules, vault) if branches else {}
    return Figures(quarter, branches, hidden(sums) if sums else {})


def kept(session: Session, reach: Reach, now: datetime) -> dict[int, str]:
    """Return the branches whose figures somebody sees, by name: as secretary, or as the officer."""
    if not reach.may(Right.SEE_PARTY):
        return {}
    mine = leads(reach, now, (Office.SECRETARY,)), Branch.outside.is_(False)
    rows = session.execute(select(Branch.id, Branch.name).where(*mine).order_by(Branch.name))
    return {row.id: row.name for row in rows}


def hidden(sums: Sums) -> dict[int, Sheet]:
    """Return what may be shown of the sums, without what would tell a count of one to four."""
    members = {key: sum(each[f"state_{one}"] for one in LIVE) for key, each in sums.items()}
    closed = hiding.closed_branches(members)
    totals = {"members": hiding.column(members, closed)}
    for name, parts in TOTALS.items():
        values = {key: sum(each[part] for part in parts) for key, each in sums.items()}
        totals[name] = hiding.column(values, closed)
    for name, part in ALONE.items():
        values = {key: each[part] for key, each in sums.items()}
        totals[name] = hiding.column(values, closed)
    tables: dict[str, dict[int, hiding.Row]] = {}
    for shape in SHAPES:
        rows = {
            key: [each[f"{shape.name}_{one}"] for one in shape.parts] for key, each in sums.items()
        }
        tables[shape.name] = hiding.table(rows, totals[shape.of])
        if shape.name == "report":
            at = shape.parts.index("handed_in")
            totals["handed_in"] = {key: row[at] for key, row in tables["report"].items()}
    shown = [key for key in sums if key not in closed]
    return {key: _sheet(key, totals, tables) for key in (ALL, *shown)}


def _sheet(
    key: int,
    totals: Mapping[str, Mapping[int, Count]],
    tables: Mapping[str, Mapping[int, hiding.Row]],
) -> Sheet:
    counts = {name: found[key] for name, found in totals.items()}
    parts = {
        shape.name: dict(zip(map(str, shape.parts), tables[shape.name][key], strict=True))
        for shape in SHAPES
    }
    return Sheet(counts, parts)

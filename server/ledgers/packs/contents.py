"""What stands in a quarter pack: the sentences a branch needs, and its figures in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.wording import LOCAL, say, spell
from server.calendar import workdays
from server.party.figures.figures import ALONE, SHAPES, Figures, Sheet
from server.party.figures.hiding import Count, Kept
from server.party.reports.windows import Window

DAY = timedelta(days=1)
ELSEWHERE = {"state": "copies.filestate", "door": "copies.channel", "way": "copies.way"}
OURS = {("door", "gone")}
"""Parts whose words stand with ours although the others of their matter do not."""


class Matter(NamedTuple):
    """A matter with its parts, each as it may be shown."""

    name: str
    title: str
    parts: Sequence[tuple[str, Count]]


class Pack(NamedTuple):
    """All that stands in a quarter pack, the same for the workbook and the paper."""

    branch: str
    quarter: str
    sentences: Sequence[str]
    next: Sequence[str]
    counts: Sequence[tuple[str, Count]]
    matters: Sequence[Matter]


def of(session: Session, found: Figures, key: int, window: Window, now: datetime) -> Pack:
    """Return what to say of one branch, or of all together. One statement."""
    sheet = found.sheets[key]
    quarter = say("party.figure_quarter", year=found.quarter.year, number=found.quarter.number)
    return Pack(
        branch=found.branches.get(key) or name_of_all(found),
        quarter=quarter,
        sentences=list(_sentences(sheet, window, working_days(session, window))),
        next=list(_next(sheet, is_open=window.opens <= now)) or [say("party.pack_next_none")],
        counts=[(say(f"party.count_{one}"), sheet.counts[one]) for one in ("members", *ALONE)],
        matters=matters(sheet),
    )


def name_of_all(found: Figures) -> str:
    """Return what all branches together are called; one alone has its own name."""
    names = list(found.branches.values())
    return names[0] if len(names) == 1 else say("party.figure_all")


def working_days(session: Session, window: Window) -> int:
    """Return how many working days a report may be handed in on time. One statement."""
    return workdays.between(session, _day(window.opens) - DAY, _day(window.due) - DAY)


def spelled(count: Count, some: str = "figure_aside") -> str:
    """Write a count as it may be shown; `some` says how one is called that is set aside."""
    if isinstance(count, Kept):
        return say("party.figure_few" if count is Kept.FEW else f"party.{some}")
    return str(count)


def _sentences(sheet: Sheet, window: Window, days: int) -> Iterator[str]:
    yield say(
        "party.pack_window",
        opens=spell(_day(window.opens)),
        due=spell(_day(window.due) - DAY),
        grace=spell(_day(window.grace)),
        days=days,
    )
    facts: Mapping[str, str] = {
        name: spelled(count, "figure_some")
        for counts in (sheet.counts, *sheet.parts.values())
        for name, count in counts.items()
    }
    yield say("party.pack_reports", **facts)
    if sheet.counts["handed_in"] != 0:
        yield say("party.pack_times", **facts)
    yield say("party.pack_contacts", **facts)
    for name in ("reviews", "needs", "letters"):
        if sheet.counts[name] != 0:
            yield say(f"party.pack_{name}", **facts)


def _next(sheet: Sheet, *, is_open: bool) -> Iterator[str]:
    if is_open and sheet.parts["report"]["waiting"] != 0:
        yield say("party.pack_next_waiting")
    if sheet.parts["reached"]["no"] != 0:
        yield say("party.pack_next_touch")
    if sheet.parts["need"]["open"] != 0:
        yield say("party.pack_next_needs")


def matters(sheet: Sheet) -> list[Matter]:
    """Return all that is told of a branch by matters; parts of which there are none are left out.

    Those of reports and of contacts are told in full, so that one sees what there could be.
    """
    found = []
    for shape in SHAPES:
        parts = [
            (_label(shape.name, part), count)
            for part, count in sheet.parts[shape.name].items()
            if count != 0 or shape.name in ("report", "time", "reached")
        ]
        if parts and sheet.counts[shape.of] != 0:
            found.append(Matter(shape.name, say(f"party.figure_{shape.name}"), parts))
    return found


def _label(name: str, part: str) -> str:
    if name in ELSEWHERE and (name, part) not in OURS:
        return say(f"{ELSEWHERE[name]}_{part}")
    return say(f"party.part_{name}_{part}")


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()

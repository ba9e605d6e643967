"""Reports at the last moment before each edge of a window and at the first after it, anywhere."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from bench.district import opened
from bench.rigs import customers
from bench.rigs.bank import Bank
from bench.rigs.cells import ZONES
from bench.rigs.customers import Line
from bench.rigs.errands import Errand, Kind
from bench.rigs.outcome import Found
from server.party.models import PartyReport
from server.party.quarters import Quarter
from server.party.reports.windows import Standing
from tests.server.party import edges as reckoned
from tests.server.party.edges import MS

SIDES = 4 * 2
"""Before and after each of the four edges of a quarter."""
FILES = SIDES * len(ZONES)
LATE = {Standing.OPEN: False, Standing.LATE_OPEN: True}
AGAIN = timedelta(seconds=1)


class Moment(NamedTuple):
    """A report handed in beside an edge: late or not, None where it must be refused.

    `again` is a second text of it, a second later, as far as that still may come.
    """

    errand: Errand
    late: bool | None
    again: Errand | None


def play(here: Bank, first: int, quarters: Sequence[Quarter]) -> Found:
    """Hand in at every edge of these quarters on hosts of each zone, by files from this one on.

    Return what was done, and what must be nought.
    """
    moments = [list(_moments(first + zone * SIDES, quarters)) for zone in range(len(ZONES))]
    with here.serving(2 * len(ZONES)) as crowd:
        for second in (False, True):
            given = [_given(each, second) for each in moments]
            with ThreadPoolExecutor(len(ZONES)) as pool:
                jobs = [
                    pool.submit(customers.all_bring, crowd[zone :: len(ZONES)], line)
                    for zone, line in enumerate(given)
                ]
                for job in jobs:
                    job.result()
        told = customers.answers(crowd)
    kept = _kept(here.url, first)
    wrong = 0
    for one, late, again in (each for some in moments for each in some):
        wrong += (told[one.key].number is None) != (late is None)
        wrong += again is not None and told[again.key].number is None
        wrong += kept.get((one.file, one.quarter)) != late
    tried = sum(map(len, moments))
    facts = {"moments beside an edge": tried, "quarters": len(quarters), "zones": len(ZONES)}
    return facts, {"wrong quarter or wrongly late": wrong}


def _moments(first: int, quarters: Sequence[Quarter]) -> Iterator[Moment]:
    for quarter in quarters:
        side = first
        for at, before, after in reckoned.edges(quarter):
            for moment, standing in ((at - MS, before), (at, after)):
                late = LATE.get(standing)
                key = f"edge:{side}:{quarter}"
                one = Errand(key, Kind.REST, side, moment, str(quarter), words=key)
                # a moment before the grace ends there is no second to come again
                open_still = late is not None and (standing, after) != (
                    Standing.LATE_OPEN,
                    Standing.MISSED,
                )
                later = Errand(
                    f"{key}+", Kind.CHAT, side, moment + AGAIN, str(quarter), words=f"{key}+"
                )
                yield Moment(one, late, later if open_still else None)
                side += 1


def _given(moments: Sequence[Moment], second: bool) -> Line:
    brought = [one.again if second else one.errand for one in moments]
    found = [(one, one.key) for one in brought if one is not None]
    return Line(found, moments[0].errand.at)


def _kept(url: str, first: int) -> dict[tuple[int, str], bool]:
    """Return whether what was handed in is late, by file and quarter."""
    handed_in = PartyReport.number > 0, PartyReport.file_id >= first
    row = PartyReport.file_id, PartyReport.quarter, PartyReport.late
    with opened(url) as database, database.reading() as session:
        found = session.execute(select(*row).where(*handed_in))
        return {(file, quarter): late for file, quarter, late in found}

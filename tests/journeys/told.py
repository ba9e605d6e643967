"""Every notice of a branch's year as it went: to whom, on which day, of what; and what was meant.

The table is compared in full: one more or one less fails.
"""

import difflib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.notices import spans
from config.wording import LOCAL
from server.notices.models import Notice, NoticeState
from server.party import telling
from server.party.models import PartyFile, PartyNeed, PartyReport, ReportRevision
from tests.journeys.branch import BY_CHAT, STAFF, YEAR, Year
from tests.server.party.acts import VAULT

QUARTERS = tuple(f"{YEAR}Q{number}" for number in range(1, 5))
NEWS = "news"
"""What staff are told without an obligation: a member has spoken, somebody is given to them."""
TELLING = ("党", "支部", "汇报", "考评", "反馈", "困难", "季度", "示例")
"""Words that would tell whoever sees the screen what a notice is about."""
TABLE = """
2026-01-06 office.message news 小郑 小吴
2026-03-12 office.note report:2026Q1 甲 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-04-05 office.note report:2026Q1 壬 癸
2026-04-11 office.message due:2026Q1 小郑 小吴
2026-04-21 office.message missed:2026Q1 老周
2026-04-22 office.note report:2026Q1 丙
2026-04-24 office.note review:2026Q1 甲 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-04-26 office.message news 老周
2026-05-13 office.note review:2026Q1 辛
2026-06-11 office.note report:2026Q2 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-07-05 office.note report:2026Q2 己
2026-07-11 office.message due:2026Q2 小吴
2026-07-21 office.message missed:2026Q2 老周
2026-07-24 office.note review:2026Q2 甲 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-07-26 office.message news 老周
2026-08-13 office.note review:2026Q2 庚
2026-09-11 office.note report:2026Q3 甲 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-10-05 office.note report:2026Q3 己
2026-10-11 office.message due:2026Q3 小吴
2026-10-21 office.message missed:2026Q3 老周
2026-10-23 office.note review:2026Q3 甲 乙 丙 丁 戊 己 庚 辛 壬 癸
2026-11-06 office.message news 老周
2026-11-11 office.note review:2026Q3 己
2026-11-13 office.message news 小郑
2026-12-12 office.note report:2026Q4 甲 乙 丙 丁 戊 己 辛 壬 癸
2026-12-21 office.message news 小何 小郑
2026-12-21 office.note letter:2026 甲 乙 丙 丁 戊 己 辛 壬 癸
2026-12-23 office.message news 老周 小郑
2026-12-28 office.note need:1 丁
2027-01-13 office.note review:2026Q4 甲 乙 丙 丁 戊 己 辛 壬 癸
"""
"""Day, kind, what it is about, and who. Of two about a report the second is five days before it
is due, or the branch's question (丙 in April)."""


class Told(NamedTuple):
    """One notice that somebody got: when, what kind, about what, and who."""

    at: datetime
    kind: str
    about: str
    name: str
    queued_at: datetime


def every_notice_is_expected(year: Year) -> None:
    """Compare all that went with the table, and with the rules that the table must keep."""
    told = list(all_of(year))
    went, meant = rows(told), TABLE.strip().splitlines()
    assert went == meant, "\n".join(difflib.ndiff(meant, went))
    assert too_often(told) == []
    assert twice_a_day(told) == []
    member = year.runtime.settings.notices.member
    assert at_night(told, member) == []
    assert after_it_came(told, came(year)) == []
    assert plain(year) == []


def all_of(year: Year) -> Iterator[Told]:
    """Return every notice that somebody got, oldest first; what reached nobody had no phone."""
    names = {person: name for name, person in year.persons.items()}
    with year.runtime.db.reading() as session:
        marks = {telling.mark(each, VAULT): each for each in abouts(session)}
        wanted = select(Notice).order_by(Notice.settled_at, Notice.id)
        for each in session.scalars(wanted):
            if each.state is not NoticeState.SENT:
                assert (each.state, names.get(each.person_id)) == (NoticeState.UNREACHABLE, None)
                continue
            assert each.settled_at
            about = marks[each.obligation.rpartition(":")[2]] if each.obligation else NEWS
            name = names[each.person_id]
            yield Told(each.settled_at.astimezone(LOCAL), each.kind, about, name, each.queued_at)


def abouts(session: Session) -> Iterator[str]:
    """Return all that a notice of this year may be about."""
    for quarter in QUARTERS:
        yield from (f"{what}:{quarter}" for what in ("report", "review", "due", "missed"))
    yield f"letter:{YEAR}"
    yield from (f"need:{need_id}" for need_id in session.scalars(select(PartyNeed.id)))


def rows(told: list[Told]) -> list[str]:
    """Return one line for what was told on one day about one thing."""
    order = [*BY_CHAT, *(name for name, *_ in STAFF)]
    found = []
    for what, group in groupby(sorted(told, key=_row), _row):
        names = sorted({one.name for one in group}, key=order.index)
        who = " ".join(name.removeprefix("示例·").removeprefix("流动") for name in names)
        found.append(" ".join((*what, who)))
    return found


def _row(one: Told) -> tuple[str, str, str]:
    return one.at.date().isoformat(), one.kind, one.about


def too_often(told: list[Told]) -> list[object]:
    """Return whom a quarter's report was put before more than twice."""
    counted = Counter(
        (one.name, one.about)
        for one in told
        if one.kind == telling.MEMBER and one.about.startswith("report:")
    )
    return [each for each, count in counted.items() if count > 2]


def twice_a_day(told: list[Told]) -> list[object]:
    """Return who was told more than one thing on a day."""
    counted = Counter((one.name, one.at.date()) for one in told)
    return [each for each, count in counted.items() if count > 1]


def at_night(told: list[Told], window: str) -> list[Told]:
    """Return what went outside the times of day at which people are told something."""
    spoken = spans(window)
    return [
        one
        for one in told
        if not any(span.begins <= one.at.hour * 60 + one.at.minute < span.ends for span in spoken)
    ]


class Came(NamedTuple):
    """When a member's report of a quarter came in or was excused, and when they were asked back."""

    settled: datetime
    asked: datetime | None


def came(year: Year) -> dict[tuple[str, str], Came]:
    """Return when each report was settled, by member and what a reminder of it is about."""
    names = {person: name for name, person in year.persons.items()}
    first = select(func.min(ReportRevision.at)).where(ReportRevision.report_id == PartyReport.id)
    wanted = select(PartyFile.person_id, PartyReport, first.scalar_subquery()).join(
        PartyReport, PartyReport.file_id == PartyFile.id
    )
    with year.runtime.db.reading() as session:
        return {
            (names[person], f"report:{report.quarter}"): Came(
                at or report.excused_at, report.returned_at
            )
            for person, report, at in session.execute(wanted)
            if person in names and (at or report.excused_at)
        }


def after_it_came(told: list[Told], settled: dict[tuple[str, str], Came]) -> list[Told]:
    """Return who was reminded of what they had handed in; the branch's question is none."""
    return [
        one
        for one in told
        if (found := settled.get((one.name, one.about)))
        and found.settled <= one.queued_at != found.asked
    ]


def plain(year: Year) -> list[str]:
    """Return what reached a phone and says what it is about."""
    phones = (*year.phones.values(), *year.staff.values())
    texts = {text for phone in phones for text in phone.pushed()}
    return [text for text in texts if any(word in text for word in TELLING)]

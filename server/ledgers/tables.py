"""The tables that may be exported: who may, what stands in them, row by row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from server.areas.models import Area
from server.ledgers import figures, layouts, riding, rosters, served, unmet
from server.ledgers.months import Span
from server.ledgers.words import FIELDS, RECORDS, SIGNUPS, SOURCES
from server.people import masking, profile
from server.people.vault import Vault
from server.sheets.spelling import Cell
from server.staff.rights import Right
from server.volunteers.models import Field

NAMES_KEPT = 20_000
"""Names opened once and kept for their other rows; a bound on memory, not on rows."""


class Wanted(NamedTuple):
    """What an export is about: an area, days, maybe one activity; names whole or masked."""

    area: Area
    span: Span
    activity_id: int | None
    whole: bool
    now: datetime


class Names:
    """Opens the sealed names of rows, and masks them unless they are wanted whole."""

    def __init__(self, vault: Vault, *, whole: bool) -> None:
        self._vault = vault
        self._whole = whole
        self._kept: dict[int, str] = {}

    def of(self, row: Any) -> str:
        """Return the name of the person of a row, as it may be written."""
        if row.person_id not in self._kept:
            if len(self._kept) >= NAMES_KEPT:
                self._kept.clear()
            name = profile.read_name(row.person_id, row.name, vault=self._vault) or ""
            self._kept[row.person_id] = name if self._whole else masking.masked(name)
        return self._kept[row.person_id]


@dataclass(frozen=True)
class Table:
    """A kind of export. `personal` tells that its rows are about persons.

    Each row is written by `rows`, lazily; `right` is needed beside that of exporting.
    """

    name: str
    title: str
    right: Right
    personal: bool
    headers: Callable[[], Sequence[str]]
    count: Callable[[Session, Wanted], int]
    rows: Callable[[Session, Wanted, Names], Iterator[Sequence[Cell]]]


SERVICE = (
    *("服务日期", "区域", "活动编号", "活动", "服务领域", "志愿者编号", "姓名"),
    *("分钟", "小时", "状态", "来源", "生效时间"),
)
ROSTER = (
    "班次",
    "志愿者编号",
    "姓名",
    "报名",
    "渠道",
    "现场加入",
    "签到",
    "签退",
    "分钟",
    "时长状态",
)
FIGURES = (
    "区域",
    "活动（场）",
    "参与志愿者（人）",
    "生效分钟",
    "办结需求",
    "按时办结",
    "满意度（5分）",
)
UNMET = ("区域", "服务领域", "未办结", "其中超期", "近90天已办结")


def _service(session: Session, wanted: Wanted, names: Names) -> Iterator[Sequence[Cell]]:
    for row in served.walk(session, wanted.area, wanted.span):
        yield (
            *(row.day, row.area, row.number, row.title, FIELDS[row.field], row.volunteer_no),
            *(names.of(row), row.minutes, row.minutes // 30 / 2),
            *(RECORDS[row.state], SOURCES[row.source], row.final_at),
        )


def _national(session: Session, wanted: Wanted, names: Names) -> Iterator[Sequence[Cell]]:
    layout = layouts.volunteer_system()
    for row in served.walk(session, wanted.area, wanted.span, *served.TIMES):
        yield layout.row(row, names.of(row))


def _roster(session: Session, wanted: Wanted, names: Names) -> Iterator[Sequence[Cell]]:
    for row in rosters.walk(session, wanted.activity_id or 0):
        yield (
            *(row.starts_at, row.volunteer_no, names.of(row), SIGNUPS[row.state]),
            *(row.channel.value, row.walk_in, row.in_at, row.out_at, row.minutes),
            RECORDS[row.record] if row.record else None,
        )


def _figures(session: Session, wanted: Wanted, _names: Names) -> Iterator[Sequence[Cell]]:
    for line in figures.by_area(session, wanted.area, wanted.span, wanted.now):
        few = "少于5" if line.people is None else line.people
        yield (
            *(line.label, line.activities, few, line.minutes),
            *(line.done, line.on_time, line.satisfaction),
        )


def _unmet(session: Session, wanted: Wanted, _names: Names) -> Iterator[Sequence[Cell]]:
    found = unmet.of(session, wanted.area, wanted.now)
    for area_id, name in found.areas:
        for field in Field:
            cell = found.at(area_id, field)
            if any(cell):
                yield (name, FIELDS[field], *cell)


def _points(session: Session, wanted: Wanted, _names: Names) -> Iterator[Sequence[Cell]]:
    return riding.by_month(session, wanted.area, wanted.span)


def _records(session: Session, wanted: Wanted) -> int:
    return served.count(session, wanted.area, wanted.span)


def _signups(session: Session, wanted: Wanted) -> int:
    return rosters.count(session, wanted.activity_id or 0)


def _few(_session: Session, _wanted: Wanted) -> int:
    return 0


_ALL = (
    Table("service", "服务台账", Right.SEE_RECORDS, True, lambda: SERVICE, _records, _service),
    Table(
        "national",
        "全国系统导入表",
        Right.SEE_RECORDS,
        True,
        lambda: layouts.volunteer_system().headers,
        _records,
        _national,
    ),
    Table("roster", "活动花名册", Right.SEE_RECORDS, True, lambda: ROSTER, _signups, _roster),
    Table("figures", "月度数据", Right.SEE_FIGURES, False, lambda: FIGURES, _few, _figures),
    Table("unmet", "未满足需求", Right.SEE_FIGURES, False, lambda: UNMET, _few, _unmet),
    Table("points", "积分收支", Right.SEE_BUDGET, False, lambda: riding.HEADERS, _few, _points),
)
TABLES = {table.name: table for table in _ALL}


def wanted(session: Session, area_id: int, said: dict[str, Any], now: datetime) -> Wanted:
    """Return what was wanted, from what is kept of it."""
    span = Span(date.fromisoformat(said["since"]), date.fromisoformat(said["until"]))
    area = session.get_one(Area, area_id)
    return Wanted(area, span, said.get("activity_id"), said["whole"], now)

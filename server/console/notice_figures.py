"""How sending fares: what became of notices, what people still allow, what WeChat still takes."""

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import Response

from config.wording import say, spell
from server.console import fields
from server.console.pages import Pages
from server.console.visit import Visit
from server.notices import due, figures, overview, previews, quotas, reasons, standing
from server.notices.kinds import Way
from server.notices.models import NoticeState
from server.notices.overview import Ended, Overview
from server.notices.standing import Left
from server.staff.rights import Right

pages = Pages("notice_figures", __name__)

SPANS = {"today": 1, "week": 7}
LATELY = timedelta(minutes=5)
STATES = {
    NoticeState.SENT: "已送出",
    NoticeState.UNREACHABLE: "送不到",
    NoticeState.DEAD: "送失败",
    NoticeState.DROPPED: "不送了",
}
DRAWN = (NoticeState.SENT, NoticeState.UNREACHABLE, NoticeState.DEAD)
"""What was dropped was not wanted any more: it stands in the table alone."""
NUMBERS = [{"text": words, "number": True} for words in STATES.values()]


@pages.get("/notice-figures", Right.SEE_NOTICES)
def show(visit: Visit) -> Response:
    """Show today, or the last seven days, in as many statements whatever has been sent."""
    session = visit.session
    span = fields.asked("span") if fields.asked("span") in SPANS else "today"
    found = overview.of(session, visit.reach, SPANS[span], visit.now)
    backlog = due.backlog(session, visit.now)
    lag = figures.lag(session, visit.now - LATELY, visit.now)
    left = standing.left(session, visit.runtime.settings)
    return visit.show(
        "notice_figures/show.html",
        span=span,
        choices=[("today", "今天"), ("week", "近7天")],
        waiting=backlog.open,
        age=_spelled(backlog.age),
        lag=_spelled(lag),
        parts=_parts(found),
        headers=["时间", *(STATES[state] for state in DRAWN)],
        numbers=NUMBERS,
        kinds=_by_kind(found),
        quotas=[_quota(way, found.used[way]) for way in Way],
        left=[_left(each) for each in left],
    )


def _parts(found: Overview) -> list[tuple[str, str, dict[str, Any], list[list[Any]]]]:
    """Return what is drawn: (id, what it is called, the drawing, its numbers)."""
    hours = {f"{hour}点": ended for hour, ended in found.hours.items()}
    if len(found.days) == 1:
        return [("by-hour", "每小时", *_drawn(hours))]
    days = {spell(day): ended for day, ended in found.days.items()}
    return [
        ("by-day", "每天", *_drawn(days)),
        ("by-hour", "各个钟点，七天加在一起", *_drawn(hours)),
    ]


def _drawn(sums: dict[str, Ended]) -> tuple[dict[str, Any], list[list[Any]]]:
    series = [
        {"name": STATES[state], "values": [ended[state] for ended in sums.values()]}
        for state in DRAWN
    ]
    spec = {"kind": "stacked", "labels": list(sums), "unit": "条", "series": series}
    # hours in which nothing happened are drawn, and left out of the table
    rows = [[label, *(ended[state] for state in DRAWN)] for label, ended in sums.items()]
    return spec, [row for row in rows if any(row[1:])]


def _by_kind(found: Overview) -> list[list[Any]]:
    """Return a line for each kind, what was sent most often first, with the sum at the end."""
    lines = sorted(found.kinds.items(), key=lambda each: (-each[1].total(), each[0]))
    rows: list[tuple[str, Ended]] = [(previews.title_of(kind), ended) for kind, ended in lines]
    if len(rows) > 1:
        rows.append(("合计", sum((ended for _, ended in rows), Counter())))
    return [[label, *(ended[state] for state in STATES)] for label, ended in rows]


def _quota(way: Way, used: int) -> tuple[str, int, str, str]:
    """Return a way, how many went out today, how many WeChat takes, and how much that is of it."""
    limit = quotas.A_DAY.get(way)
    if limit is None:
        return reasons.name_of(way), used, "没有公布", "—"
    part = f"{used * 100 / limit:.1f}%" if used * 1_000 >= limit else "不到0.1%"
    return reasons.name_of(way), used, f"{limit // 10_000}万", part if used else "0%"


def _left(each: Left) -> list[Any]:
    name = say(f"notices.template_{each.name}")
    return [name, reasons.name_of(each.way), each.people, each.total, each.lasting]


def _spelled(span: timedelta) -> str:
    """Write a span of time roughly: 8秒, 3分钟, 2小时."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds}秒"
    return f"{seconds // 60}分钟" if seconds < 3600 else f"{seconds // 3600}小时"

"""Points, said in chat: what one has, each line with why, and a month of them."""

from bot import activities
from bot.activities import MORE
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import short
from config.wording import say
from server.riders.points import reading
from server.riders.points.ledger import local_day
from server.riders.points.reading import Standing, Why
from server.riders.statements import months, telling

PAGE = 10
LONGEST = 16
"""Characters of a rule's name in the list: ten lines fit WeChat's 2048 bytes."""


def show(chat: Chat) -> Reply:
    """Tell what one has, what is on its way, and what runs out first."""
    has = reading.balance(chat.session, chat.person_id, chat.now)
    return Reply(say("points.balance", points=has.points, rest=_rest(has)))


def entries(chat: Chat, before: int | None = None) -> Reply:
    """List one's lines by their number, the newest first."""
    found = reading.entries(chat.session, chat.person_id, before, PAGE + 1)
    lines = found[:PAGE]
    if not lines:
        return Reply(say("points.no_entries"))
    choices: dict[str, Choice] = {str(each.number): ("points_why", each.number) for each in lines}
    if len(found) > PAGE:
        choices[MORE] = ("points_entries", lines[-1].number)
    more = say("points.and_older") if len(found) > PAGE else ""
    told = "\n".join(map(_line, lines))
    return Reply(say("points.entries", lines=told, number=lines[0].number, more=more), choices)


def why(chat: Chat, number: int) -> Reply:
    """Tell what one line rests on; the list stays in force."""
    line = reading.why(chat.session, chat.person_id, number)
    reasons = "".join(_reasons(line))
    return Reply(say("points.why", line=_line(line), balance=line.balance, reasons=reasons))


def statement(chat: Chat, month: int | None = None) -> Reply:
    """Tell a month of one's points: the last one unless another is named by its number."""
    day = months.last(chat.now) if month is None else months.named(month, chat.now)
    found = months.of(chat.session, chat.person_id, day, chat.now)
    this = local_day(chat.now).month
    other = this if day.month != this else months.last(chat.now).month
    choices: dict[str, Choice] = {"1": ("points_month", other)}
    told = telling.told(found)
    return Reply(say("points.month", month=day.month, text=told, other=other), choices)


def _rest(has: Standing) -> str:
    told = ""
    if has.waiting:
        told += say("points.waiting", points=has.waiting)
    if has.next_day is not None:
        facts = {"year": has.next_day.year, "until": has.next_day}
        told += say("points.next_out", points=has.next_points, **facts)
    if has.frozen_until is not None:
        told += say("points.paused", until=has.frozen_until)
    return told


def _line(line: Why) -> str:
    name = short(line.name or "", LONGEST)
    what = say(f"points.kind_{line.kind}", name=name)
    return say("points.line", number=line.number, change=f"{line.delta:+d}", what=what, at=line.at)


def _reasons(line: Why) -> list[str]:
    told = []
    if line.name and line.verifier:
        seen = say(f"points.seen_by_{line.verifier}")
        facts = {"name": line.name, "at": line.event_at, "version": line.version}
        told.append(say("points.rests_on", seen=seen, **facts))
        for key, cap in (("caps_a_day", line.day_cap), ("caps_a_month", line.month_cap)):
            if cap is not None:
                told.append(say(f"points.{key}", cap=cap))
    if line.reason:
        told.append(say("points.because", reason=line.reason))
    if line.shortfall:
        told.append(say("points.not_taken", points=line.shortfall))
    if line.last_day is not None:
        told.append(say("points.good_through", year=line.last_day.year, until=line.last_day))
    return told


activities.PAGES["points_entries"] = entries

COMMANDS = (
    Command(
        "points",
        ("积分", "我的积分", "积分余额", "查积分", "积分查询", "多少积分", "我有多少积分"),
        show,
    ),
    Command("points_entries", ("积分明细", "积分记录", "积分流水", "我的积分明细"), entries),
    Command("points_why", (), why),
    Command(
        "points_statement",
        ("积分月报", "月报", "积分账单", "月度积分", "我的月报", "上月积分", "上个月积分"),
        statement,
    ),
    Command("points_month", ("积分月报", "月报", "积分账单"), statement, Takes.NUMBER, "月?份?"),
)

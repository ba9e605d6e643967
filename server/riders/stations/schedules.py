"""Opening hours as people write them: 周一至周五 8:30-18:00；周六 9:00-12:00 14:00-17:00.

One text serves the console, tables brought along and pages alike; `read` understands what `told`
writes, and some more ways of saying it.
"""

import re

from server.errors import Invalid
from server.riders.stations.hours import DAY, Hours, Window, Windows, overlap

NAMES = "一二三四五六日"
ALWAYS = "每天"
WHOLE = "24小时"
OVERNIGHT = "次日"
LONGEST = 400

_FORMS = str.maketrans("：；，、～—–－至到", ":;  ------")
_DAYS = re.compile(r"(?:周|星期)([一二三四五六日])(?:-(?:周|星期)?([一二三四五六日]))?")
_TIME = r"(?:次日)?(\d{1,2})(?::(\d{2}))?"
_WINDOW = re.compile(rf"{_TIME}-{_TIME}")


class UnclearHours(Invalid):
    """The opening hours cannot be understood, or stand in each other's way."""

    code = "stations.unclear_hours"


def read(text: str) -> Hours:
    """Return the week that a text tells; a day that is not named is closed. Or refuse."""
    days: list[list[Window]] = [[] for _ in NAMES]
    plain = re.sub(r"\s*-+\s*", "-", text[:LONGEST].translate(_FORMS)).replace("周天", "周日")
    for part in filter(None, map(str.strip, plain.replace(ALWAYS, "周一-周日 ").split(";"))):
        named, windows = _part(part)
        if not (named and windows and all(one.is_sound for one in windows)):
            raise UnclearHours(text=text[:40])
        for day in named:
            days[day] += windows
    if len(text) > LONGEST or any(map(overlap, days)):
        raise UnclearHours(text=text[:40])
    return Hours(tuple(tuple(sorted(day)) for day in days))


def read_day(text: str) -> Windows:
    """Return the windows that a text tells of one day, such as 9:00-12:00; 休息 is none."""
    if text.strip() in ("", "休息", "关", "关门", "不开"):
        return ()
    return read(f"周一 {text}").week[0]


def told(hours: Hours) -> str:
    """Write a week the way people read it, days that are alike together."""
    runs: list[tuple[int, int]] = []
    for day in range(7):
        if runs and hours.week[runs[-1][0]] == hours.week[day]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    parts = [
        f"{_named(first, last)} {told_day(hours.week[first])}"
        for first, last in runs
        if hours.week[first]
    ]
    return "；".join(parts)


def told_day(windows: Windows) -> str:
    """Write the windows of a day; nothing for a day without any."""
    if windows == (Window(0, DAY),):
        return WHOLE
    return " ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in windows)


def _part(part: str) -> tuple[list[int], list[Window]]:
    """Read which days a part names, and their windows; nothing where it makes no sense."""
    days: list[int] = []
    rest = part
    while found := _DAYS.match(rest):
        first, last = (NAMES.index(name or found[1]) for name in found.groups())
        days += range(first, last + 1)
        rest = rest[found.end() :].strip()
    return days, [Window(0, DAY)] if rest in (WHOLE, "全天") else _windows(rest)


def _windows(text: str) -> list[Window]:
    told = text.split()
    found = [_WINDOW.fullmatch(one) for one in told]
    return [_window(one) for one in found if one] if all(found) else []


def _window(found: re.Match[str]) -> Window:
    opens, closes = (
        int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1
        for hour, minute in (found.group(1, 2), found.group(3, 4))
    )
    if OVERNIGHT in found[0] or closes <= opens:
        closes += DAY
    return Window(opens, closes)


def _named(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return ALWAYS
    if first == last:
        return f"周{NAMES[first]}"
    return f"周{NAMES[first]}至周{NAMES[last]}"


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % DAY if minute != DAY else minute, 60)
    return f"{OVERNIGHT if minute > DAY else ''}{hour}:{rest:02}"

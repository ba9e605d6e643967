"""How the console's pages write moments, days, hours, phone numbers and what is due."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno
from jinja2 import Environment

from config.wording import LOCAL, WEEKDAYS, say, spell
from server.errors import Refusal
from server.volunteers.hours import hours as spelled_hours

NOTHING = "—"
SOON_DAYS = 2
"""What is due in so few days is marked as close."""
MOBILE = re.compile(r"(1[\d*]{2})([\d*]{4})([\d*]{4})")


@dataclass(frozen=True)
class Due:
    """How close a deadline is: the words, and the kind of state that marks them."""

    kind: str
    words: str


def moment(value: datetime | None, year: bool = False) -> str:
    """Write a moment in local time, as 3月9日（周一）09:00."""
    if value is None:
        return NOTHING
    words = spell(value)
    return f"{value.astimezone(LOCAL).year}年{words}" if year else words


def clock(value: datetime | None) -> str:
    """Write the time of day of a moment in local time, as 09:00."""
    return f"{value.astimezone(LOCAL):%H:%M}" if value else NOTHING


def day(value: date | datetime | None, year: bool = False) -> str:
    """Write a day with its weekday, as 3月9日（周一), of a moment the local one."""
    if value is None:
        return NOTHING
    local = value.astimezone(LOCAL).date() if isinstance(value, datetime) else value
    words = f"{spell(local)}（周{WEEKDAYS[local.weekday()]}）"
    return f"{local.year}年{words}" if year else words


def hours(minutes: int | None) -> str:
    """Write minutes as hours, as everywhere else (`volunteers.hours.hours`): 1.5小时."""
    return NOTHING if minutes is None else spelled_hours.spelled(minutes)


def phone(number: str | None) -> str:
    """Write a mobile number in groups, as 138 0000 1234, masked ones too; others as they are."""
    if not number:
        return NOTHING
    found = MOBILE.fullmatch(number)
    return " ".join(found.groups()) if found else number


def due(deadline: datetime | None, now: datetime) -> Due:
    """Say how close a deadline is, counted in local days: 超期3天, 今天17:00前, 还剩5天."""
    if deadline is None:
        return Due("plain", "无期限")
    local = deadline.astimezone(LOCAL)
    days = (local.date() - now.astimezone(LOCAL).date()).days
    if deadline < now:
        return Due("bad", f"超期{-days}天" if days else "今天已超期")
    if days == 0:
        return Due("warn", f"今天{local:%H:%M}前")
    return Due("warn" if days <= SOON_DAYS else "info", f"还剩{days}天")


def sentence(refusal: Refusal) -> str:
    """Say why something was turned down, and what to do next."""
    return say(refusal.code, **refusal.facts)


def qr(text: str) -> str:
    """Draw a text as a QR code, as the address of a picture that carries itself."""
    return segno.make(text, error="m").svg_data_uri(scale=4, border=3, light="#fff")


FILTERS: dict[str, Any] = {
    "moment": moment,
    "clock": clock,
    "day": day,
    "hours": hours,
    "phone": phone,
    "due": due,
    "sentence": sentence,
    "qr": qr,
}


def install(environment: Environment) -> None:
    """Teach these words to the templates."""
    environment.filters.update(FILTERS)
    environment.globals["say"] = say

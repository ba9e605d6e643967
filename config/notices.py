"""Settings of notices: when and how often people are told something, and how it leaves."""

import re
from functools import cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, Field

DAY = 24 * 60
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]|24):([0-5][0-9])")


class Span(NamedTuple):
    """A part of a day, in minutes after midnight; `ends` is the first minute outside."""

    begins: int
    ends: int


@cache
def spans(text: str) -> tuple[Span, ...]:
    """Read windows such as `09:30-10:30,20:00-02:00` (Shanghai time), in the order of the day.

    One that ends earlier than it begins runs over midnight. What touches or overlaps is one span.
    `ValueError` when nothing can be made of it.
    """
    found: list[Span] = []
    for part in text.split(","):
        match = _WINDOW.fullmatch(part.strip())
        if match is None:
            raise ValueError("must be times such as 08:00-22:00 or 09:30-10:30,14:00-16:30")
        hours = [int(number) for number in match.groups()]
        begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if begins == ends or ends > DAY:
            raise ValueError("a time such as 08:00-22:00 must end later than it begins")
        found += [Span(begins, ends)] if begins < ends else [Span(begins, DAY), Span(0, ends)]
    return _merged(sorted(span for span in found if span.begins < span.ends))


def _merged(found: list[Span]) -> tuple[Span, ...]:
    merged = found[:1]
    for span in found[1:]:
        if span.begins <= merged[-1].ends:
            merged[-1] = Span(merged[-1].begins, max(span.ends, merged[-1].ends))
        else:
            merged.append(span)
    return tuple(merged)


def _windows(text: str) -> str:
    spans(text)
    return text


Windows = Annotated[str, AfterValidator(_windows)]


class Notices(BaseModel, frozen=True, extra="forbid"):
    """When and how often people are told something; times of day are those of Shanghai.

    `resident`, `member`, `staff`: everybody is left alone from ten in the evening until eight.
    `rider`: riders are told something only between the rushes (`awake_minutes` beats all four:
    who has just written to us is not woken by an answer). `spread_minutes`: over how many minutes
    after an opening what has waited goes out. `a_day` counts ordinary messages, `an_obligation`
    reminders of one thing. A reminder is put off by `snooze_minutes`, while it was sent less than
    `snooze_within_hours` ago. `connections` is how many are sent at the same time by one worker.
    """

    resident: Windows = "08:00-22:00"
    member: Windows = "08:00-22:00"
    staff: Windows = "08:00-22:00"
    rider: Windows = "09:30-10:30,14:00-16:30,20:30-21:30"
    awake_minutes: int = Field(default=15, ge=0, le=120)
    spread_minutes: int = Field(default=20, ge=0, le=120)
    a_day: int = Field(default=1, ge=1, le=20)
    an_obligation: int = Field(default=2, ge=1, le=10)
    snooze_minutes: int = Field(default=120, ge=5, le=24 * 60)
    snooze_within_hours: int = Field(default=48, ge=1, le=7 * 24)
    connections: int = Field(default=16, ge=1, le=512)

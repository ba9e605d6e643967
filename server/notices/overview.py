"""What became of notices over some days, summed up for staff who look at it as a whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.notices import figures
from server.notices.models import NoticeState
from server.staff.reach import Reach
from server.staff.rights import Right

Ended = Counter[str]
"""How many ended in each state."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Sums of some local days, the last of which is today.

    `hours` are the 24 of the clock in Beijing, over all the days; `used` is what went out today by
    each way. Every day and hour is there, also where nothing happened.
    """

    days: Mapping[date, Ended]
    hours: Mapping[int, Ended]
    kinds: Mapping[str, Ended] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)


def of(session: Session, reach: Reach, days: int, now: datetime) -> Overview:
    """Sum up today and the days before it, `days` in all. Three statements at most."""
    reach.require_any(Right.SEE_NOTICES)
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=days - 1)
    spans = [(first + timedelta(days=number)).date() for number in range(days)]
    found = Overview(
        {day: Counter() for day in spans}, {hour: Counter() for hour in range(24)}, {}, Counter()
    )
    kinds: dict[str, Ended] = {}
    for hour, count in figures.by_hour(session, first, now):
        local = hour.astimezone(LOCAL)
        sums = found.days[local.date()], found.hours[local.hour]
        for ended in (*sums, kinds.setdefault(count.kind, Counter())):
            ended[count.state] += count.number
        if hour >= midnight and count.state == NoticeState.SENT:
            found.used[count.way] += count.number
    return Overview(found.days, found.hours, kinds, found.used)

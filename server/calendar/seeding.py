"""Entering the State Council's holidays of a year, as the `holidays` library knows them."""

import logging
from datetime import date, datetime

from holidays.countries.china import China
from sqlalchemy import and_, delete
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.calendar import workdays
from server.calendar.models import CalendarDay, DaySource
from server.db import insert_into

log = logging.getLogger(__name__)

EXTRA_WORK = "补班"
"""What a worked Saturday or Sunday is called."""

calendar_day = CalendarDay.__table__.c


def announced(year: int) -> dict[date, tuple[bool, str]]:
    """Return whether each special day of a year is worked, and its name; empty when unannounced.

    Each yearly announcement moves some days off; while the library knows of no Saturday or Sunday
    worked for it, it only reckons the feasts and the year is not announced.
    """
    known = China(years=year, language="zh_CN")
    worked = [day for day in known.weekend_workdays if day.year == year]
    if not worked:
        return {}
    free = {day: (False, name.replace("; ", "、")) for day, name in known.items()}
    return free | {day: (True, EXTRA_WORK) for day in worked}


def seed(session: Session, year: int, now: datetime) -> int:
    """Enter what the library knows of a year, and return how many days; a repeat is no harm.

    What the district has said itself stays. A year not announced yet is left as it is.
    """
    special = announced(year)
    if not special:
        return 0
    ours = and_(
        calendar_day.day.between(date(year, 1, 1), date(year, 12, 31)),
        calendar_day.source == DaySource.LIBRARY,
        calendar_day.day.not_in(special),
    )
    session.execute(delete(CalendarDay.__table__).where(ours))
    fresh = insert_into(session, CalendarDay)
    said = {column: fresh.excluded[column] for column in ("is_workday", "name", "changed_at")}
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["day"], set_=said, where=calendar_day.source == DaySource.LIBRARY
        ),
        [
            {
                "day": day,
                "is_workday": worked,
                "name": name[:60],
                "source": DaySource.LIBRARY,
                "changed_at": now,
            }
            for day, (worked, name) in sorted(special.items())
        ],
    )
    return len(special)


def keep_ahead(session: Session, now: datetime) -> str:
    """Enter this year and the next as far as they are announced; warn where deadlines need more."""
    today = now.astimezone(LOCAL).date()
    entered = [f"{year}: {seed(session, year, now)}" for year in (today.year, today.year + 1)]
    for year in workdays.unpublished(session, today):
        log.warning(
            "the holidays of %d are not known: deadlines count Monday to Friday; "
            "renew the `holidays` package or enter them with `flask calendar set`",
            year,
        )
    return ", ".join(entered)

"""When a quarter's report may be handed in, and how one stands; reckoned, never kept as a flag."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from config.reports import Reports
from config.wording import LOCAL
from server.party import quarters
from server.party.models import PartyFile, PartyReport
from server.party.quarters import Quarter

DAY = timedelta(days=1)


class Standing(StrEnum):
    """How a quarter's report stands at a moment."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LATE_OPEN = "late_open"
    SUBMITTED = "submitted"
    SUBMITTED_LATE = "submitted_late"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    MISSED = "missed"
    EXCUSED = "excused"
    EXEMPT = "exempt"


class Window(NamedTuple):
    """When a quarter's report opens, and the first moments that are late, and too late. In UTC."""

    quarter: Quarter
    opens: datetime
    due: datetime
    grace: datetime


def of(quarter: Quarter, rules: Reports) -> Window:
    """Return the window of a quarter: it ends in the month after, by the clock of Shanghai."""
    after = quarter.after.first_day
    return Window(
        quarter,
        _midnight(after - rules.opens_days * DAY),
        _midnight(after.replace(day=rules.due_day) + DAY),
        _midnight(after.replace(day=rules.grace_day) + DAY),
    )


def named(quarter: str, rules: Reports) -> Window | None:
    """Return the window of a quarter that is written as 2026Q1; None for whatever is none."""
    found = quarters.named(quarter)
    return of(found, rules) if found else None


def current(now: datetime, rules: Reports) -> Window:
    """Return the window that is open or opens next: the moment decides the quarter."""
    this = quarters.of(now)
    last = of(this.before, rules)
    return last if now < last.grace else of(this, rules)


def begun(now: datetime, rules: Reports) -> Window:
    """Return the window that opened last, over or not: what there is anything to tell of."""
    window = current(now, rules)
    return window if window.opens <= now else of(window.quarter.before, rules)


def standing(
    file: PartyFile, report: PartyReport | None, window: Window, now: datetime, rules: Reports
) -> Standing:
    """Return how a member's report of a quarter stands."""
    told = _told(report) if report else None
    if told is not None:
        return told
    if window.quarter.ends - file.reported_at < rules.exempt_days * DAY:
        return Standing.EXEMPT
    if now < window.opens:
        return Standing.NOT_OPEN
    if now < window.grace:
        return Standing.OPEN if now < window.due else Standing.LATE_OPEN
    return Standing.MISSED


def is_asked(report: PartyReport) -> bool:
    """Tell whether a branch has asked something about a report, and has no answer yet."""
    waits = report.returned_at is not None and report.accepted_at is None
    return waits and report.returned_number == report.number


def _told(report: PartyReport) -> Standing | None:
    """Return how a report stands by what was done about it, None while nothing was."""
    if report.excused_at is not None:
        return Standing.EXCUSED
    if not report.number:
        return None
    if report.accepted_at is not None:
        return Standing.ACCEPTED
    if is_asked(report):
        return Standing.RETURNED
    return Standing.SUBMITTED_LATE if report.late else Standing.SUBMITTED


def _midnight(day: date) -> datetime:
    """Return the moment a local day begins, in the zone that moments are kept in."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)

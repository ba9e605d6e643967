"""Which quarter is reviewed when, and until when branch and member speak. Reckoned, never kept."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.reports import Reports
from config.reviews import Reviews
from server.party import quarters
from server.party.models import PartyFile, PartyReview, ReviewState
from server.party.quarters import Quarter
from server.party.refusals import NothingThere
from server.party.reports import windows
from server.party.reviews.refusals import ReviewNotDue

REVIEW_RULES = "party_review_rules"
"""What a session carries of these settings, for what is asked without any: the queue of tasks."""

NAME = re.compile(r"(20[0-9]{2})Q([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings by which reviews go: those of reports, and their own."""

    reports: Reports
    reviews: Reviews


def named(name: str) -> Quarter:
    """Return the quarter of a name such as 2026Q1, or tell that nothing is there."""
    found = NAME.fullmatch(name)
    if found is None:
        raise NothingThere
    return Quarter(int(found[1]), int(found[2]))


def latest(now: datetime, rules: Rules) -> Quarter:
    """Return the latest quarter whose report is due already: the one that is reviewed."""
    last = quarters.of(now).before
    return last if is_due(last, now, rules) else last.before


def recent(now: datetime, rules: Rules, most: int) -> list[Quarter]:
    """Return the latest quarters that may be reviewed, the latest first."""
    found = [latest(now, rules)]
    while len(found) < most:
        found.append(found[-1].before)
    return found


def is_due(quarter: Quarter, now: datetime, rules: Rules) -> bool:
    """Tell whether a quarter may be reviewed: its report has been due (M4)."""
    return now >= windows.of(quarter, rules.reports).due


def due(name: str, now: datetime, rules: Rules) -> Quarter:
    """Return the quarter of a name, or refuse it before its report is due, and say when that is."""
    quarter = named(name)
    if not is_due(quarter, now, rules):
        due_at = windows.of(quarter, rules.reports).due
        raise ReviewNotDue(year=quarter.year, number=quarter.number, due=due_at)
    return quarter


def concerns(file: PartyFile, quarter: Quarter) -> bool:
    """Tell whether a member was one of the branch's before the quarter ended."""
    return file.reported_at < quarter.ends


def deadline(quarter: Quarter, review: PartyReview | None, rules: Rules) -> datetime | None:
    """Return until when somebody should speak; None where nothing waits for anybody."""
    if review is None or review.state is ReviewState.BRANCH_DECIDED:
        return windows.of(quarter, rules.reports).due + timedelta(days=rules.reviews.decide_days)
    if review.state is ReviewState.SHOWN and review.shown_at:
        return review.shown_at + timedelta(days=rules.reviews.answer_days)
    if review.state is ReviewState.OBJECTED and review.answered_at:
        return review.answered_at + timedelta(days=rules.reviews.answer_days)
    return None

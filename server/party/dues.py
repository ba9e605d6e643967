"""For whom something is due: as conditions that a list bears, and how many of each there are."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, quarters, silence
from server.party.access import may_read
from server.party.models import LIVE, Contact, ContactLog, PartyFile
from server.party.reports import due as reports
from server.staff.reach import Reach

MOST = 1_000
"""So many are counted; a list that is longer says so."""


class Due(StrEnum):
    """Which members are wanted: all, or those for whom something is due this quarter."""

    ALL = "all"
    TOUCH = "touch"
    REPORT = "report"
    RETURNED = "returned"
    ACCEPT = "accept"
    RECHECK = "recheck"
    NO_CONTACT = "no_contact"
    BROKEN = "broken"
    ENDED = "ended"


COUNTED = (Due.TOUCH, Due.REPORT, Due.RETURNED, Due.ACCEPT)


def of(due: Due, now: datetime, rules: Reports) -> list[ColumnElement[bool]]:
    """Return the conditions that a file is one of those wanted."""
    if due is Due.ENDED:
        return [PartyFile.state.not_in(LIVE)]
    live = PartyFile.state.in_(LIVE)
    if due is Due.TOUCH:
        return [live, ~in_touch(now)]
    if due is Due.REPORT:
        return [live, reports.owed(now, rules)]
    if due is Due.RETURNED:
        return [live, reports.asked(now, rules)]
    if due is Due.ACCEPT:
        return [live, reports.undecided(now, rules)]
    if due is Due.RECHECK:
        begins = quarters.of(now).begins
        return [live, or_(PartyFile.confirmed_at.is_(None), PartyFile.confirmed_at < begins)]
    if due is Due.NO_CONTACT:
        named = exists().where(Contact.file_id == PartyFile.id, Contact.until.is_(None))
        return [live, ~named.correlate(PartyFile)]
    if due is Due.BROKEN:
        return [live, silence.may_be_broken(now, rules)]
    return [live]


def in_touch(now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody has reached a member this quarter."""
    reached = exists().where(
        ContactLog.file_id == PartyFile.id,
        ContactLog.quarter == str(quarters.of(now)),
        ContactLog.reached.is_(True),
    )
    return reached.correlate(PartyFile)


def counts(session: Session, reach: Reach, now: datetime, rules: Reports) -> dict[Due, int]:
    """Return for how many members in reach each is due, up to `MOST`. Two statements."""
    near = access.near(session, reach, now, LIVE), may_read(reach, now)
    each = [
        select(func.count())
        .select_from(select(PartyFile.id).where(*near, *of(due, now, rules)).limit(MOST).subquery())
        .scalar_subquery()
        for due in COUNTED
    ]
    return dict(zip(COUNTED, session.execute(select(*each)).one(), strict=True))

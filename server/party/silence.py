"""Who has been silent so long that their secretary is asked; what follows only a person says."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from config.reports import Reports
from server.party import access
from server.party.models import ContactLog, FileState, PartyFile
from server.party.reports import windows
from server.party.reports.owed import owed
from server.staff.reach import Reach

ATTEMPTS = 3
"""So many tries must be written down before a person may say that contact is broken."""
STATES = FileState.REPORTED, FileState.ACTIVE


def missed_twice(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that the last two quarters whose grace is over were both missed."""
    last = windows.current(now, rules).quarter.before
    return and_(*owed(last, rules), *owed(last.before, rules))


def is_silent(session: Session, file_id: int, now: datetime, rules: Reports) -> bool:
    """Tell whether a member has missed the last two quarters. One statement."""
    found = select(PartyFile.id).where(PartyFile.id == file_id, missed_twice(now, rules))
    return session.scalar(found) is not None


def may_be_broken(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a secretary is asked whether contact with a member is broken."""
    return and_(PartyFile.state.in_(STATES), missed_twice(now, rules), _tries() >= ATTEMPTS)


def count(session: Session, reach: Reach, now: datetime, rules: Reports, *, most: int) -> int:
    """Count the members of whom this person is asked whether contact is broken, up to so many."""
    mine = access.may_keep(reach, now), access.may_read(reach, now), may_be_broken(now, rules)
    some = select(PartyFile.id).where(*mine).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _tries() -> ColumnElement[int]:
    """Select the same as `contacts.attempts` counts, for each file of a list."""
    line, other = aliased(ContactLog), aliased(ContactLog)
    reached = select(func.max(other.day)).where(other.file_id == PartyFile.id, other.reached)
    since = func.coalesce(reached.correlate(PartyFile).scalar_subquery(), date(1900, 1, 1))
    tries = line.file_id == PartyFile.id, line.reached.is_(False), line.day > since
    counted = select(func.count(line.day.distinct())).where(*tries)
    return counted.correlate(PartyFile).scalar_subquery()

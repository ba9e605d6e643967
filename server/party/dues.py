"""By what the desk of a branch lists its members: all, or those for whom something is due."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, or_

from config.reports import Reports
from server.party import quarters, silence
from server.party.models import LIVE, Contact, ContactLog, PartyFile


class Due(StrEnum):
    """Which members are wanted: all, or those for whom something is due this quarter."""

    ALL = "all"
    TOUCH = "touch"
    RECHECK = "recheck"
    NO_CONTACT = "no_contact"
    BROKEN = "broken"
    ENDED = "ended"


def of(due: Due, now: datetime, rules: Reports) -> list[ColumnElement[bool]]:
    """Return the conditions that a file is one of those wanted."""
    if due is Due.ENDED:
        return [PartyFile.state.not_in(LIVE)]
    live = PartyFile.state.in_(LIVE)
    if due is Due.TOUCH:
        return [live, ~in_touch(now)]
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

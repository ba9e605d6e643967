"""Whose report is due, asked about, or waits to be accepted; as conditions that lists bear.

Each looks at the reports of one member over an index, and at those of a year at most, so that the
history behind a member slows no list down.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile, PartyReport
from server.party.reports import sheets, windows
from server.party.reports.owed import owed as lacking
from server.staff.reach import Reach

BACK = 4
"""So many quarters a list looks back for what was asked or waits."""


class Owed(NamedTuple):
    """A member whose report is due; `asked`, when the branch waits for an answer instead."""

    file_id: int
    name: str
    asked: bool


def owed(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a member is still to report in the window that is open.

    Whoever is exempt owes nothing, nor whoever has taken their consent back.
    """
    window = windows.current(now, rules)
    if now < window.opens:
        return false()
    return and_(*lacking(window.quarter, rules))


def asked(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a member has yet to answer what the branch has asked."""
    return exists().where(*_lately(now, rules), sheets.asked_about()).correlate(PartyFile)


def undecided(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a report was handed in and waits to be accepted."""
    row = PartyReport
    told = row.number > 0, row.accepted_at.is_(None), row.excused_at.is_(None)
    answered = or_(row.returned_at.is_(None), row.returned_number < row.number)
    return exists().where(*_lately(now, rules), *told, answered).correlate(PartyFile)


def to_report(
    session: Session,
    reach: Reach,
    now: datetime,
    *,
    limit: int,
    rules: Reports,
    vault: PartyVault,
) -> list[Owed]:
    """Return whom this person, as a contact, is to ask for a report; each noted as seen."""
    waits = asked(now, rules)
    wanted = select(PartyFile, waits).where(*_mine(reach, now), or_(owed(now, rules), waits))
    rows = session.execute(wanted.order_by(PartyFile.id).limit(limit)).all()
    access.note(session, reach.person_id, [file.id for file, _asked in rows], Look.LIST, now)
    return [
        Owed(file.id, contents.text_of(file, "name", vault), bool(is_asked))
        for file, is_asked in rows
    ]


def count(session: Session, reach: Reach, now: datetime, *, limit: int, rules: Reports) -> int:
    """Return of how many members this person, as a contact, is still to hear; up to a limit."""
    mine = select(PartyFile.id).where(*_mine(reach, now), owed(now, rules)).limit(limit)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def _mine(reach: Reach, now: datetime) -> tuple[ColumnElement[bool], ...]:
    near = access.keeps_in_touch(reach, now), may_read(reach, now)
    return *near, PartyFile.state.in_(LIVE)


def _lately(now: datetime, rules: Reports) -> tuple[ColumnElement[bool], ...]:
    last = windows.current(now, rules).quarter
    first = last
    for _ in range(BACK):
        first = first.before
    row = PartyReport
    return row.file_id == PartyFile.id, row.quarter.between(str(first), str(last))

"""Whose report is due, asked about, or waits to be accepted; as conditions that lists bear.

Each looks at the reports of one member over an index, and at those of a year at most, so that the
history behind a member slows no list down.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile, PartyReport
from server.party.reports import sheets, windows
from server.party.reports.owed import owed as lacking
from server.party.reports.windows import Window
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
    return exists().where(*_lately(now, rules), _untaken()).correlate(PartyFile)


def turn(session: Session, file_id: int, now: datetime, rules: Reports) -> Window:
    """Return the window that a branch looks at first: of what waits for it, the oldest.

    What was asked goes before all else; where nothing waits, the window that is open or next.
    """
    asked_first = case((sheets.asked_about(), 0), else_=1)
    waits = or_(sheets.asked_about(), and_(_untaken(), _since(now, rules)))
    mine = select(PartyReport.quarter).where(PartyReport.file_id == file_id, waits)
    quarter = session.scalar(mine.order_by(asked_first, PartyReport.quarter).limit(1))
    return windows.named(quarter or "", rules) or windows.current(now, rules)


def following(
    session: Session, reach: Reach, file_id: int, now: datetime, rules: Reports
) -> int | None:
    """Return the file after this one whose report waits for this person to accept it, round."""
    wanted = _to_accept(reach, now, rules).where(PartyFile.id != file_id)
    round_ = case((PartyFile.id > file_id, 0), else_=1)
    return session.execute(wanted.order_by(round_, PartyFile.id).limit(1)).scalar()


def to_accept(session: Session, reach: Reach, now: datetime, *, limit: int, rules: Reports) -> int:
    """Return of how many members reports wait for this person to accept them; up to a limit."""
    some = _to_accept(reach, now, rules).limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


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


def _to_accept(reach: Reach, now: datetime, rules: Reports) -> Select[int]:
    """Select the files on whose reports this person may decide, and one waits."""
    kept = access.may_keep(reach, now) | access.keeps_in_touch(reach, now)
    return select(PartyFile.id).where(
        kept,
        may_read(reach, now),
        PartyFile.person_id != reach.person_id,
        PartyFile.state.in_(LIVE),
        PartyFile.withdrawn_at.is_(None),
        undecided(now, rules),
    )


def _mine(reach: Reach, now: datetime) -> tuple[ColumnElement[bool], ...]:
    near = access.keeps_in_touch(reach, now), may_read(reach, now)
    return *near, PartyFile.state.in_(LIVE)


def _lately(now: datetime, rules: Reports) -> tuple[ColumnElement[bool], ...]:
    return PartyReport.file_id == PartyFile.id, _since(now, rules)


def _since(now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a report is of the last year."""
    last = windows.current(now, rules).quarter
    first = last
    for _ in range(BACK):
        first = first.before
    return PartyReport.quarter.between(str(first), str(last))


def _untaken() -> ColumnElement[bool]:
    """Return the condition that a report was handed in, or answered, and nothing was decided."""
    row = PartyReport
    told = and_(row.number > 0, row.accepted_at.is_(None), row.excused_at.is_(None))
    return told & or_(row.returned_at.is_(None), row.returned_number < row.number)

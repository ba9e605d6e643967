"""For whom something is due: as conditions that a list bears, and how many of each there are."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents, quarters, silence
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Contact, ContactLog, Look, PartyFile
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


def condition(due: Due, now: datetime, rules: Reports) -> ColumnElement[bool]:
    """Return the condition that a file is wanted."""
    live = PartyFile.state.in_(LIVE)
    match due:
        case Due.ENDED:
            return PartyFile.state.not_in(LIVE)
        case Due.TOUCH:
            return live & ~touched(now)
        case Due.REPORT:
            return live & reports.owed(now, rules)
        case Due.RETURNED:
            return live & reports.asked(now, rules)
        case Due.ACCEPT:
            return live & reports.undecided(now, rules)
        case Due.RECHECK:
            begins = quarters.of(now).begins
            return live & or_(PartyFile.confirmed_at.is_(None), PartyFile.confirmed_at < begins)
        case Due.NO_CONTACT:
            named = exists().where(Contact.file_id == PartyFile.id, Contact.until.is_(None))
            return live & ~named.correlate(PartyFile)
        case Due.BROKEN:
            return live & silence.may_be_broken(now, rules)
    return live


def touched(now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody has reached the member this quarter."""
    reached = (
        ContactLog.file_id == PartyFile.id,
        ContactLog.quarter == str(quarters.of(now)),
        ContactLog.reached.is_(True),
    )
    return exists().where(*reached).correlate(PartyFile)


def counts(session: Session, reach: Reach, now: datetime, rules: Reports) -> dict[Due, int]:
    """Return for how many members in reach each is due, up to `MOST`. Two statements."""
    near = access.near(session, reach, now, LIVE), may_read(reach, now)
    each = [
        select(func.count())
        .select_from(
            select(PartyFile.id).where(*near, condition(due, now, rules)).limit(MOST).subquery()
        )
        .scalar_subquery()
        for due in COUNTED
    ]
    return dict(zip(COUNTED, session.execute(select(*each)).one(), strict=True))


def untouched(session: Session, reach: Reach, now: datetime, *, limit: int) -> Sequence[PartyFile]:
    """Return the members this person is contact of, whom nobody has reached this quarter."""
    mine = access.keeps_in_touch(reach, now), may_read(reach, now)
    live = PartyFile.state.in_(LIVE), ~touched(now)
    wanted = select(PartyFile).where(*mine, *live)
    return session.scalars(wanted.order_by(PartyFile.id).limit(limit)).all()


def to_touch(
    session: Session, reach: Reach, now: datetime, *, limit: int, vault: PartyVault
) -> list[tuple[int, str]]:
    """Return the same with their names, each noted as seen in a list."""
    files = untouched(session, reach, now, limit=limit)
    access.note(session, reach.person_id, [file.id for file in files], Look.LIST, now)
    return [(file.id, contents.text_of(file, "name", vault)) for file in files]

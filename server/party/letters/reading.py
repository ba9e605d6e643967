"""A member reads their letters; the first look is kept, so that the branch knows it arrived."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.party import access
from server.party.keys import PartyVault
from server.party.letters import letters
from server.party.letters.letters import Letter
from server.party.letters.refusals import NotSentYet
from server.party.models import Look, PartyFile, PartyLetter
from server.party.refusals import NothingThere
from server.staff.reach import Reach

SHOWN = 20


def mine(session: Session, person_id: int, now: datetime, *, vault: PartyVault) -> list[Letter]:
    """Return the letters somebody was sent, the latest year first, and note the look."""
    file = access.read_own(session, person_id, Look.LETTER, now)
    return _read(session, file, now, vault)


def one(session: Session, person_id: int, year: int, now: datetime, *, vault: PartyVault) -> Letter:
    """Return the letter of a year that somebody was sent, and note the look."""
    file = access.read_own(session, person_id, Look.LETTER, now)
    return next(iter(_read(session, file, now, vault, year)), None) or _none()


def sent(
    session: Session,
    reach: Reach,
    file_id: int,
    year: int,
    now: datetime,
    *,
    vault: PartyVault,
) -> Letter:
    """Return a letter that was sent, for whoever may read the file; not yet sent it is refused."""
    access.read(session, reach, file_id, Look.LETTER, now)
    row = letters.of(session, file_id, year)
    if row is None or row.sent_at is None:
        raise NotSentYet
    return letters.opened(row, vault)


def _read(
    session: Session, file: PartyFile, now: datetime, vault: PartyVault, year: int = 0
) -> list[Letter]:
    there = [PartyLetter.file_id == file.id, PartyLetter.sent_at.is_not(None)]
    if year:
        there.append(PartyLetter.year == year)
    first = update(PartyLetter).where(*there, PartyLetter.read_at.is_(None)).values(read_at=now)
    session.execute(first.execution_options(synchronize_session=False))
    wanted = select(PartyLetter).where(*there).order_by(PartyLetter.year.desc()).limit(SHOWN)
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return [letters.opened(row, vault) for row in rows]


def _none() -> Letter:
    raise NothingThere

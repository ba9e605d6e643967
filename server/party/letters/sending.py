"""A letter is sent once: its facts are frozen, and whoever it concerns hears that it is there."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import telling
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.letters import facts, letters, years
from server.party.letters.facts import Facts
from server.party.letters.letters import seal
from server.party.letters.refusals import OtherYear
from server.party.letters.writing import held, may_write
from server.party.models import LIVE, Contact, Office, Organiser, PartyFile, PartyLetter
from server.party.refusals import ChangedMeanwhile, WordsNeeded
from server.party.standing import trace
from server.staff.reach import Reach

MOST = 200
"""So many letters are sent with one click; whoever has more clicks once more."""


def send(  # noqa: PLR0913  a verb of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    year: int,
    seen: str,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> None:
    """Send the letter that somebody has looked at; `seen` is the mark of what they saw.

    Twice is the same as once. Where words or facts are others by now, it is looked at once more.
    A letter without a word of the branch is never sent.
    """
    file = held(session, reach, file_id, now)
    row = letters.of(session, file_id, year)
    if row is None:
        years.require(file, year, now)
        raise WordsNeeded
    if row.sent_at is not None:
        return
    known = facts.gather(session, [file], year, now, rules=rules, vault=vault)[file_id]
    if letters.mark(letters.opened(row, vault, known), vault) != seen:
        raise ChangedMeanwhile
    _go(session, reach, file, row, known, now, vault)


def send_all(  # noqa: PLR0913  a verb of staff with the rules and the key
    session: Session,
    reach: Reach,
    branch_id: int,
    year: int,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> int:
    """Send all letters of a branch's members that are written and not sent; return how many.

    At most `MOST`, each with the facts of this moment. Left out is who took their consent back,
    and whoever clicks. Twice is the same as once.
    """
    if year not in years.written(now):
        raise OtherYear
    wanted = _written(reach, branch_id, year, now)
    rows = [(row[0], row[1]) for row in session.execute(wanted)]
    files = [file for file, _row in rows]
    known = facts.gather(session, files, year, now, rules=rules, vault=vault)
    gone = [_go(session, reach, file, row, known[file.id], now, vault) for file, row in rows]
    return sum(gone)


def _written(
    reach: Reach, branch_id: int, year: int, now: datetime
) -> Select[PartyFile, PartyLetter]:
    """Return what selects the letters that wait to be sent, with their files, both held."""
    return (
        select(PartyFile, PartyLetter)
        .join(PartyLetter, PartyLetter.file_id == PartyFile.id)
        .where(
            or_(PartyFile.home_id == branch_id, PartyFile.host_id == branch_id),
            may_read(reach, now),
            may_write(reach, now),
            PartyFile.person_id != reach.person_id,
            PartyFile.state.in_(LIVE),
            PartyFile.withdrawn_at.is_(None),
            PartyLetter.year == year,
            PartyLetter.words.is_not(None),
            PartyLetter.sent_at.is_(None),
        )
        .order_by(PartyFile.id)
        .limit(MOST)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _go(  # noqa: PLR0913  what a letter consists of
    session: Session,
    reach: Reach,
    file: PartyFile,
    row: PartyLetter,
    known: Facts,
    now: datetime,
    vault: PartyVault,
) -> bool:
    """Freeze the facts and let the letter go, by one conditional write; False if it had gone."""
    frozen = {"facts": seal(row.id, "facts", facts.text(known), vault), "sent_at": now}
    frozen["revision"] = PartyLetter.revision + 1
    sent = update(PartyLetter).where(*_unsent(row))
    if session.execute(sent.values(frozen).returning(PartyLetter.id)).first() is None:
        return False
    trace(session, reach.person_id, "party.letter_sent", file.id, now)
    telling.member(session, file, f"letter:{row.year}", now, vault=vault)
    for person_id in others(session, file):
        if person_id != reach.person_id:
            telling.staff(session, person_id, now)
    return True


def _unsent(row: PartyLetter) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a letter still is as it was looked at, and not sent."""
    return (
        PartyLetter.id == row.id,
        PartyLetter.sent_at.is_(None),
        PartyLetter.revision == row.revision,
    )


def others(session: Session, file: PartyFile) -> Iterable[int]:
    """Return the member's contact and the secretaries of both branches, each once."""
    branches = [each for each in (file.home_id, file.host_id) if each]
    leads = Organiser.branch_id.in_(branches), Organiser.office == Office.SECRETARY
    seats = select(Organiser.person_id).where(*leads, Organiser.until.is_(None))
    named = Contact.file_id == file.id, Contact.until.is_(None)
    found = (*session.scalars(select(Contact.contact_id).where(*named)), *session.scalars(seats))
    return dict.fromkeys(each for each in found if each != file.person_id)

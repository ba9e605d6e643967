"""That reports are overdue: contacts hear of it after the due day, secretaries after the grace day.

Each once a quarter, and never what it is about (see `telling`).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from config.reports import Reports
from server.notices.models import Notice
from server.party import branches, telling
from server.party.keys import PartyVault
from server.party.models import Contact, Office, Organiser, PartyFile
from server.party.reports import windows
from server.party.reports.owed import owed

MADE_GOOD = timedelta(days=14)
"""So long after the grace day a secretary is still told, should nobody have been able to before."""


class Word(NamedTuple):
    """Whom to tell, and the obligation that is done with it."""

    person_id: int
    obligation: str


def to_tell(session: Session, now: datetime, *, rules: Reports, vault: PartyVault) -> list[Word]:
    """Return which contacts and secretaries are to be told now, and were not yet. One statement."""
    window = windows.current(now, rules)
    over = windows.of(window.quarter.before, rules)
    if window.due <= now:
        keeps = Contact.file_id == PartyFile.id, Contact.until.is_(None)
        owes = owed(window.quarter, rules)
        about = f"due:{window.quarter}"
        return untold(session, Contact.contact_id, (*keeps, *owes), about, now, vault)
    if now < over.grace + MADE_GOOD:
        leads = (
            Organiser.branch_id == PartyFile.home_id,
            Organiser.office == Office.SECRETARY,
            Organiser.until.is_(None),
        )
        owes = owed(over.quarter, rules)
        about = f"missed:{over.quarter}"
        return untold(session, Organiser.person_id, (*leads, *owes), about, now, vault)
    return []


def tell(session: Session, words: list[Word], now: datetime) -> None:
    """Tell these; whoever has heard of something else today hears of it another day."""
    for word in words:
        telling.staff(session, word.person_id, now, word.obligation)


def untold(
    session: Session,
    person: InstrumentedAttribute[int],
    conditions: tuple[ColumnElement[bool], ...],
    about: str,
    now: datetime,
    vault: PartyVault,
) -> list[Word]:
    """Return who of a column is still to be told of a thing; the first condition joins the files.

    Whoever holds no post any more is told nothing.
    """
    obligation = telling.obligations_of(telling.STAFF, person, about, vault)
    told = exists().where(Notice.obligation == obligation, Notice.person_id == person)
    wanted = (
        select(person)
        .join(PartyFile, conditions[0])
        .where(*conditions, ~told, person.in_(branches.in_post(now)))
        .distinct()
        .order_by(person)
    )
    mark = telling.mark(about, vault)
    return [Word(each, f"{telling.STAFF}:{each}:{mark}") for each in session.scalars(wanted)]

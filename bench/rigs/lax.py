"""The work of a branch with one guard taken off: what the rig of branches must notice.

Each is handed the database of a process that is to work with it.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from bench.rigs.unbalanced import drop_index, look_before
from bench.rigs.unguarded import _replace
from server.db import Database
from server.party import access, contacts
from server.party.keys import PartyVault
from server.party.models import Contact, Look, PartyNeed, PartyReport, ReviewState
from server.party.needs import needs, words
from server.party.reports import decisions, handing, windows
from server.party.reviews import steps
from server.staff.reach import Reach

report = PartyReport.__table__.c


def report_looked_at(database: Database) -> None:
    """Look for a report before the transaction begins, and begin another one if there was none."""

    def begun(session: Session, file_id: int, quarter: str, now: datetime) -> PartyReport:
        mine = select(report.id).where(report.file_id == file_id, report.quarter == quarter)
        known = session.info["before"].scalar(mine)
        if known is None:
            row = {"file_id": file_id, "quarter": quarter, "step": 0, "number": 0, "late": False}
            fresh = insert(PartyReport.__table__).values(row | {"changed_at": now})
            known = session.execute(fresh.returning(report.id)).scalar_one()
        return session.get_one(PartyReport, known, populate_existing=True)

    look_before(database)
    drop_index(database, "uq_party_report_quarter")
    _replace(handing, "begun", begun)


def same_is_new(_database: Database) -> None:
    """Take whatever comes for news, also what is in force already."""
    _replace(handing, "_known", lambda *_given: {})


def first_alone_is_kept(_database: Database) -> None:
    """Say of each report after the first that it is kept, and keep nothing."""
    real = handing.add

    def add(session: Session, one: PartyReport, *given: Any, **told: Any) -> None:
        if not one.number:
            real(session, one, *given, **told)

    _replace(handing, "add", add)


def look_noted_once(_database: Database) -> None:
    """Write down the first look of a reader at a file alone, as if the later ones were the same."""
    real, known = access.note, set[tuple[int, int]]()

    def note(
        session: Session, reader_id: int, file_ids: Sequence[int], part: Look, *given: Any
    ) -> None:
        fresh = [file for file in file_ids if (reader_id, file) not in known]
        known.update((reader_id, file) for file in fresh)
        real(session, reader_id, fresh, part, *given)

    _replace(access, "note", note)


def by_the_hosts_clock(_database: Database) -> None:
    """Let a day begin when it does where the host stands."""

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time()).astimezone(UTC)

    _replace(windows, "_midnight", midnight)


def decided_unread(_database: Database) -> None:
    """Let a branch decide on whatever revision there is by now."""

    def free(file_id: int, quarter: str, _number: int) -> Collection[ColumnElement[bool]]:
        return PartyReport.file_id == file_id, PartyReport.quarter == quarter

    _replace(decisions, "_free", free)


def end_overtakes(_database: Database) -> None:
    """Let a review end whose member's objection waits for a reply."""
    real, objected = steps.may_be_final, steps.stands(ReviewState.OBJECTED)
    _replace(steps, "may_be_final", lambda *given: or_(real(*given), objected))


def solved_anyway(_database: Database) -> None:
    """Write what became of a need over what somebody wrote before."""

    def solve(
        session: Session,
        reach: Reach,
        need_id: int,
        outcome: str,
        now: datetime,
        *,
        vault: PartyVault,
    ) -> int:
        del reach
        sealed = vault.seal(outcome, words.outcome_place(need_id))
        this = update(PartyNeed).where(PartyNeed.id == need_id)
        session.execute(this.values(outcome=sealed, solved_at=now))
        return need_id

    _replace(needs, "solve", solve)


def contact_looked_at(database: Database) -> None:
    """Look for the contact before the transaction begins, and name another beside them."""

    def name(
        session: Session, reach: Reach, file_id: int, contact_id: int, now: datetime
    ) -> Contact:
        active = Contact.file_id == file_id, Contact.until.is_(None)
        held = session.info["before"].scalar(select(Contact.id).where(*active))
        session.execute(update(Contact).where(Contact.id == held).values(until=now))
        row = {"file_id": file_id, "contact_id": contact_id, "named_by": reach.person_id}
        named = Contact(**row, since=now)
        session.add(named)
        session.flush()
        return named

    look_before(database)
    drop_index(database, "uq_party_contact_active")
    _replace(contacts, "name", name)


def own_contact(database: Database) -> None:
    """Let one contact follow another in all they have, also where it is their own file."""

    def hand_over(session: Session, reach: Reach, from_id: int, to_id: int, now: datetime) -> int:
        theirs = Contact.contact_id == from_id, Contact.until.is_(None)
        ended = update(Contact).where(*theirs).values(until=now).returning(Contact.file_id)
        files = list(session.scalars(ended))
        fresh = {"contact_id": to_id, "named_by": reach.person_id, "since": now}
        rows = [fresh | {"file_id": file} for file in files]
        if rows:
            session.execute(insert(Contact.__table__), rows)
        return len(files)

    _replace(contacts, "hand_over", hand_over)


GUARDS = (
    report_looked_at,
    same_is_new,
    first_alone_is_kept,
    look_noted_once,
    by_the_hosts_clock,
    decided_unread,
    end_overtakes,
    solved_anyway,
    contact_looked_at,
    own_contact,
)
ALL = {each.__name__: each for each in GUARDS}

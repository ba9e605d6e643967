"""What a branch decides about a report: it accepts it, or asks one question, once.

Each is decided by one write that names the revision that was read; of two who decide at once the
second is told what the first has done. Nobody decides on their own report.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from server.party import telling
from server.party.contacts import touched
from server.party.keys import PartyVault
from server.party.models import LIVE, PartyFile, PartyReport
from server.party.reports import sheets
from server.party.reports.refusals import (
    NewerRevision,
    NotHandedIn,
    NotMissed,
    OwnReport,
    QuestionNeeded,
    ReportAccepted,
    ReturnedOnce,
)
from server.party.standing import require, require_consent, trace
from server.party.texts import as_written
from server.staff.reach import Reach

LONGEST = 200


def deciding(session: Session, reach: Reach, file_id: int, now: datetime) -> PartyFile:
    """Return a file on whose reports this person decides: the contact or the secretary.

    Held until the transaction ends. Nobody decides on their own.
    """
    file = touched(session, reach, file_id, now)
    if file.person_id == reach.person_id:
        raise OwnReport
    require(file, *LIVE)
    require_consent(file)
    return file


def accept(
    session: Session, reach: Reach, file_id: int, quarter: str, number: int, now: datetime
) -> None:
    """Accept a report as it was read: revision `number`. Twice is the same as once."""
    deciding(session, reach, file_id, now)
    row = PartyReport
    free = _free(file_id, quarter, number)
    taken = update(row).where(*free).values(accepted_at=now).returning(row.id)
    if session.execute(taken).first():
        trace(session, reach.person_id, "party.report_accepted", file_id, now)
        return
    report = _report(session, file_id, quarter)
    if report.accepted_at is None or report.number != number:
        _refuse(report, number, quarter)


def ask(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    number: int,
    question: str,
    now: datetime,
    *,
    vault: PartyVault,
) -> None:
    """Return a report with one question, once for each report; the member is told that it waits.

    The same question again is the same as once.
    """
    words = as_written(question, LONGEST)
    if not words:
        raise QuestionNeeded
    file = deciding(session, reach, file_id, now)
    report = _report(session, file_id, quarter)
    sealed = vault.seal(words, sheets.question_place(report.id))
    row = PartyReport
    free = *_free(file_id, quarter, number), row.returned_at.is_(None)
    told = {"returned_at": now, "returned_number": number, "question": sealed}
    if session.execute(update(row).where(*free).values(told).returning(row.id)).first():
        trace(session, reach.person_id, "party.report_returned", file_id, now)
        telling.member(session, file, f"report:{quarter}", now, vault=vault)
        return
    session.refresh(report)
    if sheets.question_of(report, vault) != words:
        _refuse(report, number, quarter)


def _free(file_id: int, quarter: str, number: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a revision is in force which nobody has decided on."""
    row = PartyReport
    mine = row.file_id == file_id, row.quarter == quarter
    return *mine, row.number == number, row.number > 0, _undecided()


def _undecided() -> ColumnElement[bool]:
    return PartyReport.accepted_at.is_(None) & PartyReport.excused_at.is_(None)


def _report(session: Session, file_id: int, quarter: str) -> PartyReport:
    row = PartyReport
    wanted = select(row).where(row.file_id == file_id, row.quarter == quarter)
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotHandedIn
    return found


def _refuse(report: PartyReport, number: int, quarter: str) -> None:
    """Say why nothing could be decided."""
    if not report.number:
        raise NotHandedIn
    if report.excused_at is not None:
        raise NotMissed
    if report.accepted_at is not None:
        raise ReportAccepted(number=int(quarter[-1]))
    if report.number != number:
        raise NewerRevision
    raise ReturnedOnce

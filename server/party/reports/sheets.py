"""A report as it is read: which quarter's turn it is, what was told, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReport, ReportRevision
from server.party.reports import answers, windows
from server.party.reports.answers import Answers
from server.party.reports.windows import Standing, Window
from server.people.models import Channel


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as it is read: `said` is being written, or is what was told last time.

    `drafted` tells which of the two; `handed_in` is in force, `step` the question to ask next.
    `question` is what the branch has asked about it, answered or not (see `standing`). `stopped`
    tells that the member has taken their consent back, so nothing new is written.
    """

    window: Window
    standing: Standing
    said: Answers
    drafted: bool
    step: int
    handed_in: Answers | None
    channel: Channel | None
    at: datetime | None
    late: bool
    question: str | None
    stopped: bool


def opened(  # noqa: PLR0913  a reading with the rules and the key
    session: Session,
    file: PartyFile,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
    drafts: bool = True,
    window: Window | None = None,
) -> Sheet:
    """Return the report of a file whose turn it is, or that of a window. Three statements at most.

    The member alone reads what is being written: for others `drafts` is False.
    """
    window = window or turn(session, file.id, now, rules)
    rows = _latest_two(session, file.id, str(window.quarter))
    report = rows.pop(0) if rows and rows[0].quarter == str(window.quarter) else None
    told = in_force(session, [*rows[:1], *([report] if report else [])])
    last = _words(rows[0], told, vault, drafts) if rows else {}
    revision = told.get(report.id) if report else None
    handed_in = answers.of(revision, vault) if revision else None
    draft = answers.draft_of(report, vault) if report and drafts else None
    return Sheet(
        window=window,
        standing=windows.standing(file, report, window, now, rules),
        said=(last if handed_in is None else handed_in) | (draft or {}),
        drafted=draft is not None,
        step=report.step if report and drafts else 0,
        handed_in=handed_in,
        channel=revision.channel if revision else None,
        at=revision.at if revision else None,
        late=report is not None and report.late,
        question=question_of(report, vault) if report else None,
        stopped=file.withdrawn_at is not None,
    )


def turn(session: Session, file_id: int, now: datetime, rules: Reports) -> Window:
    """Return the window whose report is asked for: first the oldest with an unanswered question."""
    waits = select(PartyReport.quarter).where(PartyReport.file_id == file_id, asked_about())
    quarter = session.scalar(waits.order_by(PartyReport.quarter).limit(1))
    return windows.named(quarter or "", rules) or windows.current(now, rules)


def asked_about() -> ColumnElement[bool]:
    """Return the condition that a branch has asked something and has no answer yet."""
    row = PartyReport
    waits = row.returned_at.is_not(None) & row.accepted_at.is_(None)
    return waits & (row.returned_number == row.number)


def in_force(session: Session, reports: Iterable[PartyReport]) -> dict[int, ReportRevision]:
    """Return the revisions in force of some reports, as far as they were handed in."""
    numbers = [(report.id, report.number) for report in reports if report.number]
    if not numbers:
        return {}
    wanted = tuple_(ReportRevision.report_id, ReportRevision.number).in_(numbers)
    rows = session.scalars(select(ReportRevision).where(wanted))
    return {row.report_id: row for row in rows}


def question_of(report: PartyReport, vault: PartyVault) -> str | None:
    """Return what a branch has asked about a report, None if it never did."""
    return vault.open(report.question, question_place(report.id)) if report.question else None


def excuse_of(report: PartyReport, vault: PartyVault) -> str | None:
    """Return why a missed report was excused, None if it was not."""
    return vault.open(report.excuse, excuse_place(report.id)) if report.excuse else None


def question_place(report_id: int | str) -> str:
    """Return where the question about a report is sealed."""
    return f"party_report:{report_id}:question"


def excuse_place(report_id: int | str) -> str:
    """Return where the excuse for a report is sealed."""
    return f"party_report:{report_id}:excuse"


def _latest_two(session: Session, file_id: int, quarter: str) -> list[PartyReport]:
    """Return the report of a quarter and the one before it, or the two latest before it."""
    mine = PartyReport.file_id == file_id, PartyReport.quarter <= quarter
    wanted = select(PartyReport).where(*mine).order_by(PartyReport.quarter.desc()).limit(2)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _words(
    report: PartyReport, told: dict[int, ReportRevision], vault: PartyVault, drafts: bool
) -> Answers:
    """Return what was handed in with an earlier report, or was written for it and never sent.

    What a branch asked then is not asked again.
    """
    said = answers.of(told[report.id], vault) if report.id in told else {}
    if not said and drafts:
        said = answers.draft_of(report, vault) or {}
    return {one: words for one, words in said.items() if one in answers.QUESTIONS}

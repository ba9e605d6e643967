"""Handing a report in: one row a quarter, held while it is written; every revision stays."""

from datetime import datetime

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from config.reports import Reports
from server.db import insert_into
from server.party import reminders
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReport, ReportRevision
from server.party.refusals import NothingSaid, OtherQuarter, ReportNotOpen
from server.party.reports import answers, sheets, windows
from server.party.reports.answers import ANSWER, Answers
from server.party.reports.refusals import (
    NothingAsked,
    QuarterOver,
    ReportAccepted,
)
from server.party.reports.windows import Window
from server.people.models import Channel


def held(
    session: Session, file: PartyFile, quarter: str, now: datetime, rules: Reports
) -> tuple[PartyReport, Window]:
    """Return the report that may be written, held until the transaction ends, and its window.

    That is the open quarter's; or another one about which the branch has asked something, however
    long ago. Refused where neither is.
    """
    window = windows.current(now, rules)
    if now >= window.opens and quarter == str(window.quarter):
        return begun(session, file.id, quarter, now), window
    report, past = _returned(session, file.id, quarter), windows.named(quarter, rules)
    if report is not None and past is not None:
        return report, past
    if now < window.opens:
        raise ReportNotOpen(number=window.quarter.number, opens=window.opens)
    raise OtherQuarter(number=window.quarter.number)


def begun(session: Session, file_id: int, quarter: str, now: datetime) -> PartyReport:
    """Return the one report of a member for a quarter, held until the transaction ends."""
    row = {"file_id": file_id, "quarter": quarter, "step": 0, "number": 0, "late": False}
    fresh = insert_into(session, PartyReport).values(row | {"changed_at": now})
    table = PartyReport.__table__.c
    again = fresh.on_conflict_do_update(
        index_elements=["file_id", "quarter"], set_={"changed_at": now}
    )
    report_id = session.execute(again.returning(table.id)).scalar_one()
    return session.get_one(PartyReport, report_id, populate_existing=True)


def require_taken(report: PartyReport, window: Window, now: datetime) -> None:
    """Refuse where a report takes nothing more: it was accepted, or is over and answered."""
    if report.accepted_at is not None:
        raise ReportAccepted(number=window.quarter.number)
    if now >= window.grace and not windows.is_asked(report):
        raise QuarterOver(number=window.quarter.number)


def completed(
    session: Session, report: PartyReport, given: Answers, vault: PartyVault
) -> Answers | None:
    """Add answers of which some are missing to those kept for later; None when these are to go.

    None as well where the same is in force already: then it was handed in before.
    """
    written = answers.draft_of(report, vault)
    if written is not None:
        answers.put_draft(report, written | given, vault)
        return None
    known = _known(session, report, vault)
    return None if known | given == known else given


def hand_in(  # noqa: PLR0913  what a revision consists of
    session: Session,
    report: PartyReport,
    given: Answers | None,
    window: Window,
    now: datetime,
    *,
    by: int,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Let these answers, or else those kept for later, be in force; nobody's words are lost.

    The same as what is in force already is no revision, whoever asks and whenever.
    """
    written = answers.draft_of(report, vault)
    if given is None and written is None and report.number:
        return
    told = written or {} if given is None else given
    answers.require_all(told)
    if written is not None and (given is None or given == written):
        report.draft, report.step = None, 0
        session.flush()
    known = _known(session, report, vault)
    # an answer to the branch's question stays when the rest is told anew
    told = {one: known[one] for one in (ANSWER,) if one in known} | told
    if report.returned_at is None:
        told.pop(ANSWER, None)
    if known != told:
        require_taken(report, window, now)
        add(session, report, told, window, now, by=by, channel=channel, vault=vault)


def answer(  # noqa: PLR0913  what a revision consists of
    session: Session,
    report: PartyReport,
    words: str,
    window: Window,
    now: datetime,
    *,
    by: int,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Answer the one question a branch has asked about a report; what was told before stays."""
    said = answers.kept({ANSWER: words})
    if not said:
        raise NothingSaid
    known = _known(session, report, vault)
    if known == known | said and known:
        return
    if not windows.is_asked(report):
        raise NothingAsked
    add(session, report, known | said, window, now, by=by, channel=channel, vault=vault)


def add(  # noqa: PLR0913  what a revision consists of
    session: Session,
    report: PartyReport,
    told: Answers,
    window: Window,
    now: datetime,
    *,
    by: int,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Add a revision and let it be in force, by one write that holds while nobody accepts."""
    table = PartyReport
    late = case((table.number == 0, now >= window.due), else_=table.late)
    free = table.id == report.id, table.accepted_at.is_(None)
    counted = update(table).where(*free).values(number=table.number + 1, late=late)
    number = session.execute(counted.returning(table.number)).scalar_one_or_none()
    if number is None:
        raise ReportAccepted(number=window.quarter.number)
    row = {
        "report_id": report.id,
        "number": number,
        "answers": answers.sealed(told, report.id, number, vault),
        "by_id": by,
        "channel": channel,
        "at": now,
    }
    session.execute(insert(ReportRevision.__table__), [row])
    file = session.get_one(PartyFile, report.file_id)
    reminders.drop(session, file, window, now, vault=vault)


def _known(session: Session, report: PartyReport, vault: PartyVault) -> Answers:
    revision = sheets.in_force(session, [report]).get(report.id)
    return answers.of(revision, vault) if revision else {}


def _returned(session: Session, file_id: int, quarter: str) -> PartyReport | None:
    """Return a report that went back once, held until the transaction ends."""
    row = PartyReport
    mine = row.file_id == file_id, row.quarter == quarter, row.returned_at.is_not(None)
    wanted = select(row).where(*mine).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))

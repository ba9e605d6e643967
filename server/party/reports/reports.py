"""A member's report of a quarter: drafted, handed in, and handed in anew until the grace day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, insert, select, tuple_, update
from sqlalchemy.orm import Session

from config.reports import Reports
from server.db import insert_into
from server.party import access, reminders
from server.party.keys import PartyVault
from server.party.models import Look, PartyFile, PartyReport, ReportRevision
from server.party.refusals import NothingThere, OtherQuarter, ReportNotOpen
from server.party.reports import answers, windows
from server.party.reports.answers import Answers
from server.party.reports.windows import Standing, Window
from server.party.standing import require_consent
from server.people.models import Channel


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as it is read: `said` is being written, or is what was told last time.

    `drafted` tells which of the two; `handed_in` is in force, `step` the question to ask next.
    """

    window: Window
    standing: Standing
    said: Answers
    drafted: bool
    step: int
    handed_in: Answers | None
    channel: Channel | None
    at: datetime | None


def show(
    session: Session, person_id: int, now: datetime, *, rules: Reports, vault: PartyVault
) -> Sheet:
    """Return the report whose turn it is, filled with last time's answers, and note the look."""
    file = access.read_own(session, person_id, Look.REPORT, now)
    return opened(session, file, now, rules=rules, vault=vault)


def opened(
    session: Session, file: PartyFile, now: datetime, *, rules: Reports, vault: PartyVault
) -> Sheet:
    """Return the report of a file that was read. Three statements at most."""
    window = windows.current(now, rules)
    mine = PartyReport.file_id == file.id, PartyReport.quarter <= str(window.quarter)
    wanted = select(PartyReport).where(*mine).order_by(PartyReport.quarter.desc()).limit(2)
    rows = list(session.scalars(wanted.execution_options(populate_existing=True)))
    report = rows.pop(0) if rows and rows[0].quarter == str(window.quarter) else None
    told = _in_force(session, [*rows[:1], *([report] if report else [])])
    last = _words(rows[0], told, vault) if rows else {}
    revision = told.get(report.id) if report else None
    handed_in = answers.of(revision, vault) if revision else None
    draft = answers.draft_of(report, vault) if report else None
    return Sheet(
        window=window,
        standing=windows.standing(file, report, window, now, rules),
        said=(last if handed_in is None else handed_in) | (draft or {}),
        drafted=draft is not None,
        step=report.step if report else 0,
        handed_in=handed_in,
        channel=revision.channel if revision else None,
        at=revision.at if revision else None,
    )


def draft(  # noqa: PLR0913  a verb with the rules and the key
    session: Session,
    person_id: int,
    quarter: str,
    said: Mapping[str, str],
    now: datetime,
    *,
    step: int = 0,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Keep some answers for later, beside those kept before; the same again is the same.

    `step` is the question to ask next. What is handed in already stays in force meanwhile.
    """
    file = _mine(session, person_id)
    require_open(quarter, now, rules)
    kept = answers.kept(said)
    report = begun(session, file.id, quarter, now)
    answers.put_draft(report, (answers.draft_of(report, vault) or {}) | kept, vault)
    report.step = step
    session.flush()
    access.note(session, person_id, [file.id], Look.REPORT, now, access.OWN)
    return opened(session, file, now, rules=rules, vault=vault)


def submit(  # noqa: PLR0913  a verb with the rules and the key
    session: Session,
    person_id: int,
    quarter: str,
    now: datetime,
    *,
    said: Mapping[str, str] | None = None,
    channel: Channel,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Hand in the report of a quarter: these answers, or else those that were kept for later.

    Twice is the same as once; other answers are a new revision, and the old one stays as well.
    """
    file = _mine(session, person_id)
    window = require_open(quarter, now, rules)
    given = None if said is None else answers.kept(said)
    hand_in(session, file, given, window, now, by=person_id, channel=channel, vault=vault)
    access.note(session, person_id, [file.id], Look.REPORT, now, access.OWN)
    return opened(session, file, now, rules=rules, vault=vault)


def hand_in(  # noqa: PLR0913  what a revision consists of
    session: Session,
    file: PartyFile,
    given: Answers | None,
    window: Window,
    now: datetime,
    *,
    by: int,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Add a revision and let it be in force, by one conditional write; nobody's words are lost."""
    report = begun(session, file.id, str(window.quarter), now)
    written = answers.draft_of(report, vault)
    if given is None and written is None and report.number:
        return
    told = written or {} if given is None else given
    answers.require_all(told)
    if written is not None and (given is None or given == written):
        report.draft, report.step = None, 0
        session.flush()
    known = _in_force(session, [report]).get(report.id)
    if known is not None and answers.of(known, vault) == told:
        return
    table = PartyReport
    late = case((table.number == 0, now >= window.due), else_=table.late)
    counted = update(table).where(table.id == report.id).values(number=table.number + 1, late=late)
    number = session.execute(counted.returning(table.number)).scalar_one()
    row = {
        "report_id": report.id,
        "number": number,
        "answers": answers.sealed(told, report.id, number, vault),
        "by_id": by,
        "channel": channel,
        "at": now,
    }
    session.execute(insert(ReportRevision.__table__), [row])
    reminders.drop(session, file, window, now, vault=vault)


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


def _words(report: PartyReport, told: dict[int, ReportRevision], vault: PartyVault) -> Answers:
    """Return what was handed in with an earlier report, or was written for it and never sent."""
    if report.id in told:
        return answers.of(told[report.id], vault)
    return answers.draft_of(report, vault) or {}


def _in_force(session: Session, reports: list[PartyReport]) -> dict[int, ReportRevision]:
    """Return the revisions in force of some reports, as far as they were handed in."""
    numbers = [(report.id, report.number) for report in reports if report.number]
    if not numbers:
        return {}
    wanted = tuple_(ReportRevision.report_id, ReportRevision.number).in_(numbers)
    rows = session.scalars(select(ReportRevision).where(wanted))
    return {row.report_id: row for row in rows}


def _mine(session: Session, person_id: int) -> PartyFile:
    """Return one's own file if anything may be written down of it, or the usual nothing."""
    file = access.own(session, person_id)
    if file is None:
        raise NothingThere
    require_consent(file)
    return file


def require_open(quarter: str, now: datetime, rules: Reports) -> Window:
    """Return the window that is open, or refuse where none is, or another quarter's."""
    window = windows.current(now, rules)
    if now < window.opens:
        raise ReportNotOpen(number=window.quarter.number, opens=window.opens)
    if quarter != str(window.quarter):
        raise OtherQuarter(number=window.quarter.number)
    return window

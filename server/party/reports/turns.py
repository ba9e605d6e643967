"""The quarters of a member, how each stands, and the revisions of one."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import quarters
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReport, ReportRevision
from server.party.quarters import Quarter
from server.party.reports import answers, windows
from server.party.reports.answers import Answers
from server.party.reports.windows import Standing
from server.people import profile
from server.people.models import Channel
from server.people.vault import Vault

MOST = 60
"""So many quarters are listed: fifteen years."""


class Turn(NamedTuple):
    """How a quarter stands, and how often its report was handed in."""

    quarter: Quarter
    standing: Standing
    late: bool
    number: int


class Version(NamedTuple):
    """A revision as it was handed in. `who` is None for the member's own."""

    number: int
    said: Answers
    who: str | None
    channel: Channel
    at: datetime


def reports(session: Session, file_id: int) -> dict[str, PartyReport]:
    """Return the reports of a file by their quarter. One statement."""
    wanted = select(PartyReport).where(PartyReport.file_id == file_id)
    rows = session.scalars(wanted.order_by(PartyReport.quarter.desc()).limit(MOST))
    return {row.quarter: row for row in rows}


def versions(
    session: Session, file: PartyFile, report: PartyReport, vault: PartyVault, names: Vault
) -> list[Version]:
    """Return every revision of a report, the one in force first."""
    mine = select(ReportRevision).where(ReportRevision.report_id == report.id)
    rows = list(session.scalars(mine.order_by(ReportRevision.number.desc())))
    others = {row.by_id for row in rows if row.by_id != file.person_id}
    who = profile.names_of(session, others, vault=names)
    return [
        Version(
            row.number,
            answers.of(row, vault),
            None if row.by_id == file.person_id else who.get(row.by_id, ""),
            row.channel,
            row.at,
        )
        for row in rows
    ]


def of(file: PartyFile, found: dict[str, PartyReport], now: datetime, rules: Reports) -> list[Turn]:
    """Return the quarters since the file began, and those before that were told elsewhere."""
    quarter = windows.current(now, rules).quarter
    first = min([str(quarters.of(file.reported_at)), *found])
    found_turns: list[Turn] = []
    while len(found_turns) < MOST and str(quarter) >= first:
        report = found.get(str(quarter))
        standing = windows.standing(file, report, windows.of(quarter, rules), now, rules)
        late, number = (report.late, report.number) if report else (False, 0)
        found_turns.append(Turn(quarter, standing, late, number))
        quarter = quarter.before
    return found_turns

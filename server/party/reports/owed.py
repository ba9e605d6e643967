"""Who still owes the report of a quarter: neither handed it in, nor is excused or exempt."""

from sqlalchemy import ColumnElement, exists, or_

from config.reports import Reports
from server.party.models import LIVE, PartyFile, PartyReport
from server.party.quarters import Quarter
from server.party.reports.windows import DAY

AGREES = PartyFile.withdrawn_at.is_(None)


def owed(quarter: Quarter, rules: Reports) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a live file lacks the report of a quarter.

    They say the same as `windows.standing`. Whoever has taken their consent back owes nothing.
    """
    settled = exists().where(
        PartyReport.file_id == PartyFile.id,
        PartyReport.quarter == str(quarter),
        or_(PartyReport.number > 0, PartyReport.excused_at.is_not(None)),
    )
    joined = PartyFile.reported_at <= quarter.ends - rules.exempt_days * DAY
    return PartyFile.state.in_(LIVE), AGREES, joined, ~settled.correlate(PartyFile)

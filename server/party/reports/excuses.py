"""A report that was missed: somebody may still put down why, and what was told of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import quarters
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReport
from server.party.refusals import NothingThere
from server.party.reports import answers, handing, sheets, windows
from server.party.reports.decisions import deciding
from server.party.reports.refusals import (
    ExcusedAlready,
    NotMissed,
    ReasonNeeded,
    StillOpen,
)
from server.party.reports.windows import Standing, Window
from server.party.standing import trace
from server.party.texts import as_written
from server.people.models import Channel
from server.staff.reach import Reach

LONGEST = 200


def excuse(  # noqa: PLR0913  a verb of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    reason: str,
    now: datetime,
    *,
    said: Mapping[str, str] | None = None,
    channel: Channel,
    rules: Reports,
    vault: PartyVault,
) -> None:
    """Put down why a quarter's report was missed, once the grace day is over.

    With answers, if the member tells them late: all four, or none. The same again is the same.
    """
    words, told = as_written(reason, LONGEST), answers.kept(said or {})
    if not words:
        raise ReasonNeeded
    if told:
        answers.require_all(told)
    file = deciding(session, reach, file_id, now)
    window = _over(quarter, now, rules)
    report = handing.begun(session, file_id, quarter, now)
    if sheets.excuse_of(report, vault) == words:
        return
    _put(session, file, report, words, window, now, rules, vault)
    if told:
        who: dict[str, Any] = {"by": reach.person_id, "channel": channel}
        handing.add(session, report, told, window, now, **who, vault=vault)
    trace(session, reach.person_id, "party.report_excused", file_id, now)


def _over(quarter: str, now: datetime, rules: Reports) -> Window:
    """Return the window of a quarter that takes nothing more, or refuse."""
    known = quarters.named(quarter)
    if known is None or known > quarters.of(now):
        raise NothingThere
    window = windows.of(known, rules)
    if now < window.grace:
        raise StillOpen(number=known.number, grace=window.grace)
    return window


def _put(  # noqa: PLR0913  what an excuse consists of
    session: Session,
    file: PartyFile,
    report: PartyReport,
    words: str,
    window: Window,
    now: datetime,
    rules: Reports,
    vault: PartyVault,
) -> None:
    """Put the reason down by one write that holds while nothing was handed in or excused."""
    if report.excused_at is not None:
        raise ExcusedAlready
    if windows.standing(file, report, window, now, rules) is not Standing.MISSED:
        raise NotMissed
    row = PartyReport
    free = row.id == report.id, row.number == 0, row.excused_at.is_(None)
    sealed = vault.seal(words, sheets.excuse_place(report.id))
    put = update(row).where(*free).values(excused_at=now, excuse=sealed).returning(row.id)
    if session.execute(put).first() is None:
        raise ExcusedAlready

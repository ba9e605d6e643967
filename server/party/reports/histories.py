"""All quarters of a member as a branch reads them: how each stands, and one with every revision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents, quarters
from server.party.access import keeps_in_touch, may_keep
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile, PartyReport
from server.party.refusals import NothingThere
from server.party.reports import due, sheets, turns, windows
from server.party.reports.answers import Answers
from server.party.reports.turns import Turn, Version
from server.party.reports.windows import Standing, Window
from server.people.vault import Vault
from server.staff.reach import Reach

UNDECIDED = (Standing.SUBMITTED, Standing.SUBMITTED_LATE, Standing.RETURNED)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a branch has said of a report."""

    late: bool = False
    question: str | None = None
    asked_at: datetime | None = None
    accepted_at: datetime | None = None
    excuse: str | None = None
    excused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """One quarter of a member with all that was told, and the list of all quarters.

    `writes` tells whether this person may write something down now, `decides` whether they may
    accept it or ask, `excuses` whether they may put down why it was missed.
    """

    name: str
    window: Window
    turns: list[Turn]
    standing: Standing
    versions: list[Version]
    said: Decided
    writes: bool
    decides: bool
    excuses: bool

    @property
    def known(self) -> Answers:
        """Return what is in force, nothing before the first."""
        return self.versions[0].said if self.versions else {}

    @property
    def number(self) -> int:
        """Return the revision in force, 0 before the first."""
        return self.versions[0].number if self.versions else 0


def of(  # noqa: PLR0913  a page of staff with the rules and both keys
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
    names: Vault,
) -> History:
    """Return a member's quarter, "" for the one that a branch looks at first; one look is noted.

    A quarter to come, or what is none, is not there. Seven statements, whatever the history.
    """
    file = access.read(session, reach, file_id, Look.REPORT, now)
    window = _window(session, file, quarter, now, rules)
    found = turns.reports(session, file_id)
    report = found.get(str(window.quarter))
    told = turns.versions(session, file, report, vault, names) if report else []
    standing = windows.standing(file, report, window, now, rules)
    writes, decides = _may(session, reach, file, now)
    return History(
        name=contents.text_of(file, "name", vault),
        window=window,
        turns=turns.of(file, found, now, rules),
        standing=standing,
        versions=told,
        said=_decided(report, vault),
        writes=writes and _is_open(standing, window, now),
        decides=decides and standing in UNDECIDED,
        excuses=decides and standing is Standing.MISSED,
    )


def _decided(report: PartyReport | None, vault: PartyVault) -> Decided:
    if report is None:
        return Decided()
    return Decided(
        late=report.late,
        question=sheets.question_of(report, vault),
        asked_at=report.returned_at,
        accepted_at=report.accepted_at,
        excuse=sheets.excuse_of(report, vault),
        excused_at=report.excused_at,
    )


def _window(
    session: Session, file: PartyFile, quarter: str, now: datetime, rules: Reports
) -> Window:
    if not quarter:
        return due.turn(session, file.id, now, rules)
    known = quarters.named(quarter)
    if known is None or known > windows.current(now, rules).quarter:
        raise NothingThere
    return windows.of(known, rules)


def _may(session: Session, reach: Reach, file: PartyFile, now: datetime) -> tuple[bool, bool]:
    """Tell whether this person may write a report down, and whether they decide on one."""
    if file.state not in LIVE or file.withdrawn_at is not None:
        return False, False
    kept = may_keep(reach, now) | keeps_in_touch(reach, now)
    mine = select(PartyFile.id).where(PartyFile.id == file.id, kept)
    may = session.scalar(mine) is not None
    return may, may and file.person_id != reach.person_id


def _is_open(standing: Standing, window: Window, now: datetime) -> bool:
    is_in = window.opens <= now < window.grace and standing is not Standing.ACCEPTED
    return is_in or standing is Standing.RETURNED

"""What a member does about their report: looks, writes, hands in, answers what the branch asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access
from server.party.keys import PartyVault
from server.party.models import Look, PartyFile
from server.party.quarters import Quarter
from server.party.refusals import NothingThere
from server.party.reports import answers, handing, sheets, windows
from server.party.reports.sheets import Sheet
from server.party.reports.windows import Window
from server.party.standing import require_consent
from server.people.models import Channel


def show(
    session: Session,
    person_id: int,
    now: datetime,
    *,
    quarter: str = "",
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Return the report whose turn it is, or a quarter's that is named, and note the look.

    It is filled with last time's answers as far as none were given yet. A quarter to come, or what
    is none, is not there.
    """
    file = access.read_own(session, person_id, Look.REPORT, now)
    window = windows.named(quarter, rules)
    if quarter and (window is None or window.quarter > windows.current(now, rules).quarter):
        raise NothingThere
    return sheets.opened(session, file, now, rules=rules, vault=vault, window=window)


def at_hand(
    session: Session,
    person_id: int,
    quarter: str,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Return the report of a quarter for a step of which `draft` or `show` notes the one look."""
    file, window = access.own(session, person_id), windows.named(quarter, rules)
    if file is None:
        raise NothingThere
    return sheets.opened(session, file, now, rules=rules, vault=vault, window=window)


def turn(session: Session, person_id: int, now: datetime, *, rules: Reports) -> Quarter:
    """Return the quarter whose report is asked for; nothing of it is read."""
    file = access.own(session, person_id)
    if file is None:
        raise NothingThere
    return sheets.turn(session, file.id, now, rules).quarter


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
    report, window = handing.held(session, file, quarter, now, rules)
    handing.require_taken(report, window, now)
    kept = answers.kept(said)
    answers.put_draft(report, (answers.draft_of(report, vault) or {}) | kept, vault)
    report.step = step
    session.flush()
    return _looked(session, file, window, now, rules, vault)


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

    Where only some are given, what was kept completes them. Twice is the same as once; other
    answers are a new revision, and the old one stays as well.
    """
    file = _mine(session, person_id)
    report, window = handing.held(session, file, quarter, now, rules)
    given = None if said is None else answers.kept(said)
    if given and not answers.is_whole(given):
        given = handing.completed(session, report, given, vault)
    who: dict[str, Any] = {"by": person_id, "channel": channel}
    handing.hand_in(session, report, given, window, now, **who, vault=vault)
    return _looked(session, file, window, now, rules, vault)


def answer(  # noqa: PLR0913  a verb with the rules and the key
    session: Session,
    person_id: int,
    quarter: str,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Answer the one question the branch has asked; what was told before stays beside it."""
    file = _mine(session, person_id)
    report, window = handing.held(session, file, quarter, now, rules)
    who: dict[str, Any] = {"by": person_id, "channel": channel}
    handing.answer(session, report, words, window, now, **who, vault=vault)
    return _looked(session, file, window, now, rules, vault)


def _looked(
    session: Session,
    file: PartyFile,
    window: Window,
    now: datetime,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Note that the member has read their report of a quarter, and return it."""
    access.note(session, file.person_id, [file.id], Look.REPORT, now, access.OWN)
    return sheets.opened(session, file, now, rules=rules, vault=vault, window=window)


def _mine(session: Session, person_id: int) -> PartyFile:
    """Return one's own file if anything may be written down of it, or the usual nothing.

    Held until the transaction ends, as staff hold it, so that nobody waits for the other in turn.
    """
    file = access.own(session, person_id, held=True)
    if file is None:
        raise NothingThere
    require_consent(file)
    return file

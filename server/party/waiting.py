"""What waits for a member just now, one line each, with the word of the chat that answers it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import LOCAL, say
from server.party import access, quarters
from server.party.models import Look, PartyFile, PartyLetter, PartyReport, PartyReview, ReviewState
from server.party.reports import sheets, windows
from server.party.reports.windows import DAY, Standing
from server.party.standing import agrees


class Waits(NamedTuple):
    """Something that waits: the word that answers it, and what a member reads of it."""

    word: str
    line: str


Source = Callable[[Session, PartyFile, datetime, Reports], Waits | None]

SOURCES: list[Source] = []
"""Filled by what a member may have to do with; in the order in which they read it."""


def of(session: Session, person_id: int, now: datetime, *, rules: Reports) -> list[Waits]:
    """Return what waits for somebody, and note that they looked; whoever has no file: refused.

    For whoever has taken their consent back nothing does. A statement or two for each source.
    """
    file = access.read_own(session, person_id, Look.FILE, now)
    if file.withdrawn_at is not None:
        return []
    found = (source(session, file, now, rules) for source in SOURCES)
    return [each for each in found if each is not None]


def report(session: Session, file: PartyFile, now: datetime, rules: Reports) -> Waits | None:
    """Tell of the report whose turn it is: it may be handed in, or the branch has asked of it."""
    window = sheets.turn(session, file.id, now, rules)
    mine = PartyReport.file_id == file.id, PartyReport.quarter == str(window.quarter)
    found = session.scalar(select(PartyReport).where(*mine))
    number = window.quarter.number
    standing = windows.standing(file, found, window, now, rules)
    if standing is Standing.RETURNED:
        return Waits("汇报", say("party.waits_question", number=number))
    if standing not in (Standing.OPEN, Standing.LATE_OPEN):
        return None
    last = window.due if standing is Standing.OPEN else window.grace
    key = f"party.waits_report_{standing}"
    return Waits("汇报", say(key, number=number, until=(last - DAY).astimezone(LOCAL).date()))


def review(session: Session, file: PartyFile, _now: datetime, _rules: Reports) -> Waits | None:
    """Tell of the latest review that was shown and is not answered yet."""
    shown = PartyReview.file_id == file.id, PartyReview.state == ReviewState.SHOWN
    latest = select(PartyReview.quarter).where(*shown).order_by(PartyReview.quarter.desc()).limit(1)
    quarter = quarters.named(session.scalar(latest) or "")
    return Waits("考评", say("party.waits_review", number=quarter.number)) if quarter else None


def letter(session: Session, file: PartyFile, _now: datetime, _rules: Reports) -> Waits | None:
    """Tell of the latest letter that was sent and not opened yet."""
    unread = PartyLetter.sent_at.is_not(None), PartyLetter.read_at.is_(None)
    mine = select(PartyLetter.year).where(PartyLetter.file_id == file.id, *unread)
    year = session.scalar(mine.order_by(PartyLetter.year.desc()).limit(1))
    return Waits("反馈", say("party.waits_letter", year=str(year))) if year else None


def confirmation(
    _session: Session, file: PartyFile, now: datetime, _rules: Reports
) -> Waits | None:
    """Tell that the file is to be looked over: not agreed to yet, or not this quarter."""
    if not agrees(file):
        return Waits("我的档案", say("party.waits_agreement"))
    if file.confirmed_at is None or file.confirmed_at < quarters.of(now).begins:
        return Waits("我的档案", say("party.waits_file"))
    return None


SOURCES += [report, review, letter, confirmation]

"""Reminders of the quarterly report: when it opens, some days before the due day, and on that day.

Nobody gets more than two a quarter, and whoever wants to be reminded once gets one, the second.
What counts is what was sent, may have been, or still waits to go; so the one of the due day goes
to those alone whose earlier ones reached nobody, were dropped, or never were, such as where a file
began later. What a reminder is about stands nowhere in clear.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, literal, not_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import LOCAL
from server.notices import outbox, tallies
from server.party import telling
from server.party.keys import PartyVault
from server.party.models import LIVE, PartyFile
from server.party.reports import windows
from server.party.reports.owed import owed
from server.party.reports.windows import DAY, Window
from server.people.models import Account, Person

MOST = 2
PIECE = 10_000
"""So many files at a time, so that whoever else wants to write waits for none of it for long."""


class Stage(NamedTuple):
    """Which reminder is the one to send now: its moment in UTC, and whether it is the first."""

    window: Window
    at: datetime
    is_first: bool


def stage_of(now: datetime, rules: Reports) -> Stage | None:
    """Return the last stage whose moment is past; None while no report may be handed in.

    So a day on which nobody kept the timetable is made good, and never by two at once.
    """
    window = windows.current(now, rules)
    if now < window.opens:
        return None
    due_day = window.due - DAY
    moments = window.opens, due_day - rules.remind_days * DAY, due_day
    number = max(place for place, at in enumerate(moments) if at <= now)
    return Stage(window, moments[number], number == 0)


def remind(
    session: Session, now: datetime, after: int = 0, *, rules: Reports, vault: PartyVault
) -> int | None:
    """Queue the reminders that are missing for the files after this one, so many at a time.

    Return after which file to go on, None when that was all. It may run any number of times: each
    stage has one key a member. What waits for whoever owes nothing any more is dropped. Three
    statements.
    """
    stage = stage_of(now, rules)
    if stage is None:
        return None
    some = select(PartyFile.id).where(PartyFile.id > after).order_by(PartyFile.id)
    until = session.scalar(some.offset(PIECE - 1).limit(1))
    piece = [PartyFile.id > after, *([PartyFile.id <= until] if until else [])]
    owes = owed(stage.window.quarter, rules)
    mine = telling.obligations_of(telling.MEMBER, PartyFile.person_id, about(stage.window), vault)
    settled = select(mine).where(*piece, PartyFile.state.in_(LIVE), not_(and_(*owes)))
    outbox.drop_obligations(session, settled, now)
    chosen = (
        select(
            PartyFile.person_id.label("person_id"),
            (mine + literal(f":{stage.at.astimezone(LOCAL).date()}")).label("key"),
            mine.label("obligation"),
        )
        .join(Person, Person.id == PartyFile.person_id)
        .where(*piece, *owes, *_wanted(stage, mine))
        .order_by(PartyFile.id)
    )
    end = stage.window.due if now < stage.window.due else stage.window.grace
    anchor = f"{telling.MEMBER}:{telling.mark(about(stage.window), vault)}"
    outbox.queue_many(
        session, chosen, telling.MEMBER, now, {"at": now}, not_after=end, anchor=anchor
    )
    return until


def about(window: Window) -> str:
    """Return what a reminder is about, before it is marked."""
    return f"report:{window.quarter}"


def drop(
    session: Session, file: PartyFile, window: Window, now: datetime, *, vault: PartyVault
) -> None:
    """Drop the reminders of a report that is handed in or excused; none is put off any more."""
    mine = telling.obligation_of(telling.MEMBER, file.person_id, about(window), vault)
    outbox.drop_obligation(session, mine, now)
    outbox.release(session, mine)


def _wanted(stage: Stage, mine: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a member is to be reminded: they agreed, and can be told here."""
    known = exists().where(Account.person_id == PartyFile.person_id).correlate(PartyFile)
    times = tallies.times(mine, PartyFile.person_id)
    again = times < case((Person.remind_once, 1), else_=MOST)
    agreed = PartyFile.consent_version.is_not(None)
    once = (not_(Person.remind_once),) if stage.is_first else ()
    return agreed, known, again, *once

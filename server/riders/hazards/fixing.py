"""What becomes of a true report: a unit has it, works on it, tells how far it is, puts it right."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from server.areas import tree
from server.people.models import Channel
from server.riders.hazards import cases, clock, telling, texts
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.refusals import AskedAlready, ExtendedAlready
from server.riders.hazards.steps import (
    OPEN,
    WITH_UNIT,
    Deed,
    Move,
    held,
    moved_on,
    note,
    reached,
    take,
)
from server.staff.reach import Reach
from server.staff.rights import Right

ASSIGN = Move("assigned", (HazardState.TRIAGED, *WITH_UNIT), HazardState.ASSIGNED)
BEGIN = Move("begun", (HazardState.ASSIGNED,), HazardState.FIXING)
FIX = Move("fixed", WITH_UNIT, HazardState.FIXED)


def assign(  # noqa: PLR0913  who hands what to whom, with which words, by which door
    session: Session,
    reach: Reach,
    hazard_id: int,
    area_code: str,
    now: datetime,
    *,
    channel: Channel,
    remark: str = "",
) -> Hazard:
    """Hand a true report to the area that puts it right, which never learns who sent it in (R5).

    Takes `triage_hazards` where the report is. It is due in three working days, five where it is
    hard; handed on to another area it stays due when it was.
    """
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    unit = tree.by_code(session, area_code)
    said = texts.line(remark, texts.MOST_NOTE) or None
    deed = Deed(reach.person_id, channel, now, said)
    values: dict[str, object] = {"assigned_id": unit.id}
    if hazard.state is HazardState.TRIAGED:
        values["due_at"] = clock.end_of(session, now, clock.term(hazard.hard))
        values["note_due_at"] = clock.end_of(session, now, clock.NOTE_DAYS)
    elsewhere: ColumnElement[bool] = Hazard.assigned_id.is_distinct_from(unit.id)
    values |= _running(session, hazard, now) if "due_at" not in values else {}
    return take(session, hazard, path, ASSIGN, deed, elsewhere, **values).hazard


def begin(
    session: Session, reach: Reach, hazard_id: int, now: datetime, *, channel: Channel
) -> Hazard:
    """Say that the unit is at it. Takes `fix_hazards` where the unit is."""
    hazard, path = held(session, reach, hazard_id)
    deed = Deed(reach.person_id, channel, now)
    return take(session, hazard, path, BEGIN, deed, **_running(session, hazard, now)).hazard


def note_progress(
    session: Session, reach: Reach, hazard_id: int, words: str, now: datetime, *, channel: Channel
) -> Hazard:
    """Tell the reporter how far it is; the next such word is due in three working days.

    Takes `fix_hazards` where the unit is.
    """
    said = texts.said(words)
    hazard, path = held(session, reach, hazard_id)
    deed = Deed(reach.person_id, channel, now, said)
    goes_on = Move("progress_noted", (hazard.state,), hazard.state)
    if hazard.state not in WITH_UNIT:
        raise moved_on(hazard)
    due = clock.end_of(session, now, clock.NOTE_DAYS)
    taken = take(session, hazard, path, goes_on, deed, note_due_at=due)
    if taken.step is not None:
        telling.tell(session, hazard, "progress", taken.step, now, note=said)
    return taken.hazard


def fix(
    session: Session, reach: Reach, hazard_id: int, words: str, now: datetime, *, channel: Channel
) -> Hazard:
    """Say that it is put right, and how; whoever reported it, or the same, is told with thanks.

    Takes `fix_hazards` where the unit is.
    """
    said = texts.said(words)
    hazard, path = held(session, reach, hazard_id)
    deed = Deed(reach.person_id, channel, now, said)
    done = {"closing_note": said, "fixed_at": now, "due_at": None, "note_due_at": None}
    taken = take(session, hazard, path, FIX, deed, **done)
    if taken.step is not None:
        cases.end(session, hazard.id, now)
        telling.tell_fixed(session, hazard, taken, now)
    return taken.hazard


def extend(
    session: Session, reach: Reach, hazard_id: int, reason: str, now: datetime, *, channel: Channel
) -> Hazard:
    """Take as many working days more, once and with a reason, which the reporter is told.

    Takes `fix_hazards` where the unit is.
    """
    said = texts.said(reason)
    hazard, path = held(session, reach, hazard_id)
    if hazard.state not in WITH_UNIT or hazard.due_at is None:
        raise moved_on(hazard)
    if hazard.extended:
        raise ExtendedAlready(number=hazard.id)
    deed = Deed(reach.person_id, channel, now, said)
    goes_on = Move("extended", (hazard.state,), hazard.state)
    later = clock.end_of(session, max(hazard.due_at, now), clock.term(hazard.hard))
    once: ColumnElement[bool] = and_(Hazard.extended.is_(False), Hazard.due_at == hazard.due_at)
    taken = take(session, hazard, path, goes_on, deed, once, extended=True, due_at=later)
    if taken.step is not None:
        telling.tell(session, hazard, "extended", taken.step, now, reason=said, until=later)
    return taken.hazard


def ask(
    session: Session,
    reach: Reach,
    hazard_id: int,
    question: str,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Ask the reporter something; the clock stands still until they answer (R4).

    Takes `triage_hazards` where the report is, or `fix_hazards` where the unit is: it is asked
    without knowing whom.
    """
    said = texts.said(question, texts.MOST_QUESTION)
    hazard, path = held(session, reach, hazard_id)
    if hazard.state not in OPEN:
        raise moved_on(hazard)
    if hazard.left_minutes is not None:
        raise AskedAlready(number=hazard.id)
    deed = Deed(reach.person_id, channel, now, said)
    goes_on = Move("asked", (hazard.state,), hazard.state)
    left = clock.minutes_left(session, now, hazard.due_at) if hazard.due_at else 0
    fresh: ColumnElement[bool] = Hazard.left_minutes.is_(None)
    waits = {"question": said, "left_minutes": left, "due_at": None}
    taken = take(session, hazard, path, goes_on, deed, fresh, **waits)
    if taken.step is not None:
        telling.tell(session, hazard, "asked", taken.step, now, note=said)
    return taken.hazard


def remark(
    session: Session, reach: Reach, hazard_id: int, words: str, now: datetime, *, channel: Channel
) -> Hazard:
    """Add a line to the timeline that staff alone read. Takes `triage_hazards`."""
    said = texts.said(words)
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    note(session, hazard, path, "remarked", Deed(reach.person_id, channel, now, said))
    return hazard


def _running(session: Session, hazard: Hazard, now: datetime) -> dict[str, object]:
    """Return until when it is due for staff who go on without an answer."""
    if hazard.left_minutes is None:
        return {}
    due_at = clock.after(session, now, hazard.left_minutes)
    return {"due_at": due_at, "left_minutes": None, "question": None}

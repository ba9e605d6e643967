"""What whoever reported a hazard may do themselves until it is over, and once it is put right."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from server.people import identities
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import cases, clock, kinds, pictures, texts
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.pictures import Added
from server.riders.hazards.refusals import (
    NotFixed,
    NudgedLately,
    OverAndDone,
    RatedAlready,
    ReopenedAlready,
    TimeOver,
)
from server.riders.hazards.steps import OPEN, Deed, Move, lock, note, own, take

RATE = Move("rated", (HazardState.FIXED,), HazardState.RATED)
REOPEN = Move("reopened", (HazardState.FIXED, HazardState.RATED), HazardState.TRIAGED)
A_DAY = timedelta(days=1)


def add(  # noqa: PLR0913  who adds what to which report, when, by which door
    session: Session,
    person_id: int,
    hazard_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Add words to one's report; they answer a question that is open, and the clock goes on (R4).

    Words of imminent danger make it urgent.
    """
    hazard = _open(session, person_id, hazard_id)
    said = texts.told(words)
    values: dict[str, Any] = {"words": texts.added(vault, hazard, said)}
    if hazard.left_minutes is not None:
        values |= {"left_minutes": None, "question": None}
        values["due_at"] = clock.after(session, now, hazard.left_minutes)
    if kinds.is_danger(said) and not hazard.urgent:
        soon = clock.triage(session, True, now)
        due_at = values.get("due_at", hazard.due_at)
        values |= {"urgent": True, "due_at": min(due_at, soon) if due_at else soon}
    answered = hazard.left_minutes is not None
    _write(session, hazard, now, **values)
    action = "answered" if answered else "supplemented"
    note(session, hazard, None, action, Deed(person_id, channel, now))
    return hazard


def add_photo(
    session: Session, person_id: int, hazard_id: int, media_id: str, now: datetime
) -> Added:
    """Add a photo to one's report, while it is open."""
    hazard = _open(session, person_id, hazard_id)
    return pictures.add(session, hazard.id, media_id, now)


def set_kind(session: Session, person_id: int, hazard_id: int, code: str, now: datetime) -> Hazard:
    """Say what one's report is about, while nobody has looked at it; urgent ones come sooner."""
    kind = kinds.of(code)
    hazard = _open(session, person_id, hazard_id)
    if hazard.state is not HazardState.RECEIVED:
        raise OverAndDone(number=hazard.id)
    values: dict[str, Any] = {"kind": kind.code}
    if kind.urgent and not hazard.urgent and hazard.due_at:
        soon = clock.triage(session, True, now)
        values |= {"urgent": True, "due_at": min(hazard.due_at, soon)}
    _write(session, hazard, now, **values)
    return hazard


def nudge(
    session: Session, person_id: int, hazard_id: int, now: datetime, *, channel: Channel
) -> Hazard:
    """Remind staff of one's report, once a day."""
    hazard = _open(session, person_id, hazard_id)
    moved = session.execute(
        update(Hazard)
        .where(
            Hazard.id == hazard.id,
            Hazard.state.in_(OPEN),
            or_(Hazard.nudged_at.is_(None), Hazard.nudged_at <= now - A_DAY),
        )
        .values(nudged_at=now)
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(hazard)
    if moved is None:
        raise NudgedLately(number=hazard.id, due_at=hazard.due_at or hazard.nudged_at or now)
    note(session, hazard, None, "nudged", Deed(person_id, channel, now))
    return hazard


def rate(  # noqa: PLR0913  who rates what, with how many stars, in which words, by which door
    session: Session,
    person_id: int,
    hazard_id: int,
    stars: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Rate how it was put right with 1 to 5 stars, within 15 days; the same stars are the same."""
    texts.stars(stars)
    hazard = own(session, person_id, hazard_id)
    if hazard.rating is not None:
        if hazard.rating != stars:
            raise RatedAlready(number=hazard.id, rating=hazard.rating)
        return hazard
    _require_fixed(hazard, now)
    sealed = texts.seal(vault, hazard.id, "rating_note", texts.line(words, texts.MOST_NOTE))
    deed = Deed(person_id, channel, now)
    return take(session, hazard, None, RATE, deed, rating=stars, rating_note=sealed).hazard


def reopen(  # noqa: PLR0913  who says of what that it is not right, in which words, by which door
    session: Session,
    person_id: int,
    hazard_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Say that it is not put right after all, once and within 15 days; it is assigned anew."""
    hazard = own(session, person_id, hazard_id)
    said = texts.told(words)
    if hazard.reopened:
        raise ReopenedAlready(number=hazard.id)
    _require_fixed(hazard, now)
    taken = take(
        *(session, hazard, None, REOPEN, Deed(person_id, channel, now)),
        reopened=True,
        words=texts.added(vault, hazard, said),
        assigned_id=None,
        extended=False,
        fixed_at=None,
        due_at=clock.triage(session, hazard.urgent, now),
        note_due_at=None,
    )
    cases.end(session, hazard.id, None)
    return taken.hazard


def _open(session: Session, person_id: int, hazard_id: int) -> Hazard:
    identities.lock(session, person_id)
    lock(session, hazard_id)
    hazard = own(session, person_id, hazard_id)
    if hazard.state not in OPEN:
        raise OverAndDone(number=hazard.id)
    return hazard


def _require_fixed(hazard: Hazard, now: datetime) -> None:
    if hazard.state not in (HazardState.FIXED, HazardState.RATED) or hazard.fixed_at is None:
        raise NotFixed(number=hazard.id)
    if hazard.fixed_at <= now - clock.RATING:
        raise TimeOver(number=hazard.id)


def _write(session: Session, hazard: Hazard, now: datetime, **values: Any) -> None:
    """Change a report that is still open; what staff ended meanwhile stays ended."""
    written = session.execute(
        update(Hazard)
        .where(Hazard.id == hazard.id, Hazard.state.in_(OPEN))
        .values(changed_at=now, **values)
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(hazard)
    if written is None:
        raise OverAndDone(number=hazard.id)

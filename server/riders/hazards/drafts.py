"""A report that is still being told: a photo, a place, some words, in any order, within a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.hazards import OTHER
from server.people import consents, identities
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import pictures, texts, where
from server.riders.hazards.models import Hazard, HazardSpot, HazardState
from server.riders.hazards.refusals import HazardMissing
from server.riders.hazards.steps import OPEN

LIFE = timedelta(days=1)
JOINS = timedelta(minutes=10)
"""So long after the receipt photos and words belong to the same report."""
MOST = 500


def current(session: Session, person_id: int, now: datetime) -> Hazard | None:
    """Return what a person is telling of, if they began within a day."""
    return session.scalar(
        select(Hazard)
        .where(
            Hazard.reporter_id == person_id,
            Hazard.state == HazardState.DRAFT,
            Hazard.changed_at > now - LIFE,
        )
        .execution_options(populate_existing=True)
    )


def just_sent(session: Session, person_id: int, now: datetime) -> Hazard | None:
    """Return the report that a person sent within minutes and that is still looked at."""
    return session.scalar(
        select(Hazard)
        .where(
            Hazard.reporter_id == person_id,
            Hazard.state.in_(OPEN),
            Hazard.received_at > now - JOINS,
        )
        .order_by(Hazard.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def begin(session: Session, person_id: int, now: datetime, *, channel: Channel) -> Hazard:
    """Return the draft a person has, or a new one; of many messages at once one begins it."""
    identities.lock(session, person_id)
    consents.require(session, person_id, now, channel=channel)
    found = current(session, person_id, now)
    if found is not None:
        return found
    drop(session, person_id)
    draft = Hazard(
        reporter_id=person_id,
        channel=channel,
        state=HazardState.DRAFT,
        kind=OTHER,
        place="",
        area_id=where.home(session, person_id),
        created_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def of(session: Session, person_id: int, draft_id: int) -> Hazard:
    """Return the person's draft, or refuse when it was sent, given up or too old."""
    draft = session.get(Hazard, draft_id, populate_existing=True)
    if draft is None or draft.reporter_id != person_id or draft.state is not HazardState.DRAFT:
        raise HazardMissing
    return draft


def add_words(draft: Hazard, words: str, *, vault: Vault) -> None:
    """Add to what is dangerous; words or a spoken sentence replace the photo (G6)."""
    draft.words = texts.added(vault, draft, texts.told(words))


def is_told(session: Session, draft: Hazard) -> bool:
    """Tell whether a photo or words say what is dangerous."""
    return draft.words is not None or pictures.tells(session, draft.id)


def has_place(draft: Hazard) -> bool:
    """Tell whether somebody could find it."""
    return bool(draft.place or draft.cell)


def drop(session: Session, person_id: int) -> None:
    """Give up what a person began to tell."""
    mine = select(Hazard.id).where(
        Hazard.reporter_id == person_id, Hazard.state == HazardState.DRAFT
    )
    _delete(session, session.scalars(mine).all())


def forget(session: Session, now: datetime) -> int:
    """Delete drafts that nobody finished within a day; return how many."""
    old = select(Hazard.id).where(
        Hazard.state == HazardState.DRAFT, Hazard.changed_at <= now - LIFE
    )
    ids = session.scalars(old.order_by(Hazard.id).limit(MOST).with_for_update()).all()
    _delete(session, ids)
    return len(ids)


def _delete(session: Session, ids: Sequence[int]) -> None:
    gone = list(ids)
    if gone:
        pictures.drop(session, gone)
        session.execute(delete(HazardSpot).where(HazardSpot.hazard_id.in_(gone)))
        session.execute(
            delete(Hazard).where(Hazard.id.in_(gone), Hazard.state == HazardState.DRAFT)
        )

"""How a report comes in: a draft that is whole, all at once, or from staff for whoever calls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.hazards import OTHER
from server.areas import tree
from server.audit import trail
from server.people import consents, identities
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import clock, drafts, kinds, pictures, texts, where
from server.riders.hazards.drafts import JOINS
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.refusals import NothingTold, PlaceNeeded
from server.riders.hazards.steps import OPEN, Deed, note
from server.riders.stations.coordinates import Place
from server.staff.reach import Reach
from server.staff.rights import Right


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells at once: what is dangerous, where in words or exactly, its photos.

    `media` are photos by the names that WeChat gave them, `photos` those sent to us before.
    """

    words: str = ""
    place: str = ""
    spot: Place | None = None
    kind: str | None = None
    media: tuple[str, ...] = ()
    photos: tuple[int, ...] = ()


def send(session: Session, draft: Hazard, now: datetime, *, vault: Vault) -> Hazard:
    """Put a draft before staff; refuse what says nothing, or nowhere. A repetition is the same."""
    assert draft.reporter_id is not None
    identities.lock(session, draft.reporter_id)
    session.flush()
    if not drafts.is_told(session, draft):
        raise NothingTold
    if not drafts.has_place(draft):
        raise PlaceNeeded
    moved = session.execute(
        update(Hazard)
        .where(Hazard.id == draft.id, Hazard.state == HazardState.DRAFT)
        .values(
            state=HazardState.RECEIVED,
            received_at=now,
            changed_at=now,
            **_judged(session, draft, now, vault),
        )
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(draft)
    if moved is not None:
        note(session, draft, None, "received", Deed(draft.reporter_id, draft.channel, now))
    return draft


def report(
    session: Session, person_id: int, told: Told, now: datetime, *, channel: Channel, vault: Vault
) -> Hazard:
    """Put a report before staff at once; the same again within minutes is the same report."""
    identities.lock(session, person_id)
    consents.require(session, person_id, now, channel=channel)
    twin = _twin(session, person_id, told, now, vault)
    if twin is not None:
        _show(session, twin, person_id, told, now)
        return twin
    hazard = _enter(session, person_id, where.home(session, person_id), told, now, channel, vault)
    note(session, hazard, None, "received", Deed(person_id, channel, now))
    return hazard


def report_for(  # noqa: PLR0913  who writes down what for whom, when, by which door
    session: Session,
    reach: Reach,
    person_id: int | None,
    told: Told,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Write down what somebody told staff by telephone, on paper or at the desk.

    Without a person nobody is known who could be told of it, or earn anything by it.
    """
    reach.require_any(Right.TRIAGE_HAZARDS)
    if person_id is not None:
        identities.lock(session, person_id)
    home = where.home(session, person_id) if person_id else tree.root(session).id
    hazard = _enter(session, person_id, home, told, now, channel, vault)
    path = tree.by_id(session, hazard.area_id).path
    note(session, hazard, None, "received", Deed(reach.person_id, channel, now))
    subject = ("hazard", hazard.id)
    trail.record(session, reach.person_id, "hazard.entered", subject, now, area_path=path)
    return hazard


def _enter(  # noqa: PLR0913  who tells what, where to, when, by which door
    session: Session,
    person_id: int | None,
    home: int,
    told: Told,
    now: datetime,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    hazard = Hazard(
        reporter_id=person_id,
        channel=channel,
        state=HazardState.RECEIVED,
        kind=kinds.of(told.kind).code if told.kind else OTHER,
        place="",
        area_id=home,
        created_at=now,
        received_at=now,
        changed_at=now,
    )
    session.add(hazard)
    session.flush()
    if told.words.strip():
        hazard.words = texts.added(vault, hazard, texts.told(told.words, texts.MOST_WORDS))
    _show(session, hazard, person_id, told, now)
    if told.spot is not None:
        where.locate(session, hazard, told.spot, told.place, now)
    elif told.place.strip():
        where.describe(session, hazard, told.place)
    if not drafts.is_told(session, hazard):
        raise NothingTold
    if not drafts.has_place(hazard):
        raise PlaceNeeded
    for name, value in _judged(session, hazard, now, vault).items():
        setattr(hazard, name, value)
    session.flush()
    return hazard


def _show(
    session: Session, hazard: Hazard, person_id: int | None, told: Told, now: datetime
) -> None:
    """Add the photos that were sent along; the same again are the same."""
    for media in told.media:
        pictures.add(session, hazard.id, media, now)
    if person_id is not None:
        pictures.add_own(session, hazard.id, told.photos, person_id, now)


def _judged(session: Session, hazard: Hazard, now: datetime, vault: Vault) -> dict[str, object]:
    """Return what the words say of the kind, and so how soon it is to be looked at."""
    words = texts.opened(vault, hazard, "words")
    said = f"{words} {hazard.place}"
    code = hazard.kind if hazard.kind != OTHER else kinds.guess(said)
    urgent = kinds.of(code).urgent or kinds.is_danger(said)
    return {"kind": code, "urgent": urgent, "due_at": clock.triage(session, urgent, now)}


def _twin(
    session: Session, person_id: int, told: Told, now: datetime, vault: Vault
) -> Hazard | None:
    lately = select(Hazard).where(
        Hazard.reporter_id == person_id,
        Hazard.state.in_(OPEN),
        Hazard.received_at > now - JOINS,
    )
    words = texts.line(told.words, texts.MOST_WORDS)
    place = texts.line(told.place, texts.MOST_PLACE)
    return next(
        (
            one
            for one in session.scalars(lately.order_by(Hazard.id))
            if (texts.opened(vault, one, "words"), one.place) == (words, place)
        ),
        None,
    )

"""How a need comes in: from whoever has it, or from staff on their behalf."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.people import consents, identities, profile
from server.people.models import Channel, Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import numbering, typed
from server.volunteers.models import PRIORITY, Field, Need, NeedState, NeedStep
from server.volunteers.needs import clock, texts
from server.volunteers.needs import words as words_of_need
from server.volunteers.needs.refusals import BadWindow

SAME_WITHIN = timedelta(minutes=10)
"""The same words of the same asker within this time are one need, told twice."""
MOST_PEOPLE = 100
A_DAY = timedelta(days=1)
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Ask:
    """What somebody asks for; `name` and `phone` are the asker's when staff write it down."""

    words: str
    area_code: str | None = None
    address: str = ""
    field: Field | None = None
    ticks: tuple[str, ...] = ()
    wanted_from: datetime | None = None
    wanted_until: datetime | None = None
    people_wanted: int = 1
    name: str = ""
    phone: str = ""


def ask(
    session: Session, person_id: int, what: Ask, now: datetime, *, channel: Channel, vault: Vault
) -> Need:
    """Put a resident's need before the community; the same one again within minutes is the same.

    Without an area it goes to the one the person lives in, else to the district.
    """
    area = home(session, person_id, what.area_code)
    need = enter(session, person_id, area, what, now, channel=channel, vault=vault)
    return submit(session, need, now, channel=channel, vault=vault)


def ask_for(
    session: Session, reach: Reach, what: Ask, now: datetime, *, channel: Channel, vault: Vault
) -> Need:
    """Write down a need for somebody who told it to staff, by phone or at the door."""
    area = tree.by_code(session, what.area_code or "")
    reach.require(Right.RAISE_NEEDS, area.path)
    who = reach.person_id
    need = enter(session, who, area, what, now, channel=channel, vault=vault, on_behalf=True)
    entered = submit(session, need, now, channel=channel, vault=vault)
    if entered is need:
        subject = ("need", need.id)
        trail.record(session, who, "need.raised", subject, now, area_path=area.path)
    return entered


def home(session: Session, person_id: int, code: str | None = None) -> Area:
    """Return the area with this code, else where the person lives, else the district."""
    if code:
        return tree.by_code(session, code)
    at_home = session.scalar(
        select(Area).join(Person, Person.area_id == Area.id).where(Person.id == person_id)
    )
    return at_home or tree.root(session)


def enter(  # noqa: PLR0913  who asks, where, for what, when, by which door, for whom
    session: Session,
    person_id: int,
    area: Area,
    what: Ask,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
    on_behalf: bool = False,
) -> Need:
    """Keep a need as a draft that nobody but its author sees.

    The author is locked first, so that of two taps the second sees what the first one did.
    """
    identities.lock(session, person_id)
    if not on_behalf:
        consents.require(session, person_id, now, channel=channel)
    words = texts.words(what.words)
    field = what.field or words_of_need.field_of(words)
    check_window(what, now)

    about = {
        "area_id": area.id,
        "place": area.name,
        "channel": channel,
        "raised_by": person_id,
        "on_behalf": on_behalf,
        "title": words_of_need.title_of(field, what.ticks or words_of_need.ticks_of(words)),
        "field": field,
        "priority": field in PRIORITY,
        "wanted_from": what.wanted_from,
        "wanted_until": what.wanted_until,
        "people_wanted": min(max(what.people_wanted, 1), MOST_PEOPLE),
    }
    need = numbering.insert(session, Need, lambda number: _draft(number, about, now))
    write(need, what, words, vault=vault)
    session.flush()
    return need


def write(need: Need, what: Ask, words: str, *, vault: Vault) -> None:
    """Seal what was told about people into the need's row."""
    phone = profile.normalised(what.phone) if what.phone.strip() else ""
    told = {
        "words": words,
        "address": typed.clean(what.address, texts.MOST_ADDRESS),
        "asker_name": typed.clean(what.name, texts.MOST_NAME),
        "asker_phone": phone,
    }
    for field, text in told.items():
        setattr(need, field, texts.seal(vault, need.id, field, text))


def submit(session: Session, need: Need, now: datetime, *, channel: Channel, vault: Vault) -> Need:
    """Put a draft before staff, and return it, or the need that said the same just before."""
    identities.lock(session, need.raised_by)
    twin = _twin(session, need, now, vault)
    if twin is not None:
        session.delete(need)
        session.flush()
        return twin
    moved = session.execute(
        update(Need)
        .where(Need.id == need.id, Need.state == NeedState.DRAFT)
        .values(
            state=NeedState.SUBMITTED,
            created_at=now,
            changed_at=now,
            due_at=clock.due(session, NeedState.SUBMITTED, need.priority, now),
        )
        .returning(Need.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(need)
    if moved is not None:
        step = NeedStep(
            need_id=need.id, at=now, by=need.raised_by, channel=channel, action="submitted"
        )
        session.add(step)
    return need


def check_window(what: Ask, now: datetime) -> None:
    """Refuse a time that is over, or far ahead, or that ends before it begins."""
    begins, ends = what.wanted_from, what.wanted_until
    for moment in (begins, ends):
        if moment and not now - A_DAY <= moment <= now + FARTHEST:
            raise BadWindow
    if (ends and ends <= now) or (begins and ends and ends <= begins):
        raise BadWindow


def _draft(number: int, about: dict[str, Any], now: datetime) -> Need:
    state = NeedState.DRAFT
    return Need(number=number, words=b"", state=state, created_at=now, changed_at=now, **about)


def _twin(session: Session, need: Need, now: datetime, vault: Vault) -> Need | None:
    lately = select(Need).where(
        Need.raised_by == need.raised_by,
        Need.id != need.id,
        Need.state.not_in((NeedState.DRAFT, NeedState.WITHDRAWN)),
        Need.created_at > now - SAME_WITHIN,
    )
    words = _told(need, vault)
    return next((one for one in session.scalars(lately) if _told(one, vault) == words), None)


def _told(need: Need, vault: Vault) -> tuple[str, str]:
    return texts.opened(vault, need, "words"), texts.opened(vault, need, "asker_phone")

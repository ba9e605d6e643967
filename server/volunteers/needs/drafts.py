"""A need that is still being told, question by question; its author may go away and come back."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.audit import trail
from server.people import identities, profile
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import typed
from server.volunteers.models import Field, Need, NeedState
from server.volunteers.needs import raising, texts
from server.volunteers.needs.course import DRAFTS_KEPT
from server.volunteers.needs.raising import Ask
from server.volunteers.needs.refusals import NeedMissing

NOWHERE = ""
"""The place of a draft whose author has not said where yet."""


def current(session: Session, person_id: int, now: datetime) -> Need | None:
    """Return the need a person is telling of, if they began one within the last days."""
    return session.scalar(
        select(Need)
        .where(
            Need.raised_by == person_id,
            Need.state == NeedState.DRAFT,
            Need.changed_at > now - DRAFTS_KEPT,
        )
        .order_by(Need.id.desc())
        .limit(1)
    )


def begin(  # noqa: PLR0913  who, what, when, by which door, for whom
    session: Session,
    person_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
    field: Field | None = None,
    area_code: str | None = None,
) -> Need:
    """Keep what somebody begins to tell, in the place of what they began before."""
    what = Ask(words=words, field=field)
    area = raising.home(session, person_id, area_code)
    identities.lock(session, person_id)
    session.execute(delete(Need).where(Need.raised_by == person_id, Need.state == NeedState.DRAFT))
    need = raising.enter(session, person_id, area, what, now, channel=channel, vault=vault)
    if area_code is None:
        need.place = NOWHERE
    return need


def of(session: Session, person_id: int, need_id: int) -> Need:
    """Return the person's draft, or refuse when it was sent or thrown away."""
    need = session.get(Need, need_id)
    if need is None or need.raised_by != person_id or need.state is not NeedState.DRAFT:
        raise NeedMissing
    return need


def set_area(session: Session, need: Need, area_code: str) -> None:
    """Say in which area."""
    area = tree.by_code(session, area_code)
    need.area_id, need.place = area.id, area.name


def set_address(need: Need, address: str, *, vault: Vault) -> None:
    """Say where exactly; it is sealed."""
    kept = typed.clean(address, texts.MOST_ADDRESS)
    need.address = texts.seal(vault, need.id, "address", kept)


def set_window(need: Need, now: datetime, days: int | None) -> None:
    """Say within how many days; None for any time."""
    need.wanted_from = None
    need.wanted_until = now + timedelta(days=days) if days is not None else None


def add_words(need: Need, words: str, *, vault: Vault) -> None:
    """Add a line to what is needed, such as when it suits."""
    before = texts.opened(vault, need, "words")
    kept = texts.words(f"{before}\n{words}")
    need.words = vault.seal(kept, f"need:{need.id}:words")


def set_asker(need: Need, name: str, phone: str, *, vault: Vault) -> None:
    """Put down how to reach the asker, and their name when staff tell it for them."""
    spelled = profile.normalised(phone) if phone.strip() else ""
    kept = typed.clean(name, texts.MOST_NAME)
    need.asker_phone = texts.seal(vault, need.id, "asker_phone", spelled)
    need.asker_name = texts.seal(vault, need.id, "asker_name", kept)


def send(
    session: Session, need: Need, now: datetime, *, vault: Vault, reach: Reach | None = None
) -> Need:
    """Put the draft before staff; `reach` is that of whoever was told it by a resident."""
    session.flush()
    if reach is None:
        return raising.submit(session, need, now, channel=need.channel, vault=vault)
    area = tree.by_id(session, need.area_id)
    reach.require(Right.RAISE_NEEDS, area.path)
    sent = raising.submit(session, need, now, channel=need.channel, vault=vault)
    subject = ("need", sent.id)
    trail.record(session, reach.person_id, "need.raised", subject, now, area_path=area.path)
    return sent


def drop(session: Session, person_id: int) -> None:
    """Throw away what somebody began to tell."""
    session.execute(delete(Need).where(Need.raised_by == person_id, Need.state == NeedState.DRAFT))

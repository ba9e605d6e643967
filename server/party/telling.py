"""That something waits, and never what: whoever sees a screen or the outbox learns no more."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.notices import outbox
from server.party.keys import PartyVault
from server.party.models import PartyFile

STAFF = "office.message"
MEMBER = "office.note"


def staff(session: Session, person_id: int, now: datetime) -> None:
    """Tell a contact or an organiser that something waits: once a day at most."""
    day = now.astimezone(LOCAL).date()
    outbox.queue(session, person_id, STAFF, f"{STAFF}:{person_id}:{day}", now, {"at": now})


def member(
    session: Session, file: PartyFile, about: str, now: datetime, *, vault: PartyVault
) -> bool:
    """Tell a member that something waits for them; False when they were told of it before.

    `about` names it, such as `review:2026Q1`; of one thing nobody is told more than twice. Neither
    the key nor the obligation says what it is. Who took their consent back is told nothing.
    """
    if file.withdrawn_at is not None:
        return False
    obligation = f"{MEMBER}:{file.person_id}:{vault.mark(about, 'about')[:24]}"
    day = now.astimezone(LOCAL).date()
    key, facts = f"{obligation}:{day}", {"at": now}
    return outbox.queue(session, file.person_id, MEMBER, key, now, facts, obligation=obligation)

"""That something waits, and never what: whoever sees a screen or the outbox learns no more.

What something is about is a mark under our key, so that neither key nor obligation says it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from config.wording import LOCAL
from server.notices import outbox
from server.notices.kinds import PRIVATE
from server.notices.models import Notice
from server.party.keys import WING, PartyVault
from server.party.models import PartyFile
from server.people.copies import PARTS, Part

STAFF = "office.message"
MEMBER = "office.note"

_notice = Notice.__table__.c


def staff(session: Session, person_id: int, now: datetime, obligation: str | None = None) -> bool:
    """Tell a contact or an organiser that something waits: once a day at most."""
    day = now.astimezone(LOCAL).date()
    key, facts = f"{STAFF}:{person_id}:{day}", {"at": now}
    return outbox.queue(session, person_id, STAFF, key, now, facts, obligation=obligation)


def member(
    session: Session, file: PartyFile, about: str, now: datetime, *, vault: PartyVault
) -> bool:
    """Tell a member that something waits for them; False when they were told of it before.

    `about` names it, such as `review:2026Q1`; of one thing nobody is told more than twice. Neither
    the key nor the obligation says what it is. Who took their consent back is told nothing.
    """
    if file.withdrawn_at is not None:
        return False
    obligation = obligation_of(MEMBER, file.person_id, about, vault)
    day = now.astimezone(LOCAL).date()
    key, facts = f"{obligation}:{day}", {"at": now}
    return outbox.queue(session, file.person_id, MEMBER, key, now, facts, obligation=obligation)


def hush(session: Session, person_id: int, now: datetime) -> None:
    """Drop whatever a member was still to be told: their consent, or their file, is no more."""
    outbox.drop_kind(session, person_id, MEMBER, now)


def mark(about: str, vault: PartyVault) -> str:
    """Return what stands for a thing where others might look."""
    return vault.mark(about, "about")[:24]


def obligation_of(kind: str, person_id: int, about: str, vault: PartyVault) -> str:
    """Return the obligation of telling somebody of a thing."""
    return f"{kind}:{person_id}:{mark(about, vault)}"


def obligations_of(
    kind: str, person: InstrumentedAttribute[int], about: str, vault: PartyVault
) -> ColumnElement[str]:
    """Return the same for each row of a select, `person` being a column of it."""
    return literal(f"{kind}:") + cast(person, String) + literal(f":{mark(about, vault)}")


def follow(session: Session, keep: int, gone: int) -> None:
    """Let what one person was told count for the one whom they prove to be.

    Keys as well, where the other was not told the same.
    """
    other = aliased(Notice.__table__)
    for kind in (STAFF, MEMBER):
        theirs = _notice.person_id == gone, _notice.kind == kind
        was, becomes = f"{kind}:{gone}:", f"{kind}:{keep}:"
        about = func.replace(_notice.obligation, was, becomes)
        session.execute(update(Notice.__table__).where(*theirs).values(obligation=about))
        key = func.replace(_notice.key, was, becomes)
        free = ~exists().where(other.c.key == key)
        session.execute(update(Notice.__table__).where(*theirs, free).values(key=key))


PARTS.append(
    Part(
        "party_notices",
        (),
        lambda person: (
            select(
                Notice.queued_at.label("at"),
                Notice.facts.label("told"),
                Notice.channel.label("way"),
                Notice.state.label("state"),
                Notice.read_at.label("read_at"),
            )
            .where(Notice.person_id == person, Notice.kind.in_(PRIVATE))
            .order_by(Notice.id)
        ),
        wing=WING,
    )
)

"""What happens to consents and guardians when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people import joining
from server.people.models import Consent, Guardian


def keep_last_word(session: Session, keep: int, gone: int, _now: datetime) -> None:
    """Of two answers to one text let the later one stand: taken back stays taken back."""
    ours = {(row.purpose, row.version): row for row in _consents(session, keep)}
    for theirs in _consents(session, gone):
        mine = ours.get((theirs.purpose, theirs.version))
        if mine is None:
            continue
        if _changed(theirs) > _changed(mine):
            mine.channel, mine.granted_at = theirs.channel, theirs.granted_at
            mine.withdrawn_at = theirs.withdrawn_at
        session.delete(theirs)
    session.flush()


def keep_who_answers(session: Session, keep: int, gone: int, _now: datetime) -> None:
    """Keep of two guardians with one number the one who still agrees; nobody is their own."""
    ours = {row.phone_mark: row for row in _guardians(session, keep)}
    for theirs in _guardians(session, gone):
        mine = ours.get(theirs.phone_mark)
        if mine is None:
            continue
        lesser = mine if mine.withdrawn_at and not theirs.withdrawn_at else theirs
        session.delete(lesser)
    session.flush()
    both = (keep, gone)
    for own in session.scalars(
        select(Guardian).where(Guardian.minor_id.in_(both), Guardian.guardian_id.in_(both))
    ).all():
        session.delete(own)
    session.flush()


def _consents(session: Session, person_id: int) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.person_id == person_id)))


def _guardians(session: Session, minor_id: int) -> list[Guardian]:
    return list(session.scalars(select(Guardian).where(Guardian.minor_id == minor_id)))


def _changed(consent: Consent) -> datetime:
    return consent.withdrawn_at or consent.granted_at


joining.FOLLOWERS.append(keep_last_word)
joining.FOLLOWERS.append(keep_who_answers)

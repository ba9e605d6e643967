"""Forgetting a person: their own file goes with all in it; what they did for others has no name."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.party.models import Contact, Organiser, PartyFile, PartyList, PartyUpload
from server.people import erasing


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Delete a member's files, and end what somebody was in a branch. It needs no key."""
    session.execute(delete(PartyFile).where(PartyFile.person_id == person_id))
    session.execute(delete(Organiser).where(Organiser.person_id == person_id))
    session.execute(delete(PartyUpload).where(PartyUpload.made_by == person_id))
    session.execute(delete(PartyList).where(PartyList.asked_by == person_id))
    active = Contact.contact_id == person_id, Contact.until.is_(None)
    session.execute(update(Contact).where(*active).values(until=now))


erasing.FOLLOWERS.append(forget)

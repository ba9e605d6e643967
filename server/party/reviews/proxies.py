"""What a member says to a review on the phone or on paper, put down by their contact or secretary.

It counts the same as their own word; the door is kept.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from server.party.contacts import touched
from server.party.keys import PartyVault
from server.party.models import LIVE
from server.party.reviews import answering, terms
from server.party.standing import require, trace
from server.people.models import Channel
from server.staff.reach import Reach


def acknowledge(
    session: Session, reach: Reach, file_id: int, quarter: str, now: datetime, *, channel: Channel
) -> None:
    """Put down that a member has nothing to say against a review that was read to them."""
    file = touched(session, reach, file_id, now)
    require(file, *LIVE)
    answering.note_acknowledged(session, file, terms.named(quarter), now, channel)
    trace(session, reach.person_id, "party.review_answered", file_id, now)


def object_to(  # noqa: PLR0913  a verb of staff with the key
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Put down in their words what a member has to say against a review."""
    file = touched(session, reach, file_id, now)
    require(file, *LIVE)
    named = terms.named(quarter)
    answering.note_objected(session, file, named, words, now, channel=channel, vault=vault)
    trace(session, reach.person_id, "party.review_answered", file_id, now)

"""What reviews add to the copy of a person's own data: what they were shown, said and were told."""

from sqlalchemy import select

from server.party.keys import WING
from server.party.models import PartyFile, PartyReview
from server.party.reviews import verdicts
from server.people.copies import PARTS, Part

REVIEWS = Part(
    "party_reviews",
    (),
    lambda person: (
        select(
            PartyReview.id.label("_id"),
            PartyReview.quarter.label("quarter"),
            PartyReview.state.label("state"),
            PartyReview.content.label("content"),
            PartyReview.answer.label("answer"),
            PartyReview.channel.label("channel"),
            PartyReview.reply.label("reply"),
            PartyReview.shown_at.label("at"),
        )
        .join(PartyFile, PartyFile.id == PartyReview.file_id)
        .where(PartyFile.person_id == person, PartyReview.shown_at.is_not(None))
        .order_by(PartyReview.id)
    ),
    {field: verdicts.place("{_id}", field) for field in verdicts.FIELDS},
    wing=WING,
    spelled={"content": verdicts.spelled},
)

PARTS.append(REVIEWS)

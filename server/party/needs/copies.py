"""What is kept of one's own needs, for the copy of one's data."""

from sqlalchemy import select

from server.party.keys import WING
from server.party.models import PartyFile, PartyNeed
from server.party.needs import words
from server.people.copies import PARTS, Part

NEEDS = Part(
    "party_needs",
    (),
    lambda person: (
        select(
            PartyNeed.id.label("_id"),
            PartyNeed.words.label("words"),
            PartyNeed.source.label("source"),
            PartyNeed.channel.label("channel"),
            PartyNeed.opened_at.label("at"),
            PartyNeed.outcome.label("outcome"),
            PartyNeed.solved_at.label("solved_at"),
        )
        .join(PartyFile, PartyFile.id == PartyNeed.file_id)
        .where(PartyFile.person_id == person)
        .order_by(PartyNeed.id)
    ),
    {"words": words.place("{_id}"), "outcome": words.outcome_place("{_id}")},
    wing=WING,
)

PARTS += (NEEDS,)

"""What is kept of one's own letters, for the copy of one's data; one not sent is not one's yet."""

from sqlalchemy import select

from server.party.keys import WING
from server.party.letters import words
from server.party.models import PartyFile, PartyLetter
from server.people.copies import PARTS, Part

LETTERS = Part(
    "party_letters",
    (),
    lambda person: (
        select(
            PartyLetter.id.label("_id"),
            PartyLetter.year.label("year"),
            PartyLetter.facts.label("year_facts"),
            PartyLetter.words.label("words"),
            PartyLetter.sent_at.label("at"),
            PartyLetter.read_at.label("read_at"),
            PartyLetter.answer.label("answer"),
            PartyLetter.channel.label("channel"),
            PartyLetter.answered_at.label("answered_at"),
        )
        .join(PartyFile, PartyFile.id == PartyLetter.file_id)
        .where(PartyFile.person_id == person, PartyLetter.sent_at.is_not(None))
        .order_by(PartyLetter.id)
    ),
    {
        "year_facts": words.place("{_id}", "facts"),
        "words": words.place("{_id}", "words"),
        "answer": words.place("{_id}", "answer"),
    },
    wing=WING,
)

PARTS += (LETTERS,)

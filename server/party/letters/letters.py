"""A letter as it is read: its facts, the branch's words, and what the member says to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.party.keys import PartyVault
from server.party.letters import facts, words
from server.party.letters.facts import Facts
from server.party.letters.words import Words
from server.party.models import PartyLetter
from server.people.models import Channel

NEW = Words("")
"""What a branch has written while it has written nothing."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter of a year; until it is sent its facts are those of this moment."""

    year: int
    facts: Facts
    said: Words
    revision: int = 0
    sent_at: datetime | None = None
    read_at: datetime | None = None
    answer: str = ""
    channel: Channel | None = None
    answered_at: datetime | None = None


def opened(row: PartyLetter, vault: PartyVault, known: Facts | None = None) -> Letter:
    """Return a letter that somebody has noted as read; `known` stands in for facts not frozen."""
    frozen = _open(row, "facts", vault)
    return Letter(
        row.year,
        facts.parsed(frozen) if frozen else known or {},
        words.parsed(_open(row, "words", vault)),
        row.revision,
        row.sent_at,
        row.read_at,
        _open(row, "answer", vault),
        row.channel,
        row.answered_at,
    )


def mark(letter: Letter, vault: PartyVault) -> str:
    """Return a mark of all that is in a letter: what was looked at is what is sent."""
    whole = "\n".join((str(letter.year), facts.text(letter.facts), words.text(letter.said)))
    return vault.mark(whole, "letter")


def seal(letter_id: int, field: str, text: str, vault: PartyVault) -> bytes:
    """Return a text of a letter as it is kept."""
    return vault.seal(text, words.place(letter_id, field))


def of(session: Session, file_id: int, year: int) -> PartyLetter | None:
    """Return the row of a letter as it stands by now, if there is one."""
    mine = PartyLetter.file_id == file_id, PartyLetter.year == year
    wanted = select(PartyLetter).where(*mine)
    return session.scalar(wanted.execution_options(populate_existing=True))


def begun(session: Session, file_id: int, year: int, by: int, now: datetime) -> PartyLetter:
    """Return the one letter of a member's year, held until the transaction ends."""
    row = {"file_id": file_id, "year": year, "made_by": by, "made_at": now, "revision": 1}
    fresh = insert_into(session, PartyLetter).values(row)
    again = fresh.on_conflict_do_update(
        index_elements=["file_id", "year"], set_={"year": fresh.excluded.year}
    )
    letter_id = session.execute(again.returning(PartyLetter.__table__.c.id)).scalar_one()
    return session.get_one(PartyLetter, letter_id, populate_existing=True)


def _open(row: PartyLetter, field: str, vault: PartyVault) -> str:
    sealed: bytes | None = getattr(row, field)
    return vault.open(sealed, words.place(row.id, field)) if sealed else ""

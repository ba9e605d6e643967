"""What a member says to a letter, by themselves or through their contact; the door is kept.

It may be said anew at any time: the last words stand, since nothing is decided by them. A need
that was told stays one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from server.party import access, contacts, telling
from server.party.keys import PartyVault
from server.party.letters import letters, words
from server.party.letters.letters import Letter, seal
from server.party.letters.refusals import NotSentYet
from server.party.letters.sending import others
from server.party.models import LIVE, Look, NeedSource, PartyFile, PartyLetter
from server.party.needs import needs
from server.party.needs import words as need_words
from server.party.needs.needs import Told
from server.party.refusals import ChangedMeanwhile, NothingThere, WordsNeeded
from server.party.standing import require, require_consent, trace
from server.people.models import Channel
from server.staff.reach import Reach

THANKS = "谢谢，没有别的"
"""What the shortest answer is kept as."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; what `asks` for help becomes a need that is tracked until solved.

    Unless its words say that there is none: 没有.
    """

    words: str
    channel: Channel
    asks: bool = False


def answer(
    session: Session,
    person_id: int,
    year: int,
    said: Answer,
    now: datetime,
    *,
    vault: PartyVault,
) -> Letter:
    """Answer one's own letter, or say it anew; the same again is the same.

    Of what members do themselves the trail says nothing: it would name them.
    """
    file = access.own(session, person_id, held=True)
    if file is None:
        raise NothingThere
    row = letters.of(session, file.id, year)
    if row is None or row.sent_at is None:
        raise NothingThere
    require_consent(file)
    if _take(session, file, row, said, person_id, now, vault) and said.words != THANKS:
        for other in others(session, file):
            telling.staff(session, other, now)
    access.note(session, person_id, [file.id], Look.LETTER, now, access.OWN)
    first = PartyLetter.id == row.id, PartyLetter.read_at.is_(None)
    session.execute(update(PartyLetter).where(*first).values(read_at=now))
    session.refresh(row)
    return letters.opened(row, vault)


def put_down(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    year: int,
    said: Answer,
    revision: int,
    now: datetime,
    *,
    vault: PartyVault,
) -> None:
    """Write down what a member answers on the phone or on paper, unless they did meanwhile.

    The contact may, whoever stands in for them, and the secretary. `revision` is that of the
    letter they looked at, so that nobody's own answer is written over unseen.
    """
    file = contacts.touched(session, reach, file_id, now)
    require(file, *LIVE)
    require_consent(file)
    row = letters.of(session, file_id, year)
    if row is None or row.sent_at is None:
        raise NotSentYet
    _take(session, file, row, said, reach.person_id, now, vault, revision)
    trace(session, reach.person_id, "party.letter_answered", file_id, now)


def _take(  # noqa: PLR0913  what an answer consists of
    session: Session,
    file: PartyFile,
    row: PartyLetter,
    said: Answer,
    by: int,
    now: datetime,
    vault: PartyVault,
    revision: int | None = None,
) -> bool:
    """Keep an answer by one conditional write; False where the same stands there already."""
    kept = words.paragraphs(said.words, words.LONGEST_ANSWER)
    if not kept:
        raise WordsNeeded
    if said.asks and need_words.tells(kept):
        told = Told(kept, NeedSource.LETTER, str(row.year), by, said.channel)
        needs.opened(session, file, told, now, vault=vault)
    if letters.opened(row, vault).answer == kept:
        return False
    fresh = {
        "answer": seal(row.id, "answer", kept, vault),
        "channel": said.channel,
        "answered_at": now,
        "revision": PartyLetter.revision + 1,
    }
    seen = _still(row, row.revision if revision is None else revision)
    put = update(PartyLetter).where(*seen).values(fresh).returning(PartyLetter.id)
    if session.execute(put).first() is None:
        raise ChangedMeanwhile
    return True


def _still(row: PartyLetter, revision: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that nobody has answered since the letter was looked at."""
    return PartyLetter.id == row.id, PartyLetter.revision == revision

"""The letter of a year: read, kept as a file, answered; and what one needs until it is solved."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.files import File
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out
from miniprogram_api.texts import NO_NUL
from server.office import letter_papers
from server.party.letters import answering, layout, reading
from server.party.letters.answering import Answer
from server.party.letters.letters import Letter
from server.party.models import NeedSource
from server.party.needs import views
from server.party.needs.views import Need
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    TooLong,
    WordsNeeded,
)
from server.people.models import Channel

api = Api("party_letters", __name__)

PDF = "application/pdf"
LETTER = {
    "year": 2026,
    "to": "示例·王小红同志：",
    "words": "这一年您辛苦了。",
    "facts": [{"label": "季度汇报", "words": "第1季度按时交了"}],
    "branch": "示例村党支部",
    "sent_at": "2026-12-20T09:00:00+08:00",
    "answer": "谢谢，没有别的",
    "answered_by": "chat",
    "answered_at": "2026-12-21T09:00:00+08:00",
}
NEED = {
    "id": "7",
    "state": "solved",
    "words": "孩子入学的材料还差一份",
    "source": "letter",
    "opened_at": "2026-12-21T09:00:00+08:00",
    "outcome": "学校已收下材料",
    "solved_at": "2026-12-28T09:00:00+08:00",
}
Told = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]


class YearFactOut(Out):
    """One thing that the year has brought, as the letter says it."""

    label: str
    words: str


class YearLetterOut(Out):
    """The letter of a year. `words` are the branch's own, `facts` what the year has brought."""

    model_config = exampled(LETTER)

    year: int
    to: str
    words: str
    facts: list[YearFactOut]
    branch: str
    sent_at: Moment
    answer: str | None
    answered_by: Channel | None
    answered_at: Moment | None


class YearLettersOut(Out):
    """The letters one was sent, the latest year first."""

    model_config = exampled({"items": [LETTER]})

    items: list[YearLetterOut]


class YearAnswerIn(Strict):
    """What one says to a letter; what `asks` for help is tracked until it is solved."""

    model_config = exampled({"words": "孩子入学的材料还差一份", "asks": True})

    words: Told
    asks: bool = False


class PartyNeedOut(Out):
    """Something one needs: `open` until it is solved, then `outcome` says how."""

    model_config = exampled(NEED)

    id: str
    state: Annotated[str, Field(pattern="^(open|solved)$")]
    words: str
    source: NeedSource
    opened_at: Moment
    outcome: str | None
    solved_at: Moment | None


class PartyNeedsOut(Out):
    """What one has told that one needs, the open ones first."""

    model_config = exampled({"items": [NEED]})

    items: list[PartyNeedOut]


@api.get("/party/letters", refuses=(NothingThere,), logged=True)
def letters(call: Call) -> YearLettersOut:
    """List the letters one was sent."""
    found = reading.mine(call.session, call.person_id, call.now, vault=call.runtime.party)
    return YearLettersOut(items=[_shown(one) for one in found])


@api.get("/party/letters/<year>/paper", refuses=(NothingThere,), logged=True, serves=PDF)
def paper(call: Call, year: int) -> File:
    """Give the letter of a year as a PDF."""
    who = call.session, call.person_id, year, call.now
    return File(letter_papers.draw(reading.one(*who, vault=call.runtime.party)), PDF)


ANSWERING = (NothingThere, ConsentWithdrawn, WordsNeeded, LooksLikeId, TooLong)


@api.put("/party/letters/<year>/answer", refuses=ANSWERING)
def answer_letter(call: Call, year: int, body: YearAnswerIn) -> YearLetterOut:
    """Answer the letter of a year, or say it anew: the last words stand."""
    told = Answer(body.words, Channel.MINIPROGRAM, body.asks)
    who = call.session, call.person_id, year, told, call.now
    return _shown(answering.answer(*who, vault=call.runtime.party))


@api.get("/party/needs", refuses=(NothingThere,), logged=True)
def needs(call: Call) -> PartyNeedsOut:
    """List what one has told that one needs, and what became of it."""
    found = views.mine(call.session, call.person_id, call.now, vault=call.runtime.party)
    return PartyNeedsOut(items=[_need(one) for one in found])


def _shown(letter: Letter) -> YearLetterOut:
    parts = layout.laid(letter)
    return YearLetterOut(
        year=letter.year,
        to=parts.to,
        words=letter.said.words,
        facts=[YearFactOut(label=label, words=words) for label, words in parts.record],
        branch=parts.home,
        sent_at=_moment(letter.sent_at),
        answer=letter.answer or None,
        answered_by=letter.channel,
        answered_at=letter.answered_at,
    )


def _moment(sent_at: datetime | None) -> datetime:
    """Return when a letter was sent: none other is ever shown to its member."""
    assert sent_at is not None
    return sent_at


def _need(one: Need) -> PartyNeedOut:
    return PartyNeedOut(
        id=str(one.id),
        state="solved" if one.solved_at else "open",
        words=one.words,
        source=one.source,
        opened_at=one.opened_at,
        outcome=one.outcome or None,
        solved_at=one.solved_at,
    )

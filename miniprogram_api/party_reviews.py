"""A floating member's quarterly reviews: read, and answered without or with words.

Answers go by PUT, so twice is once by itself, and nothing is kept under an Idempotency-Key.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import QuarterName, Strict, exampled
from miniprogram_api.shapes import Moment, Out
from miniprogram_api.texts import NO_NUL
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    TooLong,
    WordsNeeded,
)
from server.party.reviews import answering
from server.party.reviews.answering import Shown
from server.party.reviews.grades import Fact, Grade
from server.party.reviews.refusals import NotShownYet, ObjectionOpen, ReviewPast
from server.party.reviews.terms import Rules
from server.people.models import Channel

api = Api("party_reviews", __name__)

Told = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]


class ReviewStanding(StrEnum):
    """How a review stands for its member."""

    DRAFTED = "drafted"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"
    REVIEWED = "reviewed"
    FINAL = "final"


class FactOut(Out):
    """One of the four facts: whether it holds, and why, in words."""

    fact: Fact
    holds: bool
    why: str


class ReviewOut(Out):
    """A quarter's review. While it is `drafted` there are the facts and no grade.

    `until` is when it becomes final if one says nothing.
    """

    quarter: str
    state: ReviewStanding
    facts: list[FactOut]
    grade: Grade | None
    reason: str | None
    objection: str | None
    reply: str | None
    until: Moment | None
    final_at: Moment | None


class ReviewsOut(Out):
    """One's reviews, the latest first."""

    model_config = exampled(
        {
            "items": [
                {
                    "quarter": "2026Q1",
                    "state": "shown",
                    "facts": [
                        {"fact": "report", "holds": True, "why": "按时交了"},
                        {"fact": "contact", "holds": True, "why": "联系上1次"},
                        {"fact": "life", "holds": True, "why": "汇报里说了参加的内容"},
                        {"fact": "deed", "holds": False, "why": "没有时长或随手拍"},
                    ],
                    "grade": "qualified",
                    "reason": None,
                    "objection": None,
                    "reply": None,
                    "until": "2026-05-01T09:00:00+08:00",
                    "final_at": None,
                }
            ]
        }
    )

    items: list[ReviewOut]


class ReviewObjectionIn(Strict):
    """What one has to say; the branch replies before anything becomes final."""

    model_config = exampled({"words": "4月的志愿活动没有算进来"})

    words: Told


ANSWERING = (NothingThere, ConsentWithdrawn, NotShownYet)


@api.get("/party/reviews", refuses=(NothingThere,), logged=True)
def reviews(call: Call) -> ReviewsOut:
    """Show one's reviews, and the facts of the one that is not decided yet."""
    settings = call.runtime.settings
    rules = Rules(settings.reports, settings.reviews)
    who = call.session, call.person_id, call.now
    found = answering.mine(*who, rules=rules, vault=call.runtime.party)
    return ReviewsOut(items=[_shown(one) for one in found])


@api.put("/party/reviews/<quarter>/acknowledgement", refuses=(*ANSWERING, ObjectionOpen))
def acknowledge_review(call: Call, quarter: QuarterName) -> None:
    """Have nothing to say against a review; twice is the same as once."""
    who = call.session, call.person_id, quarter, call.now
    answering.acknowledge(*who, channel=Channel.MINIPROGRAM)


SAYING = (*ANSWERING, ReviewPast, WordsNeeded, LooksLikeId, TooLong)


@api.put("/party/reviews/<quarter>/objection", refuses=SAYING)
def object_to_review(call: Call, quarter: QuarterName, body: ReviewObjectionIn) -> None:
    """Object to a review in words; the same words twice are the same as once."""
    how: dict[str, Any] = {"channel": Channel.MINIPROGRAM, "vault": call.runtime.party}
    who = call.session, call.person_id, quarter, body.words, call.now
    answering.object_to(*who, **how)


def _shown(one: Shown) -> ReviewOut:
    return ReviewOut(
        quarter=str(one.quarter),
        state=ReviewStanding(one.state or ReviewStanding.DRAFTED),
        facts=[
            FactOut(fact=fact, holds=one.marks[fact].holds, why=one.marks[fact].why)
            for fact in Fact
        ],
        grade=one.verdict.grade if one.verdict else None,
        reason=(one.verdict.reason or None) if one.verdict else None,
        objection=one.answer or None,
        reply=one.reply or None,
        until=one.until,
        final_at=one.final_at,
    )

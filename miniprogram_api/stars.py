"""Stars: where one stands, applying, and what is said against those that are published."""

from datetime import date
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL, WORDS
from server.areas import tree
from server.areas.tree import AreaMissing
from server.people.models import Channel
from server.volunteers.models import ObjectionState, StarState
from server.volunteers.stars import objections, publication, stars
from server.volunteers.stars.objections import LONGEST, NotPublished, ObjectionWordsNeeded
from server.volunteers.stars.stars import HighestAlready, TooFewHours

api = Api("stars", __name__)

EXAMPLE_STAR = {
    "id": "3",
    "level": 1,
    "state": "applied",
    "minutes": 6120,
    "applied_at": "2026-03-09T09:00:00+08:00",
    "published_until": None,
    "awarded_at": None,
    "note": None,
}


EXAMPLE_PUBLISHED = {
    "id": "3",
    "name": "李*明",
    "area": "示例社区",
    "level": 1,
    "minutes": 6120,
    "until": "2026-03-16",
}
EXAMPLE_OBJECTION = {
    "state": "open",
    "raised_at": "2026-03-09T09:00:00+08:00",
    "due": "2026-03-16",
    "answer": None,
    "answered_at": None,
}


class StarOut(Out):
    """An application for a star.

    `published_until` is the last day of its publication, `note` why it was declined.
    """

    model_config = exampled(EXAMPLE_STAR)

    id: Id
    level: int
    state: StarState
    minutes: int
    applied_at: Moment
    published_until: date | None
    awarded_at: Moment | None
    note: str | None


class StarsOut(Out):
    """Where one stands; `needed` is how many hours `next_level` asks for in all."""

    model_config = exampled(
        {
            "minutes": 6120,
            "level": 0,
            "pending": 1,
            "next_level": 1,
            "needed": 100,
            "ready": False,
            "published_until": None,
            "items": [EXAMPLE_STAR],
            "next_cursor": None,
        }
    )

    minutes: int
    level: int
    pending: int | None
    next_level: int | None
    needed: int | None
    ready: bool
    published_until: date | None
    items: list[StarOut]
    next_cursor: str | None = None


class PublishedQuery(Strict):
    """Which of the published stars; `area` is an area's code."""

    area: Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)] | None = None
    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None
    limit: Limit = 20


class PublishedOut(Out):
    """A star that somebody is about to get; the name is masked, `until` the last day."""

    model_config = exampled(EXAMPLE_PUBLISHED)

    id: Id
    name: str
    area: str
    level: int
    minutes: int
    until: date


class PublishedStarsOut(Out):
    """A page of published stars."""

    model_config = exampled({"items": [EXAMPLE_PUBLISHED], "next_cursor": None})

    items: list[PublishedOut]
    next_cursor: str | None


class ObjectionIn(Strict):
    """What is wrong, in one's own words."""

    model_config = exampled({"words": "那天的活动他没有参加。"})

    words: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=WORDS)]


class ObjectionOut(Out):
    """An objection of one's own and what became of it; `due` is until when it is answered."""

    model_config = exampled(EXAMPLE_OBJECTION)

    state: ObjectionState
    raised_at: Moment
    due: date
    answer: str | None
    answered_at: Moment | None


@api.post("/stars", refuses=(TooFewHours, HighestAlready))
def apply_for_star(call: Call) -> StarOut:
    """Apply for the highest star that the final hours are enough for; a repeat is the same."""
    applied = stars.apply(call.session, call.person_id, call.now, channel=Channel.MINIPROGRAM)
    return StarOut.model_validate(applied)


@api.get("/me/stars")
def my_stars(call: Call) -> StarsOut:
    """Tell the final minutes, the star held, the next one, and one's applications."""
    where = stars.standing(call.session, call.person_id, call.now)
    items = [StarOut.model_validate(each) for each in stars.mine(call.session, call.person_id)]
    return StarsOut(**where._asdict(), items=items)


@api.get("/stars/published", refuses=(AreaMissing,))
def published_stars(call: Call, query: PublishedQuery) -> PublishedStarsOut:
    """List the stars that are published before they are awarded, with masked names."""
    below = tree.by_code(call.session, query.area).path if query.area else None
    after = int(query.cursor or 0)
    page = publication.shown(
        call.session, call.runtime.vault, query.limit, below=below, after=after
    )
    return PublishedStarsOut(
        items=[PublishedOut.model_validate(each) for each in page.items],
        next_cursor=str(page.items[-1].id) if page.has_more else None,
    )


@api.post("/stars/<star_id>/objections", refuses=(NotPublished, ObjectionWordsNeeded))
def object_to_star(call: Call, star_id: int, body: ObjectionIn) -> ObjectionOut:
    """Object to a published star; it is awarded only after the answer. A repeat is the same."""
    raised = objections.object_to(
        call.session,
        call.person_id,
        star_id,
        body.words,
        call.now,
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return ObjectionOut.model_validate(raised)

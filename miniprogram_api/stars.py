"""Stars: where one stands, and applying."""

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.people.models import Channel
from server.volunteers.models import StarState
from server.volunteers.stars import stars
from server.volunteers.stars.stars import HighestAlready, TooFewHours

api = Api("stars", __name__)

EXAMPLE_STAR = {
    "id": "3",
    "level": 1,
    "state": "applied",
    "minutes": 6120,
    "applied_at": "2026-03-09T09:00:00+08:00",
    "awarded_at": None,
    "note": None,
}


class StarOut(Out):
    """An application for a star; `note` is why it was declined."""

    model_config = exampled(EXAMPLE_STAR)

    id: Id
    level: int
    state: StarState
    minutes: int
    applied_at: Moment
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
    items: list[StarOut]
    next_cursor: str | None = None


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

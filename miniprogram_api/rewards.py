"""Rewards: what points buy, and at which stations it is to be had."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Out
from miniprogram_api.station_shapes import EXAMPLE_STATION, StationOut
from server.riders.rewards import allowance, offers, places
from server.riders.rewards.offers import Offer
from server.riders.rewards.refusals import RewardMissing
from server.riders.stations.coordinates import PATTERN, Datum, Place

api = Api("rewards", __name__)

EXAMPLE_REWARD = {
    "id": "3",
    "name": "手套",
    "about": "骑行防滑手套一副",
    "points": 30,
    "free": 12,
    "stations": 4,
    "month_limit": 1,
    "ever_limit": None,
    "had_this_month": 0,
    "had_ever": 2,
}


class RewardsQuery(Strict):
    """What is counted as free: everywhere, or at one station."""

    station: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None


class PlacesQuery(Strict):
    """Around which place, in degrees of `datum`; without it the stations one knows come first."""

    near: Annotated[str, Field(pattern=PATTERN, examples=["37.8601,112.5702"])] | None = None
    datum: Datum = Datum.GCJ02
    limit: Limit = 20

    @property
    def place(self) -> Place | None:
        """Return where one asks, in GCJ-02."""
        return Place.read(self.near, self.datum) if self.near else None


class RewardOut(Out):
    """A reward: what it costs, how many are free at how many stations, how many one has had.

    A limit is how many one person may have, in a local month or ever (null: any number).
    """

    model_config = exampled(EXAMPLE_REWARD)

    id: Id
    name: str
    about: str
    points: int
    free: int
    stations: int
    month_limit: int | None
    ever_limit: int | None
    had_this_month: int
    had_ever: int


class RewardsOut(Out):
    """What is given out now, the cheapest first; it always fits one page."""

    model_config = exampled({"items": [EXAMPLE_REWARD], "next_cursor": None})

    items: list[RewardOut]
    next_cursor: str | None = None


class StockedOut(Out):
    """A station that has a reward, with how many are free there."""

    model_config = exampled({"station": EXAMPLE_STATION, "free": 5})

    station: StationOut
    free: int


class StockedListOut(Out):
    """The stations that have a reward; where there are more, ask nearer or for more of them."""

    model_config = exampled(
        {"items": [{"station": EXAMPLE_STATION, "free": 5}], "next_cursor": None}
    )

    items: list[StockedOut]
    next_cursor: str | None = None


@api.get("/rewards")
def list_rewards(call: Call, query: RewardsQuery) -> RewardsOut:
    """List what points buy now, also what is out of stock."""
    where = None if query.station is None else [int(query.station)]
    found = offers.browse(call.session, call.now, where)
    ids = [one.offer.reward_id for one in found]
    had = allowance.used(call.session, call.person_id, ids, call.now)
    month = allowance.month(call.now)
    items = [
        _reward(
            one.offer,
            free=one.free,
            stations=one.stations,
            had_this_month=had.get((one.offer.reward_id, month), 0),
            had_ever=had.get((one.offer.reward_id, allowance.EVER), 0),
        )
        for one in found
    ]
    return RewardsOut(items=items)


@api.get("/rewards/<reward_id>/stations", refuses=(RewardMissing,))
def list_places(call: Call, reward_id: int, query: PlacesQuery) -> StockedListOut:
    """List the stations that have a reward and are not closed for a while, the nearest first."""
    offers.find(call.session, reward_id, call.now)
    found = places.having(
        call.session,
        reward_id,
        call.now,
        near=query.place,
        person_id=call.person_id,
        limit=query.limit,
    )
    items = [StockedOut(station=StationOut.of(one.view), free=one.free) for one in found]
    return StockedListOut(items=items)


def _reward(offer: Offer, **more: int) -> RewardOut:
    return RewardOut(
        id=offer.reward_id,
        name=offer.name,
        about=offer.about,
        points=offer.points,
        month_limit=offer.month_limit,
        ever_limit=offer.ever_limit,
        **more,
    )

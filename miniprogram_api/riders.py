"""Being a rider: registered by choice, and left freely."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.activities import Word
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out
from miniprogram_api.texts import NO_NUL
from server.areas import tree
from server.people.models import Channel
from server.riders import registration
from server.riders.models import Rider, RiderState, Sector
from server.riders.points.refusals import StaffHaveNone
from server.riders.registration import BadPlatform, NoRider, NoSuchPlace, Told

api = Api("riders", __name__)


class RiderIn(Strict):
    """What a rider tells; `area_code` is that of where they ride most, `platform` is optional."""

    model_config = exampled({"sector": "food", "area_code": "140106001001", "platform": None})

    sector: Sector
    area_code: Word
    platform: Annotated[str, Field(max_length=40, pattern=NO_NUL)] | None = None


class RiderOut(Out):
    """A registration; `verified` once staff know the person to be a rider."""

    model_config = exampled(
        {
            "sector": "food",
            "area_code": "140106001001",
            "area_name": "柳北社区",
            "platform": None,
            "state": "asked",
            "asked_at": "2026-03-09T09:00:00+08:00",
            "verified_at": None,
        }
    )

    sector: Sector
    area_code: str
    area_name: str
    platform: str | None
    state: RiderState
    asked_at: Moment
    verified_at: Moment | None


@api.get("/me/rider", refuses=(NoRider,))
def rider(call: Call) -> RiderOut:
    """Tell how one is registered as a rider."""
    return _shown(call, registration.of(call.session, call.person_id))


@api.put("/me/rider", refuses=(NoSuchPlace, BadPlatform, StaffHaveNone))
def register(call: Call, body: RiderIn) -> RiderOut:
    """Register as a rider, or tell anew what one told; asked twice it is one registration."""
    told = Told(body.sector, body.area_code, body.platform)
    who = call.session, call.person_id
    return _shown(call, registration.register(*who, told, Channel.MINIPROGRAM, call.now))


@api.delete("/me/rider")
def leave(call: Call) -> None:
    """Be no rider any more, at any time; points stay until they run out. Twice is once."""
    registration.leave(call.session, call.person_id, call.now)


def _shown(call: Call, found: Rider) -> RiderOut:
    area = tree.by_id(call.session, found.area_id)
    return RiderOut(
        sector=found.sector,
        area_code=area.code,
        area_name=area.name,
        platform=found.platform,
        state=found.state,
        asked_at=found.asked_at,
        verified_at=found.verified_at,
    )

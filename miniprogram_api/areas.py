"""Finding where people mean when they write where they are."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Out
from miniprogram_api.texts import NO_NUL
from server.areas import spoken, tree
from server.areas.models import Area, AreaKind

api = Api("areas", __name__)

EXAMPLE_AREA = {
    "code": "140106001001",
    "name": "柳北社区",
    "kind": "community",
    "within": "柳巷街道",
}


class AreasQuery(Strict):
    """What was written: an area, perhaps with the door behind it."""

    q: Annotated[str, Field(min_length=1, max_length=spoken.LONGEST, pattern=NO_NUL)]


class AreaOut(Out):
    """An area that may be meant, and the one it lies in; `code` is what `POST /needs` takes."""

    model_config = exampled(EXAMPLE_AREA)

    code: str
    name: str
    kind: AreaKind
    within: str

    @classmethod
    def of(cls, area: Area, within: str) -> "AreaOut":
        """Write an area down, with the name of the one above."""
        return cls(code=area.code, name=area.name, kind=area.kind, within=within)


class AreasOut(Out):
    """The few areas that may be meant, and what was said beyond the name, such as the door."""

    model_config = exampled({"items": [EXAMPLE_AREA], "rest": "3号楼501", "next_cursor": None})

    items: list[AreaOut]
    rest: str
    next_cursor: str | None = None


@api.get("/areas")
def find_areas(call: Call, query: AreasQuery) -> AreasOut:
    """Find which areas are meant by what somebody writes, such as 柳北社区3号楼."""
    found, rest = spoken.meant(call.session, query.q)
    above = tree.names_of(call.session, [area.parent_id for area in found if area.parent_id])
    items = [AreaOut.of(area, above.get(area.parent_id or 0, "")) for area in found]
    return AreasOut(items=items, rest=rest)

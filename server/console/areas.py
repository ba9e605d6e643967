"""Areas: the tree, level after level, and what the district changes in it."""

from typing import Any

from flask import Response

from server.areas.models import AreaKind
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.office import areas
from server.staff.rights import Right

pages = Pages("areas", __name__)


KINDS = {
    AreaKind.DISTRICT: "区",
    AreaKind.STREET: "街道/镇",
    AreaKind.COMMUNITY: "社区/村",
    AreaKind.GRID: "网格",
}


@pages.get("/areas", Right.SEE_AREAS)
def show_tops(visit: Visit) -> Response:
    """Show where the tree begins for whoever looks."""
    found = areas.tops(visit.session, visit.reach)
    return visit.show("areas/tops.html", nodes=found, kinds=KINDS)


@pages.get("/areas/<code>", Right.SEE_AREAS)
def show(visit: Visit, code: str) -> Response:
    """Show an area and what lies directly below it."""
    area, below = areas.children(visit.session, visit.reach, code)
    facts: dict[str, Any] = {
        "above": areas.above(visit.session, visit.reach, area),
        "may_manage": visit.reach.covers(Right.MANAGE_AREAS, area.path),
        "may_add": area.active and area.kind is not AreaKind.GRID,
    }
    return visit.show("areas/show.html", area=area, nodes=below, kinds=KINDS, **facts)


@pages.post("/areas/<code>/add", Right.MANAGE_AREAS, again=show)
def add(visit: Visit, code: str) -> Response:
    """Add an area below this one."""
    added = areas.add(visit.session, visit.reach, code, keyed("name"), keyed("new_code"), visit.now)
    return visit.go("areas.show", f"已添加“{added.name}”。", code=code)


@pages.post("/areas/<code>/rename", Right.MANAGE_AREAS, again=show)
def rename(visit: Visit, code: str) -> Response:
    """Give this area another name."""
    areas.rename(visit.session, visit.reach, code, keyed("name_now"), visit.now)
    return visit.go("areas.show", "已改名。", code=code)


@pages.post("/areas/<code>/retire", Right.MANAGE_AREAS, again=show)
def retire(visit: Visit, code: str) -> Response:
    """Let this area take nothing new."""
    areas.retire(visit.session, visit.reach, code, keyed("reason"), visit.now)
    return visit.go("areas.show", "已停用，历史记录都还在。", code=code)

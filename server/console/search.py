"""One field for whatever has a number or a name."""

from typing import Any

from flask import Response, current_app, url_for

from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.office import search
from server.staff.rights import Right

pages = Pages("search", __name__)


GROUPS = {
    "person": ("人员", "people.show", "person_id"),
    "activity": ("活动", "activities.show", "activity_id"),
    "need": ("需求", "needs.show", "need_id"),
    "team": ("队伍", "teams.show", "team_id"),
    "record": ("服务记录", "records.show", "record_id"),
    "area": ("区域", "areas.show", "code"),
}


@pages.get("/search", Right.SEE_QUEUE)
def show(visit: Visit) -> Response:
    """Show the field."""
    return visit.show("search/show.html", groups=None)


@pages.post("/search", Right.SEE_QUEUE, alone=True)
def find(visit: Visit) -> Response:
    """Show what was found; the words come in a form so that no address keeps them."""
    visit.runtime.limits.spend("person", "find", str(visit.person_id))
    found = search.search(visit.session, visit.reach, keyed("words"), vault=visit.runtime.vault)
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        words, endpoint, key = GROUPS[each.kind]
        href = _href(endpoint, key, each.key)
        groups.setdefault(words, []).append({"words": each.words, "area": each.area, "href": href})
    return visit.show("search/show.html", groups=groups)


def _href(endpoint: str, key: str, value: int | str) -> str | None:
    """Return the address of a page, if there is one of that kind."""
    name = f"console.{endpoint}"
    rules = current_app.url_map.iter_rules(name) if name in current_app.view_functions else ()
    fits = any(key in rule.arguments for rule in rules)
    path: dict[str, Any] = {key: value}
    return url_for(name, **path) if fits else None

"""Posts: who holds which role where; setting one asks a second person, ending one is at once."""

from typing import Any

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.office import appointing, people, posts
from server.people.models import Role
from server.staff.rights import ROLE_NAMES, Right

pages = Pages("posts", __name__)


@pages.get("/posts", Right.MANAGE_POSTS)
def list_posts(visit: Visit) -> Response:
    """Show a page of the posts held in one's areas."""
    area, after = fields.asked("area"), fields.asked_number("after")
    found = posts.listed(
        visit.session, visit.reach, visit.now, area, after, vault=visit.runtime.vault
    )
    more = found[-1].id if len(found) == posts.PAGE else None
    facts: dict[str, Any] = {
        "area": area,
        "after": after,
        "more": more,
        "places": places(visit, Right.MANAGE_POSTS),
    }
    return visit.show("posts/list.html", posts=found, roles=ROLE_NAMES, **facts)


@pages.get("/people/<person_id>/post", Right.MANAGE_POSTS)
def new(visit: Visit, person_id: int) -> Response:
    """Ask which role a person is to hold where, and why."""
    card = people.card(visit.session, visit.reach, person_id, visit.now, vault=visit.runtime.vault)
    facts: dict[str, Any] = {
        "places": places(visit, Right.MANAGE_POSTS),
        "grantable": [(role, ROLE_NAMES[role]) for role in appointing.grantable(visit.reach)],
    }
    return visit.show("posts/new.html", card=card, **facts)


@pages.post("/people/<person_id>/post", Right.MANAGE_POSTS, again=new, proof=True)
def appoint(visit: Visit, person_id: int) -> Response:
    """Ask a second person to allow it."""
    role = fields.choice("role", tuple(Role), Role.COMMUNITY_ASSISTANT)
    who = visit.session, visit.reach, person_id, role, keyed("area")
    until = fields.end_of_day("until")
    appointing.appoint(*who, keyed("reason"), visit.now, until=until)
    return visit.go("people.show", "已提交，等另一位同事批准后生效。", person_id=person_id)


@pages.get("/posts/<post_id>/end", Right.MANAGE_POSTS)
def ask_end(visit: Visit, post_id: int) -> Response:
    """Ask why a post ends."""
    post = posts.one(visit.session, visit.reach, post_id, visit.now, vault=visit.runtime.vault)
    return visit.show("posts/end.html", post=post, roles=ROLE_NAMES)


@pages.post("/posts/<post_id>/end", Right.MANAGE_POSTS, again=ask_end)
def end(visit: Visit, post_id: int) -> Response:
    """End a post: it reaches nothing from now on."""
    posts.end(visit.session, visit.reach, post_id, keyed("reason"), visit.now)
    return visit.go("posts.list_posts", "岗位已结束，权限即时收回。")

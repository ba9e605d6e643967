"""Leave: handing one's posts to a colleague until a day, or those of somebody one leads."""

from typing import Any

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.office import handover, people, posts
from server.people import masking, profile
from server.staff.rights import ROLE_NAMES, Right

pages = Pages("leave", __name__)


@pages.get("/leave", Right.HAND_OVER)
def show(visit: Visit) -> Response:
    """Show one's posts, who stands in for whom, and to whom they may go."""
    return _form(visit, visit.person_id, "leave.hand_over", {})


@pages.post("/leave", Right.HAND_OVER, again=show)
def hand_over(visit: Visit) -> Response:
    """Hand one's own posts over."""
    _hand_over(visit, visit.person_id)
    return visit.go("leave.show", "已交接，双方都会收到通知。")


@pages.get("/people/<person_id>/leave", Right.MANAGE_POSTS)
def show_other(visit: Visit, person_id: int) -> Response:
    """Show the posts of somebody on leave, and to whom they may go."""
    people.card(visit.session, visit.reach, person_id, visit.now, vault=visit.runtime.vault)
    return _form(visit, person_id, "leave.hand_over_other", {"person_id": person_id})


@pages.post("/people/<person_id>/leave", Right.MANAGE_POSTS, again=show_other)
def hand_over_other(visit: Visit, person_id: int) -> Response:
    """Hand over the posts of somebody one leads."""
    _hand_over(visit, person_id)
    return visit.go("people.show", "已交接，双方都会收到通知。", person_id=person_id)


@pages.post("/leave/<post_id>/back", Right.HAND_OVER, again=show)
def take_back(visit: Visit, post_id: int) -> Response:
    """End standing in before its day."""
    handover.take_back(visit.session, visit.reach, post_id, visit.now)
    return visit.go("leave.show", "已收回。")


def _form(visit: Visit, person_id: int, deed: str, path: dict[str, int]) -> Response:
    vault = visit.runtime.vault
    near = handover.colleagues(visit.session, person_id, visit.now)
    name = profile.name_of(visit.session, person_id, vault=vault)
    facts: dict[str, Any] = {
        "held": posts.own(visit.session, person_id, visit.now),
        "standing_in": handover.standing_in(visit.session, person_id, visit.now),
        "colleagues": [
            (each.id, f"{people.masked_name(each, vault=vault) or ''} {ROLE_NAMES[role]}（{area}）")
            for each, role, area in near
        ],
        "roles": ROLE_NAMES,
        "whose": masking.masked(name or ""),
        "own": person_id == visit.person_id,
    }
    return visit.show("leave/show.html", deed=deed, path=path, **facts)


def _hand_over(visit: Visit, person_id: int) -> None:
    since, until = fields.start_of_day("since"), fields.end_of_day("until")
    handover.hand_over(
        visit.session,
        visit.reach,
        person_id,
        fields.number("to"),
        since or visit.now,
        until or visit.now,
        visit.now,
        reason=keyed("reason"),
        vault=visit.runtime.vault,
    )

"""Rewards: the catalogue, one of them, made and described anew, given out or not."""

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.riders.points.ledger import local_day
from server.riders.rewards import desk, editing, shelves
from server.riders.rewards.editing import Terms
from server.riders.rewards.offers import Offer
from server.staff.rights import Right

pages = Pages("rewards", __name__)


@pages.get("/rewards", Right.SEE_REWARDS)
def list_rewards(visit: Visit) -> Response:
    """List what points buy, and how much of it is there."""
    lines = desk.catalogue(visit.session, visit.reach)
    manages = visit.reach.may(Right.MANAGE_REWARDS)
    return visit.show("rewards/list.html", lines=lines, manages=manages)


@pages.get("/rewards/new", Right.MANAGE_REWARDS)
def new(visit: Visit) -> Response:
    """Offer the form that adds a reward."""
    return visit.show("rewards/form.html", reward=None, today=local_day(visit.now))


@pages.post("/rewards", Right.MANAGE_REWARDS, again=new)
def create(visit: Visit) -> Response:
    """Add the reward to the catalogue."""
    reward_id = editing.make(visit.session, visit.reach, _terms(visit), visit.now)
    return visit.go("rewards.show", "已添加。有货的驿站请登记入库。", reward_id=reward_id)


@pages.get("/rewards/<reward_id>", Right.SEE_REWARDS)
def show(visit: Visit, reward_id: int) -> Response:
    """Show a reward, what it was before, and where it lies."""
    reward, active = editing.of(visit.session, reward_id)
    after = fields.asked_number("after")
    return visit.show(
        "rewards/show.html",
        reward=reward,
        active=active,
        versions=editing.versions(visit.session, reward_id),
        page=shelves.browse(visit.session, visit.reach, reward_id, after=after),
        paged=bool(after),
        manages=visit.reach.may(Right.MANAGE_REWARDS),
        keeps=visit.reach.may(Right.KEEP_STOCK),
    )


@pages.get("/rewards/<reward_id>/edit", Right.MANAGE_REWARDS)
def edit(visit: Visit, reward_id: int) -> Response:
    """Offer the form that describes the reward anew."""
    reward: Offer = editing.of(visit.session, reward_id)[0]
    return visit.show("rewards/form.html", reward=reward, today=local_day(visit.now))


@pages.post("/rewards/<reward_id>/edit", Right.MANAGE_REWARDS, again=edit)
def save(visit: Visit, reward_id: int) -> Response:
    """Describe the reward anew; what is held stays as it was held."""
    seen = fields.number("seen")
    editing.edit(visit.session, visit.reach, reward_id, _terms(visit), visit.now, seen=seen)
    return visit.go("rewards.show", "已保存，已经兑换的不受影响。", reward_id=reward_id)


@pages.post("/rewards/<reward_id>/switch", Right.MANAGE_REWARDS, again=show)
def switch(visit: Visit, reward_id: int) -> Response:
    """Give the reward out, or do so no more."""
    on = keyed("on") == "1"
    editing.switch(visit.session, visit.reach, reward_id, on, visit.now)
    said = "已开始兑换。" if on else "已停止兑换，已经兑换的照常领取。"
    return visit.go("rewards.show", said, reward_id=reward_id)


def _terms(visit: Visit) -> Terms:
    return Terms(
        name=keyed("name"),
        points=fields.number("points"),
        since=fields.day("since") or local_day(visit.now),
        about=keyed("about"),
        until=fields.day("until"),
        month_limit=_limit("month_limit"),
        ever_limit=_limit("ever_limit"),
    )


def _limit(name: str) -> int | None:
    """Return the limit that was keyed, None for an empty field; what is no number is no limit."""
    return fields.number(name) if keyed(name) else None

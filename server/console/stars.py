"""Stars: applications waiting, published and decided, and the versions of the scheme."""

from datetime import date

from flask import Response, request

from config.wording import LOCAL
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.certificates import desk
from server.volunteers.models import ObjectionState, StarState
from server.volunteers.stars import awards, judging, lists, stars
from server.volunteers.stars import schemes as star_schemes
from server.volunteers.stars.schemes import MOST_LEVELS, MOST_PUBLISH_DAYS, BadScheme
from server.volunteers.stars.steps import RIGHT_AT

pages = Pages("stars", __name__)

STATES = {
    StarState.APPLIED: ("wait", "待审核"),
    StarState.REVIEWED: ("info", "待公示"),
    StarState.PUBLISHED: ("info", "公示中"),
    StarState.AWARDED: ("ok", "已授予"),
    StarState.DECLINED: ("plain", "未通过"),
}


OBJECTIONS = {
    ObjectionState.OPEN: ("wait", "等答复"),
    ObjectionState.DISMISSED: ("plain", "核查后没有问题"),
    ObjectionState.UPHELD: ("bad", "属实"),
    ObjectionState.WITHDRAWN: ("plain", "已撤回"),
}
PUBLISHED = {
    StarState.PUBLISHED: "已公示，期满没有异议会自动授予并告知本人。",
    StarState.AWARDED: "已授予，本人会收到通知。",
}


@pages.get("/stars", Right.SEE_STARS)
def list_stars(visit: Visit) -> Response:
    """Show the applications of one's areas."""
    asked = request.args.get("state", "")
    state = StarState(asked) if asked in set(StarState) else None
    rows = lists.listed(visit.session, visit.reach, visit.runtime.vault, state=state)
    choices = [("", "全部"), *((str(state), words) for state, (_mark, words) in STATES.items())]
    return visit.show(
        "stars/list.html", rows=rows, states=STATES, choices=choices, wanted=str(state or "")
    )


@pages.get("/stars/<award_id>", Right.SEE_STARS)
def show(visit: Visit, award_id: int) -> Response:
    """Show one application, with what may be done about it."""
    row = lists.shown(visit.session, visit.reach, award_id, visit.runtime.vault)
    return visit.show(
        "stars/show.html",
        row=row,
        states=STATES,
        against=judging.against(visit.session, award_id),
        objection_states=OBJECTIONS,
        may_step=row.state in RIGHT_AT and visit.reach.may(RIGHT_AT[row.state]),
        may_answer=visit.reach.may(Right.AWARD_STARS),
    )


@pages.post("/stars", Right.EDIT_PEOPLE, again=list_stars)
def apply(visit: Visit) -> Response:
    """Apply for somebody at the counter; it counts like an application of their own."""
    person_id = desk.find(
        visit.session, visit.reach, Right.EDIT_PEOPLE, keyed("who"), visit.runtime.vault
    )
    applied = stars.apply(visit.session, person_id, visit.now, channel=Channel.PAPER)
    return visit.go("stars.show", "已代为申请。", award_id=applied.id)


@pages.post("/stars/<award_id>/review", Right.REVIEW_STARS, again=show)
def review(visit: Visit, award_id: int) -> Response:
    """Find the hours in order."""
    awards.review(visit.session, visit.reach, award_id, visit.now)
    return visit.go("stars.show", "审核通过，等另一位同事公示。", award_id=award_id)


@pages.post("/stars/<award_id>/publish", Right.AWARD_STARS, again=show)
def publish(visit: Visit, award_id: int) -> Response:
    """Publish the application; the timetable awards the star afterwards."""
    state = awards.publish(visit.session, visit.reach, award_id, visit.now)
    return visit.go("stars.show", PUBLISHED[state], award_id=award_id)


@pages.post("/stars/<award_id>/decline", Right.REVIEW_STARS, again=show)
def decline(visit: Visit, award_id: int) -> Response:
    """Turn the application down with a reason."""
    awards.decline(visit.session, visit.reach, award_id, keyed("reason"), visit.now)
    return visit.go("stars.show", "已告知本人原因。", award_id=award_id)


@pages.get("/star-schemes", Right.SEE_STARS)
def schemes(visit: Visit) -> Response:
    """Show the versions of the scheme, the one in force marked."""
    today = visit.now.astimezone(LOCAL).date()
    return visit.show(
        "stars/schemes.html",
        current=star_schemes.in_force(visit.session, today),
        versions=star_schemes.all_of(visit.session),
        may_make=visit.reach.may(Right.MANAGE_RULES),
        most=MOST_LEVELS,
        most_days=MOST_PUBLISH_DAYS,
        today=today,
    )


@pages.post("/star-schemes", Right.MANAGE_RULES, again=schemes)
def make_scheme(visit: Visit) -> Response:
    """Add a version that begins on a day to come."""
    star_schemes.make(
        visit.session,
        visit.reach,
        keyed("name"),
        _day(keyed("since")),
        _numbers(keyed("hours")),
        visit.now,
        today=visit.now.astimezone(LOCAL).date(),
        publish_days=_number(keyed("publish_days")),
    )
    return visit.go("stars.schemes", "新的标准已保存，到生效日自动启用。")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadScheme from None


def _number(said: str) -> int:
    numbers = _numbers(said)
    if len(numbers) != 1:
        raise BadScheme
    return numbers[0]


def _numbers(said: str) -> list[int]:
    """Read numbers parted by commas, spaces or slashes, in any width."""
    for mark in "，、,/；;":
        said = said.replace(mark, " ")
    words = said.split()
    if not words or not all(word.isdecimal() and len(word) < 6 for word in words):
        raise BadScheme
    return [int(word) for word in words]

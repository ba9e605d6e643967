"""Stars that are published, for every colleague to see, and what is said against them."""

from flask import Response, request

from server.console import start
from server.console.pages import Pages, keyed
from server.console.stars import OBJECTIONS
from server.console.visit import Visit
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.hours.rosters import closing
from server.volunteers.stars import judging, lists, objections, publication

pages = Pages("star_objections", __name__)

MOST = 50

start.HREFS["star_objection"] = "star_objections.show"


@pages.get("/stars/published", Right.SEE_STARS)
def published(visit: Visit) -> Response:
    """Show what is published in the whole district, with masked names."""
    asked = request.args.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    page = publication.shown(visit.session, visit.runtime.vault, MOST, after=after)
    return visit.show("stars/published.html", page=page, after=after)


@pages.get("/stars/published/<award_id>", Right.SEE_STARS)
def ask(visit: Visit, award_id: int) -> Response:
    """Ask what is wrong with a published star, wherever it is."""
    star = publication.one(visit.session, visit.runtime.vault, award_id)
    return visit.show("stars/object.html", star=star, most=objections.LONGEST)


@pages.post("/stars/published/<award_id>", Right.SEE_STARS, again=ask)
def object_to(visit: Visit, award_id: int) -> Response:
    """Object to it; nothing is awarded before the answer."""
    raised = judging.object_to(
        visit.session,
        visit.reach,
        award_id,
        keyed("reason"),
        visit.now,
        channel=Channel.CONSOLE,
        vault=visit.runtime.vault,
    )
    said = f"已记下异议，{raised.due:%-m月%-d日}前由没有参与审核的同事答复。"
    return visit.go("star_objections.published", said)


@pages.get("/star-objections/<objection_id>", Right.AWARD_STARS)
def show(visit: Visit, objection_id: int) -> Response:
    """Show an objection with the star it is about; its words are another step."""
    return _shown(visit, objection_id, None)


@pages.post("/star-objections/<objection_id>/words", Right.AWARD_STARS, again=show)
def read(visit: Visit, objection_id: int) -> Response:
    """Show what was written; that it was read is noted."""
    vault = visit.runtime.vault
    words = judging.read(visit.session, visit.reach, objection_id, visit.now, vault=vault)
    return _shown(visit, objection_id, words)


@pages.post("/star-objections/<objection_id>/answer", Right.AWARD_STARS, again=show)
def answer(visit: Visit, objection_id: int) -> Response:
    """Answer an objection: nothing is wrong, or the application is declined."""
    verb = judging.uphold if keyed("becomes") == "upheld" else judging.dismiss
    verb(visit.session, visit.reach, objection_id, keyed("answer"), visit.now)
    return visit.go("stars.list_stars", "已答复，提出的人会收到通知。")


def _shown(visit: Visit, objection_id: int, words: str | None) -> Response:
    found = judging.locate(visit.session, visit.reach, objection_id)
    return visit.show(
        "stars/objection.html",
        objection=found.raised,
        words=words,
        row=lists.shown(visit.session, visit.reach, found.award.id, visit.runtime.vault),
        may_answer=judging.may_answer(visit.reach, found),
        states=OBJECTIONS,
        due=closing(found.raised.due),
    )

"""What the desk does about one member's review: decides, shows, replies, puts down, and ends it."""

from typing import Any

from flask import Response, request

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party_reviews import keys_of, rules_of, show
from server.console.visit import Visit
from server.party.reviews import deciding, proxies, showing
from server.party.reviews.deciding import Decision
from server.party.reviews.grades import Fact, Grade
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_review_steps", __name__)


@pages.post("/party/files/<file_id>/review/decide", Right.SEE_PARTY, again=show)
def decide(visit: Visit, file_id: int) -> Response:
    """Decide about a member's quarter."""
    decision = Decision(
        grade=fields.choice("grade", tuple(Grade), Grade.QUALIFIED),
        holds=[fact for fact in Fact if fact in request.form.getlist("holds")],
        reason=keyed("reason"),
        revision=fields.number("revision"),
    )
    who = visit.session, visit.reach, file_id, keyed("quarter"), decision, visit.now
    deciding.decide(*who, **keys_of(visit))
    return _back(visit, file_id, "已定，还没有给本人看。")


@pages.post("/party/files/<file_id>/review/show", Right.SEE_PARTY, again=show)
def show_member(visit: Visit, file_id: int) -> Response:
    """Show a member what was decided."""
    who = visit.session, visit.reach, keyed("quarter"), [file_id], visit.now
    showing.show(*who, **_vaults(visit))
    return _back(visit, file_id, "已给本人看。不用微信的，请念给他听，再记下他的话。")


@pages.post("/party/files/<file_id>/review/reply", Right.SEE_PARTY, again=show)
def reply(visit: Visit, file_id: int) -> Response:
    """Reply to what a member objects, with another grade or without."""
    grade = next((one for one in Grade if one == keyed("grade")), None)
    how = {"grade": grade, "revision": fields.number("revision")} | _vaults(visit)
    who = visit.session, visit.reach, file_id, keyed("quarter"), keyed("words"), visit.now
    showing.reply(*who, **how)
    return _back(visit, file_id, "已答复本人。")


@pages.post("/party/files/<file_id>/review/answer", Right.SEE_PARTY, again=show)
def answer(visit: Visit, file_id: int) -> Response:
    """Put down what a member said on the phone or in person."""
    channel = fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)
    who = visit.session, visit.reach, file_id, keyed("quarter")
    if keyed("answer") == "objects":
        how: dict[str, Any] = {"channel": channel, "vault": visit.runtime.party}
        proxies.object_to(*who, keyed("said"), visit.now, **how)
    else:
        proxies.acknowledge(*who, visit.now, channel=channel)
    return _back(visit, file_id, "已记下，和本人自己说的一样算。")


@pages.post("/party/files/<file_id>/review/finish", Right.SEE_PARTY, again=show)
def finish(visit: Visit, file_id: int) -> Response:
    """End a review."""
    who = visit.session, visit.reach, file_id, keyed("quarter"), visit.now
    showing.finish(*who, rules=rules_of(visit))
    return _back(visit, file_id, "已定下来。")


def _back(visit: Visit, file_id: int, said: str) -> Response:
    where = {"file_id": file_id, "quarter": keyed("quarter")}
    return visit.go("party_reviews.show", said, **where)


def _vaults(visit: Visit) -> dict[str, Any]:
    return {"vault": visit.runtime.party, "names": visit.runtime.vault}

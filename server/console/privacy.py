"""The privacy desk: wishes to be forgotten, consents as counts, copies handed out in person."""

from datetime import timedelta

from flask import Response
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from server.console.forms import Form
from server.console.pages import Pages, keyed
from server.console.start import HREFS
from server.console.visit import Visit
from server.people import erasures, packing
from server.people.models import Channel
from server.staff import privacy, proxy_wishes
from server.staff.rights import Right

pages = Pages("privacy", __name__)

HREFS["erasure"] = "privacy.show_wish"

DOORS = [SelectChoice(Channel.PHONE.value, "来电"), SelectChoice(Channel.PAPER.value, "书面申请")]


class ProxyForm(Form):
    """A wish that came by phone or on paper."""

    person_id = StringField("人员编号", [InputRequired("请先查找并选定本人。"), Length(max=18)])
    channel = RadioField("怎么提出的", [InputRequired("请选来电或书面。")], choices=DOORS)
    reason = TextAreaField(
        "核对情况",
        [InputRequired("请写明怎么核对是本人。"), Length(max=400, message="请写在400字以内。")],
        description="写核对办法，例如“回拨登记号码确认”。不要写姓名、电话。",
    )


@pages.get("/privacy", Right.HANDLE_PRIVACY)
def show_desk(visit: Visit) -> Response:
    """List the open wishes, those due first in front, and count who agrees to what."""
    return visit.show(
        "privacy/desk.html",
        wishes=privacy.wishes(visit.session, visit.reach),
        agreed=privacy.agreed(visit.session, visit.reach),
        answered_within=erasures.ANSWERED_WITHIN,
    )


@pages.get("/privacy/new", Right.HANDLE_PRIVACY)
def show_proxy(visit: Visit) -> Response:
    """Offer to find somebody; a form that was turned down shows again whom it was for."""
    words = keyed("words")
    found = privacy.find(visit.session, visit.reach, words, vault=visit.runtime.vault)
    return visit.show("privacy/proxy.html", words=words, found=found, form=visit.form(ProxyForm))


@pages.post("/privacy/find", Right.HANDLE_PRIVACY, alone=True)
def find(visit: Visit) -> Response:
    """Show whom the words name exactly; they come in a form so that no address keeps them."""
    visit.runtime.limits.spend("person", "find", str(visit.person_id))
    return show_proxy(visit)


@pages.post("/privacy/new", Right.HANDLE_PRIVACY, again=show_proxy)
def ask(visit: Visit) -> Response:
    """Put down for somebody that they want to be forgotten; a second person confirms it."""
    form = visit.filled(ProxyForm)
    proxy_wishes.ask(
        visit.session,
        visit.reach,
        proxy_wishes.person_of(form.person_id.data),
        Channel(form.channel.data),
        form.reason.data,
        visit.now,
        cooling=timedelta(days=visit.runtime.settings.erasure_cooling_days),
    )
    return visit.go("privacy.show_desk", "已登记，等另一位同事批准后生效。")


@pages.get("/privacy/<wish_id>", Right.HANDLE_PRIVACY)
def show_wish(visit: Visit, wish_id: int) -> Response:
    """Show one wish, when it is due and what can be done."""
    found = privacy.wish(visit.session, visit.reach, wish_id)
    return visit.show(
        "privacy/wish.html", wish=found, answer_by=found.asked_at + erasures.ANSWERED_WITHIN
    )


@pages.post("/privacy/<wish_id>/take-back", Right.HANDLE_PRIVACY, again=show_wish)
def take_back(visit: Visit, wish_id: int) -> Response:
    """Undo a wish for somebody who called."""
    privacy.take_back(visit.session, visit.reach, wish_id, keyed("reason"), visit.now)
    return visit.go("privacy.show_desk", "已撤销注销，本人一切照旧。")


@pages.post("/privacy/<wish_id>/copy", Right.HANDLE_PRIVACY, again=show_wish, proof=True)
def give_copy(visit: Visit, wish_id: int) -> Response:
    """Hand out the copy that somebody asked for before they are forgotten."""
    wish = privacy.wish(visit.session, visit.reach, wish_id)
    made = privacy.copy_for(
        visit.session,
        visit.reach,
        wish.person_id,
        keyed("reason"),
        visit.now,
        vault=visit.runtime.vault,
    )
    return as_file(packing.as_zip(made))


def as_file(packed: bytes) -> Response:
    """Return a ZIP to be saved."""
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return Response(packed, headers=headers, mimetype="application/zip")

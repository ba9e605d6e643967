"""A staff member's own account: where they are signed in, and their WeChat."""

from flask import Response

from server.console.pages import Pages
from server.console.visit import Visit
from server.errors import Missing
from server.people import linking, profile
from server.staff import sessions

pages = Pages("account", __name__)


class SessionGone(Missing):
    """The sign-in has ended already, or is not this person's."""

    code = "staff.session_gone"


@pages.get("/account")
def show(visit: Visit) -> Response:
    """Show where the person is signed in."""
    me, vault = visit.me, visit.runtime.vault
    return visit.show(
        "account/show.html",
        opened=sessions.opened(visit.session, me.staff_id, visit.now),
        profile=profile.of(visit.session, me.person_id, vault=vault),
        login=me.login,
        here=me.session_id,
    )


@pages.post("/account/sessions/<session_id>/end", again=show)
def end(visit: Visit, session_id: int) -> Response:
    """End one of their sign-ins."""
    if not sessions.revoke_own(visit.session, visit.me.staff_id, session_id):
        raise SessionGone
    return visit.go("account.show", "已结束那次登录。")


@pages.post("/account/sessions/end-others", again=show)
def end_others(visit: Visit) -> Response:
    """End all of their sign-ins but this one."""
    sessions.revoke_others(visit.session, visit.me.staff_id, visit.me.session_id)
    return visit.go("account.show", "已结束其他全部登录。")


@pages.post("/account/link", proof=True)
def link(visit: Visit) -> Response:
    """Give a code that joins the person's WeChat with this account."""
    offered = linking.offer(visit.session, visit.person_id, visit.now, vault=visit.runtime.vault)
    return visit.show("account/link.html", offered=offered)

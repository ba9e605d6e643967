"""Signing in with one's WeChat: a number here, confirmed in one's own chat, and one is in."""

import logging
from typing import Any

from flask import Response

from server.console import cookies, devices, ways
from server.console.door import browser, count_try, let_in
from server.console.pages import Pages
from server.console.visit import Visit
from server.errors import Conflict
from server.staff import entering, slips, tickets
from server.staff.tickets import Standing
from server.wechat.errors import WechatError

log = logging.getLogger(__name__)

pages = Pages("chat_sign_in", __name__)


class NumberOver(Conflict):
    """The number was not confirmed in time."""

    code = "staff.no_ticket"


@pages.get("/sign-in/chat", opened=True)
def show(visit: Visit) -> Response:
    """Show the number of this browser."""
    slip, standing = _standing(visit)
    return visit.show("door/chat.html", slip=slip, standing=standing, next=ways.wanted())


@pages.get("/sign-in/chat/state", opened=True)
def state(visit: Visit) -> Response:
    """Tell only how the number stands; the page asks every few seconds."""
    slip, standing = _standing(visit)
    return visit.show("door/chat_state.html", slip=slip, standing=standing, next=ways.wanted())


@pages.post("/sign-in/chat", opened=True, alone=True)
def begin(visit: Visit) -> Response:
    """Give this browser a fresh number."""
    count_try(visit)
    vault, now = visit.runtime.vault, visit.now
    with visit.runtime.db.transaction() as session:
        offered = tickets.offer(
            session, _slip(visit).get("key", ""), devices.describe(), now, vault=vault
        )
    facts = {"key": offered.key, "number": offered.number, "picture": _scene(visit, offered.number)}
    answer = visit.go("chat_sign_in.show", next=ways.wanted())
    slip = slips.write("browser", facts, offered.expires_at, vault=vault)
    cookies.give(answer, "browser", slip, tickets.LIFE)
    return answer


@pages.post("/sign-in/chat/enter", opened=True, again=show)
def enter(visit: Visit) -> Response:
    """Open a session for whoever confirmed the number."""
    key, vault = _slip(visit).get("key", ""), visit.runtime.vault
    entered = entering.show_ticket(visit.session, key, browser(), visit.now, vault=vault)
    if entered is None:
        raise NumberOver
    return let_in(entered, ways.wanted())


def _slip(visit: Visit) -> dict[str, Any]:
    vault = visit.runtime.vault
    return slips.read("browser", cookies.shown("browser"), visit.now, vault=vault) or {}


def _standing(visit: Visit) -> tuple[dict[str, Any], Standing | None]:
    slip, vault = _slip(visit), visit.runtime.vault
    return slip, tickets.standing(visit.session, slip.get("key", ""), visit.now, vault=vault)


def _scene(visit: Visit, number: str) -> str:
    """Return what a picture to scan says; without WeChat the number alone will do."""
    try:
        life = int(tickets.LIFE.total_seconds())
        return visit.runtime.wechat.official.create_qrcode(f"{tickets.SCENE}{number}", life).url
    except WechatError as error:
        log.warning("no picture to scan: %s", error)
        return ""

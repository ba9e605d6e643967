"""Signing in to the console by password and code, showing again who one is, and signing out."""

import re

from flask import Response, redirect, request

from server.console import cookies, devices, text_size, ways
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.staff import entering, sessions, signing_in
from server.staff.entering import Browser, Entered
from server.web import address

pages = Pages("door", __name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token() -> str | None:
    """Return the token that the request shows, if it could be one."""
    shown = cookies.shown("console")
    return shown if TOKEN.fullmatch(shown) else None


def browser() -> Browser:
    """Return what the browser shows at the door."""
    return Browser(devices.describe(), cookies.shown("device"), token())


def count_try(visit: Visit) -> None:
    """Count one try to get in, of the network address and of a device we know."""
    visit.runtime.limits.spend("sign_in", address())
    known = cookies.shown("device")
    device = signing_in.device_of(known, visit.now, vault=visit.runtime.vault)
    if device:
        visit.runtime.limits.spend("sign_in_device", device)


def let_in(entered: Entered, page: str) -> Response:
    """Hand the browser its new session and lead on; scripts are told where to go."""
    if request.headers.get("HX-Request"):
        answer = Response("", 204, {"HX-Redirect": page})
    else:
        answer = redirect(page, 303)  # type: ignore[assignment]
    cookies.give(answer, "console", entered.token)
    cookies.give(answer, "device", entered.known, signing_in.KNOWN_FOR)
    for name in ("pending", "browser"):
        cookies.take_back(answer, name)
    return answer


@pages.get("/sign-in", opened=True)
def sign_in(visit: Visit) -> Response:
    """Show the way in."""
    return visit.show("door/sign_in.html", next=ways.wanted())


@pages.post("/sign-in", opened=True, alone=True, again=sign_in)
def show_password(visit: Visit) -> Response:
    """Take login and password; nothing is open before the code was shown as well."""
    count_try(visit)
    slip = entering.show_password(
        visit.runtime.db,
        keyed("login"),
        request.form.get("password", ""),
        browser(),
        visit.now,
        vault=visit.runtime.vault,
    )
    answer = visit.go("door.code", next=ways.wanted())
    cookies.give(answer, "pending", slip, signing_in.PENDING)
    return answer


@pages.get("/sign-in/code", opened=True)
def code(visit: Visit) -> Response:
    """Ask for the code of the second factor."""
    slip = cookies.shown("pending")
    owed = signing_in.owed_by(visit.session, slip, visit.now, vault=visit.runtime.vault)
    if owed is None:
        return visit.go("door.sign_in", next=ways.wanted())
    return visit.show("door/code.html", next=ways.wanted())


@pages.post("/sign-in/code", opened=True, alone=True, again=code)
def show_code(visit: Visit) -> Response:
    """Take the code and open a session."""
    count_try(visit)
    entered = entering.show_code(
        visit.runtime.db,
        cookies.shown("pending"),
        keyed("code"),
        browser(),
        visit.now,
        vault=visit.runtime.vault,
    )
    return let_in(entered, ways.wanted())


@pages.get("/prove")
def prove(visit: Visit) -> Response:
    """Ask the person to show again who they are."""
    return visit.show("door/prove.html", next=ways.wanted())


@pages.post("/prove", alone=True, again=prove)
def show_again(visit: Visit) -> Response:
    """Take a code or the password once more, and lead back to where they were."""
    count_try(visit)
    word, vault = request.form.get("word", ""), visit.runtime.vault
    entering.prove(visit.runtime.db, visit.me, word, browser(), visit.now, vault=vault)
    return redirect(ways.wanted(), 303)  # type: ignore[return-value]


@pages.post("/sign-out")
def sign_out(visit: Visit) -> Response:
    """End this session."""
    sessions.revoke(visit.session, visit.me.session_id)
    answer = visit.go("door.sign_in", "已退出。")
    cookies.take_back(answer, "console")
    return answer


@pages.post("/text-size", opened=True)
def choose_text_size(_visit: Visit) -> Response:
    """Remember whether this browser wants large text."""
    return text_size.choose()  # type: ignore[return-value]

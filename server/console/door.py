"""Signing in to the console and out of it."""

import re

from flask import Response, request

from server.console import text_size
from server.console.pages import Pages
from server.console.visit import Visit
from server.web import runtime

pages = Pages("door", __name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie() -> str:
    """Return the name of the cookie that bears the token; bound to the host where https is."""
    secure = runtime().settings.public_url.startswith("https://")
    return "__Host-console" if secure else "console"


def token() -> str | None:
    """Return the token that the request shows, if it could be one."""
    shown = request.cookies.get(cookie(), "")
    return shown if TOKEN.fullmatch(shown) else None


@pages.get("/sign-in", opened=True)
def sign_in(visit: Visit) -> Response:
    """Show the way in."""
    return visit.show("sign_in.html")


@pages.get("/prove")
def prove(visit: Visit) -> Response:
    """Ask the person to show again who they are."""
    return visit.show("prove.html")


@pages.post("/text-size", opened=True)
def choose_text_size(_visit: Visit) -> Response:
    """Remember whether this browser wants large text."""
    return text_size.choose()  # type: ignore[return-value]

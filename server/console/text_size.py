"""Large text in the console: a wish of one browser, kept in a cookie that names nobody."""

import re
from datetime import timedelta

from flask import Response, make_response, redirect, request

COOKIE = "large"
KEPT = timedelta(days=365)
# a page of the console itself: no other host, no second slash, nothing a browser reads as one
OWN_PAGE = re.compile(r"/console(?:/[\w.~%-]+)*/?")
HOME = "/console/"


def choose() -> Response:
    """Remember the size asked for and lead back to the page it was asked on."""
    back = request.form.get("back", "")
    answer = make_response(redirect(back if OWN_PAGE.fullmatch(back) else HOME, code=303))
    answer.set_cookie(
        COOKIE,
        "1" if request.form.get("size") == "large" else "0",
        max_age=KEPT,
        path="/console",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer

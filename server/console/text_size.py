"""Large text in the console: a wish of one browser, kept in a cookie that names nobody."""

import re
from datetime import timedelta

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

COOKIE = "text_size"
KEPT = timedelta(days=365)
# a page of the console itself: no other host, no second slash, nothing a browser reads as one
OWN_PAGE = re.compile(r"/console(?:/[\w.~%-]+)*/?")
HOME = "/console/"


def wanted() -> dict[str, bool]:
    """Tell the pages whether large text was asked for (a context processor)."""
    return {"large_text": request.cookies.get(COOKIE) == "large"}


def choose() -> Response:
    """Remember the size asked for and lead back to the page it was asked on."""
    back = request.form.get("back", "")
    answer = make_response(redirect(back if OWN_PAGE.fullmatch(back) else HOME, code=303))
    size = "large" if request.form.get("size") == "large" else "normal"
    answer.set_cookie(
        COOKIE,
        size,
        max_age=KEPT,
        path="/console",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer

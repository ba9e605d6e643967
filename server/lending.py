"""The door by which WeChat's content check fetches a picture: a signed address, for an hour."""

import re

from flask import Blueprint, Response

from config.wording import say
from server.db import Busy
from server.errors import Refusal
from server.limits import TooOften
from server.photos import checking
from server.web import address, runtime

LENT = re.compile(r"([1-9][0-9]{0,17})-([0-9]{10})-([0-9a-f]{64})", re.ASCII)
BUSY_SECONDS = 30

blueprint = Blueprint("lending", __name__)


@blueprint.get("/pictures/<told>.jpg", provide_automatic_options=False)
def picture(told: str) -> Response:
    """Give the picture behind a signed address; any other address has nothing."""
    runtime().limits.spend("verify", address())
    found = LENT.fullmatch(told)
    if found is None:
        return _nothing()
    photo_id, until, mark = int(found[1]), int(found[2]), found[3]
    with runtime().db.reading() as session:
        content = checking.lent(session, photo_id, until, mark, runtime())
    return Response(content, mimetype="image/jpeg")


@blueprint.errorhandler(TooOften)
def _too_often(refusal: TooOften) -> Response:
    seconds = refusal.facts["retry_after"]
    words = say(refusal.code, **refusal.facts)
    return Response(words, 429, {"Retry-After": str(seconds)}, mimetype="text/plain")


@blueprint.errorhandler(Refusal)
def _refused(_refusal: Refusal) -> Response:
    return _nothing()


@blueprint.errorhandler(Busy)
def _busy(_busy: Busy) -> Response:
    words = say("request.busy", retry_after=BUSY_SECONDS)
    return Response(words, 503, {"Retry-After": str(BUSY_SECONDS)}, mimetype="text/plain")


@blueprint.after_request
def _dress(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _nothing() -> Response:
    return Response(say("request.nothing_here"), 404, mimetype="text/plain")

"""The door by which calendar programs fetch a volunteer's sign-ups: a secret address, no token."""

import re

from flask import Blueprint, Response, request

from config.wording import say
from server.db import Busy
from server.limits import TooOften
from server.volunteers.signups import feeds
from server.web import address, runtime

TOKEN = re.compile(r"[0-9a-f]{64}")
BUSY_SECONDS = 30

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/calendar/<token>.ics", provide_automatic_options=False)
def calendar(token: str) -> Response:
    """Give the calendar behind a secret address; any other address has nothing."""
    runtime().limits.spend("address", address())
    if not TOKEN.fullmatch(token):
        return _nothing()
    with runtime().db.reading() as session:
        person_id = feeds.owner(session, token)
        if person_id is None:
            return _nothing()
        body = feeds.written(session, person_id, runtime().now())
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.make_conditional(request)
    return answer


@blueprint.errorhandler(TooOften)
def _too_often(refusal: TooOften) -> Response:
    return _later(say(refusal.code, **refusal.facts), 429, refusal.facts["retry_after"])


@blueprint.errorhandler(Busy)
def _busy(_busy: Busy) -> Response:
    return _later(say("request.busy", retry_after=BUSY_SECONDS), 503, BUSY_SECONDS)


@blueprint.after_request
def _dress(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _nothing() -> Response:
    return Response(say("request.nothing_here"), 404, mimetype="text/plain")


def _later(sentence: str, status: int, seconds: object) -> Response:
    return Response(sentence, status, {"Retry-After": str(seconds)}, mimetype="text/plain")

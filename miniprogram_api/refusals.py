"""How a refusal looks to the mini-program: one shape for all of them (`server.statuses`)."""

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, g, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from config.wording import say
from server.db import Busy
from server.errors import Invalid, Refusal, Unauthorised
from server.statuses import BUSY_SECONDS, NothingHere, TooBusy, TooLarge, WrongMethod, status_of
from server.web import claim, runtime

log = logging.getLogger(__name__)

PREFIX = "/api/v1"


class Malformed(Invalid):
    """The request is not what the contract says; `fields` tells where."""

    code = "request.malformed"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__()
        self.fields = fields


def request_id() -> str:
    """Return the name under which the log knows this request."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def carry_refusals(blueprint: Blueprint) -> None:
    """Let every view below this blueprint refuse by raising, and never show a bug."""
    blueprint.register_error_handler(Refusal, refused)
    blueprint.register_error_handler(Busy, _busy)
    blueprint.register_error_handler(HTTPException, _by_http)
    blueprint.register_error_handler(Exception, _broken)
    blueprint.record(lambda state: claim(state.app, PREFIX, _outside))
    blueprint.after_request(dress)


def refused(refusal: Refusal) -> Response:
    """Return a refusal as the one shape that clients read."""
    body: dict[str, Any] = {
        "code": refusal.code,
        "message": say(refusal.code, **refusal.facts),
        "request_id": request_id(),
    }
    if isinstance(refusal, Malformed):
        body["fields"] = refusal.fields
    answer = jsonify(body)
    answer.status_code = status_of(type(refusal))
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    if isinstance(refusal, Unauthorised):
        answer.headers["WWW-Authenticate"] = "Bearer"
    runtime().metrics.refusals.labels(refusal.code).inc()
    log.info("refused %s", refusal.code, extra={"request_id": request_id()})
    return answer


def dress(answer: Response) -> Response:
    """Give an answer the headers that all of them bear."""
    answer.headers["X-Request-Id"] = request_id()
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    return answer


def _busy(error: Busy) -> Response:
    log.warning("database busy: %s", error, extra={"request_id": request_id()})
    return refused(TooBusy(BUSY_SECONDS))


def _by_http(error: HTTPException) -> ResponseReturnValue:
    """Put what Flask itself refuses into our shape."""
    if isinstance(error, RequestEntityTooLarge):
        return refused(TooLarge())
    if isinstance(error, MethodNotAllowed):
        answer = refused(WrongMethod())
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer
    if error.code == 404:
        return refused(NothingHere())
    if error.code is not None and 400 <= error.code < 500:
        return refused(Malformed({}))
    return error


def _outside(error: HTTPException) -> ResponseReturnValue:
    """Refuse in our shape what leads nowhere below our address."""
    return dress(_by_http(error))  # type: ignore[arg-type]


def _broken(error: Exception) -> ResponseReturnValue:
    """Answer for a bug: the trace goes to the log, its number to the person."""
    log.exception("broken", exc_info=error, extra={"request_id": request_id()})
    number = request_id()
    body = {
        "code": "request.broken",
        "message": say("request.broken", number=number),
        "request_id": number,
    }
    return jsonify(body), 500

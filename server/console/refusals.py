"""How a refusal looks to staff: its sentence on a page, with a way on."""

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from config.wording import say
from server.db import Busy
from server.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Mismatch,
    Missing,
    Refusal,
    TooMany,
    Unauthorised,
    Unavailable,
)
from server.web import runtime

log = logging.getLogger(__name__)

BUSY_SECONDS = 2

STATUS: dict[type[Refusal], int] = {
    Invalid: 400,
    Unauthorised: 401,
    Forbidden: 403,
    Missing: 404,
    Conflict: 409,
    Mismatch: 422,
    TooMany: 429,
    Unavailable: 503,
}


class NothingHere(Missing):
    """Nothing has this address."""

    code = "request.nothing_here"


class ProofNeeded(Forbidden):
    """The person must first show again who they are."""

    code = "staff.proof_needed"


class StaleForm(Invalid):
    """The form was opened too long ago, or not by this person."""

    code = "staff.stale_form"


class TooBusy(Unavailable):
    """The database cannot take the work just now."""

    code = "request.busy"


def status_of(kind: type[Refusal]) -> int:
    """Return the status that a kind of refusal travels under."""
    return next(status for base, status in STATUS.items() if issubclass(kind, base))


def carry_refusals(blueprint: Blueprint) -> None:
    """Let every page refuse by raising, and never show a bug."""
    blueprint.register_error_handler(Unauthorised, _to_the_door)
    blueprint.register_error_handler(ProofNeeded, _to_proof)
    blueprint.register_error_handler(Refusal, refused)
    blueprint.register_error_handler(Busy, lambda _busy: refused(TooBusy(BUSY_SECONDS)))
    blueprint.register_error_handler(CSRFError, lambda _error: refused(StaleForm()))
    blueprint.register_error_handler(HTTPException, _by_http)
    blueprint.register_error_handler(Exception, _broken)


def refused(refusal: Refusal) -> Response:
    """Return the page that tells a refusal."""
    runtime().metrics.refusals.labels(refusal.code).inc()
    sentence = say(refusal.code, **refusal.facts)
    answer = _page(sentence, status_of(type(refusal)))
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return answer


def _to_the_door(refusal: Refusal) -> ResponseReturnValue:
    """Lead whoever is not signed in to the sign-in page, and back afterwards."""
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("console.door.sign_in")})
    flash(say(refusal.code, **refusal.facts), "error")
    wanted = request.full_path if request.method == "GET" else None
    return redirect(url_for("console.door.sign_in", next=wanted), 303)


def _to_proof(refusal: Refusal) -> ResponseReturnValue:
    flash(say(refusal.code, **refusal.facts), "error")
    return redirect(url_for("console.door.prove", next=request.referrer or ""), 303)


def _by_http(error: HTTPException) -> ResponseReturnValue:
    if error.code == 413:
        return _page(say("request.too_large"), 413)
    if error.code is not None and 400 <= error.code < 500:
        return _page(say("request.nothing_here"), error.code)
    return error


def _broken(error: Exception) -> Response:
    """Answer for a bug: the trace goes to the log, its number to the person."""
    number = secrets.token_hex(8)
    log.exception("broken", exc_info=error, extra={"request_id": number})
    return _page(say("request.broken", number=number), 500)


def _page(sentence: str, status: int, **facts: Any) -> Response:
    signed_in = g.get("staff") is not None
    page = render_template("console/refused.html", sentence=sentence, signed_in=signed_in, **facts)
    return Response(page, status)

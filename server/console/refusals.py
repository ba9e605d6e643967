"""How a refusal looks to staff: its sentence on a page, with a way on."""

import logging
import secrets
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from config.wording import say
from server.console import ways
from server.db import Busy
from server.errors import Forbidden, Invalid, Refusal, Unauthorised
from server.statuses import BUSY_SECONDS, TooBusy, status_of
from server.web import runtime

log = logging.getLogger(__name__)

NOT_KEPT = {"csrf_token", "password", "repeated", "code", "word"}
"""Fields of the doors are secrets; the token must be a fresh one."""


class ProofNeeded(Forbidden):
    """The person must first show again who they are."""

    code = "staff.proof_needed"


class StaleForm(Invalid):
    """The form was opened too long ago, or not by this person."""

    code = "staff.stale_form"


def carry_refusals(blueprint: Blueprint) -> None:
    """Let every page refuse by raising, and never show a bug."""
    blueprint.register_error_handler(Unauthorised, _to_the_door)
    blueprint.register_error_handler(ProofNeeded, _to_proof)
    blueprint.register_error_handler(StaleForm, _stale)
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
    if _is_partial():
        # the page stays as it is; its script says the sentence
        answer.headers["HX-Reswap"] = "none"
        answer.headers["X-Sentence"] = quote(sentence)
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return answer


def _to_the_door(refusal: Refusal) -> ResponseReturnValue:
    """Lead whoever is not signed in to the sign-in page, and back afterwards.

    A form that was filled in meanwhile is kept on the page, to be submitted once more.
    """
    runtime().metrics.refusals.labels(refusal.code).inc()
    kept = _kept()
    if kept:
        sentence = say(refusal.code, **refusal.facts)
        return _page(sentence, 401, "expired.html", kept=kept, signed_out=True)
    wanted = ways.came_from() if request.method == "POST" or _is_partial() else request.full_path
    return _lead("console.door.sign_in", refusal, ways.own_page(wanted))


def _to_proof(refusal: Refusal) -> ResponseReturnValue:
    """Lead to where one shows again who one is, and back to the page that one was on."""
    return _lead("console.door.prove", refusal, ways.came_from())


def _lead(endpoint: str, refusal: Refusal, back: str) -> ResponseReturnValue:
    flash(say(refusal.code, **refusal.facts), "warning")
    page = url_for(endpoint, next=None if back == ways.HOME else back)
    if _is_partial():
        return Response("", 401, {"HX-Redirect": page})
    return redirect(page, 303)


def _is_partial() -> bool:
    """Tell whether a script asks for a part of a page and would not follow a redirect."""
    return "HX-Request" in request.headers


def _stale(refusal: Refusal) -> ResponseReturnValue:
    """Let a form of ours that grew old be submitted once more, where its page cannot show it."""
    kept = _kept()
    if not kept:
        return refused(refusal)
    return _page(say(refusal.code), status_of(type(refusal)), "expired.html", kept=kept)


def _kept() -> list[tuple[str, str]]:
    """Return what was keyed into a form of our own pages; no token, nothing that may be secret."""
    if request.method != "POST" or _is_partial() or not ways.is_own_request():
        return []
    return [each for each in request.form.items(multi=True) if each[0] not in NOT_KEPT]


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


def _page(sentence: str, status: int, template: str = "refused.html", **facts: Any) -> Response:
    page = render_template(f"console/{template}", sentence=sentence, back=ways.came_from(), **facts)
    return Response(page, status)

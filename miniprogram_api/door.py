"""The door: who is asking, from where, and not too often. Locked unless a contract opens it."""

import logging
import re
from datetime import timedelta

from flask import Blueprint, g, request

from config.settings import Settings
from miniprogram_api.refusals import request_id
from server.db import Busy
from server.people import sessions
from server.people.sessions import Caller, Lives, NotLoggedIn
from server.runtime import Runtime
from server.web import address, runtime

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def guard(blueprint: Blueprint, opened: frozenset[str]) -> None:
    """Ask at every endpoint below the blueprint, except the opened ones, who is there."""

    def ask() -> None:
        request_id()
        limits = runtime().limits
        limits.spend("address", address())
        if request.endpoint in opened:
            return
        g.caller, g.token = _enter(runtime())
        limits.spend("person", str(g.caller.person_id))
        limits.spend("device", str(g.caller.session_id))

    blueprint.before_request(ask)


def lives(settings: Settings) -> Lives:
    """Return how long a login lives here."""
    return Lives(
        idle=timedelta(days=settings.session_idle_days),
        absolute=timedelta(days=settings.session_absolute_days),
    )


def _enter(runtime: Runtime) -> tuple[Caller, str]:
    """Return whose token the request shows, and note now and then that it is in use."""
    token = _token()
    now, lived = runtime.now(), lives(runtime.settings)
    with runtime.db.reading() as session:
        caller = sessions.recognise(session, token, now, lives=lived)
    if sessions.is_due(caller, now):
        _touch(runtime, caller)
    return caller, token


def _touch(runtime: Runtime, caller: Caller) -> None:
    try:
        with runtime.db.transaction() as session:
            sessions.touch(session, caller, runtime.now())
    except Busy as error:
        log.warning("a session's use is noted later: %s", error)


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not TOKEN.fullmatch(token):
        raise NotLoggedIn
    return token

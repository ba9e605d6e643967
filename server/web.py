"""How a face reaches the runtime while it answers a request, and where the request comes from."""

import ipaddress
from collections.abc import Callable
from typing import cast

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from server.runtime import Runtime

Lost = Callable[[HTTPException], ResponseReturnValue]


def runtime() -> Runtime:
    """Return the runtime of the app that is answering."""
    return cast(Runtime, current_app.extensions["runtime"])


def address() -> str:
    """Return where the request comes from, an IPv6 network of 64 bits counting as one place.

    Only as many proxies as the settings name are believed; without any, X-Forwarded-For is
    whatever the client likes to say, and is ignored.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = runtime().settings.trusted_proxies
    place = told[-hops] if 0 < hops <= len(told) else request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(place)
    except ValueError:
        return request.remote_addr or "unknown"
    if parsed.version == 4 or parsed.ipv4_mapped:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def hang_beside(state: BlueprintSetupState, blueprint: Blueprint) -> None:
    """Hang a blueprint below one that is being registered, in this app alone."""
    within = {"name_prefix": state.blueprint.name, "url_prefix": state.url_prefix}
    blueprint.register(state.app, within)


def claim(app: App, prefix: str, lost: Lost) -> None:
    """Let a face answer what leads nowhere below its address, and "" all that nobody claims."""
    app.extensions.setdefault("lost", {})[prefix] = lost


def nowhere(error: HTTPException) -> ResponseReturnValue:
    """Let the face below whose address a request leads nowhere say so in its own way."""
    faces: dict[str, Lost] = current_app.extensions.get("lost", {})
    whose = [prefix for prefix in faces if f"{request.path}/".startswith(f"{prefix}/")]
    return faces[max(whose, key=len)](error) if whose else error

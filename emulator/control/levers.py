"""The tests' levers: clock, faults, journal and knobs."""

from typing import Annotated, Any

from flask import Blueprint, Response, abort
from pydantic import AwareDatetime, Field

from emulator.control.deeds import Strict
from emulator.control.people import After
from emulator.faults import Fault
from emulator.platform import platform
from emulator.reading import Malformed, read_body, read_query
from emulator.settings import Account, AppName
from emulator.templates import Template
from emulator.world import Knobs, World

levers = Blueprint("levers", __name__, url_prefix="/_")
Shown = dict[str, Any]
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}


class Moved(Strict):
    """A clock movement: one of the three."""

    now: AwareDatetime | None = None
    advance_seconds: float | None = None
    reset: bool = False


class Turned(Knobs):
    """Knobs to turn, with the templates owned and the daily limits of paths."""

    templates: list[Template] | None = None
    quotas: dict[str, Annotated[int, Field(ge=0)]] | None = None


class Revoked(Strict):
    """Whose access tokens die at once."""

    app: AppName


@levers.get("/clock")
def clock() -> Shown:
    """Show the emulator's time and how far it is from the machine's."""
    with platform().world.lock:
        return _clock(platform().world)


@levers.post("/clock")
def move_clock() -> Shown:
    """Set the clock, let time pass at once, or follow the machine again."""
    given = read_body(Moved)
    with platform().world.lock:
        world = platform().world
        try:
            if given.reset:
                world.clock.reset()
            if given.now is not None:
                world.clock.set(given.now)
            if given.advance_seconds is not None:
                world.clock.advance(given.advance_seconds)
        except (ValueError, OverflowError) as flaw:
            raise Malformed(str(flaw)) from None
        return _clock(world)


def _clock(world: World) -> Shown:
    offset = world.clock.offset.total_seconds()
    return {"now": world.clock.now().isoformat(), "offset_seconds": offset}


@levers.get("/faults")
def faults() -> Shown:
    """Show what is still to go wrong."""
    with platform().world.lock:
        return {"items": platform().world.faults.show()}


@levers.post("/faults")
def add_fault() -> tuple[Shown, int]:
    """Let the next calls of a path go wrong."""
    fault = read_body(Fault)
    with platform().world.lock:
        platform().world.faults.add(fault)
        return {"items": platform().world.faults.show()}, 201


@levers.delete("/faults")
def clear_faults() -> Shown:
    """Let nothing go wrong any more."""
    with platform().world.lock:
        platform().world.faults.clear()
    return {"items": []}


@levers.get("/journal")
def journal() -> Shown:
    """Show the lines after one, with the counts of all calls since the start."""
    after = read_query(After).after
    with platform().world.lock:
        kept = platform().world.journal
        counts = {"calls": dict(kept.calls), "errors": dict(kept.errors)}
        tokens = dict(platform().world.tokens.issued)
        return {"items": kept.after(after), "next": kept.last, **counts, "tokens": tokens}


@levers.get("/exchanges/<exchange_id>")
def exchange(exchange_id: str) -> Shown:
    """Show one request and its answer, raw and decrypted."""
    with platform().world.lock:
        found = platform().world.journal.find(exchange_id)
    if found is None:
        abort(404, "这一步的原文已不在记录里")
    return found


@levers.get("/media/<media_id>")
def media(media_id: str) -> Response:
    """Show a picture that somebody sent, for the phone page."""
    with platform().world.lock:
        content = platform().world.media.get(media_id, platform().world.clock.now())
    if content is None:
        abort(404, "没有这张照片")
    kinds = (kind for start, kind in PICTURES.items() if content.startswith(start))
    response = Response(content, mimetype=next(kinds, "application/octet-stream"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@levers.get("/menu")
def menu() -> Shown:
    """Show the menu that the service has created, or none."""
    with platform().world.lock:
        buttons = platform().world.menu.buttons
    return {"menu": {"button": buttons} if buttons else None, "button": buttons}


@levers.get("/ledger")
def ledger() -> Shown:
    """Show who has allowed which templates, and how often."""
    with platform().world.lock:
        return {"items": platform().world.ledger.show()}


@levers.post("/reset")
def reset() -> Shown:
    """Make the world new; what is under way is let finish first."""
    platform().courier.settle()
    with platform().world.lock:
        platform().world.begin()
    return {"ok": True}


@levers.post("/settle")
def settle() -> Shown:
    """Wait until every event that follows a send has been delivered."""
    platform().courier.settle()
    return {"ok": True}


@levers.post("/tokens/revoke")
def revoke() -> Shown:
    """Make all access tokens of an application invalid at once."""
    given = read_body(Revoked)
    with platform().world.lock:
        platform().world.tokens.revoke(given.app, platform().world.clock.now())
    return {"ok": True}


@levers.get("/settings")
def settings() -> Shown:
    """Show the knobs, the templates and what the accounts are called; no secrets."""
    with platform().world.lock:
        return _settings(platform().world)


@levers.post("/settings")
def turn() -> Shown:
    """Turn knobs; what is left out stays."""
    given = read_body(Turned)
    with platform().world.lock:
        world = platform().world
        knobs = given.model_dump(exclude_unset=True, exclude={"templates", "quotas"})
        world.knobs = world.knobs.model_copy(update=knobs)
        if given.templates is not None:
            world.use_templates(given.templates)
        world.quotas.limits |= given.quotas or {}
        return _settings(world)


def _settings(world: World) -> Shown:
    accounts = (world.settings.official, world.settings.miniprogram)
    return {
        "service_url": world.settings.service_url,
        "accounts": {each.name: _account(world, each) for each in accounts},
        "templates": [each.model_dump() for each in world.templates.values()],
        "quotas": world.quotas.limits,
        **world.knobs.model_dump(),
    }


def _account(world: World, account: Account) -> Shown:
    return {
        "app_id": account.app_id,
        "original_id": account.original_id,
        "callback_url": world.settings.service_url + account.callback_path,
        "mode": world.knobs.mode(account.name),
    }

"""The emulator as a Flask app."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_from_directory
from werkzeug.exceptions import HTTPException

from emulator.api.gate import wechat_api
from emulator.clock import Clock
from emulator.control.byhand import byhand
from emulator.control.consents import answers
from emulator.control.deeds import deeds
from emulator.control.employees import employees
from emulator.control.levers import levers
from emulator.control.people import people
from emulator.phone import NotNow
from emulator.platform import Platform, platform
from emulator.reading import Malformed
from emulator.settings import Settings
from emulator.wire import Silent

PAGE = Path(__file__).parent / "page"
LARGEST_BODY = 17 * 1024 * 1024
# a page on another site that made its name point here could read all; its name gives it away
HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """Build the emulator; `app.extensions["emulator"].close()` ends its threads."""
    app = Flask("emulator", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, TRUSTED_HOSTS=HOSTS)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["emulator"] = Platform(settings, clock or Clock())
    app.before_request(_refuse_other_sites)
    for part in (wechat_api, people, deeds, answers, employees, levers, byhand):
        app.register_blueprint(part)
    app.add_url_rule("/", view_func=page, methods=["GET"])
    app.add_url_rule("/page/<path:file>", view_func=page, methods=["GET"])
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Malformed, lambda flaw: _refusal(400, flaw))
    app.register_error_handler(NotNow, lambda flaw: _refusal(409, flaw))
    app.register_error_handler(Silent, _silent)
    return app


def page(file: str = "index.html") -> Response:
    """Serve the phone page."""
    response = send_from_directory(PAGE, file)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refuse_other_sites() -> None:
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.path != "/":
        abort(403, "another site's page has no business here")


def _refusal(status: int, flaw: Exception) -> tuple[dict[str, Any], int]:
    return {"message": str(flaw)}, status


def _silent(silence: Silent) -> tuple[dict[str, Any], int]:
    address = platform().world.settings.service_url
    return {"message": f"服务没有应答（{address}）：{silence}"}, 502


def _http_error(error: HTTPException) -> tuple[dict[str, Any], int]:
    return {"message": error.description or error.name}, error.code or 500

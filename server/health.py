"""Whether the service lives, whether it can work, and what it has counted."""

import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from server import gauges, timetable
from server.db import Busy
from server.migrations import commands
from server.runtime import Runtime
from server.store import StoreDown
from server.web import runtime

log = logging.getLogger(__name__)

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SILENCE = timedelta(minutes=5)
"""Some job runs every minute: whoever keeps the timetable is heard of within it."""

blueprint = Blueprint("health", __name__)


@dataclass
class Health:
    """What the doors of one runtime know; migrations at head stay at head while we run."""

    runtime: Runtime
    migrated: bool = False

    def checks(self) -> dict[str, bool]:
        """Return what we lean on, and whether each is there."""
        found = {"database": self._passes("database", self._ask_database)}
        found["migrations"] = found["database"] and self._passes("migrations", self._ask_head)
        if self.runtime.settings.redis_url is not None:
            found["redis"] = self._passes("redis", self._ask_store)
        return found

    def warnings(self) -> dict[str, str]:
        """Return what works, but wants looking after: requests are answered all the same."""
        now = self.runtime.now()
        try:
            with self.runtime.db.reading() as session:
                sign = timetable.last_sign(session)
        except Busy as busy:
            log.warning("nobody can tell whether the timetable is kept: %s", busy)
            return {}
        if sign is not None and now - sign <= SILENCE:
            return {}
        since = f"since {sign:%Y-%m-%d %H:%M} UTC" if sign else "so far"
        return {"timetable": f"silent {since}: does `flask jobs keep` run?"}

    def _ask_database(self) -> bool:
        with self.runtime.db.reading() as session:
            return bool(session.scalar(text("SELECT 1")))

    def _ask_head(self) -> bool:
        self.migrated = self.migrated or commands.at_head(self.runtime.db)
        return self.migrated

    def _ask_store(self) -> bool:
        self.runtime.store.ping()
        return True

    def _passes(self, name: str, check: Callable[[], bool]) -> bool:
        try:
            return check()
        except (Busy, StoreDown) as down:
            log.warning("%s is not ready: %s", name, down)
        except Exception:
            log.exception("%s is not ready", name)
        return False


def _open(of: Runtime) -> Health:
    for each in (gauges.Queue, gauges.Timetable, gauges.Vouchers, gauges.Tokens):
        of.metrics.watch(each(of))
    return Health(of)


def _health() -> Health:
    return runtime().once(_open)


@blueprint.before_app_request
def _begin() -> None:
    g.begun = time.perf_counter()


@blueprint.after_app_request
def _count(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    counted = runtime().metrics
    counted.requests.labels(rule, method, f"{response.status_code // 100}xx").inc()
    if "begun" in g:
        counted.seconds.labels(rule).observe(time.perf_counter() - g.begun)
    return response


@blueprint.after_request
def _guard(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


@blueprint.get("/healthz")
def alive() -> Response:
    """Tell that the process answers; asks nobody else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Tell whether everything we lean on is there: 200, or 503 with what is not.

    A timetable that nobody has kept for five minutes is a warning: who serves is ready without it.
    """
    checks = _health().checks()
    words = {name: "ok" if good else "failed" for name, good in checks.items()}
    if not all(checks.values()):
        return jsonify(status="failed", checks=words), 503
    warnings = _health().warnings()
    told = {"warnings": warnings} if warnings else {}
    return jsonify(status="ok", checks=words, **told), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show the counters to this machine, or to who bears the token."""
    if not (_bears_token() or _is_here()):
        abort(403)
    return Response(_health().runtime.metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _bears_token() -> bool:
    token = runtime().settings.metrics_token
    if token is None or not token.get_secret_value():
        return False
    wanted = f"Bearer {token.get_secret_value()}"
    return secrets.compare_digest(
        request.headers.get("Authorization", "").encode(), wanted.encode()
    )


def _is_here() -> bool:
    """Tell whether the request comes from this machine itself, not through a proxy on it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)

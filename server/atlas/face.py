"""Where stations are and which are open, for everybody: a list, and a sketch beside it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from config.wording import say
from server.areas import tree
from server.atlas import sketch
from server.atlas.reading import Asked
from server.db import Busy, Session
from server.errors import Refusal
from server.riders.stations import nearest, schedules, stations, telling, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import ORDER
from server.riders.stations.views import StationView
from server.riders.stations.wishes import Wish
from server.statuses import status_of
from server.verify.face import BUSY_SECONDS, HEADERS
from server.web import address, runtime

PAGE = 20
POLICIES = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}

atlas = Blueprint(
    "atlas",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/stations/static",
)


@atlas.before_request
def _count() -> None:
    if request.endpoint != "atlas.static":
        runtime().limits.spend("verify", "atlas", address())


@atlas.after_request
def _dress(answer: Response) -> Response:
    for name, value in (HEADERS | POLICIES).items():
        answer.headers.setdefault(name, value)
    if runtime().settings.public_url.startswith("https://"):
        answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "atlas.static":
        answer.headers["Cache-Control"] = "no-store"
    return answer


@atlas.get("/stations/")
def show_all() -> str:
    """List the stations that are asked for, the nearest first where a place is known."""
    asked, now = Asked.of(request.args), runtime().now()
    with runtime().db.reading() as session:
        area = stations.named(session, asked.words) if asked.words else None
        place = area[1] if area else asked.place
        wish = Wish(asked.facilities, "" if area else asked.words, asked.open_now)
        shown, after, opens_next = _found(session, place, wish, asked, now)
        drawn = _sketch(session, shown, place)
    return render_template(
        "atlas/list.html",
        asked=asked,
        area=area[0] if area else "",
        is_near=place is not None,
        shown=shown,
        opens_next=opens_next,
        more=_more(after),
        sketch=drawn,
        every=ORDER,
        **_words(now),
    )


@atlas.get("/stations/<int:station_id>")
def show(station_id: int) -> str:
    """Show one station, and where it lies among the others."""
    now = runtime().now()
    with runtime().db.reading() as session:
        view = views.by_id(session, min(station_id, 2**62), now)
        drawn = _sketch(session, (view,), None)
    return render_template(
        "atlas/station.html",
        view=view,
        hours=schedules.told(view.hours),
        sketch=drawn,
        **_words(now),
    )


def _found(
    session: Session, place: Place | None, wish: Wish, asked: Asked, now: datetime
) -> tuple[tuple[StationView, ...], str, StationView | None]:
    """Return a page of stations, where the next one begins, and which opens next of none."""
    if place is None:
        page = stations.browse(session, now, wish, after=asked.after[0], limit=PAGE)
        return page.items, f"{page.after}-0" if page.after else "", None
    found = nearest.find(session, place, now, wish, after=asked.spot, limit=PAGE)
    more = found.more_after
    return found.items, f"{more.centimetres}-{more.id}" if more else "", found.opens_next


def _sketch(
    session: Session, shown: tuple[StationView, ...], you: Place | None
) -> sketch.Sketch | None:
    points = stations.points(session)
    streets = {"/".join(point.path.split("/")[:2]) + "/" for point in points}
    return sketch.draw(shown, points, tree.names_at(session, streets), you)


def _more(after: str) -> str:
    """Return the query string of the next page, or nothing."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return urlencode([*kept, ("after", after)]) if after else ""


def _words(now: datetime) -> dict[str, Any]:
    """Return what the pages call things by."""
    return {
        "standing": lambda view: telling.standing(view.standing, now),
        "distance": telling.distance,
        "has": telling.has,
        "host": telling.host,
        "confirmed": lambda view: telling.confirmed(view, now),
        "faults": telling.faults,
        "facility": lambda one: say(f"stations.facility_{one}"),
    }


@atlas.errorhandler(Refusal)
def _refused(refusal: Refusal) -> ResponseReturnValue:
    runtime().metrics.refusals.labels(refusal.code).inc()
    page = render_template("atlas/refused.html", sentence=say(refusal.code, **refusal.facts))
    answer = Response(page, status_of(type(refusal)))
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return answer


@atlas.errorhandler(Busy)
def _busy(_busy: Busy) -> ResponseReturnValue:
    sentence = say("request.busy", retry_after=BUSY_SECONDS)
    page = render_template("atlas/refused.html", sentence=sentence)
    return page, 503, {"Retry-After": str(BUSY_SECONDS)}

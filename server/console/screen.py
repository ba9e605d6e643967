"""The code screen of a shift, and what a phone sees that scans it outside the mini-program.

Whoever has the link may show the screen: it is good for one shift and ends with it, and only as
long as the person it was made for looks after that shift.
"""

from io import BytesIO
from typing import Any

import segno
from flask import Response, render_template, request

from server.console.pages import Pages
from server.console.visit import Visit
from server.staff import reach as reaches
from server.statuses import NothingHere
from server.volunteers.attendance import codes, leading
from server.volunteers.attendance.codes import FRESH, Direction, Scanned
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.refusals import ScreenClosed
from server.volunteers.hours.minutes import TOLERANCE

pages = Pages("screen", __name__)

SECONDS = 5
"""The screen asks for the newest code so often."""


@pages.get("/screen/<ticket>", opened=True)
def show(visit: Visit, ticket: str) -> Response:
    """Show the code large, for everybody to type or scan."""
    return visit.show("attendance/screen.html", seconds=SECONDS, **_facts(visit, ticket))


@pages.get("/screen/<ticket>/code", opened=True)
def code(visit: Visit, ticket: str) -> Response:
    """Give the part of the screen that changes."""
    return Response(render_template("console/attendance/code.html", **_facts(visit, ticket)))


@pages.get("/screen/<ticket>/qr", opened=True)
def picture(visit: Visit, ticket: str) -> Response:
    """Draw the code to be scanned."""
    led = _led(visit, ticket)
    shown = codes.show(led.shift_id, _way(visit, led), visit.now, visit.runtime.vault)
    address = f"{visit.runtime.settings.public_url}/console/here/{shown.text}"
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2, omitsize=True)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@pages.get("/here/<text>", opened=True)
def here(visit: Visit, text: str) -> Response:
    """Tell whoever scanned with WeChat itself what to write to the official account."""
    scanned, vault = codes.read(text), visit.runtime.vault
    if not isinstance(scanned, Scanned):
        raise NothingHere
    age = codes.age_of_scan(scanned, visit.now, vault)
    fresh = age is not None and age <= FRESH
    digits = codes.digits_of(scanned.shift_id, scanned.direction, scanned.step, vault)
    way = scanned.direction
    return visit.show("attendance/here.html", fresh=fresh, digits=digits if fresh else "", way=way)


def _facts(visit: Visit, ticket: str) -> dict[str, Any]:
    led = _led(visit, ticket)
    way = _way(visit, led)
    shown = codes.show(led.shift_id, way, visit.now, visit.runtime.vault)
    left = int((shown.next_at - visit.now).total_seconds()) or 1
    return {"led": led, "way": way, "code": shown, "left": left, "ticket": ticket}


def _led(visit: Visit, ticket: str) -> Led:
    """Return the shift of a ticket whose person may still look after it."""
    vault = visit.runtime.vault
    shift_id, person_id = leading.by_ticket(visit.session, ticket, visit.now, vault)
    led = leading.led(visit.session, reaches.of(visit.session, person_id, visit.now), shift_id)
    if visit.now > led.until():
        raise ScreenClosed
    return led


def _way(visit: Visit, led: Led) -> Direction:
    """Return which code is wanted; around the end it is the one for leaving."""
    asked = request.args.get("way", "")
    if asked in set(Direction):
        return Direction(asked)
    return Direction.OUT if visit.now >= led.ends_at - TOLERANCE else Direction.IN

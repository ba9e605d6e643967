"""The trail of what staff did, for auditors: to look things up, and to prove that it is whole."""

import re
from datetime import date

from flask import Response, request

from server.audit import reading, trail
from server.audit.actions import words_of
from server.audit.reading import Wanted
from server.console.pages import Pages
from server.console.visit import Visit
from server.sheets import cells
from server.staff import reach as reaches
from server.staff import roster
from server.staff.rights import Right

pages = Pages("audit", __name__)


NUMBER = re.compile(r"[0-9]{1,18}")
NOBODY = -1


@pages.get("/audit", Right.SEE_AUDIT)
def show(visit: Visit) -> Response:
    """List entries, the newest first; each is checked against its own hash."""
    before = _number("before")
    entries = reading.browse(visit.session, _wanted(visit), before)
    logins = roster.logins_of(visit.session, (entry.actor for entry in entries))
    more = entries[-1].id if len(entries) == reading.MOST else None
    asked = {name: said for name, said in request.args.items() if name != "before"}
    return visit.show(
        "audit/list.html",
        entries=entries,
        words_of=words_of,
        logins=logins,
        end=reading.end(visit.session),
        more=more and {**asked, "before": more},
        first=asked if before else None,
    )


@pages.get("/audit/proof", Right.SEE_AUDIT)
def prove(visit: Visit) -> Response:
    """Read the whole trail and tell whether it is what was written."""
    return visit.show("audit/proof.html", proof=trail.verify(visit.session))


def _wanted(visit: Visit) -> Wanted:
    asked = {name: request.args.get(name, "").strip() for name in ("login", "action", "subject")}
    account = roster.find(visit.session, asked["login"])
    return Wanted(
        day=_day(),
        actor=(account.person_id if account else NOBODY) if asked["login"] else None,
        action=asked["action"],
        subject=asked["subject"],
        subject_id=_number("subject_id"),
        within=_within(visit),
    )


def _within(visit: Visit) -> tuple[str, ...] | None:
    """Return the areas to which this auditor is bound; whoever audits the district sees all."""
    if any(path.count("/") == 1 for path in visit.reach.paths(Right.SEE_AUDIT)):
        return None
    return reaches.paths(visit.session, visit.reach, Right.SEE_AUDIT)


def _day() -> date | None:
    return cells.day(request.args.get("day", ""))


def _number(name: str) -> int | None:
    said = request.args.get(name, "").strip()
    return int(said) if NUMBER.fullmatch(said) else None

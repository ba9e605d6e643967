"""What points are given for: the versions of each rule, and a new one from a day to come."""

from datetime import date
from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.riders.models import OVERALL, Verifier
from server.riders.points import board, making
from server.riders.points.board import Entry
from server.riders.points.ledger import local_day
from server.riders.points.making import Terms
from server.staff.rights import Right

pages = Pages("points_rules", __name__)

READING = (Right.MANAGE_RULES, Right.AWARD_POINTS)
VERIFIERS = tuple((one.value, say(f"points.verifier_{one}")) for one in Verifier)


@pages.get("/points/rules", READING)
def list_rules(visit: Visit) -> Response:
    """List the rules with what is in force, planned and over."""
    entries = board.entries(visit.session, local_day(visit.now))
    return visit.show("points_rules/list.html", entries=entries, **_words(visit))


@pages.get("/points/rules/new", Right.MANAGE_RULES)
def new(visit: Visit) -> Response:
    """Offer the form of a rule that is not there yet."""
    return visit.show("points_rules/form.html", entry=None, **_words(visit))


@pages.post("/points/rules", Right.MANAGE_RULES, again=new)
def create(visit: Visit) -> Response:
    """Make a rule that is not there yet."""
    return _made(visit, keyed("code").upper())


@pages.get("/points/rules/<code>", READING)
def show(visit: Visit, code: str) -> Response:
    """Show all versions of a rule, with the forms for a new one and for its end."""
    return visit.show("points_rules/show.html", entry=_entry(visit, code), **_words(visit))


@pages.get("/points/rules/<code>/edit", Right.MANAGE_RULES)
def edit(visit: Visit, code: str) -> Response:
    """Offer the form of the next version, filled with the last one."""
    return visit.show("points_rules/form.html", entry=_entry(visit, code), **_words(visit))


@pages.post("/points/rules/<code>", Right.MANAGE_RULES, again=edit)
def change(visit: Visit, code: str) -> Response:
    """Make the next version of a rule; what was given stays as it is."""
    _entry(visit, code)
    return _made(visit, code)


@pages.post("/points/rules/<code>/end", Right.MANAGE_RULES, again=show)
def end(visit: Visit, code: str) -> Response:
    """Let a rule speak through a day and not afterwards."""
    last = fields.day("last")
    if last is None:
        raise fields.BadDay
    making.end(visit.session, visit.reach, code, last, visit.now)
    return visit.go("points_rules.show", "已定下最后一天。以前给的分不变。", code=code)


def _made(visit: Visit, code: str) -> Response:
    made = making.make(visit.session, visit.reach, _terms(code), visit.now)
    said = f"已保存第{made.version}版，到生效那天自动启用。以前给的分不变。"
    return visit.go("points_rules.show", said, code=made.code)


def _terms(code: str) -> Terms:
    """Return what was keyed; an empty second number means the same as the first."""
    of_all = code == OVERALL
    least = 0 if of_all else fields.number("least")
    return Terms(
        code=code,
        name=keyed("name"),
        least=least,
        most=0 if of_all else fields.number("most") or least,
        verifier=fields.choice("verifier", tuple(Verifier), Verifier.DISTRICT),
        since=fields.day("since") or date.min,
        until=fields.day("until"),
        day_cap=_cap("day_cap"),
        month_cap=_cap("month_cap"),
        ever_cap=_cap("ever_cap"),
        two_persons=bool(keyed("two_persons")),
        pending=bool(keyed("pending")),
    )


def _cap(name: str) -> int | None:
    return fields.number(name) if keyed(name) else None


def _entry(visit: Visit, code: str) -> Entry:
    return board.entry(visit.session, code, local_day(visit.now))


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "verifiers": VERIFIERS,
        "named": dict(VERIFIERS),
        "may_manage": visit.reach.may(Right.MANAGE_RULES),
        "today": local_day(visit.now),
    }

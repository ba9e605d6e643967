"""The outbox: every notice with where it stands and why, and what staff can do about it."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from flask import Response

from config.wording import LOCAL
from server.console import fields
from server.console.filters import sentence
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.notices import (
    circuits,
    desk,
    hindrances,
    listing,
    previews,
    reasons,
    scope,
    steps,
    telling,
)
from server.notices.causes import Cause
from server.notices.kinds import KINDS, PRIVATE, Way
from server.notices.listing import Group, Place, Wanted
from server.notices.models import NoticeState
from server.office import sight
from server.sheets import cells
from server.staff import roster
from server.staff.rights import Right

pages = Pages("outbox", __name__)

Option = TypeVar("Option", bound=str)

GROUPS = {
    Group.OPEN: "还没送出",
    Group.UNREACHABLE: "送不到",
    Group.DEAD: "送失败",
    Group.SENT: "已送出",
    Group.DROPPED: "不送了",
}
STATES = {
    NoticeState.QUEUED: ("wait", "等着送"),
    NoticeState.SENDING: ("info", "正在送"),
    NoticeState.SENT: ("ok", "已送出"),
    NoticeState.UNREACHABLE: ("warn", "送不到"),
    NoticeState.DEAD: ("bad", "送失败"),
    NoticeState.DROPPED: ("plain", "不送了"),
}
DAY = timedelta(days=1)
SHOWN = tuple(name for name in KINDS if name not in PRIVATE)


@pages.get("/outbox", Right.SEE_NOTICES)
def list_notices(visit: Visit) -> Response:
    """List notices: what waits by when it is due, what has ended by when it did; never contents."""
    asked = {name: fields.asked(name) for name in ("group", "kind", "way", "why", "since", "until")}
    wanted = _wanted(asked)
    after = Place.read(fields.asked("after"))
    found = listing.page(visit.session, visit.reach, wanted, after)
    people_shown = {row.person_id for row in found.rows}
    return visit.show(
        "outbox/list.html",
        page=found,
        group=wanted.group,
        closed=circuits.closed(visit.session, visit.now).values(),
        names=_names(visit, people_shown),
        asked={name: said for name, said in asked.items() if said},
        after=after,
        choices=_choices(),
        **_words(visit),
    )


@pages.get("/outbox/<notice_id>", Right.SEE_NOTICES)
def show(visit: Visit, notice_id: int) -> Response:
    """Show one notice: how it went so far, why it stands where it does, and what can be done."""
    found = listing.one(visit.session, visit.reach, notice_id)
    went = steps.of(visit.session, found)
    hindrance = hindrances.of(visit.session, found, visit.now)
    names = _names(visit, {found.person_id})
    seen = found.person_id in names
    return visit.show(
        "outbox/show.html",
        notice=found,
        names=names,
        steps=went,
        logins=roster.logins_of(visit.session, (step.actor for step in went)),
        told=telling.of(visit.session, found) if seen else None,
        failed=found.state in hindrances.FAILED,
        hindrance=hindrance and sentence(hindrance),
        stoppable=hindrances.may_stop(found),
        promise=KINDS[found.kind].promise if found.kind in KINDS else None,
        **_words(visit),
    )


@pages.post("/outbox/<notice_id>/retry", Right.STEER_NOTICES, again=show)
def retry(visit: Visit, notice_id: int) -> Response:
    """Let a notice go once more that did not arrive."""
    again = desk.retry(visit.session, visit.reach, notice_id, visit.now)
    said = "已放回去，几秒后就送。" if again else "这条已经在送或送出了，不用再点。"
    return visit.go("outbox.show", said, notice_id=notice_id)


@pages.post("/outbox/<notice_id>/stop", Right.STEER_NOTICES, again=show)
def stop(visit: Visit, notice_id: int) -> Response:
    """Stop a notice that has not left yet."""
    desk.stop(visit.session, visit.reach, notice_id, visit.now)
    return visit.go("outbox.show", "已停掉，不会再送。", notice_id=notice_id)


@pages.post("/outbox/ways/reopen", Right.STEER_NOTICES, again=list_notices)
def reopen(visit: Visit) -> Response:
    """Open a way again that WeChat had closed, once staff have seen to it."""
    opened = desk.reopen(visit.session, visit.reach, keyed("way")[:100], visit.now)
    said = "已重新打开，在等的马上再送。" if opened else "这种送法本来就开着。"
    return visit.go("outbox.list_notices", said)


def _wanted(asked: dict[str, str]) -> Wanted:
    """Return what the address asks for; whatever makes no sense is as if it had not been said."""
    since, until = (cells.day(asked[name]) for name in ("since", "until"))
    return Wanted(
        group=_one_of(asked["group"], Group) or Group.OPEN,
        kind=asked["kind"] if asked["kind"] in SHOWN else "",
        way=_one_of(asked["way"], Way),
        cause=_one_of(asked["why"], Cause),
        since=_begins(since) if since else None,
        until=_begins(until + DAY) if until else None,
    )


def _one_of(said: str, options: type[Option]) -> Option | None:
    return next((option for option in options if option == said), None)  # type: ignore[attr-defined]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _names(visit: Visit, persons: set[int]) -> dict[int, str]:
    """Return the masked names of whom this person may see."""
    vault = visit.runtime.vault
    return sight.names(visit.session, visit.reach, persons, vault=vault)


def _choices() -> dict[str, list[tuple[str, str]]]:
    kinds = sorted(((name, previews.title_of(name)) for name in SHOWN), key=lambda each: each[1])
    return {
        "group": [(group.value, words) for group, words in GROUPS.items()],
        "kind": [("", "全部"), *kinds],
        "way": [("", "全部"), *((way.value, reasons.name_of(way)) for way in Way)],
        "why": [("", "全部"), *((cause.value, reasons.of_cause(cause)) for cause in Cause)],
    }


def _words(visit: Visit) -> dict[str, Any]:
    """Return what both pages need to say what stands in a row."""
    return {
        "states": STATES,
        "title_of": previews.title_of,
        "name_of": reasons.name_of,
        "why": reasons.in_words,
        "advice": reasons.advice,
        "step_words": reasons.of_step,
        "circuit_name": reasons.name_of_circuit,
        "why_closed": reasons.of_closure,
        "tries": reasons.of_tries,
        "may_steer": visit.reach.may(Right.STEER_NOTICES),
        "may_reopen": scope.is_everywhere(visit.reach, Right.STEER_NOTICES),
        "sees_people": visit.reach.may(Right.SEE_PEOPLE),
    }

"""随手拍 at the desk of those who look at reports: the queue, one report, its photos."""

from typing import Any

from flask import Response, request

from config.wording import say, spell
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.people import masking, profile
from server.photos.photos import Size
from server.riders.hazards import desk, kinds, pictures, showing
from server.riders.hazards.desk import Contact, Wanted
from server.riders.hazards.models import HazardState, RejectReason
from server.riders.hazards.staff_views import HazardView, Line
from server.staff.rights import Right
from server.statuses import NothingHere

pages = Pages("hazards", __name__)

STATES = tuple(state for state in HazardState if state is not HazardState.DRAFT)
MARKS = {
    HazardState.RECEIVED: "warn",
    HazardState.TRIAGED: "warn",
    HazardState.ASSIGNED: "wait",
    HazardState.FIXING: "info",
    HazardState.FIXED: "ok",
    HazardState.RATED: "ok",
}
"""How states are marked; what is over otherwise is plain."""
REASONS = tuple((one.value, say(f"hazards.reason_{one}")) for one in RejectReason)
WAITING = (("", "还没办完的"), ("appealed", "有申诉的"), ("weighing", "等定积分的"))
KINDS = tuple((kind.code, kind.name) for kind in kinds.choices())
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


@pages.get("/hazards", Right.TRIAGE_HAZARDS)
def list_hazards(visit: Visit) -> Response:
    """List reports, what is due soonest in front."""
    cursor = request.args.get("cursor")
    session, vault = visit.session, visit.runtime.vault
    page = desk.browse(session, visit.reach, _wanted(), visit.now, vault=vault, cursor=cursor)
    asked = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return visit.show(
        "hazards/list.html",
        page=page,
        asked=asked,
        paged="cursor" in request.args,
        firsts=pictures.first_shown(session, [one.id for one in page.items]),
        states=[*WAITING, *((state, state_words(state)) for state in STATES)],
        kinds=[("", "全部类型"), *KINDS],
        areas=[("", "全部区域"), *places(visit, Right.TRIAGE_HAZARDS)],
        **words(),
    )


@pages.get("/hazards/<hazard_id>", Right.TRIAGE_HAZARDS)
def show(visit: Visit, hazard_id: int) -> Response:
    """Show one report with its photos, and the steps that fit now."""
    return shown(visit, hazard_id, None)


@pages.post("/hazards/<hazard_id>/reporter", Right.UNMASK, again=show)
def see_reporter(visit: Visit, hazard_id: int) -> Response:
    """Show who sent it in; the look and its reason stay in the trail."""
    who = visit.session, visit.reach, hazard_id, keyed("look")
    contact = desk.reporter(*who, visit.now, vault=visit.runtime.vault)
    return shown(visit, hazard_id, contact or Contact("", ""))


@pages.get("/hazards/<hazard_id>/photos/<photo_id>/<size>", Right.TRIAGE_HAZARDS)
def photo(visit: Visit, hazard_id: int, photo_id: int, size: str) -> Response:
    """Show a photo, also one that is yet to be judged."""
    who = visit.session, visit.reach, hazard_id, photo_id
    return picture(showing.to_judge(*who, size_of(size), visit.runtime))


def shown(visit: Visit, hazard_id: int, contact: Contact | None) -> Response:
    """Show one report; whoever sent it in where they were asked for with a reason."""
    who = visit.session, visit.reach, hazard_id, visit.now
    hazard, lines = desk.show(*who, vault=visit.runtime.vault)
    may_merge = hazard.state is HazardState.RECEIVED
    return visit.show(
        "hazards/show.html",
        hazard=hazard,
        contact=contact,
        lines=timeline(visit, lines),
        photos=pictures.of(visit.session, hazard_id),
        alike=_alike(visit, hazard_id) if may_merge else (),
        reasons=REASONS,
        kinds=KINDS,
        areas=places(visit, Right.TRIAGE_HAZARDS),
        may_weigh=visit.reach.may(Right.APPROVE_POINTS),
        may_unmask=visit.reach.may(Right.UNMASK),
        facts=_facts(hazard),
        **words(),
    )


def picture(content: bytes) -> Response:
    """Return a photo so that a browser shows it as nothing but a picture, and keeps none."""
    return Response(content, mimetype="image/jpeg", headers=HEADERS)


def size_of(size: str) -> Size:
    """Return the size that an address names, or nothing is there."""
    if size not in set(Size):
        raise NothingHere
    return Size(size)


def timeline(visit: Visit, lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """Return what was done with a report in words, the last step first; people stay masked."""
    names = profile.names_of(visit.session, (line.by for line in lines), vault=visit.runtime.vault)
    return [
        {
            "at": line.at,
            "who": _who(line, names),
            "what": say(f"hazards.did_{line.action}"),
            "note": line.note,
        }
        for line in reversed(lines)
    ]


def state_words(state: HazardState) -> str:
    """Return a state as staff read it."""
    return say(f"copies.hazardstate_{state}")


def words() -> dict[str, Any]:
    """Return how pages write states and photos."""
    return {
        "marks": MARKS,
        "state_words": state_words,
        "photo_words": lambda view: say(f"copies.photostate_{view.state}"),
    }


def _alike(visit: Visit, hazard_id: int) -> list[tuple[int, str]]:
    who = visit.session, visit.reach, hazard_id, visit.now
    found = desk.alike(*who, vault=visit.runtime.vault)
    return [(one.id, f"{one.number}号 {one.place}（{spell(one.received_at)}）") for one in found]


def _who(line: Line, names: dict[int, str]) -> str:
    if line.by_reporter:
        return say("hazards.by_reporter")
    if line.by is None:
        return say("hazards.by_machine")
    return masking.masked(names.get(line.by, "")) or say("hazards.by_staff")


def _facts(hazard: HazardView) -> list[tuple[str, str | None]]:
    found = [
        ("类型", hazard.kind_name + ("（紧急）" if hazard.urgent else "")),
        ("地点", hazard.place or None),
        ("所属区域", hazard.area),
        ("整改单位", hazard.unit),
        ("积分", f"{hazard.points}分" if hazard.points else None),
        ("评分", f"{hazard.rating}分" if hazard.rating else None),
        ("评价", hazard.rating_note or None),
    ]
    if hazard.reason_code:
        found.append(("不采纳原因", say(f"hazards.reason_{hazard.reason_code}")))
        found.append(("说明", hazard.reason))
    return [(name, said) for name, said in found if said]


def _wanted() -> Wanted:
    state = fields.asked("state")
    return Wanted(
        state=HazardState(state) if state in set(STATES) else None,
        kind=fields.asked("kind") or None,
        overdue=fields.asked("overdue") == "1",
        appealed=state == "appealed",
        weighing=state == "weighing",
        area_code=fields.asked("area"),
    )

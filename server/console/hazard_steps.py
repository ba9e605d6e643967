"""What those who look at reports decide, each deed from the page of the report."""

from flask import Response

from server.console import fields
from server.console.hazards import show
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.riders.hazards import hazards, showing
from server.riders.hazards.models import Direction, HazardState, RejectReason
from server.staff.rights import Right

pages = Pages("hazard_steps", __name__)

HERE = Channel.CONSOLE


@pages.post("/hazards/<hazard_id>/triage", Right.TRIAGE_HAZARDS, again=show)
def triage(visit: Visit, hazard_id: int) -> Response:
    """Find the report true; the first of its kind and place earns, a later one is merged."""
    hazard = hazards.triage(
        *(visit.session, visit.reach, hazard_id, visit.now),
        channel=HERE,
        kind=keyed("kind") or None,
        area_code=keyed("area") or None,
        hard=bool(keyed("hard")),
    )
    if hazard.state is HazardState.MERGED:
        said = f"之前已有人报过（{hazard.first_id}号），已合并，并谢过上报人。"
        return visit.go("hazards.show", said, hazard_id=hazard_id)
    return visit.go("hazards.show", "已核实，请接着交办。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/assign", Right.TRIAGE_HAZARDS, again=show)
def assign(visit: Visit, hazard_id: int) -> Response:
    """Hand the report to whoever puts it right, who does not learn from whom it is."""
    who, note = (visit.session, visit.reach, hazard_id, keyed("unit")), keyed("remark")
    hazards.assign(*who, visit.now, channel=HERE, remark=note)
    return visit.go("hazards.show", "已交办。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/reject", Right.TRIAGE_HAZARDS, again=show)
def reject(visit: Visit, hazard_id: int) -> Response:
    """Turn the report down for one of nine reasons, in words of one's own."""
    why = fields.choice("why", tuple(RejectReason), RejectReason.OTHER)
    who = visit.session, visit.reach, hazard_id, why, keyed("reason"), visit.now
    hazards.reject(*who, channel=HERE)
    return visit.go("hazards.show", "已退回，原因已告诉上报人，可申诉一次。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/merge", Right.TRIAGE_HAZARDS, again=show)
def merge(visit: Visit, hazard_id: int) -> Response:
    """Say that it tells of the same as another report."""
    who = visit.session, visit.reach, hazard_id, fields.number("first"), visit.now
    hazards.merge(*who, channel=HERE)
    return visit.go("hazards.show", "已合并，整改好后也会告诉上报人。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/route-out", Right.TRIAGE_HAZARDS, again=show)
def route_out(visit: Visit, hazard_id: int) -> Response:
    """Let go of what is no hazard; its date and direction stay, and nothing else."""
    direction = fields.choice("direction", tuple(Direction), Direction.CLAIM)
    who = visit.session, visit.reach, hazard_id, direction, visit.now
    hazards.route_out(*who, channel=HERE)
    said = "已转出，内容已清除，只留下日期和去向。"
    return visit.go("hazards.show", said, hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/ask", Right.TRIAGE_HAZARDS, again=show)
def ask(visit: Visit, hazard_id: int) -> Response:
    """Ask the reporter something; the clock stands still until they answer."""
    who = visit.session, visit.reach, hazard_id, keyed("question"), visit.now
    hazards.ask(*who, channel=HERE)
    return visit.go("hazards.show", "已问上报人，等回答时不计时。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/remark", Right.TRIAGE_HAZARDS, again=show)
def remark(visit: Visit, hazard_id: int) -> Response:
    """Add a line that staff alone read."""
    who = visit.session, visit.reach, hazard_id, keyed("note"), visit.now
    hazards.remark(*who, channel=HERE)
    return visit.go("hazards.show", "已记下。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/false", Right.TRIAGE_HAZARDS, again=show)
def prove_false(visit: Visit, hazard_id: int) -> Response:
    """Turn down what proved to be false; its points are taken back."""
    who = visit.session, visit.reach, hazard_id, keyed("proof"), visit.now
    hazards.prove_false(*who, channel=HERE)
    return visit.go("hazards.show", "已退回，给过的积分已收回。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/appeal", Right.TRIAGE_HAZARDS, again=show)
def decide_appeal(visit: Visit, hazard_id: int) -> Response:
    """Decide the appeal: look at it anew, or let the rejection stand."""
    granted = keyed("answer") == "granted"
    who = visit.session, visit.reach, hazard_id, granted, keyed("answer_reason"), visit.now
    hazards.decide_appeal(*who, channel=HERE)
    said = "申诉成立，请重新核实。" if granted else "已维持，原因已告诉上报人。"
    return visit.go("hazards.show", said, hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/weigh", Right.APPROVE_POINTS, again=show)
def weigh(visit: Visit, hazard_id: int) -> Response:
    """Say for the street whether the report is major; then its points are given."""
    who = visit.session, visit.reach, hazard_id, keyed("major") == "yes", visit.now
    hazards.weigh(*who, channel=HERE)
    return visit.go("hazards.show", "已定，积分按规则给出。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/photos/<photo_id>", Right.TRIAGE_HAZARDS, again=show)
def judge(visit: Visit, hazard_id: int, photo_id: int) -> Response:
    """Allow a photo, or refuse it for a reason; what is refused is deleted."""
    who = visit.session, visit.reach, hazard_id, photo_id
    if keyed("answer") == "allow":
        showing.allow(*who, visit.now)
        return visit.go("hazards.show", "照片已采用，整改单位看得到。", hazard_id=hazard_id)
    showing.refuse(*who, keyed("photo_reason"), visit.now)
    return visit.go("hazards.show", "照片没有采用，已删除。", hazard_id=hazard_id)

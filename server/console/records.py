"""Hours served: which wait, the roster of a shift, one record with all that was said of it."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from config.wording import LOCAL
from server.calendar import workdays
from server.console import approvals, start
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people import names
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.hours import confirming, corrections, histories, rosters
from server.volunteers.hours.confirming import Wish
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.refusals import MinutesNeeded
from server.volunteers.models import DisputeState, RecordState, Source

pages = Pages("records", __name__)

start.HREFS["records"] = "records.roster"
for kind in ("hours.by_hand", "hours.amend", "hours.void"):
    approvals.LINKS[kind] = ("records.record", "record")

STATES: Mapping[RecordState, tuple[str, str]] = {
    RecordState.APPROVAL: ("wait", "等第二人批准"),
    RecordState.PENDING: ("wait", "待核定"),
    RecordState.CONFIRMED: ("info", "已核定，公示中"),
    RecordState.FINAL: ("ok", "已生效"),
    RecordState.VOID: ("plain", "已作废"),
}
SOURCES = {Source.ATTENDANCE: "签到签退", Source.PAPER: "纸质签到表", Source.HAND: "手工补录"}
PARTS = {"system": "系统", "self": "本人", "leader": "带队人", "staff": "工作人员"}
DOORS = {
    Channel.CHAT: "公众号",
    Channel.MINIPROGRAM: "小程序",
    Channel.CONSOLE: "管理台",
    Channel.PHONE: "电话",
    Channel.PAPER: "纸质",
}
DISPUTES = {
    DisputeState.OPEN: ("wait", "待答复"),
    DisputeState.AMENDED: ("ok", "已更正"),
    DisputeState.UPHELD: ("plain", "维持原记录"),
    DisputeState.WITHDRAWN: ("plain", "本人撤回"),
}
WORDS: dict[str, Any] = {"states": STATES, "sources": SOURCES, "parts": PARTS, "doors": DOORS}
MINUTES = re.compile(r"[0-9]{1,4}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@pages.get("/records", Right.SEE_RECORDS)
def show(visit: Visit) -> Response:
    """List the shifts whose hours wait, or those of an activity that was asked for."""
    number = request.args.get("number", "").strip()
    if NUMBER.fullmatch(number):
        found = rosters.of_activity(visit.session, visit.reach, int(number))
    else:
        found = rosters.waiting(visit.session, visit.reach)
    return visit.show(
        "records/list.html",
        waiting=found,
        number=number,
        most=rosters.MOST,
        closing=rosters.closing,
        unpublished=workdays.unpublished(visit.session, visit.now.astimezone(LOCAL).date()),
    )


@pages.get("/records/shifts/<shift_id>", Right.SEE_RECORDS)
def roster(visit: Visit, shift_id: int) -> Response:
    """Show the hours of one shift."""
    vault = visit.runtime.vault
    found = rosters.of(visit.session, visit.reach, shift_id, vault=vault)
    may_enter = visit.reach.covers(Right.ENTER_HOURS, found.shift.path)
    return visit.show("records/roster.html", roster=found, may_enter=may_enter, **WORDS)


@pages.post("/records/shifts/<shift_id>/confirm", Right.CONFIRM_RECORDS, again=roster)
def confirm(visit: Visit, shift_id: int) -> Response:
    """Confirm the ticked hours as they were seen, those with other minutes as corrected."""
    wish = _wish()
    done = confirming.confirm(visit.session, visit.reach, shift_id, wish, visit.now)
    said = f"已核定{done.done}人的时长。" if done.done else "没有勾选，或者已经核定过了。"
    more = f"还有{done.waiting}人待核定。" if done.waiting else ""
    return visit.go("records.roster", said + more, shift_id=shift_id)


@pages.get("/records/<record_id>", Right.SEE_RECORDS)
def record(visit: Visit, record_id: int) -> Response:
    """Show a record with its versions and disputes."""
    session, vault = visit.session, visit.runtime.vault
    found = histories.seen_by(session, visit.reach, record_id)
    return visit.show(
        "records/record.html",
        record=found,
        name=names.masked_of(session, [found.person_id], vault=vault)[found.person_id],
        versions=histories.versions(session, found, vault=vault),
        disputes=histories.disputes(session, record_id),
        dispute_states=DISPUTES,
        may=histories.may_change(session, visit.reach, found),
        **WORDS,
    )


@pages.post("/records/<record_id>/correct", Right.CONFIRM_RECORDS, again=record)
def correct(visit: Visit, record_id: int) -> Response:
    """Put other minutes into a record; final ones are first allowed by a second person."""
    correction = Correction(minutes(keyed("minutes")), keyed("reason"), _version(keyed("version")))
    asked = corrections.correct(visit.session, visit.reach, record_id, correction, visit.now)
    said = "已提交，等另一位同事批准。" if asked else "已更正，并已通知本人。"
    return visit.go("records.record", said, record_id=record_id)


@pages.post("/records/<record_id>/void", Right.CONFIRM_RECORDS, again=record)
def void(visit: Visit, record_id: int) -> Response:
    """Ask a second person to let a record count no more."""
    corrections.void(visit.session, visit.reach, record_id, keyed("void_reason"), visit.now)
    return visit.go("records.record", "已提交，等另一位同事批准。", record_id=record_id)


def minutes(text: str) -> int:
    """Read minutes that were keyed, or refuse."""
    if not MINUTES.fullmatch(text):
        raise MinutesNeeded
    return int(text)


def _wish() -> Wish:
    """Read the ticked records; one whose minutes were changed is a correction."""
    seen: dict[int, int] = {}
    corrected: dict[int, Correction] = {}
    for ticked in request.form.getlist("seen"):
        found = re.fullmatch(r"([0-9]{1,18}):([0-9]{1,6}):([0-9]{1,4})", ticked, re.ASCII)
        if found is None:
            continue
        record_id, version, shown = map(int, found.groups())
        keyed_minutes = minutes(keyed(f"minutes-{record_id}") or str(shown))
        if keyed_minutes == shown:
            seen[record_id] = version
        else:
            reason = keyed(f"reason-{record_id}")
            corrected[record_id] = Correction(keyed_minutes, reason, version)
    return Wish(seen, corrected, Channel.CONSOLE)


def _version(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else None

"""What staff do to a station: open and close it, say what is wrong, name who keeps it."""

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.stations import show
from server.console.visit import Visit
from server.people.models import Channel
from server.riders.stations import desk, editing, faults, keepers, keeping
from server.riders.stations.facilities import FaultKind
from server.staff.rights import Right

pages = Pages("station_steps", __name__)


@pages.post("/stations/<station_id>/open", Right.MANAGE_STATIONS, again=show)
def open_up(visit: Visit, station_id: int) -> Response:
    """Let the station keep its hours again."""
    keepers.managed(visit.session, visit.reach, station_id)
    keeping.open_up(visit.session, visit.reach, station_id, visit.now)
    return visit.go("stations.show", "已恢复开放，并记下确认时间。", station_id=station_id)


@pages.post("/stations/<station_id>/close", Right.MANAGE_STATIONS, again=show)
def close(visit: Visit, station_id: int) -> Response:
    """Close the station for a while, until the end of a day or until somebody opens it."""
    keepers.managed(visit.session, visit.reach, station_id)
    until = fields.end_of_day("until")
    reason = keyed("reason")
    keeping.close(visit.session, visit.reach, station_id, reason, until, visit.now)
    return visit.go("stations.show", "已暂停开放。", station_id=station_id)


@pages.post("/stations/<station_id>/confirm", Right.MANAGE_STATIONS, again=show)
def confirm(visit: Visit, station_id: int) -> Response:
    """Say that the station is open, as somebody on the spot has told."""
    keepers.managed(visit.session, visit.reach, station_id)
    keeping.confirm(visit.session, visit.reach, station_id, visit.now)
    return visit.go("stations.show", "已记下确认时间。", station_id=station_id)


@pages.post("/stations/<station_id>/retire", Right.MANAGE_STATIONS, again=show)
def retire(visit: Visit, station_id: int) -> Response:
    """Take the station off the map for good."""
    editing.retire(visit.session, visit.reach, station_id, visit.now)
    return visit.go("stations.list_stations", "已撤掉，编号不再使用。")


@pages.post("/stations/<station_id>/days", Right.MANAGE_STATIONS, again=show)
def differ(visit: Visit, station_id: int) -> Response:
    """Let the station keep other hours on a day, or its usual ones again."""
    day = fields.day("day")
    if day is None:
        raise fields.BadDay
    windows = None if keyed("usual") else keyed("windows") or "休息"
    editing.differ(visit.session, visit.reach, station_id, day, windows, visit.now)
    return visit.go("stations.show", "已保存。", station_id=station_id)


@pages.post("/stations/<station_id>/faults", Right.SEE_STATIONS, again=show)
def report(visit: Visit, station_id: int) -> Response:
    """Write down what somebody says is wrong."""
    desk.reached(visit.session, visit.reach, Right.SEE_STATIONS, station_id)
    kind = fields.choice("kind", tuple(FaultKind), FaultKind.OTHER)
    said, by, now = keyed("said"), visit.person_id, visit.now
    faults.report(visit.session, by, station_id, kind, said, now, channel=Channel.CONSOLE)
    return visit.go("stations.show", "已登记。", station_id=station_id)


@pages.post("/stations/<station_id>/faults/<fault_id>", Right.MANAGE_STATIONS, again=show)
def answer(visit: Visit, station_id: int, fault_id: int) -> Response:
    """Say that a report is being looked into, or what became of it."""
    keepers.managed(visit.session, visit.reach, station_id)
    if keyed("answer") == "seen":
        faults.see(visit.session, visit.reach, fault_id, visit.now)
    else:
        faults.settle(visit.session, visit.reach, fault_id, keyed("said"), visit.now)
    return visit.go("stations.show", "已记下。", station_id=station_id)


@pages.post("/stations/<station_id>/keepers", Right.MANAGE_STATIONS, again=show)
def entrust(visit: Visit, station_id: int) -> Response:
    """Let somebody keep the station, or no more."""
    verb = keepers.relieve if keyed("answer") == "relieve" else keepers.entrust
    verb(visit.session, visit.reach, station_id, fields.number("person"), visit.now)
    return visit.go("stations.show", "已保存。", station_id=station_id)

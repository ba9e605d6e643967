"""Stations: how they fare, one of them, added and described by staff, kept on a keeper's behalf."""

from typing import Any

from flask import Response, request

from config.wording import say
from server.areas import tree
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.people import profile
from server.people.masking import masked
from server.riders.stations import (
    desk,
    editing,
    faults,
    keepers,
    schedules,
    telling,
    views,
)
from server.riders.stations.coordinates import SCALE, Datum, Place
from server.riders.stations.desk import Health
from server.riders.stations.editing import Described
from server.riders.stations.facilities import ORDER, FaultKind
from server.riders.stations.hours import Hours
from server.riders.stations.models import HostKind, Station, StationState
from server.staff.rights import Right

pages = Pages("stations", __name__)

HEALTH = (
    (Health.ALL.value, "全部"),
    (Health.FAULTS.value, "有报修"),
    (Health.CLOSED.value, "暂停开放"),
    (Health.UNCONFIRMED.value, "七天没人确认"),
)
HOSTS = tuple((one.value, say(f"stations.host_{one}")) for one in HostKind)
HAS = tuple((one.value, say(f"stations.facility_{one}")) for one in ORDER)
FAULTS = tuple((one.value, say(f"stations.fault_{one}")) for one in FaultKind)
DATUMS = (
    (Datum.GCJ02.value, "国内地图（高德、腾讯，GCJ-02）"),
    (Datum.WGS84.value, "卫星定位（WGS-84）"),
)
NOWHERE = Place(0, 0)


@pages.get("/stations", Right.SEE_STATIONS)
def list_stations(visit: Visit) -> Response:
    """List the stations in reach, and how they fare."""
    health = next((one for one in Health if one == fields.asked("health")), Health.ALL)
    after = fields.asked_number("after")
    page = desk.browse(visit.session, visit.reach, health, visit.now, after=after)
    return visit.show(
        "stations/list.html",
        page=page,
        health=health,
        healths=HEALTH,
        paged=bool(after),
        may_manage=visit.reach.may(Right.MANAGE_STATIONS),
        **_words(visit),
    )


@pages.get("/stations/new", Right.MANAGE_STATIONS)
def new(visit: Visit) -> Response:
    """Offer the form that puts a station on the map."""
    return _form(visit, None)


@pages.post("/stations", Right.MANAGE_STATIONS, again=new)
def create(visit: Visit) -> Response:
    """Put the station on the map."""
    station = editing.add(visit.session, visit.reach, _described(), visit.now)
    return visit.go("stations.show", f"已添加，{station.number}号站。", station_id=station.id)


@pages.get("/stations/<station_id>", Right.SEE_STATIONS)
def show(visit: Visit, station_id: int) -> Response:
    """Show a station, what is reported of it, and who keeps it."""
    station, area = desk.reached(visit.session, visit.reach, Right.SEE_STATIONS, station_id)
    is_there = station.state is not StationState.RETIRED
    return visit.show(
        "stations/show.html",
        station=station,
        area=area.name,
        view=views.by_id(visit.session, station_id, visit.now) if is_there else None,
        hours=schedules.told(Hours(station.week)),
        days=editing.days(visit.session, station_id, visit.now),
        waiting=faults.waiting(visit.session, station_id),
        keepers=keepers.of(visit.session, station_id),
        names=_names(visit, station_id, area.path),
        kinds=FAULTS,
        named=dict(FAULTS),
        told_day=schedules.told_day,
        manages=is_there and visit.reach.covers(Right.MANAGE_STATIONS, area.path),
        **_words(visit),
    )


@pages.get("/stations/<station_id>/edit", Right.MANAGE_STATIONS)
def edit(visit: Visit, station_id: int) -> Response:
    """Offer the form that describes the station anew."""
    station, _path = keepers.managed(visit.session, visit.reach, station_id)
    return _form(visit, station)


@pages.post("/stations/<station_id>/edit", Right.MANAGE_STATIONS, again=edit)
def save(visit: Visit, station_id: int) -> Response:
    """Describe the station anew."""
    revision = fields.number("revision")
    editing.edit(visit.session, visit.reach, station_id, _described(), visit.now, revision=revision)
    return visit.go("stations.show", "已保存。", station_id=station_id)


def _described() -> Described:
    place = Place.read(
        keyed("spot").replace("，", ",").replace(" ", ""),
        fields.choice("datum", tuple(Datum), Datum.GCJ02),
    )
    ticked = request.form.getlist("has")
    return Described(
        area_code=keyed("area"),
        name=keyed("name"),
        host=fields.choice("host", tuple(HostKind), HostKind.OTHER),
        address=keyed("address"),
        place=place or NOWHERE,
        hours=keyed("hours"),
        facilities=frozenset(one for one in ORDER if one in ticked),
        phone=keyed("phone"),
        note=keyed("note"),
        number=fields.number("number") or None,
    )


def _form(visit: Visit, station: Station | None) -> Response:
    facts: dict[str, Any] = {"station": station, "hosts": HOSTS, "has": HAS, "datums": DATUMS}
    if station:
        facts["area_code"] = tree.by_id(visit.session, station.area_id).code
        facts["hours"] = schedules.told(Hours(station.week))
        facts["spot"] = f"{station.lat / SCALE:.6f},{station.lng / SCALE:.6f}"
    areas = places(visit, Right.MANAGE_STATIONS)
    return visit.show("stations/form.html", areas=areas, **facts)


def _names(visit: Visit, station_id: int, path: str) -> dict[int, str]:
    """Return the masked names of its keepers, to whoever may see people there."""
    if not visit.reach.covers(Right.SEE_PEOPLE, path):
        return {}
    kept = [one.person_id for one in keepers.of(visit.session, station_id)]
    named = profile.names_of(visit.session, kept, vault=visit.runtime.vault)
    return {person_id: masked(name) for person_id, name in named.items()}


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "standing": lambda view: telling.standing(view.standing, visit.now),
        "confirmed": lambda view: telling.confirmed(view, visit.now),
        "has": telling.has,
        "host": telling.host,
    }

"""Stations at the console: how they fare, added and described by staff, kept for whoever calls."""

import pytest
from sqlalchemy import select

from server.notices.models import Notice
from server.people import profile
from server.people.models import Channel, Role
from server.riders.stations import faults, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facility, FaultKind
from tests.console.reach import assert_out_of_reach
from tests.factories import a_person

DESCRIBED = {
    "name": "示例驿站",
    "area": "A1",
    "host": "bank",
    "address": "示例路1号",
    "spot": "37.860000, 112.570000",
    "datum": "gcj02",
    "hours": "每天 8:00-20:00",
    "has": ["water", "toilet"],
}


def text(answer) -> str:
    return answer.get_data(as_text=True)


def view(runtime, station_id: int = 1) -> views.StationView:
    with runtime.db.reading() as session:
        return views.by_id(session, station_id, runtime.now())


@pytest.fixture
def anna(clerk):
    """A worker of A1 who has put a station on the map."""
    anna = clerk(Role.COMMUNITY_WORKER, "A1")
    assert anna.post("/stations", **DESCRIBED).status_code == 303
    return anna


def test_a_station_is_added_described_anew_and_retired(anna, runtime) -> None:
    first = view(runtime)
    anna.post("/stations/1/edit", **DESCRIBED | {"name": "新示例驿站", "revision": "1"})
    stale = anna.post("/stations/1/edit", **DESCRIBED | {"revision": "1"})

    assert first.place == Place(37_860_000, 112_570_000)
    assert first.facilities == {Facility.WATER, Facility.TOILET}
    assert view(runtime).name == "新示例驿站"
    assert stale.status_code == 409
    assert "刚被别人改过" in text(stale)
    assert "新示例驿站" in text(anna.get("/stations/1/edit"))
    assert anna.post("/stations/1/retire").status_code == 303
    assert "已撤掉" in text(anna.get("/stations/1"))
    assert "新示例驿站" not in text(anna.get("/stations"))


def test_it_is_closed_opened_and_confirmed_for_its_keeper(anna, runtime) -> None:
    assert anna.post("/stations/1/close", reason="停水", until="2026-03-10").status_code == 303
    assert view(runtime).standing.closure.reason == "停水"
    assert "1号站" in text(anna.get("/stations?health=closed"))
    assert anna.post("/stations/1/confirm").status_code == 409
    anna.post("/stations/1/open")
    anna.post("/stations/1/confirm")

    assert view(runtime).confirmed_at == runtime.now()
    assert "没有这样的驿站" in text(anna.get("/stations?health=closed"))
    assert "没有这样的驿站" in text(anna.get("/stations?health=unconfirmed"))


def test_reports_are_written_down_looked_into_and_settled(anna, runtime) -> None:
    anna.post("/stations/1/faults", kind="power", said="插座没电")
    assert "插座没电" in text(anna.get("/stations/1"))
    assert "1条" in text(anna.get("/stations?health=faults"))
    anna.post("/stations/1/faults/1", answer="seen")
    anna.post("/stations/1/faults/1", answer="settled")

    assert view(runtime).faults == ()
    assert "没有等处理的报修" in text(anna.get("/stations/1"))


def test_a_day_differs_and_a_keeper_is_named(anna, runtime, clock) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session, clock.now())
    anna.post("/stations/1/days", day="2026-03-09", windows="")
    assert not view(runtime).standing.is_open
    assert "休息" in text(anna.get("/stations/1"))
    anna.post("/stations/1/days", day="2026-03-09", usual="1")
    assert view(runtime).standing.is_open

    anna.post("/stations/1/keepers", person=str(person))
    assert "不再担任" in text(anna.get("/stations/1"))
    anna.post("/stations/1/keepers", person=str(person), answer="relieve")
    assert "不再担任" not in text(anna.get("/stations/1"))
    assert anna.post("/stations/1/keepers", person="99999").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "请写上驿站的名称"),
        ({"spot": "示例路"}, "请写上驿站的名称"),
        ({"hours": "上班时间"}, "看不懂"),
        ({"number": "1"}, "已经有别的驿站在用"),
    ],
)
def test_what_is_unclear_is_told_and_kept_in_the_form(anna, change, said) -> None:
    answer = anna.post("/stations", **DESCRIBED | change)

    assert answer.status_code in (400, 409)
    assert said in text(answer)
    assert "示例路1号" in text(answer)


def test_stations_of_others_are_as_if_they_did_not_exist(anna, clerk) -> None:
    bert = clerk(Role.COMMUNITY_WORKER, "B1")

    for path in ("/stations/1", "/stations/1/edit"):
        assert_out_of_reach(bert, "GET", path)
    for path in ("/stations/1/close", "/stations/1/open", "/stations/1/faults"):
        assert_out_of_reach(bert, "POST", path, reason="停水", kind="power")
    assert "示例驿站" not in text(bert.get("/stations"))


def test_a_list_costs_the_same_however_long(anna, statements) -> None:
    with statements() as few:
        anna.get("/stations")
    for _ in range(4):
        anna.post("/stations", **DESCRIBED)

    with statements() as many:
        anna.get("/stations")

    assert len(many) == len(few)


def test_keepers_are_shown_by_name_to_whoever_may_see_people(anna, clerk, runtime) -> None:
    with runtime.db.transaction() as session:
        keeper = a_person(session, runtime.now())
        profile.rename(session, keeper, "示例·张掌柜", vault=runtime.vault)
    anna.post("/stations/1/keepers", person=str(keeper), answer="entrust")

    seen = text(anna.get("/stations/1"))
    unseen = text(clerk(Role.GRID_WORKER, "A1").get("/stations/1"))

    assert "掌柜" not in seen
    assert f"人员号{keeper}" not in seen
    assert "示例·张掌柜" not in unseen


def test_whoever_reported_a_fault_hears_when_it_is_settled(anna, runtime) -> None:
    with runtime.db.transaction() as session:
        reporter, now = a_person(session, runtime.now()), runtime.now()
        told = {"channel": Channel.CHAT}
        fault = faults.report(session, reporter, 1, FaultKind.POWER, "插座没电", now, **told)
    for _ in range(2):
        anna.post(f"/stations/1/faults/{fault.id}", answer="settled", said="换了插座")

    with runtime.db.reading() as session:
        [told] = session.scalars(select(Notice).where(Notice.kind == "stations.settled")).all()
    assert told.person_id == reporter
    assert told.facts["text"] == "换了插座"
    assert told.facts["fault"] == "充电或用电"


def test_control_staff_who_wrote_for_a_caller_are_told_nothing(anna, runtime) -> None:
    anna.post("/stations/1/faults", kind="power", said="有人打电话说插座没电")
    anna.post("/stations/1/faults/1", answer="settled", said="")

    with runtime.db.reading() as session:
        assert session.scalars(select(Notice)).all() == []

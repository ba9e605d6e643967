"""Stations over REST: what is near, strictly asked; one's own, kept as it is in chat."""

import pytest

from server.riders.stations import keepers
from server.riders.stations.coordinates import Place, to_wgs84
from server.riders.stations.facilities import Facility
from server.staff import reach as reaches
from tests.server.riders.stations.acts import HERE, a_station

NEAR = "37.86,112.57"


@pytest.fixture
def stations(runtime) -> list[int]:
    """Five stations, each 100 m further east; the last two are closed in the morning."""
    with runtime.db.transaction() as session:
        reach = reaches.of_machine(session)
        return [
            a_station(
                session,
                runtime.now(),
                reach,
                name=f"{n}号示例驿站",
                place=Place(HERE.lat, HERE.lng + n * 1_139),
                hours="每天 8:00-20:00" if n < 4 else "每天 18:00-次日2:00",
                facilities=frozenset({Facility.WATER} if n % 2 else {Facility.TOILET}),
            ).id
            for n in range(1, 6)
        ]


@pytest.fixture
def keeper(device, runtime, stations):
    one = device()
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        keepers.entrust(session, machine, stations[0], one.person_id, runtime.now())
    return one


def asked(device, **query: object):
    answer = device.ask("GET", "/stations", query_string=query)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def numbers(body) -> list[int]:
    return [item["number"] for item in body["items"]]


def test_the_nearest_come_first_page_after_page(device, stations) -> None:
    one = device()
    first = asked(one, near=NEAR, limit=2)
    second = asked(one, near=NEAR, limit=2, cursor=first["next_cursor"])
    third = asked(one, near=NEAR, limit=2, cursor=second["next_cursor"])

    assert [numbers(page) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert third["next_cursor"] is None
    assert [round(item["metres"], -1) for item in first["items"]] == [100, 200]
    assert first["within"] >= 250


def test_a_list_is_narrowed_as_asked(device, stations) -> None:
    one = device()

    assert numbers(asked(one, near=NEAR, open_now=1)) == [1, 2, 3]
    assert numbers(asked(one, near=NEAR, open_now=0)) == [1, 2, 3, 4, 5]
    assert numbers(asked(one, near=NEAR, facility="water", open_now=1)) == [1, 3]
    assert numbers(asked(one, near=NEAR, facility="water,toilet")) == []
    assert numbers(asked(one, near=NEAR, q="2号示例")) == [2]
    assert numbers(asked(one, q="2号示例")) == [2]
    assert numbers(asked(one, open_now=1, facility="toilet")) == [2]
    assert numbers(asked(one, near="39.9,116.4")) == []
    page = asked(one, limit=4)
    assert numbers(asked(one, limit=4, cursor=page["next_cursor"])) == [5]


def test_a_place_of_a_satellite_is_brought_into_our_datum(device, stations) -> None:
    lat, lng = to_wgs84(37.86, 112.57)
    one = device()

    by_satellite = asked(one, near=f"{lat:.7f},{lng:.7f}", datum="wgs84")
    by_map = asked(one, near=NEAR)
    wrongly = asked(one, near=f"{lat:.7f},{lng:.7f}", datum="gcj02")

    metres = [[item["metres"] for item in page["items"]] for page in (by_satellite, by_map)]
    assert metres[0] == pytest.approx(metres[1], abs=0.1)
    assert wrongly["items"][0]["metres"] > 400


@pytest.mark.parametrize(
    "query",
    [
        {"near": "37.86"},
        {"near": "112.57,37.86,1"},
        {"near": "91,112"},
        {"near": "37.86,181"},
        {"near": "nan,112"},
        {"near": "37.86, 112.57"},
        {"near": NEAR, "datum": "bd09"},
        {"open_now": "yes"},
        {"facility": "water,"},
        {"facility": "gold"},
        {"limit": "0"},
        {"limit": "101"},
        {"q": ""},
        {"cursor": "x"},
        {"near": NEAR, "cursor": "5"},
        {"cursor": "5"},
        {"lat": "37"},
    ],
)
def test_what_is_not_asked_strictly_is_malformed(device, stations, query) -> None:
    answer = device().ask("GET", "/stations", query_string=query)

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "request.malformed"


def test_one_station_is_shown_and_no_other_exists(device, stations) -> None:
    one = device()
    shown = one.ask("GET", f"/stations/{stations[0]}").get_json()

    assert shown["open_now"]
    assert shown["open_until"] == "2026-03-09T20:00:00+08:00"
    assert (shown["lat"], shown["lng"]) == (37.86, 112.571139)
    assert one.ask("GET", "/stations/999").status_code == 404


def test_a_fault_is_reported_once_a_day(device, stations) -> None:
    one, path = device(), f"/stations/{stations[1]}/faults"

    told = [one.ask("POST", path, {"kind": "power", "words": "没电"}).get_json() for _ in range(2)]

    assert told[0] == told[1]
    assert told[0]["state"] == "open"
    assert one.ask("GET", f"/stations/{stations[1]}").get_json()["faults"] == ["power"]
    assert one.ask("POST", path, {"kind": "boredom"}).status_code == 400
    assert one.ask("POST", "/stations/999/faults", {"kind": "power"}).status_code == 404


def test_a_keeper_closes_opens_confirms_and_settles(device, keeper, stations) -> None:
    here = f"/stations/{stations[0]}"
    fault = device().ask("POST", f"{here}/faults", {"kind": "water"}).get_json()
    body = {"reason": "停水", "until": "2026-03-09T15:00:00+08:00"}

    assert [one["id"] for one in keeper.ask("GET", "/me/stations").get_json()["items"]] == [
        str(stations[0])
    ]
    for _ in range(2):
        closed = keeper.ask("PUT", f"{here}/closure", body).get_json()
        assert (closed["open_now"], closed["closed_reason"]) == (False, "停水")
        assert closed["opens_at"] == body["until"]
    assert keeper.ask("POST", f"{here}/confirmation").status_code == 409
    assert keeper.ask("DELETE", f"{here}/closure").get_json()["open_now"]
    assert keeper.ask("POST", f"{here}/confirmation").get_json()["confirmed_at"]
    assert [one["id"] for one in keeper.ask("GET", f"{here}/faults").get_json()["items"]] == [
        fault["id"]
    ]
    settled = keeper.ask("POST", f"/station-faults/{fault['id']}/settlement", {"answer": "好了"})
    assert settled.get_json()["state"] == "settled"
    assert keeper.ask("GET", f"{here}/faults").get_json()["items"] == []


def test_whose_station_it_is_not_is_refused_in_the_words_of_the_chat(device, stations) -> None:
    other = device()
    here = f"/stations/{stations[0]}"
    body = {"reason": "停水"}

    refused = [
        other.ask("PUT", f"{here}/closure", body),
        other.ask("DELETE", f"{here}/closure"),
        other.ask("POST", f"{here}/confirmation"),
        other.ask("GET", f"{here}/faults"),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert {answer.get_json()["code"] for answer in refused} == {"stations.not_a_keeper"}


def test_a_page_of_many_costs_no_more_statements(device, stations, runtime, statements) -> None:
    one = device()
    asked(one, near=NEAR, limit=1)
    with statements() as few:
        asked(one, near=NEAR, limit=1)
    with statements() as many:
        asked(one, near=NEAR, limit=100)

    grown = [line for line in many if "station_fault" in line]
    assert len(grown) == 1
    assert len(many) <= len(few) + 6, "a wider circle, never a statement a station"

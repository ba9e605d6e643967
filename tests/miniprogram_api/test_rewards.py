"""Rewards over REST: what there is, vouchers with their codes, and handing over by a keeper."""

import pytest

from server.riders.rewards import codes
from server.riders.rewards.stock import Shelf
from server.riders.stations import keepers
from server.staff import reach as reaches
from tests.server.riders.acts import has, rich, riding
from tests.server.riders.rewards.acts import a_reward, a_shelf, bring, flaws, verified
from tests.server.riders.stations.acts import HERE, a_station
from tests.statements import asked_of

NEAR = "37.86,112.57"


@pytest.fixture
def shelf(runtime) -> Shelf:
    with runtime.db.transaction() as session:
        return a_shelf(session, runtime.now(), pieces=5, month_limit=3)


@pytest.fixture
def rider(device, runtime):
    """Somebody verified, with fifty points."""
    one = device()
    with runtime.db.transaction() as session:
        riding(session, one.person_id, runtime.now())
        verified(session, one.person_id, runtime.now())
        rich(session, one.person_id, runtime.now(), 50)
    return one


@pytest.fixture
def keeper(device, runtime, shelf):
    one = device()
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        keepers.entrust(session, machine, shelf.station_id, one.person_id, runtime.now())
    return one


def redeem(rider, shelf: Shelf, **more):
    body = {"station_id": str(shelf.station_id)}
    return rider.ask("POST", f"/rewards/{shelf.reward_id}/redemptions", body, **more)


def test_the_list_says_what_there_is_and_how_many_one_has_had(runtime, rider, shelf) -> None:
    redeem(rider, shelf)

    [item] = rider.ask("GET", "/rewards").get_json()["items"]

    assert item == {
        "id": str(shelf.reward_id),
        "name": "手套",
        "about": "",
        "points": 10,
        "free": 4,
        "stations": 1,
        "month_limit": 3,
        "ever_limit": None,
        "had_this_month": 1,
        "had_ever": 1,
    }


def test_it_is_narrowed_to_a_station(runtime, rider, shelf) -> None:
    with runtime.db.transaction() as session:
        other = a_station(session, runtime.now(), reaches.of_machine(session))

    for station, free in ((shelf.station_id, 5), (other.id, 0)):
        query = {"station": station}
        [item] = rider.ask("GET", "/rewards", query_string=query).get_json()["items"]
        assert item["free"] == free


def test_stations_that_have_it_are_told_the_nearest_first(runtime, rider, shelf) -> None:
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        east = HERE._replace(lng=HERE.lng + 11_390)
        far = a_station(session, runtime.now(), machine, place=east)
        bring(session, Shelf(shelf.reward_id, far.id), 2, runtime.now())

    path = f"/rewards/{shelf.reward_id}/stations"
    near = rider.ask("GET", path, query_string={"near": NEAR}).get_json()["items"]
    plain = rider.ask("GET", path, query_string={"limit": "1"}).get_json()["items"]

    assert [(one["free"], round(one["station"]["metres"], -1)) for one in near] == [
        (5, 0),
        (2, 1000),
    ]
    assert [one["station"]["id"] for one in plain] == [str(shelf.station_id)]
    assert rider.ask("GET", "/rewards/999/stations").status_code == 404


def test_a_redemption_bears_its_code_and_a_picture_of_it(runtime, rider, shelf) -> None:
    made = redeem(rider, shelf).get_json()
    shown = rider.ask("GET", f"/me/redemptions/{made['id']}").get_json()

    assert made == shown
    assert codes.read(made["code"])
    assert made["qr"].startswith("data:image/svg+xml")
    assert (made["state"], made["points"], made["station_number"]) == ("reserved", 10, 1)
    with runtime.db.reading() as session:
        assert has(session, rider.person_id, runtime.now()) == 40


def test_under_one_key_it_is_one_redemption(runtime, rider, shelf) -> None:
    key = {"Idempotency-Key": "tap-1"}

    answers = [redeem(rider, shelf, headers=key).get_json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    with runtime.db.reading() as session:
        assert has(session, rider.person_id, runtime.now()) == 40
        assert flaws(session) == []


def test_refusals_say_what_is_missing(runtime, device, rider, shelf) -> None:
    stranger = device()
    with runtime.db.transaction() as session:
        dear = a_reward(session, runtime.now(), name="头盔", points=80)
        bring(session, Shelf(dear, shelf.station_id), 1, runtime.now())

    poor = redeem(rider, Shelf(dear, shelf.station_id))
    missing = redeem(rider, Shelf(99, shelf.station_id))

    assert (poor.status_code, poor.get_json()["code"]) == (409, "points.too_few")
    assert "还差30分" in poor.get_json()["message"]
    assert (missing.status_code, missing.get_json()["code"]) == (404, "rewards.missing")
    assert redeem(stranger, shelf).get_json()["code"] == "riders.no_rider"
    assert redeem(rider, Shelf(shelf.reward_id, 0)).status_code == 400


def test_it_is_cancelled_once_and_paid_back(runtime, rider, shelf) -> None:
    made = redeem(rider, shelf).get_json()

    found = [rider.ask("DELETE", f"/me/redemptions/{made['id']}").get_json() for _ in range(2)]

    assert [one["state"] for one in found] == ["cancelled", "cancelled"]
    assert found[0]["code"] is None
    with runtime.db.reading() as session:
        assert has(session, rider.person_id, runtime.now()) == 50


def test_the_list_of_vouchers_goes_page_after_page(rider, shelf) -> None:
    made = [redeem(rider, shelf).get_json()["id"] for _ in range(3)]
    rider.ask("DELETE", f"/me/redemptions/{made[0]}")

    first = rider.ask("GET", "/me/redemptions", query_string={"limit": "2"}).get_json()
    query = {"limit": "2", "cursor": first["next_cursor"]}
    second = rider.ask("GET", "/me/redemptions", query_string=query).get_json()
    waiting = rider.ask("GET", "/me/redemptions", query_string={"state": "reserved"}).get_json()

    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    assert [one["id"] for one in waiting["items"]] == made[:0:-1]


def test_a_list_of_vouchers_costs_the_same_however_long(runtime, rider, shelf) -> None:
    def look() -> int:
        with asked_of(runtime.db)() as asked:
            rider.ask("GET", "/me/redemptions")
        return len(asked)

    redeem(rider, shelf)
    few = look()
    redeem(rider, shelf)
    redeem(rider, shelf)

    assert look() == few


def test_one_sees_nothing_of_others(device, runtime, rider, shelf) -> None:
    made, other = redeem(rider, shelf).get_json(), device()

    for method in ("GET", "DELETE"):
        assert other.ask(method, f"/me/redemptions/{made['id']}").status_code == 404
    assert other.ask("GET", "/me/redemptions").get_json()["items"] == []


def test_it_waits_elsewhere_when_its_owner_likes(runtime, rider, shelf) -> None:
    made = redeem(rider, shelf).get_json()
    with runtime.db.transaction() as session:
        other = a_station(session, runtime.now(), reaches.of_machine(session))
        bring(session, Shelf(shelf.reward_id, other.id), 1, runtime.now())

    path = f"/me/redemptions/{made['id']}/station"
    moved = rider.ask("PUT", path, {"station_id": str(other.id)}).get_json()

    assert (moved["station_number"], moved["code"]) == (2, made["code"])
    assert rider.ask("PUT", path, {"station_id": "99"}).status_code == 404


def test_a_keeper_scans_it_and_hands_it_over_once(runtime, rider, keeper, shelf, device) -> None:
    code = redeem(rider, shelf).get_json()["code"]
    path = f"/stations/{shelf.station_id}/collections"

    first = keeper.ask("POST", path, {"code": code}).get_json()
    again = keeper.ask("POST", path, {"code": code}).get_json()
    stranger = device().ask("POST", path, {"code": code})

    assert (first["name"], first["again"], again["again"]) == ("手套", False, True)
    assert first["collected_at"] == again["collected_at"]
    assert (stranger.status_code, stranger.get_json()["code"]) == (403, "stations.not_a_keeper")
    with runtime.db.reading() as session:
        assert flaws(session) == []


def test_codes_that_are_none_are_refused_and_guesses_end(keeper, shelf) -> None:
    path = f"/stations/{shelf.station_id}/collections"
    bad = keeper.ask("POST", path, {"code": "abc"})
    wrong = [keeper.ask("POST", path, {"code": codes.draw()}).status_code for _ in range(10)]
    end = keeper.ask("POST", path, {"code": codes.draw()})

    assert (bad.status_code, bad.get_json()["code"]) == (400, "rewards.bad_code")
    assert wrong == [404] * 10
    assert (end.status_code, end.get_json()["code"]) == (429, "rewards.too_many_codes")

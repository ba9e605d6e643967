"""Reports of hazards in the mini-program."""

import pytest

from server.people.models import Channel, Role
from server.riders.hazards import hazards
from server.riders.hazards.models import RejectReason
from tests.server.photos.drawing import jpeg
from tests.server.volunteers.staff import a_reach

TOLD = {"words": "井盖没了", "place": "柳巷口北边", "near": "37.8601,112.5702"}


@pytest.fixture
def staff(runtime):
    with runtime.db.transaction() as session:
        return a_reach(session, runtime.now(), Role.STREET_OPERATOR)


def does(runtime, deed, *args) -> None:
    with runtime.db.transaction() as session:
        deed(session, *args, runtime.now(), channel=Channel.CONSOLE)


def fixed(runtime, staff, number: int) -> None:
    does(runtime, hazards.triage, staff, number)
    does(runtime, hazards.assign, staff, number, "140106")
    does(runtime, hazards.fix, staff, number, "已盖好")


def test_a_report_is_sent_followed_rated_and_opened_again(device, runtime, staff) -> None:
    phone = device()

    sent = phone.ask("POST", "/reports", TOLD).get_json()
    path = f"/me/reports/{sent['id']}"
    more = phone.ask("POST", f"{path}/words", {"words": "在路的北边"}).get_json()
    nudged = phone.ask("POST", f"{path}/nudge", {})
    fixed(runtime, staff, sent["number"])
    rated = phone.ask("POST", f"{path}/rating", {"stars": 5, "words": "很快"}).get_json()
    again = phone.ask("POST", f"{path}/reopening", {"words": "又松了"}).get_json()

    assert (sent["state"], sent["kind"], sent["urgent"]) == ("received", "manhole", True)
    assert sent["due_at"] == "2026-03-09T13:00:00+08:00"
    assert more["words"] == "井盖没了\n在路的北边"
    assert nudged.status_code == 200
    assert (rated["state"], rated["rating"]) == ("rated", 5)
    assert again["state"] == "triaged"
    assert [step["action"] for step in again["steps"]][-1] == "reopened"


def test_the_same_again_is_the_same_report(device) -> None:
    phone = device()

    first, again = (phone.ask("POST", "/reports", TOLD).get_json()["id"] for _ in range(2))

    assert first == again
    assert len(phone.ask("GET", "/me/reports").get_json()["items"]) == 1


def a_photo(phone, colour: str = "red") -> str:
    sent = phone.ask("POST", "/photos", data=jpeg(colour=colour), content_type="image/jpeg")
    return sent.get_json()["id"]


def test_photos_sent_before_are_part_of_the_report(device) -> None:
    phone, place = device(), {"place": "柳巷口北边"}
    first, second = a_photo(phone), a_photo(phone, "blue")

    sent = phone.ask("POST", "/reports", place | {"photos": [first]}).get_json()
    again = phone.ask("POST", "/reports", place | {"photos": [first, second]}).get_json()

    assert (sent["photos"], again["photos"]) == (1, 2)
    assert sent["id"] == again["id"]


def test_photos_of_others_are_as_if_they_did_not_exist(device) -> None:
    theirs = a_photo(device())

    told = {"place": "柳巷口北边", "photos": [theirs]}
    answer = device().ask("POST", "/reports", told)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "photos.missing")


def test_one_key_is_one_report(device) -> None:
    phone = device()
    headers = {"Idempotency-Key": "k-1"}

    first = phone.ask("POST", "/reports", TOLD, headers=headers)
    again = phone.ask("POST", "/reports", TOLD, headers=headers)
    other = phone.ask("POST", "/reports", TOLD | {"place": "别处"}, headers=headers)

    assert first.get_json() == again.get_json()
    assert other.status_code == 422


def test_a_rejection_is_appealed_once(device, runtime, staff) -> None:
    phone = device()
    sent = phone.ask("POST", "/reports", TOLD).get_json()
    path = f"/me/reports/{sent['id']}"
    early = phone.ask("POST", f"{path}/appeal", {"words": "真的没了"})
    does(runtime, hazards.reject, staff, sent["number"], RejectReason.UNTRUE, "现场有井盖")

    appealed = phone.ask("POST", f"{path}/appeal", {"words": "真的没了"}).get_json()

    assert early.get_json()["code"] == "hazards.nothing_to_appeal"
    assert (appealed["reason_code"], appealed["appeal"]) == ("untrue", "open")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"place": "柳巷口"}, "hazards.nothing_told"),
        ({"words": "井盖没了"}, "hazards.place_needed"),
        ({"words": "。", "place": "柳巷口"}, "hazards.nothing_told"),
        ({"words": "井盖没了", "place": "。"}, "hazards.place_needed"),
    ],
)
def test_what_says_nothing_or_nowhere_is_told_what_to_do(device, body, code) -> None:
    answer = device().ask("POST", "/reports", body)

    assert (answer.status_code, answer.get_json()["code"]) == (409, code)
    assert "请" in answer.get_json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        TOLD | {"near": "here"},
        TOLD | {"near": "91,0"},
        TOLD | {"kind": "dragon"},
        TOLD | {"media": ["a/b"]},
        TOLD | {"words": "长" * 500},
        TOLD | {"who": "me"},
    ],
)
def test_what_is_malformed_is_refused(device, body) -> None:
    assert device().ask("POST", "/reports", body).status_code == 400


def test_others_have_no_such_report(device) -> None:
    sent = device().ask("POST", "/reports", TOLD).get_json()
    other = device()

    for method, path, body in (
        ("GET", "", None),
        ("POST", "/words", {"words": "什么"}),
        ("POST", "/nudge", {}),
        ("POST", "/appeal", {"words": "什么"}),
        ("POST", "/rating", {"stars": 5}),
        ("POST", "/reopening", {"words": "什么"}),
    ):
        answer = other.ask(method, f"/me/reports/{sent['id']}{path}", body)
        assert answer.status_code == 404, path
    assert other.ask("GET", "/me/reports").get_json()["items"] == []


def test_there_are_kinds_to_choose_from(device) -> None:
    kinds = device().ask("GET", "/report-kinds").get_json()["items"]

    assert {"code": "manhole", "name": "井盖"} in kinds
    assert kinds[-1] == {"code": "other", "name": "其他"}

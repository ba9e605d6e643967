from datetime import timedelta

import pytest

from emulator.courier import Courier
from emulator.journal import LINES_KEPT, RAW_KEPT, Exchange, Journal, Request, Response
from tests.clock import MONDAY_MORNING
from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Service


def test_the_clock_is_set_moved_and_reset(desk: Desk) -> None:
    assert desk.ask("GET", "/_/clock") == {"now": MONDAY_MORNING.isoformat(), "offset_seconds": 0.0}

    later = desk.ask("POST", "/_/clock", {"advance_seconds": 3600})
    assert later["offset_seconds"] == 3600.0
    there = (MONDAY_MORNING + timedelta(days=2)).isoformat()
    assert desk.ask("POST", "/_/clock", {"now": there})["now"] == there
    assert desk.ask("POST", "/_/clock", {"reset": True})["offset_seconds"] == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"advance_seconds": 1e12},
        {"advance_seconds": "60"},
        {"now": "2026-03-09T01:00:00"},
        {"now": "2126-03-09T01:00:00Z"},
        {"now": "0001-01-01T00:00:00+14:00"},
        {"now": 7},
        {"then": "2026-03-09T01:00:00Z"},
    ],
)
def test_the_clock_is_not_moved_by_nonsense(desk: Desk, wrong: Json) -> None:
    desk.ask("POST", "/_/clock", wrong, status=400)

    assert desk.ask("GET", "/_/clock")["offset_seconds"] == 0.0


def test_a_reset_makes_the_world_new(desk: Desk, service: Service) -> None:
    person = desk.follower()
    desk.do(person, "text", {"content": "活动"})
    first = service.pushes[-1].fields["MsgId"]
    desk.turn(official_mode="plain")
    desk.fault("*", "errcode")
    token = desk.token
    desk.ask("POST", "/_/clock", {"advance_seconds": 3600})

    desk.ask("POST", "/_/reset")

    assert desk.ask("GET", "/_/people")["items"] == []
    assert desk.ask("GET", "/_/faults")["items"] == []
    assert desk.ask("GET", "/_/settings")["official_mode"] == "secure"
    assert desk.ask("GET", "/_/clock")["offset_seconds"] == 0.0
    assert desk.ask("GET", "/_/journal")["items"] == []
    assert token()["expires_in"] == 7200
    again = desk.follower()
    assert again["official_openid"] == person["official_openid"]
    desk.do(again, "text", {"content": "活动"})
    assert service.pushes[-1].fields["MsgId"] != first


def test_the_settings_show_no_secret(desk: Desk) -> None:
    shown = desk.http.get("/_/settings").text

    for account in (desk.settings.official, desk.settings.miniprogram):
        assert account.app_id in shown
        for secret in (account.secret, account.token, account.aes_key):
            assert secret not in shown
            assert secret not in repr(account)


def test_knobs_stay_unless_turned(desk: Desk) -> None:
    desk.turn(attempts=2)

    assert desk.turn(deadline_seconds=1.5)["attempts"] == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"official_mode": "open"},
        {"attempts": 0},
        {"deadline_seconds": 1e400},
        {"templates": [{"id": ""}]},
        {"templates": [{"id": "a", "keywords": [{"key": "poem1"}]}]},
        {"quotas": {"/cgi-bin/token": -1}},
        {"service_url": "http://evil.example"},
    ],
)
def test_knobs_take_no_nonsense(desk: Desk, wrong: Json) -> None:
    before = desk.ask("GET", "/_/settings")

    answer = desk.http.post("/_/settings", json=wrong)

    assert answer.status_code == 400
    assert desk.ask("GET", "/_/settings") == before


def test_the_journal_goes_on_from_a_line(desk: Desk) -> None:
    desk.token()
    after = desk.ask("GET", "/_/journal")["next"]
    desk.get("/cgi-bin/user/get")

    lines = desk.ask("GET", f"/_/journal?after={after}")

    paths = [line["path"] for line in lines["items"]]
    assert paths == ["/cgi-bin/stable_token", "/cgi-bin/user/get"]
    assert lines["calls"]["in /cgi-bin/stable_token"] == 2
    assert lines["tokens"] == {"official stable_token": 1}
    desk.ask("GET", "/_/journal?after=x", status=400)
    desk.ask("GET", "/_/journal?before=1", status=400)


def test_both_rings_are_bounded() -> None:
    journal = Journal()
    for number in range(LINES_KEPT + 5):
        request = Request("GET", "http://127.0.0.1/a", {}, "")
        answer = Response(200, {}, "")
        journal.keep(Exchange(f"x{number}", "", request, answer, 0, "in", ""))

    assert len(journal.after(0)) == LINES_KEPT
    assert journal.find(f"x{LINES_KEPT + 4}") is not None
    assert journal.find(f"x{LINES_KEPT + 4 - RAW_KEPT}") is None
    assert journal.calls["in /a"] == LINES_KEPT + 5


def test_the_courier_does_everything_before_it_stops() -> None:
    courier, done = Courier(), []
    for number in range(50):
        courier.take(lambda number=number: done.append(number))

    courier.settle()
    courier.close()

    assert sorted(done) == list(range(50))

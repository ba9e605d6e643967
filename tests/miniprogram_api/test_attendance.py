"""Checking in and out, and leading a shift, by the mini-program."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from server.people.models import Person
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import Direction
from server.volunteers.models import Activity, Attendance, PlaceHint, Shift, Signup

HERE = {"latitude": 37.8735, "longitude": 112.5624, "accuracy": 30}


@pytest.fixture
def running(shift, device, runtime):
    """A shift that takes place now, its leader and a volunteer."""
    shift_id = shift(capacity=20, starts_in=timedelta(minutes=15))
    leader, volunteer = device(), device()
    volunteer.ask("PUT", f"/shifts/{shift_id}/signup")
    with runtime.db.transaction() as session:
        activity = session.get_one(Activity, session.get_one(Shift, shift_id).activity_id)
        activity.leader_id = leader.person_id
    return shift_id, leader, volunteer


def kept(runtime, table, count=1):
    with runtime.db.reading() as session:
        found = session.scalars(select(table)).all()
        assert len(found) == count
        return found


def test_a_scan_and_a_typed_code_are_equal(running, runtime, clock) -> None:
    shift_id, leader, volunteer = running
    shown = leader.ask("GET", f"/shifts/{shift_id}/code").json

    body = {"code": shown["check_in"]["text"], "place": HERE, "device": "a-phone-of-somebody"}
    come = volunteer.ask("POST", "/attendance/check-in", body)
    again = volunteer.ask("POST", "/attendance/check-in", {"code": shown["check_in"]["digits"]})

    assert (come.status_code, come.json["state"]) == (200, "checked_in")
    assert again.json == come.json
    [hint], [presence] = kept(runtime, PlaceHint), kept(runtime, Attendance)
    assert (hint.latitude, hint.longitude) in ((37.873, 112.562), (37.874, 112.562))
    assert presence.device == runtime.vault.mark("a-phone-of-somebody", "device")
    clock.advance(hours=1)
    way = codes.show(shift_id, Direction.OUT, clock.now(), runtime.vault)
    gone = volunteer.ask("POST", "/attendance/check-out", {"code": way.text})
    assert gone.json["state"] == "checked_out"
    [mine] = volunteer.ask("GET", "/me/attendance").json["items"]
    assert mine == gone.json


@pytest.mark.parametrize(
    "place",
    [
        '{"latitude": NaN, "longitude": 1}',
        '{"latitude": 1e999, "longitude": 1}',
        '{"latitude": 91, "longitude": 1}',
        '{"latitude": 1, "longitude": 1, "accuracy": -1}',
        '{"latitude": "1", "longitude": true}',
    ],
)
def test_a_place_that_makes_no_sense_is_malformed(running, place, runtime) -> None:
    _, _, volunteer = running

    raw = f'{{"code": "12345678", "place": {place}}}'.encode()
    answer = volunteer.ask(
        "POST", "/attendance/check-in", data=raw, content_type="application/json"
    )

    assert answer.status_code == 400
    kept(runtime, Attendance, 0)


def test_times_are_never_taken_from_the_phone(running, runtime) -> None:
    shift_id, _, volunteer = running
    text = codes.show(shift_id, Direction.IN, runtime.now(), runtime.vault).text

    answer = volunteer.ask(
        "POST", "/attendance/check-in", {"code": text, "in_at": "2026-03-09T00:00:00+08:00"}
    )

    assert answer.status_code == 400


def test_the_leader_marks_and_lets_in(running, device) -> None:
    shift_id, leader, _volunteer = running
    walker = device()
    [entry] = leader.ask("GET", f"/shifts/{shift_id}/roster").json["items"]
    own = walker.ask("POST", "/me/code").json["code"]

    path = f"/shifts/{shift_id}/roster"
    marks = [{"signup_id": entry["signup_id"], "did": "came"}, {"signup_id": "999", "did": "left"}]
    marked = leader.ask("POST", path, {"marks": marks}).json["items"]
    let_in = leader.ask("POST", f"/shifts/{shift_id}/people", {"who": own})

    assert [one["taken"] for one in marked] == [True, False]
    assert marked[1]["code"] == "attendance.not_on_roster"
    assert let_in.json["state"] == "checked_in"
    listed = leader.ask("GET", path).json["items"]
    assert [one["walk_in"] for one in listed] == [False, True]


def test_whoever_does_not_lead_sees_and_changes_nothing(running, runtime) -> None:
    shift_id, _leader, volunteer = running
    with runtime.db.reading() as session:
        signup = str(session.scalar(select(Signup.id)))

    asked = [
        volunteer.ask("GET", f"/shifts/{shift_id}/code"),
        volunteer.ask("GET", f"/shifts/{shift_id}/roster"),
        volunteer.ask(
            "POST",
            f"/shifts/{shift_id}/roster",
            {"marks": [{"signup_id": signup, "did": "came"}]},
        ),
        volunteer.ask("POST", f"/shifts/{shift_id}/people", {"who": "12345678"}),
        volunteer.ask("POST", f"/shifts/{shift_id}/roster/{signup}/recheck", {"seen": True}),
    ]

    assert {answer.status_code for answer in asked} == {404}
    kept(runtime, Attendance, 0)


def test_ones_own_presences_are_read_page_by_page_at_the_same_cost(
    running, runtime, statements
) -> None:
    shift_id, _leader, volunteer = running
    text = codes.show(shift_id, Direction.IN, runtime.now(), runtime.vault).text
    volunteer.ask("POST", "/attendance/check-in", {"code": text})

    with statements() as seen:
        page = volunteer.ask("GET", "/me/attendance?limit=1").json

    assert len(page["items"]) == 1
    assert page["next_cursor"] is None
    assert len(seen) <= 3


def test_two_leaders_let_each_other_in_at_once(shift, device, runtime) -> None:
    """Each holds themselves and waits for the other: one gives way and is done again."""
    shifts = [shift(capacity=20, starts_in=timedelta(minutes=15)) for _ in range(2)]
    leaders = [device() for _ in range(2)]
    with runtime.db.transaction() as session:
        for shift_id, leader in zip(shifts, leaders, strict=True):
            activity = session.get_one(Activity, session.get_one(Shift, shift_id).activity_id)
            activity.leader_id = leader.person_id
            session.get_one(Person, leader.person_id).volunteer_no = f"V20260000{shift_id:02}"
    together = Barrier(2)

    def let_in(mine: int) -> int:
        other = shifts[1 - mine]
        together.wait()
        body = {"who": f"V20260000{other:02}", "direction": "in"}
        answer = leaders[mine].ask("POST", f"/shifts/{shifts[mine]}/people", body)
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(let_in, range(2)))

    assert answers == [200, 200]

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.notices.models import Notice
from server.volunteers.models import Activity, Signup
from tests.factories import an_activity


def test_the_list_shows_what_is_on(device, shift) -> None:
    shift_id = shift(capacity=2)

    page = device().ask("GET", "/activities").get_json()

    assert page["next_cursor"] is None
    [activity] = page["items"]
    assert set(activity) >= {
        "id",
        "number",
        "title",
        "field",
        "team",
        "place",
        "area",
        "risk_note",
        "shifts",
    }
    assert activity["shifts"] == [
        {
            "id": str(shift_id),
            "starts_at": "2026-03-11T09:00:00+08:00",
            "ends_at": "2026-03-11T11:00:00+08:00",
            "capacity": 2,
            "places_left": 2,
            "waiting": 0,
            "my_state": None,
        }
    ]


def test_one_activity_is_shown_by_its_id(device, shift) -> None:
    shift()
    somebody = device()
    [activity] = somebody.ask("GET", "/activities").get_json()["items"]

    assert somebody.ask("GET", f"/activities/{activity['id']}").get_json() == activity


def test_pages_follow_each_other_and_show_everything_once(device, shift) -> None:
    for number in range(5):
        shift(title=f"活动{number}", starts_in=timedelta(hours=48 + number))
    somebody, titles, cursor = device(), [], ""

    for _ in range(3):
        page = somebody.ask("GET", f"/activities?limit=2{cursor}").get_json()
        titles += [activity["title"] for activity in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert titles == [f"活动{number}" for number in range(5)]
    assert page["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field=culture", ["合唱"]),
        ("team=youth", ["合唱"]),
        ("q=合", ["合唱"]),
        ("q=%25", []),
        ("area=nowhere", []),
        ("field=environment", []),
        ("", ["合唱", "社区图书角整理"]),
    ],
)
def test_the_list_is_narrowed(device, runtime, query, found) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), title="合唱", field="culture", team="youth")
        an_activity(session, runtime.now())

    page = device().ask("GET", f"/activities?{query}").get_json()

    assert [activity["title"] for activity in page["items"]] == found


def test_the_last_place_goes_to_one_and_the_next_waits(device, shift) -> None:
    path = f"/shifts/{shift(capacity=1)}/signup"
    one, other, third = device(), device(), device()

    answers = [each.ask("PUT", path).get_json() for each in (one, other, third)]

    assert [(answer["state"], answer["position"]) for answer in answers] == [
        ("confirmed", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]


def test_asking_twice_is_asking_once(device, shift, runtime) -> None:
    path, somebody = f"/shifts/{shift()}/signup", device()

    answers = [somebody.ask("PUT", path).get_json() for _ in range(2)]

    assert answers[0] == answers[1]
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Signup)) == 1


def test_a_place_given_back_is_offered_accepted_and_shown(device, shift) -> None:
    shift_id = shift(capacity=1)
    path = f"/shifts/{shift_id}/signup"
    one, other = device(), device()
    one.ask("PUT", path)
    other.ask("PUT", path)

    assert one.ask("DELETE", path).get_json()["state"] == "cancelled"
    [offered] = other.ask("GET", "/me/signups").get_json()["items"]
    accepted = other.ask("POST", f"{path}/accept").get_json()

    assert offered["state"] == "offered"
    assert offered["offer_ends_at"] == "2026-03-09T11:00:00+08:00"
    assert accepted["state"] == "confirmed"
    [activity] = other.ask("GET", "/activities").get_json()["items"]
    assert activity["shifts"][0]["my_state"] == "confirmed"
    assert one.ask("GET", "/me/signups").get_json() == {"items": [], "next_cursor": None}


def test_an_offer_is_declined_and_goes_on_to_the_next(device, shift) -> None:
    path = f"/shifts/{shift(capacity=1)}/signup"
    people = [device() for _ in range(3)]
    for each in people:
        each.ask("PUT", path)
    people[0].ask("DELETE", path)

    assert people[1].ask("POST", f"{path}/decline").get_json()["state"] == "declined"

    [offered] = people[2].ask("GET", "/me/signups").get_json()["items"]
    assert offered["state"] == "offered"


def test_what_is_not_offered_cannot_be_accepted(device, shift) -> None:
    answer = device().ask("POST", f"/shifts/{shift()}/signup/accept")

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "volunteers.nothing_offered"


def test_nobody_cancels_for_another(device, shift) -> None:
    path = f"/shifts/{shift()}/signup"
    one, other = device(), device()
    one.ask("PUT", path)

    assert other.ask("DELETE", path).status_code == 409
    assert len(one.ask("GET", "/me/signups").get_json()["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/shifts/999999999999999999/signup"),
        ("DELETE", "/shifts/7/signup"),
        ("POST", "/shifts/7/signup/accept"),
        ("POST", "/shifts/7/signup/decline"),
        ("GET", "/activities/999999999999999999"),
    ],
)
def test_what_does_not_exist_is_404(device, method, path) -> None:
    answer = device().ask(method, path)

    assert answer.status_code == 404
    assert answer.get_json()["code"].endswith("_missing")


def test_a_draft_is_nobodys_to_see(device, shift, runtime) -> None:
    shift_id = shift()
    with runtime.db.transaction() as session:
        activity = session.get_one(Activity, 1)
        activity.state = "draft"
    somebody = device()

    assert somebody.ask("GET", "/activities/1").status_code == 404
    assert somebody.ask("PUT", f"/shifts/{shift_id}/signup").status_code == 404


def test_a_sign_up_here_is_told_by_a_notice(device, shift, runtime) -> None:
    device().ask("PUT", f"/shifts/{shift()}/signup")

    with runtime.db.reading() as session:
        kinds = session.scalars(select(Notice.kind)).all()
    assert "volunteers.signed_up" in kinds


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_two_statements_however_long_it_is(device, shift, statements, many) -> None:
    for _ in range(many):
        shift()
    somebody = device()

    with statements() as seen:
        page = somebody.ask("GET", "/activities").get_json()

    assert len(page["items"]) == many
    assert len(selects(seen)) == 2  # who asks, the activities with their shifts


def test_ones_own_list_costs_a_fixed_number_of_statements(device, shift, statements) -> None:
    somebody = device()
    counts = []

    for number in range(3):
        later = timedelta(hours=48 + 24 * number)
        somebody.ask("PUT", f"/shifts/{shift(starts_in=later)}/signup")
        with statements() as seen:
            assert len(somebody.ask("GET", "/me/signups").get_json()["items"]) == number + 1
        counts.append(len(selects(seen)))

    assert counts == [2, 2, 2]


def selects(seen: list[str]) -> list[str]:
    return [statement for statement in seen if not statement.startswith(("BEGIN", "SET"))]

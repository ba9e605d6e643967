"""Needs and teams in the mini-program."""

import pytest

from server.areas import tree
from server.people import posts
from server.people.models import Role
from server.staff import reach as reaches
from server.volunteers.models import Need, TeamKind
from server.volunteers.needs import answers, needs
from server.volunteers.teams import teams
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.need_acts import plan

WORDS = {"words": "下周二帮老人搬家，两个柜子。", "area": "A1"}


@pytest.fixture
def reach(runtime):
    with runtime.db.transaction() as session:
        plant_district(session)
        person = a_person(session, runtime.now())
        area = tree.by_code(session, "A1")
        posts.appoint(session, person, Role.COMMUNITY_WORKER, area, runtime.now(), until=None)
        return reaches.of(session, person, runtime.now())


@pytest.fixture
def team_id(runtime, reach) -> int:
    with runtime.db.transaction() as session:
        what = teams.Described("示例青年队", TeamKind.YOUTH, "A1", "每周六读报")
        return teams.found(session, reach, what, runtime.now()).id


def served(runtime, reach, team_id: int, need_id: int, *, until: str = "done") -> None:
    with runtime.db.transaction() as session:
        now = runtime.now()
        needs.verify(session, reach, need_id, now, channel="console")
        needs.dispatch(session, reach, need_id, team_id, now, channel="console")
        answers.accept_for(session, reach, need_id, team_id, now, channel="console")
        if until == "planned":
            plan(session, reach, session.get(Need, need_id), now)
        else:
            needs.finish(session, reach, need_id, "搬好了", now, channel="console")


def test_a_need_is_asked_followed_and_rated(device, runtime, reach, team_id) -> None:
    asker = device()

    asked = asker.ask("POST", "/needs", WORDS | {"ticks": ["需要搬抬"], "people_wanted": 2})
    served(runtime, reach, team_id, int(asked.get_json()["id"]))
    path = f"/me/needs/{asked.get_json()['id']}"
    shown = asker.ask("GET", path).get_json()
    rated = asker.ask("POST", f"{path}/rating", {"stars": 5, "words": "很满意😀"})

    assert asked.status_code == 200
    assert asked.get_json()["state"] == "submitted"
    assert asked.get_json()["due_at"] == "2026-03-09T13:00:00+08:00"
    assert (shown["state"], shown["team"], shown["closing_note"]) == (
        *("done", "示例青年队", "搬好了"),
    )
    assert [step["action"] for step in rated.get_json()["steps"]] == [
        *("submitted", "verified", "dispatched", "accepted", "done", "rated")
    ]
    assert "note" not in rated.get_json()["steps"][1]
    assert asker.ask("POST", f"{path}/rating", {"stars": 5}).status_code == 200
    assert asker.ask("POST", f"{path}/rating", {"stars": 4}).status_code == 409


def test_nobody_else_sees_or_changes_it(device, reach) -> None:
    asker, stranger = device(), device()
    need_id = asker.ask("POST", "/needs", WORDS).get_json()["id"]

    assert stranger.ask("GET", "/me/needs").get_json()["items"] == []
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/withdrawal", {}),
        ("POST", "/rating", {"stars": 1}),
    ):
        answer = stranger.ask(method, f"/me/needs/{need_id}{path}", body)
        assert answer.status_code == 404
    assert asker.ask("GET", f"/me/needs/{need_id}").get_json()["state"] == "submitted"


def test_the_same_words_again_are_the_same_need_and_it_is_taken_back(device, reach) -> None:
    asker = device()

    one, other = (asker.ask("POST", "/needs", WORDS).get_json() for _ in range(2))
    taken_back = [
        asker.ask("POST", f"/me/needs/{one['id']}/withdrawal", {}).get_json() for _ in range(2)
    ]

    assert one == other
    assert taken_back[0] == taken_back[1]
    assert taken_back[0]["state"] == "withdrawn"
    assert len(asker.ask("GET", "/me/needs").get_json()["items"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"words": "长" * 20_000}, 400, "needs.too_many_words"),
        ({"words": "？！"}, 409, "needs.too_few_words"),
        ({"words": "长"}, 400, "request.malformed"),
        ({"area": "nowhere"}, 404, "areas.area_missing"),
        ({"wanted_until": "2026-03-09T08:59:59+08:00"}, 409, "needs.bad_window"),
        ({"wanted_until": "9999-12-31T23:59:59-14:00"}, 409, "needs.bad_window"),
        ({"wanted_from": "0001-01-01T00:00:00+14:00"}, 409, "needs.bad_window"),
        ({"wanted_until": "2026-03-19T08:59:59"}, 400, "request.malformed"),
        ({"ticks": ["病情"]}, 400, "request.malformed"),
        ({"people_wanted": 0}, 400, "request.malformed"),
        ({"phone": "不知道"}, 400, "request.malformed"),
    ],
)
def test_what_makes_no_sense_is_refused(device, reach, change, status, code) -> None:
    answer = device().ask("POST", "/needs", WORDS | change)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_ones_own_list_costs_the_same_however_long(device, reach, statements) -> None:
    asker, costs = device(), []

    for number in range(2):
        for each in range(number * 8 + 1):
            asker.ask("POST", "/needs", WORDS | {"words": f"帮老人搬家{number}{each}"})
        with statements() as seen:
            asker.ask("GET", "/me/needs")
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_the_address_is_told_a_day_before(device, runtime, reach, team_id, clock) -> None:
    asker, volunteer = device(), device()
    need_id = asker.ask("POST", "/needs", WORDS | {"address": "3号楼501"}).get_json()["id"]
    served(runtime, reach, team_id, int(need_id), until="planned")
    [activity] = volunteer.ask("GET", "/activities").get_json()["items"]
    volunteer.ask("PUT", f"/shifts/{activity['shifts'][0]['id']}/signup")

    [before] = volunteer.ask("GET", "/me/signups").get_json()["items"]
    clock.advance(hours=24)
    [after] = volunteer.ask("GET", "/me/signups").get_json()["items"]

    assert (before["address"], after["address"]) == (None, "3号楼501")
    assert "501" not in volunteer.ask("GET", "/activities").get_data(as_text=True)


def test_one_joins_a_team_and_leaves_it(device, runtime, reach, team_id) -> None:
    somebody = device()
    path = f"/teams/{team_id}/membership"

    [team] = somebody.ask("GET", "/teams?kind=youth&area=A&q=青年").get_json()["items"]
    asked = [somebody.ask("PUT", path).get_json() for _ in range(2)]
    [mine] = somebody.ask("GET", "/me/teams").get_json()["items"]
    left = [somebody.ask("DELETE", path).get_json() for _ in range(2)]

    assert (team["members"], team["my_state"], mine["my_state"]) == (0, None, "asked")
    assert asked[0] == asked[1]
    assert asked[0]["state"] == "asked"
    assert left[0] == left[1]
    assert left[0]["state"] == "left"
    assert device().ask("DELETE", path).status_code == 409
    assert somebody.ask("PUT", "/teams/999/membership").status_code == 404


def test_pages_of_teams_follow_each_other(device, runtime, reach, team_id) -> None:
    with runtime.db.transaction() as session:
        for number in range(4):
            what = teams.Described(f"示例{number}队", TeamKind.OTHER, "A1")
            teams.found(session, reach, what, runtime.now())
    somebody, names, cursor = device(), [], ""

    for _ in range(3):
        page = somebody.ask("GET", f"/teams?limit=2{cursor}").get_json()
        names += [team["name"] for team in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert names == ["示例青年队", *(f"示例{number}队" for number in range(4))]
    assert page["next_cursor"] is None


def test_where_one_means_is_found_by_what_one_writes(device, reach) -> None:
    asker = device()

    found = asker.ask("GET", "/areas?q=示例A1社区3号楼501").get_json()
    [area], rest = found["items"], found["rest"]
    several = asker.ask("GET", "/areas?q=示例").get_json()
    asked = asker.ask("POST", "/needs", WORDS | {"area": area["code"], "address": rest})

    assert area == {"code": "A1", "name": "示例A1社区", "kind": "community", "within": "示例A街道"}
    assert rest == "3号楼501"
    assert [each["code"] for each in several["items"]] == ["A", "B"]
    assert asked.get_json()["place"] == "示例A1社区"
    assert asker.ask("GET", "/areas?q=火星社区").get_json() == {
        "items": [],
        "rest": "火星社区",
        "next_cursor": None,
    }
    assert asker.ask("GET", "/areas").status_code == 400

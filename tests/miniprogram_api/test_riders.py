"""Being a rider over REST: told, told anew, and left; each may be said twice."""

import pytest

from server.areas import tree
from server.people import posts
from server.people.models import Role


@pytest.fixture
def code(runtime) -> str:
    with runtime.db.transaction() as session:
        return tree.root(session).code


def test_registering_twice_is_one_registration_and_the_last_word_stands(device, code) -> None:
    zhao = device()
    before = zhao.ask("GET", "/me/rider")
    first = zhao.ask("PUT", "/me/rider", {"sector": "food", "area_code": code})
    again = zhao.ask("PUT", "/me/rider", {"sector": "food", "area_code": code})
    last = zhao.ask(
        "PUT", "/me/rider", {"sector": "parcel", "area_code": code, "platform": " 示例快送 "}
    )

    assert (before.status_code, before.json["code"]) == (404, "riders.no_rider")
    assert first.json == again.json
    assert first.json == {
        "sector": "food",
        "area_code": code,
        "area_name": "迎泽区",
        "platform": None,
        "state": "asked",
        "asked_at": "2026-03-09T09:00:00+08:00",
        "verified_at": None,
    }
    assert last.json == first.json | {"sector": "parcel", "platform": "示例快送"}
    assert zhao.ask("GET", "/me/rider").json == last.json
    assert zhao.ask("GET", "/points").json["balance"] == 0


def test_leaving_twice_is_leaving_once_and_one_may_come_back(device, code) -> None:
    zhao = device()
    zhao.ask("PUT", "/me/rider", {"sector": "food", "area_code": code})

    gone = [zhao.ask("DELETE", "/me/rider").status_code for _ in range(2)]

    assert gone == [204, 204]
    assert zhao.ask("GET", "/me/rider").status_code == 404
    assert zhao.ask("PUT", "/me/rider", {"sector": "ride", "area_code": code}).status_code == 200


def test_who_never_registered_leaves_nothing(device) -> None:
    assert device().ask("DELETE", "/me/rider").status_code == 204


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"sector": "food", "area_code": "nowhere"}, "riders.no_such_area"),
        ({"sector": "food", "platform": "名" * 21}, "riders.bad_platform"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(device, code, body, refused) -> None:
    answer = device().ask("PUT", "/me/rider", {"area_code": code} | body)

    assert answer.json["code"] == refused
    assert answer.status_code < 500


@pytest.mark.parametrize("body", [{}, {"sector": "boat"}, {"sector": "food", "area_code": ""}])
def test_what_is_no_registration_is_malformed(device, code, body) -> None:
    assert device().ask("PUT", "/me/rider", body).status_code == 400


def test_staff_have_no_points(device, runtime, code) -> None:
    zhao = device()
    with runtime.db.transaction() as session:
        role, root = Role.GRID_WORKER, tree.root(session)
        posts.appoint(session, zhao.person_id, role, root, runtime.now(), until=None)

    answer = zhao.ask("PUT", "/me/rider", {"sector": "food", "area_code": code})

    assert (answer.status_code, answer.json["code"]) == (403, "points.staff_have_none")

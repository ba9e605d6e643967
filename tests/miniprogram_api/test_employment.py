"""用工关系 in the mini-program: for staff alone, and noted as they answered."""

import pytest

from server.areas import tree
from server.people import posts
from server.people.models import Role

TEMPLATE = "tpl-staff-progress"
ACCEPT = {"binding": "accept", "answers": [{"template": TEMPLATE, "answer": "accept"}]}


@pytest.fixture
def clerk(device, runtime):
    somebody = device()
    with runtime.db.transaction() as session:
        root = tree.plant(session, "D", "示例区", tree.AreaKind.DISTRICT, None)
        role, now = Role.COMMUNITY_WORKER, runtime.now()
        posts.appoint(session, somebody.person_id, role, root, now, until=None)
    return somebody


def shown(somebody) -> dict[str, object]:
    answer = somebody.ask("GET", "/me/employment").get_json()
    return {"bound": answer["bound"], "asks": [each["id"] for each in answer["templates"]]}


def test_staff_are_asked_until_they_allow_it(clerk) -> None:
    assert shown(clerk) == {"bound": False, "asks": [TEMPLATE]}

    answer = clerk.ask("PUT", "/me/employment", ACCEPT)

    assert answer.status_code == 200
    assert answer.get_json() == {"bound": True, "templates": []}
    assert clerk.ask("PUT", "/me/employment", ACCEPT).get_json() == answer.get_json()


def test_who_declines_the_template_is_bound_and_asked_again(clerk) -> None:
    clerk.ask(
        "PUT",
        "/me/employment",
        {"binding": "accept", "answers": [{"template": TEMPLATE, "answer": "reject"}]},
    )

    assert shown(clerk) == {"bound": True, "asks": [TEMPLATE]}


@pytest.mark.parametrize("binding", ["reject", ""])
def test_who_is_not_bound_any_more_is_put_down_so(clerk, binding: str) -> None:
    clerk.ask("PUT", "/me/employment", ACCEPT)

    clerk.ask("PUT", "/me/employment", {"binding": binding, "answers": []})

    assert shown(clerk)["bound"] is False


def test_a_volunteer_is_asked_for_nothing_and_cannot_bind(device) -> None:
    somebody = device()

    assert shown(somebody) == {"bound": False, "asks": []}
    refused = somebody.ask("PUT", "/me/employment", ACCEPT)
    assert refused.status_code == 403
    assert refused.get_json()["code"] == "notices.not_staff"


def test_a_template_of_another_kind_is_404(clerk) -> None:
    given = {"binding": "accept", "answers": [{"template": "tpl-offer", "answer": "accept"}]}

    assert clerk.ask("PUT", "/me/employment", given).status_code == 404
    assert shown(clerk)["bound"] is False

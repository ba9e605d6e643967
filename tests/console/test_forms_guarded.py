"""No form does anything without its token, from whichever site it was sent."""

import re

import pytest

from server.console.face import PAGES
from server.people.models import Role
from tests.console.neighbours import planted
from tests.console.reach import stored
from tests.console.test_neighbours import keyed

pytestmark = pytest.mark.once


def sent(clerk, world, headers: dict[str, str]) -> set[int]:
    """Submit every form as somebody else's page would; return how it was answered."""
    fields, answers = keyed(world), set()
    given = {**world.ids, "code": "A1", "name": "people", "session_id": 1, "token": "x" * 43}
    given |= {"year": 2026}
    given["reward_id"] = 1
    for _endpoint, page in PAGES:
        if page.method == "POST":
            path = re.sub(r"<(\w+)>", lambda part: str(given[part[1]]), page.rule)
            answer = clerk.client.post(f"/console{path}", data=fields, headers=headers)
            answers.add(answer.status_code)
    return answers


def test_without_its_token_no_form_changes_anything(clerk, district, runtime) -> None:
    world = planted(runtime)
    anna = clerk(Role.DISTRICT_OPERATOR, "D")
    before = stored(runtime)

    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "HX-Request": "true"},
        {"Origin": "null", "X-CSRFToken": "x"},
        {},
    ):
        assert sent(anna, world, headers) == {400}
    # one of our own pages that grew old is shown again, and does nothing either
    assert 303 not in sent(anna, world, {"Origin": "http://localhost"})

    assert stored(runtime) == before

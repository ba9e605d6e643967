"""Published stars in the mini-program."""

import pytest

from server.areas import tree
from tests.console.conftest import plant_district
from tests.server.volunteers.stars.acts import a_published_star


@pytest.fixture
def star(runtime) -> int:
    with runtime.db.transaction() as session:
        plant_district(session)
        home = tree.by_code(session, "A1").id
        a_published_star(session, runtime.now(), runtime.vault, home)
        return a_published_star(session, runtime.now(), runtime.vault, home)


def test_published_stars_are_listed_with_masked_names(device, star) -> None:
    me = device()

    first = me.ask("GET", "/stars/published?limit=1").json
    rest = me.ask("GET", f"/stars/published?cursor={first['next_cursor']}").json
    elsewhere = me.ask("GET", "/stars/published?area=B").json

    assert [one["name"] for one in first["items"]] == ["示***丰"]
    assert [one["id"] for one in rest["items"]] == [str(star)]
    assert (rest["next_cursor"], elsewhere["items"]) == (None, [])
    assert me.ask("GET", "/stars/published?area=nowhere").status_code == 404


def test_one_objects_once(device, star) -> None:
    me = device()

    first = me.ask("POST", f"/stars/{star}/objections", {"words": "他没有来"})
    again = me.ask("POST", f"/stars/{star}/objections", {"words": "真的没有来"})

    assert first.status_code == 200
    assert first.json == again.json
    assert (first.json["state"], first.json["due"], first.json["answer"]) == (
        "open",
        "2026-03-16",
        None,
    )


def test_nothing_is_said_against_what_is_not_published(device, star) -> None:
    refused = device().ask("POST", "/stars/999/objections", {"words": "他没有来"})

    assert (refused.status_code, refused.json["code"]) == (404, "stars.not_published")

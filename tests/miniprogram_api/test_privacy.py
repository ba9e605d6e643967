import pytest

from server.people import leaving
from server.people.models import Person


@pytest.fixture
def zhao(device):
    return device()


def test_a_copy_is_given_in_words(zhao) -> None:
    zhao.ask("PATCH", "/me", {"name": "示例·李明"})

    answer = zhao.ask("GET", "/me/export")

    assert answer.status_code == 200
    [profile] = answer.json["parts"][0]["rows"]
    assert profile["姓名"] == "示例·李明"


def test_leaving_stops_sign_ups_and_can_be_taken_back(zhao, runtime, clock) -> None:
    asked = zhao.ask("DELETE", "/me")
    again = zhao.ask("DELETE", "/me")
    assert (asked.status_code, asked.json) == (200, again.json)
    assert asked.json["due_at"] == "2026-03-16T09:00:00+08:00"
    assert not zhao.ask("GET", "/me").json["consents"]["service"]["granted"]

    assert zhao.ask("DELETE", "/me/erasure").status_code == 204
    assert zhao.ask("DELETE", "/me/erasure").status_code == 404
    clock.advance(days=8)
    assert leaving.erase_due(runtime) == 0


def test_after_a_week_the_token_opens_nothing(zhao, runtime, clock) -> None:
    zhao.ask("DELETE", "/me")
    clock.advance(days=7)

    assert leaving.erase_due(runtime) == 1

    assert zhao.ask("GET", "/me").status_code == 401
    with runtime.db.reading() as session:
        assert session.get_one(Person, zhao.person_id).erased_at == clock.now()


def test_whoever_took_the_service_back_signs_up_for_nothing(zhao, shift) -> None:
    zhao.ask("PATCH", "/me", {"consents": {"service": False}})

    number = shift()
    refused = zhao.ask("PUT", f"/shifts/{number}/signup")

    assert (refused.status_code, refused.json["code"]) == (409, "privacy.service_withdrawn")
    zhao.ask("PATCH", "/me", {"consents": {"service": True}})
    assert zhao.ask("PUT", f"/shifts/{number}/signup").status_code == 200

"""Certificates and stars in the mini-program."""

import pytest

from server.people import profile
from tests.server.volunteers.served import a_record


@pytest.fixture
def served(runtime):
    def add(person: int, minutes: int, times: int = 1, name: str = "示例·李明") -> None:
        with runtime.db.transaction() as session:
            if name:
                profile.rename(session, person, name, vault=runtime.vault)
            for _ in range(times):
                a_record(session, person, runtime.now(), minutes)

    return add


def test_a_certificate_comes_with_its_link(device, served) -> None:
    me = device()
    served(me.person_id, 125)

    answer = me.ask("POST", "/certificates", {})
    again = me.ask("POST", "/certificates", {})

    assert answer.status_code == 200
    assert answer.json == again.json
    assert (answer.json["minutes"], answer.json["state"]) == (125, "valid")
    assert "/certificates/NF2026" in answer.json["url"]
    assert me.ask("GET", "/me/certificates").json["items"] == [answer.json]


def test_an_unknown_name_is_refused_with_the_way_to_tell_it(device, served) -> None:
    me = device()
    served(me.person_id, 60, name="")

    refused = me.ask("POST", "/certificates", {})
    me.ask("PATCH", "/me", {"name": "示例·李明"})

    assert (refused.status_code, refused.json["code"]) == (409, "certificates.name_unknown")
    assert me.ask("POST", "/certificates", {}).status_code == 200


def test_others_certificates_and_stars_are_not_mine(device, served) -> None:
    one, other = device(), device()
    served(one.person_id, 480, times=13)
    one.ask("POST", "/certificates", {})
    one.ask("POST", "/stars", {})

    assert other.ask("GET", "/me/certificates").json["items"] == []
    assert other.ask("GET", "/me/stars").json["items"] == []


def test_a_star_is_applied_for_once(device, served) -> None:
    me = device()
    served(me.person_id, 480, times=13)

    first, again = me.ask("POST", "/stars", {}), me.ask("POST", "/stars", {})
    mine = me.ask("GET", "/me/stars").json

    assert (first.json["level"], first.json["state"]) == (1, "applied")
    assert first.json == again.json
    assert (mine["minutes"], mine["level"], mine["pending"], mine["ready"]) == (6240, 0, 1, False)


def test_too_few_hours_are_told(device, served) -> None:
    me = device()
    served(me.person_id, 480)

    refused = me.ask("POST", "/stars", {})

    assert (refused.status_code, refused.json["code"]) == (409, "stars.too_few_hours")
    assert "8小时" in refused.json["message"]

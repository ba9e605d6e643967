"""Guardians and calendars over REST."""

from server.people.models import Person
from tests.factories import an_activity


def test_a_guardian_agrees_sees_it_and_takes_it_back(device, runtime) -> None:
    minor, mother, stranger = device(), device(), device()
    with runtime.db.transaction() as session:
        session.get_one(Person, minor.person_id).birth_year = 2010
        shift = an_activity(session, runtime.now()).shifts[0].id
    refused = minor.ask("PUT", f"/shifts/{shift}/signup")
    code = minor.ask("POST", "/me/guardian-code").get_json()["code"]
    mother.ask("PATCH", "/me", {"birth_year": 1980})

    given = mother.ask("POST", "/guardianships", {"code": code}).get_json()["items"]
    done = minor.ask("PUT", f"/shifts/{shift}/signup")
    path = f"/guardianships/{given[0]['id']}"
    others = stranger.ask("DELETE", path)
    ended = mother.ask("DELETE", path).get_json()["items"]

    assert refused.get_json()["code"] == "gates.guardian_needed"
    assert given[0]["mine_as_guardian"] is True
    assert done.get_json()["state"] == "confirmed"
    assert others.status_code == 404
    assert ended[0]["withdrawn_at"] is not None
    assert minor.ask("GET", "/me/signups").get_json()["items"] == []
    assert minor.ask("GET", "/guardianships").get_json()["items"][0]["mine_as_guardian"] is False


def test_a_calendar_has_a_secret_address(device, client) -> None:
    zhao = device()

    url = zhao.ask("POST", "/me/calendar").get_json()["url"]
    path = "/calendar/" + url.rpartition("/")[2]
    shown = client.get(path)
    zhao.ask("DELETE", "/me/calendar")

    assert shown.status_code == 200
    assert client.get(path).status_code == 404


def test_an_activity_tells_its_stage_and_gates(device, runtime) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), min_age=16, qualification="护士执业证")

    [item] = device().ask("GET", "/activities").get_json()["items"]

    assert (item["stage"], item["min_age"], item["max_age"]) == ("open", 16, None)
    assert (item["risk"], item["qualification"]) == ("normal", "护士执业证")

"""One's reminders over REST: the same as in chat."""

import pytest
from sqlalchemy import update

from server.notices.models import Notice, NoticeState


@pytest.fixture
def zhao(device):
    return device()


@pytest.fixture
def signed_up(zhao, shift):
    zhao.ask("PUT", f"/shifts/{shift()}/signup")
    return zhao


@pytest.fixture
def reminded(signed_up, runtime, clock):
    """Somebody who was reminded just now of a shift tomorrow."""
    clock.advance(days=1)
    with runtime.db.transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, settled_at=clock()))
    return signed_up


def test_one_reads_what_is_coming_and_when(signed_up) -> None:
    answer = signed_up.ask("GET", "/me/reminders")

    assert (answer.json["on"], answer.json["lead_minutes"]) == (True, 1440)
    [soon] = answer.json["coming"]
    assert soon["at"] == "2026-03-10T09:00:00+08:00"
    assert soon["title"].startswith("活动提醒：")
    assert "负责人" in soon["text"]


def test_reminders_stop_and_resume_at_once(signed_up) -> None:
    assert not signed_up.ask("PATCH", "/me/reminders", {"on": False}).json["on"]
    assert not signed_up.ask("GET", "/me").json["consents"]["notices"]["granted"]
    assert signed_up.ask("PATCH", "/me/reminders", {"lead_minutes": 60}).json["on"] is False

    assert signed_up.ask("PATCH", "/me/reminders", {"on": True}).json["on"]


def test_one_chooses_how_long_before(signed_up) -> None:
    changed = signed_up.ask("PATCH", "/me/reminders", {"lead_minutes": 60}).json

    assert changed["lead_minutes"] == 60
    assert changed["coming"][0]["at"] == "2026-03-11T08:00:00+08:00"
    assert signed_up.ask("PATCH", "/me/reminders", {"lead_minutes": 5}).status_code == 400


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ({}, "11:00:00"),
        ({"minutes": 30}, "09:30:00"),
        ({"until": "2026-03-10T05:00:00Z", "minutes": 5}, "13:00:00"),
        ({"until": "0457-03-06T07:11:32.76-22:26"}, "09:05:00"),
    ],
)
def test_the_last_one_is_put_off_once(reminded, body: dict[str, object], until: str) -> None:
    answer = reminded.ask("POST", "/me/reminders/snooze", body)

    assert answer.json == {"until": f"2026-03-10T{until}+08:00", "things": 1}
    again = reminded.ask("POST", "/me/reminders/snooze", body)
    assert (again.status_code, again.json["code"]) == (409, "notices.comes_again")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"minutes": 4}, 400),
        ({"until": "2026-03-10T05:00:00"}, 400),
        ({"until": "9999-12-31T23:59:59-14:00"}, 409),
    ],
)
def test_what_makes_no_sense_is_refused(reminded, body: dict[str, object], status: int) -> None:
    assert reminded.ask("POST", "/me/reminders/snooze", body).status_code == status


def test_without_a_reminder_there_is_nothing_to_put_off(zhao) -> None:
    answer = zhao.ask("POST", "/me/reminders/snooze", {})

    assert (answer.status_code, answer.json["code"]) == (404, "notices.nothing_to_snooze")


def test_one_may_be_reminded_once_and_again_as_everybody(zhao) -> None:
    assert zhao.ask("GET", "/me/reminders").json["once"] is False

    assert zhao.ask("PATCH", "/me/reminders", {"once": True}).json["once"]
    assert zhao.ask("PATCH", "/me/reminders", {"on": True}).json["once"]

    assert zhao.ask("PATCH", "/me/reminders", {"once": False}).json["once"] is False

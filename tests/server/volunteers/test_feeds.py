from datetime import timedelta

import pytest
from icalendar import Calendar

from server.volunteers.activities import moves
from server.volunteers.signups import feeds
from tests.factories import POLICY, a_person, a_shift, an_activity
from tests.server.volunteers.acts import cancel, sign_up
from tests.server.volunteers.staff import a_reach


@pytest.fixture
def vault(runtime):
    return runtime.vault


def events(session, person, now):
    body = feeds.written(session, person, now)
    return {str(each["UID"]): each for each in Calendar.from_ical(body).walk("VEVENT")}


def test_a_calendar_tells_what_is_confirmed_waited_for_and_cancelled(session, now):
    person, other = a_person(session, now), a_person(session, now)
    one = an_activity(session, now, title="扫雪; 清路, 一\\二").shifts[0].id
    full = a_shift(session, now, starts_in=timedelta(days=5))
    gone = a_shift(session, now, starts_in=timedelta(days=8))
    sign_up(session, other, full, now)
    for shift in (one, full, gone):
        sign_up(session, person, shift, now)
    cancel(session, person, gone, now)

    found = events(session, person, now)

    assert {uid: str(each["STATUS"]) for uid, each in found.items()} == {
        f"shift-{one}@nuanfeng": "CONFIRMED",
        f"shift-{full}@nuanfeng": "TENTATIVE",
        f"shift-{gone}@nuanfeng": "CANCELLED",
    }
    first = found[f"shift-{one}@nuanfeng"]
    assert str(first["SUMMARY"]) == "扫雪; 清路, 一\\二"
    assert first["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert first.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-24)
    assert feeds.written(session, person, now) == feeds.written(session, person, now)
    assert len(events(session, person, now + timedelta(days=20))) == 3
    assert events(session, person, now + timedelta(days=45)) == {}


def test_a_move_raises_the_sequence_and_keeps_the_entry(session, now):
    person = a_person(session, now)
    shift = a_shift(session, now)
    sign_up(session, person, shift, now)
    starts_at = now + timedelta(days=3)

    ends_at = starts_at + timedelta(hours=1)
    worker = a_reach(session, now)
    moves.reschedule(session, worker, shift, 0, starts_at, ends_at, now, policy=POLICY)

    [entry] = events(session, person, now).values()
    assert (entry["SEQUENCE"], entry["DTSTART"].dt) == (1, starts_at)


def test_the_address_stays_until_it_is_ended(session, now, vault):
    person, other = a_person(session, now), a_person(session, now)

    first, again = (feeds.offer(session, person, now, vault=vault) for _ in range(2))
    theirs = feeds.offer(session, other, now, vault=vault)
    found = feeds.owner(session, first)
    feeds.end(session, person)
    later = feeds.offer(session, person, now, vault=vault)

    assert first == again
    assert len({first, theirs, later}) == 3
    assert (found, feeds.owner(session, first)) == (person, None)


def test_the_door_gives_a_calendar_once_and_then_says_nothing_is_new(client, runtime):
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        sign_up(session, person, a_shift(session, runtime.now()), runtime.now())
        token = feeds.offer(session, person, runtime.now(), vault=runtime.vault)

    first = client.get(f"/calendar/{token}.ics")
    second = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    wrong = [client.get(f"/calendar/{bad}.ics") for bad in ("0" * 64, "x", "A" * 64, "%00")]

    assert first.status_code == 200
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VEVENT" in first.data
    assert (second.status_code, second.data) == (304, b"")
    assert {(answer.status_code, answer.get_data()) for answer in wrong} == {
        (404, wrong[0].get_data())
    }

"""When two persons prove to be one, every minute still counts once, and no version is lost."""

from datetime import timedelta

import pytest

from server.people import joining
from server.volunteers.hours import histories, records
from server.volunteers.joining import hours as record_moving
from server.volunteers.models import RecordState
from tests.factories import people
from tests.server.volunteers.acts import counts
from tests.server.volunteers.records.acts import (
    a_past_shift,
    a_record,
    confirm,
    record_of,
    staff,
    story,
)


def test_of_two_records_of_one_shift_the_one_that_went_further_stays(session, now, changed):
    shift = a_past_shift(session, now)
    keep, gone = people(session, now, 2)
    mine = a_record(session, now, shift, person=keep)
    theirs = a_record(session, now, shift, person=gone)
    confirm(session, staff(session, now), shift, now, seen={theirs: 1})

    joining.join(session, keep, gone, now)

    assert record_of(session, mine).state is RecordState.VOID
    assert record_of(session, theirs).person_id == keep
    assert story(session, mine) == [(1, "pending", 120), (2, "void", 120)]
    assert records.totals(session, keep) == (0, 120)
    assert changed == [mine]
    assert [entry.number for entry in histories.mine(session, keep, 9).items] == [2, 1]


def test_overlapping_hours_of_both_count_once(session, now):
    keep, gone = people(session, now, 2)
    first = a_record(session, now, a_past_shift(session, now, ago=5), person=keep)
    second = a_record(session, now, a_past_shift(session, now, ago=4), person=gone)

    joining.join(session, keep, gone, now)

    assert [record_of(session, record).minutes for record in (first, second)] == [120, 60]
    assert story(session, second) == [(1, "pending", 120), (2, "pending", 60)]


def test_the_day_of_both_holds_eight_hours(session, clock):
    now = clock.advance(hours=12)
    keep, gone = people(session, now, 2)
    for place, ago in enumerate((12, 10, 8, 6, 4)):
        a_record(session, now, a_past_shift(session, now, ago=ago), person=(keep, gone)[place % 2])
    a_record(session, now, a_past_shift(session, now, ago=26), person=gone)

    joining.join(session, keep, gone, now)

    assert records.totals(session, keep).pending == 480 + 120


def test_without_the_follower_the_minutes_would_count_twice(session, now, monkeypatch):
    keep, gone = people(session, now, 2)
    a_record(session, now, a_past_shift(session, now, ago=5), person=keep)
    a_record(session, now, a_past_shift(session, now, ago=4), person=gone)
    others = [follow for follow in joining.FOLLOWERS if follow is not record_moving.follow]
    monkeypatch.setattr(joining, "FOLLOWERS", others)

    joining.join(session, keep, gone, now)

    assert records.totals(session, keep).pending == 240


def test_a_place_taken_twice_is_given_back(session, now):
    shift = a_past_shift(session, now)
    keep, gone = people(session, now, 2)
    for person in (keep, gone):
        a_record(session, now, shift, person=person)

    joining.join(session, keep, gone, now + timedelta(hours=1))

    assert counts(session, shift)[0] == 1


@pytest.mark.parametrize("number", [0, 2, 10**9])
def test_a_number_that_is_none_of_ones_own_is_refused(session, now, number):
    record = record_of(session, a_record(session, now))
    assert histories.numbered(session, record.person_id, 1) == record.id
    with pytest.raises(histories.RecordMissing):
        histories.numbered(session, record.person_id, number)

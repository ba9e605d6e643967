from datetime import timedelta

import pytest

from server.people.models import Channel
from server.volunteers.activities import staffing
from server.volunteers.models import SignupState
from server.volunteers.refusals import (
    ActivityCancelled,
    Closed,
    NotSignedUp,
    NotYetOpen,
    ShiftMissing,
    Started,
    TimeClash,
)
from server.volunteers.signups import signups
from tests.factories import POLICY, a_person, a_shift, an_activity
from tests.server.volunteers.acts import cancel, counts, kept, sign_up, state_of


def test_the_last_place_goes_to_one_person_and_the_next_waits(session, now):
    shift = a_shift(session, now, capacity=1)
    first, second, third = (a_person(session, now) for _ in range(3))

    outcomes = [sign_up(session, person, shift, now) for person in (first, second, third)]

    assert [outcome.state for outcome in outcomes] == ["confirmed", "waitlisted", "waitlisted"]
    assert [outcome.position for outcome in outcomes] == [None, 1, 2]
    assert counts(session, shift) == kept(session, shift) == (1, 2)


def test_signing_up_twice_is_the_same_as_once(session, now):
    shift = a_shift(session, now, capacity=1)
    first, second = a_person(session, now), a_person(session, now)

    answers = [sign_up(session, person, shift, now) for person in (first, second, first, second)]

    assert answers[0] == answers[2]
    assert answers[1] == answers[3]
    assert kept(session, shift) == (1, 1)


def test_the_outcome_tells_all_that_law_wants_told(session, now):
    shift = a_shift(session, now, title="清扫积雪", risk_note="路面湿滑，请穿防滑鞋。")

    outcome = sign_up(session, a_person(session, now), shift, now)

    assert (outcome.title, outcome.risk_note) == ("清扫积雪", "路面湿滑，请穿防滑鞋。")
    assert outcome.starts_at == now + timedelta(hours=48)


def test_two_places_at_one_time_are_refused(session, now):
    one, other = a_shift(session, now, title="护学岗"), a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, one, now)

    with pytest.raises(TimeClash) as refused:
        sign_up(session, person, other, now)

    assert refused.value.facts["title"] == "护学岗"
    assert kept(session, other) == (0, 0)


def test_a_place_in_line_is_no_clash(session, now):
    full, other = a_shift(session, now), a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, a_person(session, now), full, now)
    sign_up(session, person, full, now)

    assert sign_up(session, person, other, now).state is SignupState.CONFIRMED


def test_a_sign_up_close_in_time_is_only_warned_of(session, now):
    first = a_shift(session, now, title="护学岗")
    after = a_shift(session, now, starts_in=timedelta(hours=50, minutes=20))
    person = a_person(session, now)
    sign_up(session, person, first, now)

    outcome = sign_up(session, person, after, now)

    assert (outcome.state, outcome.near) == (SignupState.CONFIRMED, "护学岗")


def test_sign_up_ends_with_the_start(session, now):
    shift = a_shift(session, now, starts_in=timedelta(hours=1))
    person = a_person(session, now)

    with pytest.raises(Closed):
        sign_up(session, person, shift, now + timedelta(hours=1))


def test_sign_up_does_not_begin_before_it_opens(session, now):
    time = staffing.Time(
        now + timedelta(days=3),
        now + timedelta(days=3, hours=2),
        5,
        opens_at=now + timedelta(days=1),
    )
    shift = a_shift(session, now, times=(time,))
    person = a_person(session, now)

    with pytest.raises(NotYetOpen):
        sign_up(session, person, shift, now)

    assert sign_up(session, person, shift, now + timedelta(days=1)).position is None


def test_nobody_signs_up_for_what_was_called_off(session, now):
    activity = an_activity(session, now)
    staffing.cancel(session, activity.id, now)

    with pytest.raises(ActivityCancelled):
        sign_up(session, a_person(session, now), activity.shifts[0].id, now)


def test_an_unknown_shift_is_missing(session, now):
    with pytest.raises(ShiftMissing):
        sign_up(session, a_person(session, now), 4_000_000_000, now)


def test_cancelling_early_is_free_and_late_is_marked(session, now):
    shift = a_shift(session, now, capacity=2)
    early, late = a_person(session, now), a_person(session, now)
    for person in (early, late):
        sign_up(session, person, shift, now)

    cancel(session, early, shift, now)
    cancel(session, late, shift, now + timedelta(hours=24))

    assert state_of(session, early, shift) is SignupState.CANCELLED
    assert state_of(session, late, shift) is SignupState.LATE_CANCELLED
    assert counts(session, shift) == kept(session, shift) == (0, 0)


def test_leaving_the_line_is_never_late(session, now):
    shift = a_shift(session, now)
    sign_up(session, a_person(session, now), shift, now)
    waiter = a_person(session, now)
    sign_up(session, waiter, shift, now)

    outcome = cancel(session, waiter, shift, now + timedelta(hours=47))

    assert outcome.state is SignupState.CANCELLED
    assert kept(session, shift) == (1, 0)


def test_cancelling_twice_tells_the_same(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    assert cancel(session, person, shift, now) == cancel(session, person, shift, now)
    assert kept(session, shift) == (0, 0)


def test_what_was_never_signed_up_for_cannot_be_cancelled(session, now):
    with pytest.raises(NotSignedUp):
        cancel(session, a_person(session, now), a_shift(session, now), now)


def test_once_begun_a_shift_is_not_cancelled_from_afar(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    with pytest.raises(Started):
        cancel(session, person, shift, now + timedelta(hours=48))


def test_who_cancelled_may_come_back_to_the_end_of_the_line(session, now):
    shift = a_shift(session, now)
    first, second = a_person(session, now), a_person(session, now)
    sign_up(session, first, shift, now)
    sign_up(session, second, shift, now)
    cancel(session, first, shift, now)

    assert sign_up(session, first, shift, now).position == 1


def test_ones_own_list_holds_what_is_live_and_ahead_the_soonest_first(session, now):
    person = a_person(session, now)
    later = a_shift(session, now, title="晚", starts_in=timedelta(days=5))
    sooner = a_shift(session, now, title="早", starts_in=timedelta(days=1))
    gone = a_shift(session, now, title="不去", starts_in=timedelta(days=3))
    for shift in (later, sooner, gone):
        sign_up(session, person, shift, now)
    cancel(session, person, gone, now)

    assert [entry.title for entry in signups.mine(session, person, now)] == ["早", "晚"]
    assert [entry.title for entry in signups.mine(session, person, now + timedelta(days=2))] == [
        "晚"
    ]


def test_ones_own_list_costs_two_statements_however_long(session, now, statements):
    person, other = a_person(session, now), a_person(session, now)
    for day in range(1, 9):
        shift = a_shift(session, now, starts_in=timedelta(days=day))
        sign_up(session, other, shift, now)
        sign_up(session, person, shift, now)

    with statements() as seen:
        mine = signups.mine(session, person, now)

    assert len(mine) == 8
    assert [entry.position for entry in mine] == [1] * 8
    assert len(seen) == 2


def test_news_is_queued_for_the_mini_program_and_told_as_the_reply_in_chat(session, now, queued):
    shift = a_shift(session, now, capacity=1)
    here, there, waits = (a_person(session, now) for _ in range(3))

    sign_up(session, here, shift, now)
    for person in (there, waits):
        signups.sign_up(session, person, shift, now, channel=Channel.MINIPROGRAM, policy=POLICY)

    assert queued(session) == [
        ("volunteers.waitlisted", there),
        ("volunteers.waitlisted", waits),
    ]


def test_a_repeat_tells_of_a_sign_up_close_in_time_like_the_first(session, now):
    first = a_shift(session, now, title="护学岗")
    after = a_shift(session, now, starts_in=timedelta(hours=50, minutes=20))
    person = a_person(session, now)
    sign_up(session, person, first, now)

    assert sign_up(session, person, after, now) == sign_up(session, person, after, now)


def test_by_number_one_open_shift_is_meant_and_several_are_asked_about(session, now):
    def on(day: int) -> staffing.Time:
        starts_at = now + timedelta(days=day)
        return staffing.Time(starts_at, starts_at + timedelta(hours=2), 5)

    number = an_activity(session, now, times=(on(1), on(2))).number
    person = a_person(session, now)

    def by_number(moment):
        return signups.sign_up_for(
            session, person, number, moment, channel=Channel.CHAT, policy=POLICY
        )

    assert by_number(now) is None
    later = by_number(now + timedelta(days=1))
    assert later is not None
    assert later.starts_at == now + timedelta(days=2)
    with pytest.raises(Closed):
        signups.sign_up_for(
            session,
            a_person(session, now),
            number,
            now + timedelta(days=3),
            channel=Channel.CHAT,
            policy=POLICY,
        )


def test_an_activity_called_off_says_so_by_number_too(session, now):
    activity = an_activity(session, now)
    staffing.cancel(session, activity.id, now)

    with pytest.raises(ActivityCancelled):
        signups.sign_up_for(
            session,
            a_person(session, now),
            activity.number,
            now,
            channel=Channel.CHAT,
            policy=POLICY,
        )

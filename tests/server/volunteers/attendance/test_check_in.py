"""Coming and going by oneself: V5, V6, V8, C2 and what bad codes are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server import retention
from server.limits import CodesNotCounted, TooManyCodes
from server.volunteers.attendance import attendance, coming, owncodes
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.hints import Place
from server.volunteers.attendance.refusals import (
    AcceptFirst,
    BadCode,
    CheckOutFirst,
    LeftAlready,
    NotCheckedIn,
    NothingNow,
    NotOnRoster,
    OtherDirection,
    Over,
    StaleCode,
    StillWaiting,
    TooEarly,
    WrongCode,
)
from server.volunteers.models import OwnCode, PlaceHint, Route
from tests.factories import a_person, a_shift
from tests.server.volunteers.acts import cancel, sign_up, state_of
from tests.server.volunteers.attendance.acts import (
    GONE,
    HOUR,
    MINUTE,
    PRESENT,
    STEP,
    a_running_shift,
    check_in,
    check_out,
    digits,
    how_many,
    presences,
    scan,
    taken,
)


def test_who_types_the_code_is_there(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)

    come = attendance.check_in(session, person, digits(shift, now, means), now, means)

    assert (come.state, come.in_at) == (PRESENT, now)
    [presence] = presences(session)
    assert (presence.in_route, presence.in_by, presence.device) == (
        Route.ROTATING_CODE,
        None,
        "a phone",
    )
    assert taken(session, shift) == 1


def test_a_second_check_in_is_told_the_same_even_with_a_code_gone_stale(
    session, now, means
) -> None:
    shift, [person] = a_running_shift(session, now)
    code = digits(shift, now, means)
    first = attendance.check_in(session, person, code, now, means)

    again = [
        attendance.check_in(session, person, code, now + later, means)
        for later in (timedelta(), STEP, 5 * STEP)
    ]

    assert again == [first, first, first]
    assert how_many(session) == 1


def test_leaving_ends_it_and_a_repeat_is_told_the_same(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    check_in(session, person, shift, now, means)

    gone = check_out(session, person, shift, now + HOUR, means)

    assert (gone.state, gone.out_at) == (GONE, now + HOUR)
    assert check_out(session, person, shift, now + HOUR + STEP, means) == gone
    assert attendance.check_out(session, person, None, now + HOUR + STEP, means) == gone
    with pytest.raises(LeftAlready):
        check_in(session, person, shift, now + HOUR + STEP, means)
    assert state_of(session, person, shift) is GONE


def test_who_says_without_a_code_that_they_leave_gains_nothing(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    ends = check_in(session, person, shift, now, means).ends_at

    gone = attendance.check_out(session, person, None, ends + 10 * MINUTE, means)

    assert gone.out_at == ends
    assert presences(session)[0].out_route is Route.SELF


def test_nobody_leaves_who_has_not_come(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)

    for leave in (
        lambda: check_out(session, person, shift, now, means),
        lambda: attendance.check_out(session, person, None, now, means),
    ):
        with pytest.raises(NotCheckedIn):
            leave()


def test_codes_that_are_not_good_say_why(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    old, out = now - 5 * STEP, Direction.OUT
    other = a_shift(session, now, starts_in=15 * MINUTE)

    told = {
        "您好": BadCode,
        "8A2F": BadCode,
        digits(shift, old, means): StaleCode,
        scan(shift, old, means): StaleCode,
        digits(shift, now, means, out): OtherDirection,
        scan(shift, now, means, out): OtherDirection,
        scan(other, now, means): NotOnRoster,
        scan(shift, now + 2 * STEP, means): WrongCode,
        scan(shift, now, means)[:-2] + "xx": WrongCode,
    }

    for code, refusal in told.items():
        with pytest.raises(refusal):
            attendance.check_in(session, person, code, now, means)
    assert how_many(session) == 0


def test_a_forwarded_code_is_of_no_use_without_a_place(session, now, means) -> None:
    shift, _ = a_running_shift(session, now)
    stranger = a_person(session, now)

    with pytest.raises(NothingNow):
        attendance.check_in(session, stranger, digits(shift, now, means), now, means)
    with pytest.raises(NotOnRoster):
        attendance.check_in(session, stranger, scan(shift, now, means), now, means)


def test_who_guesses_is_kept_out_and_the_others_are_not(session, now, means) -> None:
    shift, [guesser, honest] = a_running_shift(session, now, people=2)
    wrong = str((int(digits(shift, now, means)) + 1) % 10**8).zfill(8)

    for _ in range(8):
        with pytest.raises(WrongCode):
            attendance.check_in(session, guesser, wrong, now, means)
    with pytest.raises(TooManyCodes):
        attendance.check_in(session, guesser, digits(shift, now, means), now, means)

    assert attendance.check_in(session, honest, digits(shift, now, means), now, means)
    assert check_in(session, guesser, shift, now, means).state is PRESENT


def test_many_wrong_codes_at_one_shift_close_the_typed_route_there(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    means.limits.miss([f"shift {shift}"] * 60)

    with pytest.raises(TooManyCodes):
        attendance.check_in(session, person, digits(shift, now, means), now, means)
    assert check_in(session, person, shift, now, means).state is PRESENT


def test_what_cannot_be_counted_is_not_looked_at(session, now, means, monkeypatch) -> None:
    shift, [person] = a_running_shift(session, now)
    monkeypatch.setattr(means.limits, "_rests_until", float("inf"))

    with pytest.raises(CodesNotCounted):
        attendance.check_in(session, person, digits(shift, now, means), now, means)


def test_a_place_that_is_not_held_is_told_how(session, now, means) -> None:
    shift, [first, second] = a_running_shift(session, now, people=2, capacity=1)
    with pytest.raises(StillWaiting):
        check_in(session, second, shift, now, means)

    cancel(session, first, shift, now)

    with pytest.raises(AcceptFirst):
        check_in(session, second, shift, now, means)
    with pytest.raises(NotOnRoster):
        check_in(session, first, shift, now, means)


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [(-31, TooEarly), (-30, None), (0, None), (120, None), (121, Over), (136, Over)],
)
def test_the_window_is_from_half_an_hour_before_until_the_end(
    session, now, means, minutes, refusal
) -> None:
    shift = a_shift(session, now)
    person = a_person(session, now)
    starts_at = sign_up(session, person, shift, now).starts_at
    at = starts_at + minutes * MINUTE

    if refusal is None:
        assert check_in(session, person, shift, at, means).in_at == at
    else:
        with pytest.raises(refusal):
            check_in(session, person, shift, at, means)


def test_digits_typed_too_early_are_told_when_to_come_and_not_counted(session, now, means) -> None:
    shift = a_shift(session, now, starts_in=3 * HOUR)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    for _ in range(9):
        with pytest.raises(TooEarly) as refusal:
            attendance.check_in(session, person, "12345678", now, means)

    assert refusal.value.facts["opens_at"] == now + 2.5 * HOUR


def test_nobody_is_at_two_places(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    later = a_shift(session, now, starts_in=2 * HOUR + 20 * MINUTE)
    sign_up(session, person, later, now)
    ends = check_in(session, person, shift, now, means).ends_at

    with pytest.raises(CheckOutFirst):
        check_in(session, person, later, ends - MINUTE, means)
    check_in(session, person, later, ends, means)

    first, second = presences(session)
    assert (first.out_at, first.out_route) == (ends, Route.SCHEDULE)
    assert second.out_at is None


def test_where_a_phone_is_is_kept_coarse_and_nonsense_is_left_out(session, now, means) -> None:
    shift, [one, other] = a_running_shift(session, now, people=2)
    at = Place(37.873_519, 112.562_394, 35.0)
    nowhere = Place(float("nan"), 112.5)

    check_in(session, one, shift, now, replace(means, place=at))
    check_in(session, other, shift, now, replace(means, place=nowhere))

    [kept] = session.query(PlaceHint).all()
    assert (kept.latitude, kept.longitude) == (37.874, 112.562)
    for bad in (float("inf"), -91.0):
        assert not Place(bad, 0.0).makes_sense
    assert not Place(0.0, 181.0).makes_sense
    assert not Place(0.0, 0.0, float("inf")).makes_sense


def test_where_a_phone_was_is_forgotten_after_a_week(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    owncodes.show(session, person, now, vault=means.vault)
    check_in(session, person, shift, now, replace(means, place=Place(37.87, 112.56)))

    retention.forget(session, now + timedelta(days=6))
    assert session.query(PlaceHint).count() == 1
    assert session.query(OwnCode).count() == 0
    retention.forget(session, now + timedelta(days=8))

    assert session.query(PlaceHint).count() == 0
    assert how_many(session) == 1


def test_about_every_twentieth_is_looked_at_again_and_nobody_can_choose(means) -> None:
    policy, others = means.policy, replace(means.policy, recheck_percent=0)

    drawn = [coming.is_chosen(number, policy, means.vault) for number in range(4_000)]

    assert 140 < sum(drawn) < 260
    assert drawn == [coming.is_chosen(number, policy, means.vault) for number in range(4_000)]
    assert not any(coming.is_chosen(number, others, means.vault) for number in range(100))


def test_the_leader_is_asked_to_look_at_who_was_drawn(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    everybody = replace(means.policy, recheck_percent=100)

    check_in(session, person, shift, now, replace(means, policy=everybody))

    assert presences(session)[0].recheck == "asked"

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.people import identities, joining
from server.people.models import Account, App, Person
from server.volunteers.attendance.presence import Means
from server.volunteers.joining import signups as moving
from server.volunteers.models import HOLDING, Attendance, SignupState
from server.volunteers.signups import signups
from tests.factories import a_person, a_shift
from tests.server.volunteers.acts import counts, kept, sign_up, state_of
from tests.server.volunteers.attendance.acts import check_in


def test_the_follower_is_in_place():
    assert moving.follow in joining.FOLLOWERS


def test_everything_of_the_younger_person_goes_to_the_older(session, now):
    older, younger = a_person(session, now), a_person(session, now)
    mine, yours = a_shift(session, now), a_shift(session, now, starts_in=timedelta(days=4))
    sign_up(session, older, mine, now)
    sign_up(session, younger, yours, now)

    assert joining.join(session, younger, older, now) == older
    assert joining.join(session, older, older, now) == older

    assert len(signups.mine(session, older, now)) == 2
    assert session.get(Person, younger) is None
    owners = session.scalars(select(Account.person_id)).all()
    assert set(owners) == {older}


def test_one_shift_is_kept_once_and_its_other_place_passed_on(session, now, queued):
    shift = a_shift(session, now, capacity=2)
    older, younger, waiter = (a_person(session, now) for _ in range(3))
    for person in (older, younger, waiter):
        sign_up(session, person, shift, now)

    joining.join(session, older, younger, now)

    assert state_of(session, waiter, shift) is SignupState.OFFERED
    assert counts(session, shift) == kept(session, shift) == (2, 0)
    assert ("volunteers.joined_twice", older) in queued(session)


def test_who_waits_under_one_name_and_has_a_place_under_the_other_keeps_the_place(session, now):
    shift = a_shift(session, now)
    older, younger = a_person(session, now), a_person(session, now)
    sign_up(session, younger, shift, now)
    sign_up(session, older, shift, now)

    joining.join(session, older, younger, now)

    [mine] = signups.mine(session, older, now)
    assert mine.state is SignupState.CONFIRMED
    assert counts(session, shift) == kept(session, shift) == (1, 0)


@pytest.mark.parametrize("capacity", [2, 1])
def test_one_shift_that_has_begun_is_kept_once_too(session, now, queued, capacity):
    shift = a_shift(session, now, capacity=capacity)
    older, younger = a_person(session, now), a_person(session, now)
    for person in (older, younger):
        sign_up(session, person, shift, now)

    joining.join(session, older, younger, now + timedelta(days=3, minutes=10))

    assert state_of(session, older, shift) is SignupState.CANCELLED
    assert counts(session, shift) == kept(session, shift) == (1, 0)
    assert ("volunteers.joined_twice", older) in queued(session)


def test_control_left_to_the_moving_of_rows_its_place_is_lost(session, now, monkeypatch):
    monkeypatch.setattr(joining, "FOLLOWERS", [])
    shift = a_shift(session, now, capacity=2)
    older, younger = a_person(session, now), a_person(session, now)
    for person in (older, younger):
        sign_up(session, person, shift, now)

    joining.join(session, older, younger, now)

    assert (counts(session, shift), kept(session, shift)) == ((1, 0), (2, 0))


def test_two_places_at_one_time_become_one(session, now):
    older, younger = a_person(session, now), a_person(session, now)
    mine, yours = a_shift(session, now), a_shift(session, now)
    sign_up(session, older, mine, now)
    sign_up(session, younger, yours, now)

    joining.join(session, older, younger, now)

    assert [entry.shift_id for entry in signups.mine(session, older, now)] == [mine]
    assert kept(session, yours) == (0, 0)


def place_and_presence(session, now, means) -> tuple[int, int, int, int]:
    """The older has a place at one shift; the younger has come to another at the same time."""
    older, younger = a_person(session, now), a_person(session, now)
    held, came = (a_shift(session, now, starts_in=timedelta(minutes=15)) for _ in range(2))
    sign_up(session, older, held, now)
    sign_up(session, younger, came, now)
    check_in(session, younger, came, now, means)
    return older, younger, held, came


def test_whoever_has_come_stays_there_and_gives_up_the_other_place(session, now, runtime):
    means = Means(runtime.vault, runtime.limits, runtime.policy)
    older, younger, held, came = place_and_presence(session, now, means)

    joining.join(session, older, younger, now)

    assert state_of(session, older, came) is SignupState.CHECKED_IN
    assert kept(session, held) == (0, 0)
    assert kept(session, came) == counts(session, came) == (1, 0)


def test_control_ranked_by_places_alone_somebody_is_present_without_one(
    session, now, runtime, monkeypatch
):
    monkeypatch.setattr(moving, "_ranks", lambda state: int(state in HOLDING))
    means = Means(runtime.vault, runtime.limits, runtime.policy)
    older, younger, _held, came = place_and_presence(session, now, means)

    joining.join(session, older, younger, now)

    assert session.scalars(select(Attendance.out_at)).one() is None
    assert kept(session, came) == (0, 0)


def test_what_the_older_left_empty_is_filled(session, now):
    older, younger = a_person(session, now), a_person(session, now)
    session.get_one(Person, younger).birth_year = 1980

    joining.join(session, older, younger, now)

    assert session.get_one(Person, older).birth_year == 1980


def test_a_first_message_that_comes_twice_makes_one_person(session, now):
    first = identities.welcome(session, App.OFFICIAL, "o-new", now)
    again = identities.welcome(session, App.OFFICIAL, "o-new", now)

    assert first == again


def test_one_unionid_is_one_person_in_both_apps(session, now):
    here = identities.welcome(session, App.OFFICIAL, "o-here", now, unionid="u-1")
    there = identities.welcome(session, App.MINIPROGRAM, "o-there", now, unionid="u-1")

    assert here.person_id == there.person_id
    assert here.account_id != there.account_id


def test_a_late_follow_does_not_undo_a_later_unfollow(session, now):
    account = identities.welcome(session, App.OFFICIAL, "o-moves", now).account_id
    second = timedelta(seconds=1)

    def following() -> bool:
        known = identities.recognise(session, App.OFFICIAL, "o-moves")
        return bool(known and known.following)

    assert identities.set_following(session, account, False, now + second)
    assert not identities.set_following(session, account, True, now)
    assert not identities.set_following(session, account, True, now + second)
    assert not following()
    assert identities.set_following(session, account, True, now + 2 * second)
    assert identities.set_following(session, account, False, now + 2 * second)
    assert not following()


def test_who_was_joined_away_meanwhile_is_said_to_have_moved(session, now, is_postgres):
    older, younger = a_person(session, now), a_person(session, now)
    joining.join(session, older, younger, now)

    identities.lock(session, older)
    if is_postgres:
        with pytest.raises(identities.Moved):
            identities.lock(session, younger)

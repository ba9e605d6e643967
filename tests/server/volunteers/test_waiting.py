from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.notices import Notices
from config.wording import spell
from server.notices import quiet
from server.notices.kinds import Audience
from server.notices.models import Notice, NoticeState
from server.volunteers.models import Shift, SignupState
from server.volunteers.refusals import NothingOffered, OfferLapsed, TimeClash
from server.volunteers.signups import signups, waiting
from server.volunteers.signups.line import OFFERED
from tests.factories import POLICY, a_person, a_shift, people
from tests.server.volunteers.acts import (
    accept,
    cancel,
    counts,
    decline,
    kept,
    sign_up,
    state_of,
)

TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def full(session, now):
    """A shift with one place, its holder, and three people in line."""
    shift = a_shift(session, now)
    holder, *line = people(session, now, 4)
    for person in (holder, *line):
        sign_up(session, person, shift, now)
    return shift, holder, line


def test_a_freed_place_is_offered_to_the_first_in_line_at_once(session, now, full, queued):
    shift, holder, line = full

    cancel(session, holder, shift, now)

    assert [state_of(session, person, shift) for person in line] == [
        "offered",
        "waitlisted",
        "waitlisted",
    ]
    assert queued(session) == [("volunteers.offered", line[0])]
    assert counts(session, shift) == kept(session, shift) == (1, 2)


def test_an_offer_accepted_is_a_place_and_accepting_again_tells_the_same(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    answers = [accept(session, line[0], shift, now + timedelta(minutes=5)) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0].state is SignupState.CONFIRMED
    assert kept(session, shift) == (1, 2)


def test_an_offer_declined_goes_to_the_next_and_declining_again_tells_the_same(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    answers = [decline(session, line[0], shift, now) for _ in range(2)]

    assert answers[0] == answers[1]
    assert state_of(session, line[1], shift) is SignupState.OFFERED
    assert counts(session, shift) == kept(session, shift) == (1, 1)


def test_an_offer_stands_two_hours_and_then_goes_to_the_next(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    assert waiting.lapse(session, now + TWO_HOURS - timedelta(seconds=1), POLICY) == 0
    assert waiting.lapse(session, now + TWO_HOURS, POLICY) == 1

    with pytest.raises(OfferLapsed):
        accept(session, line[0], shift, now + TWO_HOURS)
    assert state_of(session, line[1], shift) is SignupState.OFFERED


def test_an_offer_is_over_on_the_minute_even_before_it_is_swept(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    with pytest.raises(OfferLapsed):
        accept(session, line[0], shift, now + TWO_HOURS)


def test_an_offer_never_stands_past_the_start(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now + timedelta(hours=47, minutes=30))

    [mine] = signups.mine(session, line[0], now + timedelta(hours=47, minutes=31))

    assert mine.offer_ends_at == now + timedelta(hours=48)


def test_nothing_is_offered_once_the_shift_has_begun(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now + timedelta(hours=47))

    waiting.lapse(session, now + timedelta(hours=48), POLICY)

    assert state_of(session, line[0], shift) is SignupState.LAPSED
    assert [state_of(session, person, shift) for person in line[1:]] == ["waitlisted"] * 2
    assert counts(session, shift) == kept(session, shift) == (0, 2)


def test_control_without_the_start_a_place_is_offered_too_late(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now + timedelta(hours=47))
    later = session.get_one(Shift, shift)
    later.starts_at, later.ends_at = now + timedelta(hours=60), now + timedelta(hours=62)
    session.flush()

    waiting.lapse(session, now + timedelta(hours=49), POLICY)

    assert [state_of(session, person, shift) for person in line[:2]] == ["lapsed", "offered"]


def test_who_cancels_an_offer_passes_it_on(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    outcome = cancel(session, line[0], shift, now)

    assert outcome.state is SignupState.CANCELLED
    assert state_of(session, line[1], shift) is SignupState.OFFERED


def test_in_line_there_is_nothing_to_accept_or_decline(session, now, full):
    shift, _holder, line = full

    for answer in (accept, decline):
        with pytest.raises(NothingOffered):
            answer(session, line[0], shift, now)


def test_an_offer_that_clashes_with_another_place_cannot_be_accepted(session, now, full):
    shift, holder, line = full
    other = a_shift(session, now, title="护学岗")
    sign_up(session, line[0], other, now)
    cancel(session, holder, shift, now)

    with pytest.raises(TimeClash):
        accept(session, line[0], shift, now)

    cancel(session, line[0], other, now)
    assert accept(session, line[0], shift, now).state is SignupState.CONFIRMED


def test_places_move_up_as_people_leave_the_line(session, now, full):
    shift, _holder, line = full
    cancel(session, line[0], shift, now)

    positions = [signups.mine(session, person, now)[0].position for person in line[1:]]

    assert positions == [1, 2]


def test_a_newcomer_does_not_overtake_the_line(session, now, full):
    shift, holder, line = full
    cancel(session, holder, shift, now)
    newcomer = a_person(session, now)

    assert sign_up(session, newcomer, shift, now).state is SignupState.WAITLISTED

    decline(session, line[0], shift, now)
    assert state_of(session, line[1], shift) is SignupState.OFFERED


@pytest.mark.parametrize("answer", [accept, decline, cancel])
def test_who_has_answered_an_offer_is_not_told_of_it_any_more(session, now, full, answer):
    shift, holder, line = full
    cancel(session, holder, shift, now)

    answer(session, line[0], shift, now)

    first = session.scalars(
        select(Notice).where(Notice.kind == OFFERED).order_by(Notice.id)
    ).first()
    assert (first.person_id, first.state) == (line[0], NoticeState.DROPPED)


NIGHT = timedelta(hours=14)
"""From the morning at which these tests begin until eleven at night."""


def told_at(session, person, at):
    return quiet.told(session, [person], Audience.RESIDENT, at, POLICY.hours)[person]


def test_an_offer_made_at_night_counts_its_time_from_when_it_can_be_told(session, now, full):
    shift, holder, line = full

    cancel(session, holder, shift, now + NIGHT)

    [mine] = signups.mine(session, line[0], now + NIGHT)
    heard = told_at(session, line[0], now + NIGHT)
    assert now + timedelta(hours=23) <= heard < now + timedelta(hours=23, minutes=20)
    assert mine.offer_ends_at == heard + TWO_HOURS
    [notice] = session.scalars(select(Notice).where(Notice.kind == OFFERED)).all()
    assert notice.not_after == mine.offer_ends_at
    assert notice.facts["until"] == spell(mine.offer_ends_at)
    assert waiting.lapse(session, now + NIGHT + TWO_HOURS, POLICY) == 0
    assert accept(session, line[0], shift, heard + TWO_HOURS - timedelta(seconds=1))


def test_control_without_quiet_hours_it_would_lapse_unheard(session, now, full):
    shift, holder, _line = full
    awake = replace(POLICY, hours=Notices(resident="00:00-24:00"))

    signups.cancel(session, holder, shift, now + NIGHT, policy=awake)

    assert waiting.lapse(session, now + NIGHT + TWO_HOURS, POLICY) == 1


def test_an_offer_made_at_night_never_stands_past_the_start(session, now):
    shift = a_shift(session, now, starts_in=timedelta(hours=24))
    holder, waits = people(session, now, 2)
    for person in (holder, waits):
        sign_up(session, person, shift, now)

    cancel(session, holder, shift, now + NIGHT)

    [mine] = signups.mine(session, waits, now + NIGHT)
    assert mine.offer_ends_at == now + timedelta(hours=24)


def test_riders_in_the_line_have_their_own_hours(session, now, monkeypatch):
    shift = a_shift(session, now, capacity=2)
    first, second, resident, rider = people(session, now, 4)
    for person in (first, second, resident, rider):
        sign_up(session, person, shift, now)
    monkeypatch.setattr(quiet, "RIDERS", [lambda _session, persons: {rider} & set(persons)])
    noon = now + timedelta(hours=3)

    for person in (first, second):
        cancel(session, person, shift, noon)

    [soon], [later] = (signups.mine(session, person, noon) for person in (resident, rider))
    assert soon.offer_ends_at == noon + TWO_HOURS
    assert now + timedelta(hours=7) <= later.offer_ends_at < now + timedelta(hours=7, minutes=20)

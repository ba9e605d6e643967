"""Staying away thrice means waiting in line first; staff may excuse, and sign up by proxy."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Channel, Role
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed
from server.volunteers.models import Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import TimeClash
from server.volunteers.signups import absences, eligibility, signups
from tests.factories import POLICY, a_person, a_shift, people
from tests.server.volunteers.acts import accept, counts, kept, sign_up
from tests.server.volunteers.staff import a_reach

DAY = timedelta(days=1)


def missed(session, person, now, days_ago):
    """Let a person have stayed away from a shift so many days ago; return the sign-up's id."""
    then = now - timedelta(days=days_ago + 2)
    shift = a_shift(session, then)
    row = Signup(
        shift_id=shift,
        person_id=person,
        state=SignupState.NO_SHOW,
        channel=Channel.CHAT,
        created_at=then,
        changed_at=then,
    )
    session.add(row)
    session.flush()
    return row.id


def test_three_absences_mean_an_offer_instead_of_a_place(session, now):
    person, other = people(session, now, 2)
    for days in (100, 60, 10):
        missed(session, person, now, days)
    shift = a_shift(session, now, capacity=2)

    outcome = sign_up(session, person, shift, now)
    beside = sign_up(session, other, shift, now)

    assert outcome.state is SignupState.OFFERED
    assert outcome.waits_until == now + 20 * DAY
    assert beside.state is SignupState.CONFIRMED
    assert accept(session, person, shift, now).state is SignupState.CONFIRMED
    assert counts(session, shift) == kept(session, shift) == (2, 0)


def test_whoever_must_wait_gets_in_line_behind_the_others(session, now):
    person, holder, waiter = people(session, now, 3)
    for days in (100, 60, 10):
        missed(session, person, now, days)
    shift = a_shift(session, now)
    for each in (holder, waiter):
        sign_up(session, each, shift, now)

    outcome = sign_up(session, person, shift, now)

    assert (outcome.state, outcome.position) == (SignupState.WAITLISTED, 2)


@pytest.mark.parametrize(
    "days", [(60, 10), (250, 60, 10), (100, 60, 31)], ids=["two", "too old", "a month ago"]
)
def test_fewer_older_or_long_past_absences_change_nothing(session, now, days):
    person, shift = a_person(session, now), a_shift(session, now)
    for each in days:
        missed(session, person, now, each)

    assert sign_up(session, person, shift, now).state is SignupState.CONFIRMED


def test_a_district_may_turn_the_rule_off(now):
    times = [now - each * DAY for each in (3, 2, 1)]

    assert Policy().waits_until(times, now) == now + 29 * DAY
    assert Policy(no_shows=0).waits_until(times, now) is None


def test_staff_excuse_an_absence_for_a_reason(session, now):
    worker, grid = a_reach(session, now), a_reach(session, now, Role.GRID_WORKER)
    person = a_person(session, now)
    ids = [missed(session, person, now, days) for days in (100, 60, 10)]
    with pytest.raises(ReasonNeeded):
        absences.excuse(session, worker, ids[0], " ", now)
    with pytest.raises(NotAllowed):
        absences.excuse(session, grid, ids[0], "急诊", now)

    for _ in range(2):
        absences.excuse(session, worker, ids[2], "急诊", now)

    assert eligibility.waits_until(session, person, now, POLICY) is None


def enter(session, reach, person, shift, now, reason=None):
    return signups.enter(
        session,
        reach,
        person,
        shift,
        now,
        channel=Channel.PHONE,
        policy=POLICY,
        override_reason=reason,
    )


def test_staff_sign_up_whoever_asks_and_a_clash_takes_a_reason(db, clock, queued):
    now = clock.now()
    with db.transaction() as session:
        worker, person = a_reach(session, now), a_person(session, now)
        one, other = a_shift(session, now), a_shift(session, now)
        enter(session, worker, person, one, now)
        enter(session, worker, person, one, now)
        for reason in (None, "  "):
            with pytest.raises(TimeClash):
                enter(session, worker, person, other, now, reason)
        enter(session, worker, person, other, now, "两处只隔一层楼，带队人同意")

    with db.reading() as session:
        rows = session.scalars(select(Signup).order_by(Signup.id)).all()
        trail = session.scalars(select(AuditEntry.reason).order_by(AuditEntry.id)).all()
        told = queued(session)
    assert [(row.entered_by, row.override) for row in rows] == [
        (worker.person_id, None),
        (worker.person_id, "两处只隔一层楼，带队人同意"),
    ]
    assert trail == [None, "两处只隔一层楼，带队人同意"]
    assert told == [("volunteers.signed_up", person)] * 2


def test_control_without_the_clash_rule_staff_need_no_reason(session, now, monkeypatch):
    rule = "server.volunteers.signups.eligibility._free_of_clashes"
    monkeypatch.setattr(rule, lambda *_given: None)
    worker, person = a_reach(session, now), a_person(session, now)

    for shift in (a_shift(session, now), a_shift(session, now)):
        assert enter(session, worker, person, shift, now).state is SignupState.CONFIRMED

"""Many people at one moment. Each race has a control that shows it would see the fault."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from server.errors import Refusal
from server.volunteers.models import HOLDING, LIVE, Shift, Signup, SignupState
from server.volunteers.signups import eligibility, waiting
from tests.factories import POLICY, a_person, a_shift, people
from tests.server.volunteers.acts import accept, cancel, counts, kept, sign_up

CROWD = 12


def together(db, acts: list[Callable]) -> list:
    """Run each act in a transaction of its own, all from one moment; return what each got."""
    ready = Barrier(len(acts))

    def run(act):
        ready.wait(20)
        try:
            with db.transaction() as session:
                return act(session)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(run, acts))


def test_places_are_neither_oversold_nor_left_empty(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift, persons = a_shift(session, now, capacity=5), people(session, now, CROWD)

    got = together(
        db, [lambda s, person=person: sign_up(s, person, shift, now) for person in persons]
    )

    assert Counter(outcome.state for outcome in got) == {"confirmed": 5, "waitlisted": CROWD - 5}
    assert sorted(outcome.position for outcome in got if outcome.position) == list(range(1, 8))
    with db.reading() as session:
        assert counts(session, shift) == kept(session, shift) == (5, CROWD - 5)


def test_control_counting_first_and_writing_after_oversells(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift, persons = a_shift(session, now, capacity=5), people(session, now, CROWD)
    counted = Barrier(CROWD)

    def naive(person: int) -> bool:
        with db.reading() as session:
            free = session.scalar(select(Shift.capacity).where(Shift.id == shift)) > session.scalar(
                select(func.count()).where(Signup.shift_id == shift)
            )
        counted.wait(20)
        with db.transaction() as session:
            if free:
                entry = {"state": SignupState.CONFIRMED, "channel": "chat"}
                moments = {"created_at": now, "changed_at": now}
                session.add(Signup(shift_id=shift, person_id=person, **entry, **moments))
        return free

    with ThreadPoolExecutor(CROWD) as crowd:
        assert sum(crowd.map(naive, persons)) > 5
    with db.reading() as session:
        assert counts(session, shift)[0] > 5


def test_one_person_tapping_often_holds_one_place(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift, person = a_shift(session, now, capacity=5), a_person(session, now)

    got = together(db, [lambda s: sign_up(s, person, shift, now)] * CROWD)

    assert len(set(got)) == 1
    with db.reading() as session:
        assert kept(session, shift) == counts(session, shift) == (1, 0)


def test_the_table_itself_refuses_a_second_live_sign_up(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift, person = a_shift(session, now, capacity=5), a_person(session, now)
        sign_up(session, person, shift, now)

    entry = {"state": SignupState.WAITLISTED, "channel": "chat"}
    moments = {"created_at": now, "changed_at": now}
    second = Signup(shift_id=shift, person_id=person, **entry, **moments)
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.add(second)


def test_the_table_itself_refuses_to_be_oversold(db, clock):
    with db.transaction() as session:
        shift = a_shift(session, clock.now(), capacity=1)

    with pytest.raises(IntegrityError, match="never_oversold"), db.transaction() as session:
        session.execute(update(Shift).where(Shift.id == shift).values(taken=2))


def test_nobody_gets_two_places_at_one_time(db, clock):
    now = clock.now()
    with db.transaction() as session:
        one, other = a_shift(session, now, capacity=9), a_shift(session, now, capacity=9)
        persons = people(session, now, CROWD // 2)

    together(
        db,
        [
            lambda s, person=person, shift=shift: sign_up(s, person, shift, now)
            for person in persons
            for shift in (one, other)
        ],
    )

    with db.reading() as session:
        held = session.execute(
            select(Signup.person_id, func.count())
            .where(Signup.state.in_(HOLDING))
            .group_by(Signup.person_id)
        ).all()
    assert [count for _, count in held] == [1] * len(persons)


def test_control_without_the_persons_lock_places_clash(db, clock, monkeypatch, is_postgres):
    if not is_postgres:
        # one writer at a time is the lock there; see the note in `identities.lock`
        assert db.is_sqlite
        return
    monkeypatch.setattr("server.people.identities.lock", lambda *_: None)
    met = Barrier(2)
    judged = eligibility.judge

    def slow(*args, **kwargs):
        verdict = judged(*args, **kwargs)
        met.wait(20)
        return verdict

    monkeypatch.setattr("server.volunteers.signups.eligibility.judge", slow)
    now = clock.now()
    with db.transaction() as session:
        shifts = [a_shift(session, now), a_shift(session, now)]
        person = a_person(session, now)

    together(db, [lambda s, shift=shift: sign_up(s, person, shift, now) for shift in shifts])

    with db.reading() as session:
        assert sum(counts(session, shift)[0] for shift in shifts) == 2


def test_each_place_freed_is_offered_once_and_in_order(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift = a_shift(session, now, capacity=4)
        holders, line = people(session, now, 4), people(session, now, 6)
        for person in (*holders, *line):
            sign_up(session, person, shift, now)
        newcomers = people(session, now, 4)

    together(
        db,
        [lambda s, person=person: cancel(s, person, shift, now) for person in holders]
        + [lambda s, person=person: sign_up(s, person, shift, now) for person in newcomers],
    )

    with db.reading() as session:
        offered = session.scalars(
            select(Signup.person_id)
            .where(Signup.shift_id == shift, Signup.state == SignupState.OFFERED)
            .order_by(Signup.id)
        ).all()
        assert offered == line[:4]
        assert counts(session, shift) == kept(session, shift) == (4, 6)


def test_an_offer_is_either_accepted_or_lapsed_never_both(db, clock):
    now = clock.now()
    with db.transaction() as session:
        shift = a_shift(session, now)
        holder, first, second = people(session, now, 3)
        for person in (holder, first, second):
            sign_up(session, person, shift, now)
        cancel(session, holder, shift, now)
    almost = now + timedelta(hours=2) - timedelta(microseconds=1)

    together(
        db,
        [
            lambda s: accept(s, first, shift, almost),
            lambda s: waiting.lapse(s, now + timedelta(hours=2), POLICY),
        ],
    )

    with db.reading() as session:
        live = session.scalars(
            select(Signup.state).where(Signup.shift_id == shift, Signup.state.in_(LIVE))
        ).all()
        assert counts(session, shift) == kept(session, shift)
        assert sorted(live) in (["confirmed", "waitlisted"], ["offered"])


def test_who_cancels_does_not_stand_in_the_way_of_who_is_offered_the_place(db, clock):
    now = clock.now()
    for _ in range(6):
        with db.transaction() as session:
            shift = a_shift(session, now)
            holder, waiter, last = people(session, now, 3)
            for person in (holder, waiter, last):
                sign_up(session, person, shift, now)

        # a deadlock would surface as `Busy`
        together(
            db,
            [
                lambda s, person=person, shift=shift: cancel(s, person, shift, now)
                for person in (holder, waiter)
            ],
        )

        with db.reading() as session:
            assert counts(session, shift) == kept(session, shift) == (1, 0)

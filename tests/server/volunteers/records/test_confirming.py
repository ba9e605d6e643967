"""Whoever answers for a shift confirms its hours, all at once, never their own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Channel, Role
from server.staff import reach as reaches
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed, Reach
from server.volunteers.activities import endings
from server.volunteers.hours import confirming, disputes, finishing, records
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.refusals import TooManyMinutes
from server.volunteers.models import (
    Activity,
    ActivityState,
    RecordState,
    RecordVersion,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
)
from tests.factories import a_person, people
from tests.server.volunteers.records.acts import (
    HOUR,
    a_past_shift,
    a_record,
    confirm,
    led_by,
    record_of,
    staff,
    story,
)


def states(session, shift):
    session.expire_all()
    found = select(ServiceRecord.state).where(ServiceRecord.shift_id == shift)
    return [state.value for state in session.scalars(found.order_by(ServiceRecord.id))]


def test_the_leader_confirms_all_but_their_own(session, now):
    leader = a_person(session, now)
    shift = a_past_shift(session, now)
    led_by(session, shift, leader)
    own = a_record(session, now, shift, person=leader)
    others = [a_record(session, now, shift) for _ in range(3)]

    done = confirm(session, reaches.of(session, leader, now), shift, now)

    assert (done.done, done.waiting) == (3, 1)
    assert record_of(session, own).state is RecordState.PENDING
    assert [record_of(session, other).confirmed_by for other in others] == [leader] * 3
    assert story(session, others[0]) == [(1, "pending", 120), (2, "confirmed", 120)]
    assert session.get_one(Shift, shift).record_due is not None
    credited = session.scalars(select(Signup.state).order_by(Signup.id)).all()
    assert credited == [SignupState.CHECKED_OUT] + 3 * [SignupState.CREDITED]


def test_the_last_hours_make_the_shift_and_then_the_activity_recorded(session, now):
    shift = a_past_shift(session, now)
    a_record(session, now, shift)
    activity = session.get_one(Activity, session.get_one(Shift, shift).activity_id)
    activity.ends_at = activity.closes_at = now - HOUR
    session.flush()
    assert endings.settle(session, now) == 0

    confirm(session, staff(session, now), shift, now)

    session.expire_all()
    row = session.get_one(Shift, shift)
    assert (row.record_due, row.recorded_at) == (None, now)
    assert endings.settle(session, now) == 1
    assert activity.state is ActivityState.RECORDED


def test_somebody_without_a_post_confirms_nothing(session, now):
    shift = a_past_shift(session, now)
    a_record(session, now, shift)

    with pytest.raises(NotAllowed):
        confirm(session, Reach(a_person(session, now), ()), shift, now)
    with pytest.raises(NotAllowed):
        confirm(session, staff(session, now, Role.GRID_WORKER), shift, now)


def test_a_repeat_confirms_nothing_more(session, now):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    reach = staff(session, now)

    assert confirm(session, reach, shift, now).done == 1
    assert confirm(session, reach, shift, now) == (0, 0)
    assert len(story(session, record)) == 2


def test_exceptions_are_corrected_with_a_reason_or_left(session, now, queued):
    shift = a_past_shift(session, now)
    kept, less, _left = (a_record(session, now, shift) for _ in range(3))
    reach = staff(session, now)
    corrected = {less: Correction(60, "中途离开", 1)}

    done = confirm(session, reach, shift, now, seen={kept: 1}, corrected=corrected)

    assert (done.done, done.waiting) == (2, 1)
    assert states(session, shift) == ["confirmed", "confirmed", "pending"]
    assert story(session, less)[-1] == (2, "confirmed", 60)
    assert queued(session) == [("records.amended", record_of(session, less).person_id)]


def test_a_correction_needs_a_reason_and_room(session, now):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    reach = staff(session, now)

    with pytest.raises(ReasonNeeded):
        confirm(session, reach, shift, now, corrected={record: Correction(60, " ")})
    with pytest.raises(TooManyMinutes) as refused:
        confirm(session, reach, shift, now, corrected={record: Correction(136, "多记")})
    assert refused.value.facts == {"most": 135}
    with pytest.raises(TooManyMinutes):
        confirm(session, reach, shift, now, corrected={record: Correction(-1, "少记")})
    assert states(session, shift) == ["pending"]


def test_what_changed_since_it_was_seen_is_not_confirmed(session, now):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    record_of(session, record).version = 2
    session.flush()

    assert confirm(session, staff(session, now), shift, now, seen={record: 1}) == (0, 1)


def test_two_hundred_are_confirmed_by_the_statements_of_one(db, now, statements):
    counts = []
    for how_many in (1, 200):
        with db.transaction() as session:
            shift, reach = a_past_shift(session, now), staff(session, now)
            for person in people(session, now, how_many):
                a_record(session, now, shift, person=person)
        with db.transaction() as session, statements() as seen:
            assert confirm(session, reach, shift, now) == (how_many, 0)
            session.flush()
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 16


def test_two_who_confirm_at_once_confirm_once(race, db, now):
    with db.transaction() as session:
        shift = a_past_shift(session, now)
        made = [a_record(session, now, shift) for _ in range(5)]
        both = [staff(session, now) for _ in range(2)]

    got = race([lambda s, reach=reach: confirm(s, reach, shift, now) for reach in both])

    assert sorted(done.done for done in got) == [0, 5]
    with db.reading() as session:
        assert all(len(story(session, record)) == 2 for record in made)


def test_a_dispute_and_a_confirmation_at_once_leave_nothing_final(race, db, now, runtime):
    with db.transaction() as session:
        shift, reach = a_past_shift(session, now), staff(session, now)
        record = a_record(session, now, shift)
        person = record_of(session, record).person_id

    def dispute(session):
        more = {"channel": Channel.CHAT, "vault": runtime.vault}
        disputes.raise_dispute(session, person, record, "少记了半小时", now, **more)

    race([dispute, lambda session: confirm(session, reach, shift, now)])

    later = now + timedelta(days=30)
    with db.transaction() as session:
        assert finishing.finish(session, later) == 0
        assert record_of(session, record).disputed
        # the control: without the dispute it would be final, once it is confirmed
        seen = record_of(session, record)
        seen.disputed, seen.state, seen.confirmed_at = False, RecordState.CONFIRMED, now
        session.flush()
        assert finishing.finish(session, later) == 1


def test_confirmed_hours_are_final_after_three_working_days(session, now):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    person = record_of(session, record).person_id
    confirm(session, staff(session, now), shift, now)

    assert finishing.finish(session, now + timedelta(days=3)) == 0
    assert finishing.finish(session, now + timedelta(days=3, hours=15)) == 1
    assert finishing.finish(session, now + timedelta(days=4)) == 0

    assert record_of(session, record).state is RecordState.FINAL
    assert story(session, record)[-1] == (3, "final", 120)
    assert records.totals(session, person) == (120, 0)


def test_whoever_confirms_stands_in_the_trail_and_in_the_versions(db, now):
    with db.transaction() as session:
        shift, reach = a_past_shift(session, now), staff(session, now)
        record = a_record(session, now, shift)
        confirm(session, reach, shift, now)

    with db.reading() as session:
        noted = session.scalars(select(AuditEntry)).one()
        version = session.scalars(select(RecordVersion).order_by(RecordVersion.id.desc())).first()
    assert (noted.actor, noted.action) == (reach.person_id, "records.confirmed")
    assert (noted.subject_id, noted.facts) == (shift, {"count": 1})
    assert (version.record_id, version.made_by) == (record, reach.person_id)


def test_without_the_condition_on_the_person_one_would_confirm_ones_own(session, now, monkeypatch):
    reach = staff(session, now)
    shift = a_past_shift(session, now)
    own = a_record(session, now, shift, person=reach.person_id)
    assert confirm(session, reach, shift, now).done == 0

    class Anybody:
        def __ne__(self, _other):
            return confirming.record.id > 0

    columns = {name: getattr(confirming.record, name) for name in confirming.record.keys()}  # noqa: SIM118
    unguarded = type("Columns", (), columns | {"person_id": Anybody()})
    monkeypatch.setattr(confirming, "record", unguarded)
    assert confirm(session, reach, shift, now).done == 1
    assert record_of(session, own).state is RecordState.CONFIRMED

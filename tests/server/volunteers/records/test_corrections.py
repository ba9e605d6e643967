"""Hours are corrected with a reason; final ones, voided ones and those by hand by two people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.people.models import Role
from server.staff import approvals
from server.staff.approvals import AskedAlready, ReasonNeeded, SecondPersonNeeded
from server.staff.models import Approval
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers.hours import by_hand, corrections, finishing, records
from server.volunteers.hours.by_hand import Entry
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.refusals import (
    ChangedMeanwhile,
    EvidenceNeeded,
    NotOver,
    OwnRecord,
    RecordedAlready,
    SameMinutes,
    TooManyMinutes,
    Undecided,
    Voided,
)
from server.volunteers.models import (
    Activity,
    ActivityState,
    RecordState,
    RecordVersion,
    Shift,
    Signup,
    Source,
)
from server.volunteers.refusals import ActivityCancelled
from tests.factories import a_person
from tests.server.volunteers.records.acts import (
    HOUR,
    a_past_shift,
    a_record,
    confirm,
    record_of,
    staff,
    story,
)


@pytest.fixture
def street(session, now):
    """Somebody who may allow what others ask for."""
    return staff(session, now, Role.STREET_OPERATOR)


@pytest.fixture
def community(session, now):
    return staff(session, now)


@pytest.fixture
def final(session, now, community):
    """The id of a record that is final."""
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    confirm(session, community, shift, now)
    finishing.finish(session, now + timedelta(days=7))
    assert record_of(session, record).state is RecordState.FINAL
    return record


def asked(session):
    return session.scalars(select(Approval).order_by(Approval.id.desc())).first()


def test_a_pending_record_is_corrected_and_so_confirmed(session, now, community, changed):
    record = a_record(session, now)

    assert corrections.correct(session, community, record, Correction(90, "晚到"), now) is None

    seen = record_of(session, record)
    assert (seen.state, seen.minutes, seen.confirmed_by) == ("confirmed", 90, community.person_id)
    assert changed == [record]
    assert session.get_one(Shift, seen.shift_id).recorded_at == now


def test_more_minutes_than_the_recorded_time_stand_for_the_whole_shift(session, now, community):
    record = a_record(session, now, stayed=HOUR)
    assert record_of(session, record).minutes == 60

    corrections.correct(session, community, record, Correction(120, "签退点早了"), now)

    seen = record_of(session, record)
    assert (seen.minutes, seen.ends_at - seen.starts_at) == (120, timedelta(minutes=150))


def test_final_hours_wait_for_a_second_person(
    session, now, community, street, final, changed, queued
):
    question = corrections.correct(session, community, final, Correction(60, "核对签到表"), now)
    assert record_of(session, final).minutes == 120
    with pytest.raises(AskedAlready):
        corrections.void(session, community, final, "重复", now)

    approvals.grant(session, street, question.id, now)

    seen = record_of(session, final)
    assert (seen.state, seen.minutes) == (RecordState.FINAL, 60)
    version = session.scalars(select(RecordVersion).order_by(RecordVersion.id.desc())).first()
    assert (version.made_by, version.approved_by) == (community.person_id, street.person_id)
    assert changed == [final]
    assert queued(session) == [("records.amended", seen.person_id)]


def test_nobody_allows_their_own_question_nor_decides_their_own_hours(session, now, street):
    record = a_record(session, now)
    question = corrections.void(session, street, record, "没有来", now)
    with pytest.raises(SecondPersonNeeded):
        approvals.grant(session, street, question.id, now)

    own = a_record(session, now, person=street.person_id)
    with pytest.raises(OwnRecord):
        corrections.correct(session, street, own, Correction(135, "多记"), now)
    with pytest.raises(OwnRecord):
        corrections.void(session, street, own, "不要", now)
    question = corrections.void(session, staff(session, now), own, "没有来", now)
    with pytest.raises(OwnRecord):
        approvals.grant(session, street, question.id, now)


def test_two_people_take_hours_back(session, now, community, street, final, changed, queued):
    question = corrections.void(session, community, final, "本人没有到场", now)
    approvals.grant(session, street, question.id, now)

    seen = record_of(session, final)
    assert seen.state is RecordState.VOID
    assert records.totals(session, seen.person_id) == (0, 0)
    assert changed == [final]
    assert queued(session) == [("records.voided", seen.person_id)]
    with pytest.raises(Voided):
        corrections.correct(session, community, final, Correction(60, "恢复"), now)


def test_what_changed_since_the_question_is_not_done(session, now, community, street):
    record = a_record(session, now)
    question = corrections.void(session, community, record, "没有来", now)
    corrections.correct(session, street, record, Correction(60, "来了一小时"), now)

    with pytest.raises(ChangedMeanwhile):
        approvals.grant(session, street, question.id, now)
    assert record_of(session, record).state is RecordState.CONFIRMED


def test_corrections_make_sense(session, now, community):
    record = a_record(session, now)
    with pytest.raises(ReasonNeeded):
        corrections.correct(session, community, record, Correction(60, ""), now)
    with pytest.raises(ReasonNeeded):
        corrections.void(session, community, record, " ", now)
    with pytest.raises(ChangedMeanwhile):
        corrections.correct(session, community, record, Correction(60, "晚到", 2), now)
    with pytest.raises(OutOfReach):
        corrections.correct(session, community, 999, Correction(60, "晚到"), now)
    corrections.correct(session, community, record, Correction(120, "没错"), now)
    with pytest.raises(SameMinutes):
        corrections.correct(session, community, record, Correction(120, "没错"), now)


def by_paper(session, now, **more):
    shift = more.pop("shift", None) or a_past_shift(session, now)
    row = session.get_one(Shift, shift)
    given = {
        "person_id": a_person(session, now),
        "shift_id": shift,
        "span": Span(row.starts_at, row.ends_at),
        "reason": "手机没电，没能签到",
        "evidence": "纸质签到表第3页",
    }
    return Entry(**(given | more))


def test_hours_by_hand_count_once_a_second_person_allows_them(session, now, community, street):
    entry = by_paper(session, now)
    record = by_hand.enter_by_hand(session, community, entry, now)
    assert record_of(session, record).state is RecordState.APPROVAL
    assert records.totals(session, entry.person_id) == (0, 0)
    with pytest.raises(Undecided):
        corrections.correct(session, community, record, Correction(60, "少记"), now)

    approvals.grant(session, street, asked(session).id, now)

    seen = record_of(session, record)
    assert (seen.state, seen.source, seen.minutes) == (RecordState.CONFIRMED, Source.HAND, 120)
    assert (seen.recorded_by, seen.confirmed_by) == (community.person_id, street.person_id)
    assert session.scalars(select(RecordVersion.evidence)).first() == "纸质签到表第3页"
    assert records.totals(session, entry.person_id) == (0, 120)


def test_whoever_gets_the_hours_neither_enters_nor_allows_them(session, now, community, street):
    with pytest.raises(OwnRecord):
        by_hand.enter_by_hand(
            session, community, by_paper(session, now, person_id=community.person_id), now
        )
    entry = by_paper(session, now, person_id=street.person_id)
    by_hand.enter_by_hand(session, community, entry, now)
    with pytest.raises(OwnRecord):
        approvals.grant(session, street, asked(session).id, now)


def test_hours_by_hand_that_are_declined_are_void_and_may_come_anew(
    session, now, community, street
):
    entry = by_paper(session, now)
    record = by_hand.enter_by_hand(session, community, entry, now)
    approvals.decline(session, street, asked(session).id, "依据不足", now)

    assert story(session, record) == [(1, "approval", 120), (2, "void", 120)]
    assert by_hand.enter_by_hand(session, community, entry, now) != record


def test_hours_by_hand_that_nobody_allows_end_and_the_one_who_entered_is_told(
    session, now, community, queued
):
    record = by_hand.enter_by_hand(session, community, by_paper(session, now), now)

    assert finishing.lapse(session, now + timedelta(days=6)) == 0
    assert finishing.lapse(session, now + timedelta(days=7)) == 1

    assert record_of(session, record).state is RecordState.VOID
    assert queued(session) == [("records.proposal_lapsed", community.person_id)]


def test_hours_by_hand_make_sense(session, now, community):
    with pytest.raises(ReasonNeeded):
        by_hand.enter_by_hand(session, community, by_paper(session, now, reason=" "), now)
    with pytest.raises(EvidenceNeeded):
        by_hand.enter_by_hand(session, community, by_paper(session, now, evidence=""), now)
    with pytest.raises(NotOver):
        by_hand.enter_by_hand(
            session, community, by_paper(session, now, shift=a_past_shift(session, now, ago=1)), now
        )
    off = by_paper(session, now, span=Span(now - 9 * HOUR, now - 8 * HOUR))
    with pytest.raises(TooManyMinutes):
        by_hand.enter_by_hand(session, community, off, now)
    shift = a_past_shift(session, now)
    record = record_of(session, a_record(session, now, shift))
    twice = by_paper(session, now, shift=shift, person_id=record.person_id)
    with pytest.raises((RecordedAlready, TooManyMinutes)):
        by_hand.enter_by_hand(session, community, twice, now)
    with pytest.raises(NotAllowed):
        by_hand.enter_by_hand(
            session, staff(session, now, Role.TEAM_LEADER), by_paper(session, now), now
        )


def test_nothing_is_entered_for_what_did_not_take_place(session, now, community):
    entry = by_paper(session, now)
    from_shift = session.get_one(Shift, entry.shift_id)
    session.get_one(Activity, from_shift.activity_id).state = ActivityState.CANCELLED
    session.flush()

    with pytest.raises(ActivityCancelled):
        by_hand.enter_by_hand(session, community, entry, now)


def test_hours_allowed_late_fit_into_what_the_day_has_left(session, clock, community, street):
    now = clock.advance(hours=12)
    shifts = [a_past_shift(session, now, ago=ago) for ago in (12, 10, 8, 6)]
    person = a_person(session, now)
    late = by_paper(session, now, shift=a_past_shift(session, now, ago=4), person_id=person)
    record = by_hand.enter_by_hand(session, community, late, now)
    for shift in shifts:
        a_record(session, now, shift, person=person)

    approvals.grant(session, street, asked(session).id, now)

    assert (record_of(session, record).minutes, records.totals(session, person).pending) == (0, 480)


def test_sign_ups_follow_what_becomes_of_the_hours(session, now, community, street):
    shift = a_past_shift(session, now)
    record = record_of(session, a_record(session, now, shift))
    absent = a_person(session, now)
    moments = {"created_at": now, "changed_at": now}
    session.add(
        Signup(shift_id=shift, person_id=absent, state="no_show", channel="chat", **moments)
    )
    session.flush()

    void = corrections.void(session, community, record.id, "没有来", now)
    approvals.grant(session, street, void.id, now)
    entry = by_paper(session, now, shift=shift, person_id=absent)
    by_hand.enter_by_hand(session, community, entry, now)
    approvals.grant(session, street, asked(session).id, now)

    session.expire_all()
    found = session.execute(select(Signup.state, Signup.walk_in).order_by(Signup.id)).all()
    assert [tuple(row) for row in found] == [("revoked", False), ("credited", True)]
    assert session.get_one(Shift, shift).taken == 0

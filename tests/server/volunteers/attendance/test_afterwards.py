"""Paper lists, forgotten check-outs, no-shows, shifts moved or called off, persons joined (V8)."""

import pytest
from sqlalchemy import select, update

from server.people import joining, profile
from server.people.models import Channel, Person
from server.volunteers.activities import staffing
from server.volunteers.attendance import closing, paper
from server.volunteers.attendance.paper import Sheet
from server.volunteers.attendance.refusals import (
    BadTimes,
    EvidenceNeeded,
    NotOneself,
    NotOnRoster,
    RecordedAlready,
)
from server.volunteers.models import (
    Attendance,
    RecordState,
    Route,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
    Source,
)
from tests.factories import POLICY, a_person
from tests.server.volunteers.acts import counts, kept, sign_up, state_of
from tests.server.volunteers.attendance.acts import (
    GONE,
    HOUR,
    MINUTE,
    PRESENT,
    a_leader,
    a_running_shift,
    a_worker,
    check_in,
    check_out,
    presences,
)

DAY = 24 * HOUR
NO_SHOW = SignupState.NO_SHOW


def times(session, shift):
    found = session.get_one(Shift, shift)
    return found.starts_at, found.ends_at


def records(session) -> list[ServiceRecord]:
    return list(session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)))


def move(session, shift, by) -> None:
    values = {"starts_at": Shift.starts_at, "ends_at": Shift.ends_at}
    starts_at, ends_at = times(session, shift)
    values = {"starts_at": starts_at + by, "ends_at": ends_at + by}
    session.execute(update(Shift).where(Shift.id == shift).values(values))
    session.expire_all()


def test_a_forgotten_check_out_is_the_scheduled_end_and_waits(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    _, ends_at = times(session, shift)
    check_in(session, person, shift, now, means)

    assert closing.close(session, ends_at + 14 * MINUTE, POLICY) == 0
    assert closing.close(session, ends_at + 15 * MINUTE, POLICY) == 1
    assert closing.close(session, ends_at + 3 * DAY, POLICY) == 0

    [presence] = presences(session)
    assert (presence.out_at, presence.out_route) == (ends_at, Route.SCHEDULE)
    assert state_of(session, person, shift) is GONE
    [record] = records(session)
    assert (record.state, record.minutes) == (RecordState.PENDING, 135)
    late = check_out(session, person, shift, ends_at + 15 * MINUTE, means)
    assert late.out_at == ends_at


def test_who_left_no_trace_counts_as_absent_and_a_paper_list_undoes_it(session, now, means) -> None:
    shift, [absent, came] = a_running_shift(session, now, people=2)
    starts_at, ends_at = times(session, shift)
    check_in(session, came, shift, now, means)
    closing.close(session, ends_at + HOUR, POLICY)

    assert closing.miss(session, ends_at + 23 * HOUR, POLICY) == 0
    assert closing.miss(session, ends_at + DAY, POLICY) == 1
    assert state_of(session, absent, shift) is NO_SHOW
    assert counts(session, shift) == kept(session, shift) == (1, 0)

    worker, late = a_worker(session, now), ends_at + 2 * DAY
    [signup] = session.scalars(select(Signup.id).where(Signup.person_id == absent))
    sheet = Sheet(starts_at, ends_at, "纸质签到表第2页")
    done = paper.enter(session, worker, shift, signup, sheet, late, means)

    assert (done.state, done.in_at, done.out_at) == (GONE, starts_at, ends_at)
    assert paper.enter(session, worker, shift, signup, sheet, late, means) == done
    assert counts(session, shift) == kept(session, shift) == (2, 0)
    [_, record] = records(session)
    assert (record.source, record.minutes) == (Source.PAPER, 120)
    assert presences(session)[-1].in_by == worker.person_id


def test_a_list_may_name_somebody_who_never_signed_up(session, now, means) -> None:
    shift, _ = a_running_shift(session, now, people=0)
    starts_at, ends_at = times(session, shift)
    walker = a_person(session, now)
    profile.set_phone(session, walker, "13800002222", vault=means.vault)
    sheet = Sheet(starts_at, ends_at, "电话告知", Channel.PHONE)

    paper.enter(session, a_worker(session, now), shift, "13800002222", sheet, ends_at, means)

    assert state_of(session, walker, shift) is GONE
    assert presences(session)[0].evidence == "phone: 电话告知"
    assert kept(session, shift) == (0, 0)


def test_a_list_that_makes_no_sense_is_refused(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    starts_at, ends_at = times(session, shift)
    worker, late = a_worker(session, now), ends_at + HOUR
    sign_up_of_worker = sign_up(session, worker.person_id, shift, now)
    ids = {row.person_id: row.id for row in session.scalars(select(Signup))}
    assert sign_up_of_worker.state == "confirmed"

    def enter(in_at, out_at, evidence="签到表", at=late, who=ids[person]):
        return paper.enter(session, worker, shift, who, Sheet(in_at, out_at, evidence), at, means)

    for bad in (
        lambda: enter(ends_at, starts_at),
        lambda: enter(starts_at, starts_at),
        lambda: enter(starts_at - 2 * HOUR, ends_at),
        lambda: enter(starts_at, ends_at + 2 * HOUR),
        lambda: enter(starts_at, ends_at, at=ends_at - MINUTE),
    ):
        with pytest.raises(BadTimes):
            bad()
    with pytest.raises(EvidenceNeeded):
        enter(starts_at, ends_at, evidence="  ")
    with pytest.raises(NotOneself):
        enter(starts_at, ends_at, who=ids[worker.person_id])
    with pytest.raises(NotOnRoster):
        enter(starts_at, ends_at, who=10**12)
    enter(starts_at, ends_at)
    with pytest.raises(RecordedAlready):
        enter(starts_at, ends_at - HOUR)


def test_a_shift_that_lasts_longer_ends_later_for_who_is_there(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    _, ends_at = times(session, shift)
    check_in(session, person, shift, now, means)
    session.execute(update(Shift).values(ends_at=ends_at + HOUR))

    assert closing.close(session, ends_at + 30 * MINUTE, POLICY) == 0
    assert check_out(session, person, shift, ends_at + HOUR, means).out_at == ends_at + HOUR
    assert records(session)[0].minutes == 195


def test_a_shift_cut_short_before_somebody_came_ends_when_they_came(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    starts_at, ends_at = times(session, shift)
    check_in(session, person, shift, ends_at - MINUTE, means)
    session.execute(update(Shift).values(ends_at=starts_at + 30 * MINUTE))

    assert closing.close(session, ends_at, POLICY) == 1

    assert presences(session)[0].out_at == ends_at - MINUTE
    assert records(session)[0].minutes == 0


def test_whoever_is_in_a_shift_that_moves_away_is_not_held_there(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    check_in(session, person, shift, now, means)
    move(session, shift, 3 * DAY)

    assert closing.close(session, now + HOUR, POLICY) == 1

    assert presences(session)[0].out_at == now + HOUR


def test_calling_off_lets_those_keep_their_time_who_are_there(session, now, means) -> None:
    shift, [present, expected] = a_running_shift(session, now, people=2)
    check_in(session, present, shift, now, means)

    told = staffing.cancel(session, session.get_one(Shift, shift).activity_id, now + HOUR)

    assert told == 1
    assert state_of(session, present, shift) is GONE
    assert state_of(session, expected, shift) is SignupState.REVOKED
    assert presences(session)[0].out_at == now + HOUR
    assert records(session)[0].minutes == 60


def test_two_presences_of_one_person_at_one_shift_become_one(session, now, means) -> None:
    shift, [older, younger] = a_running_shift(session, now, people=2, capacity=2)
    waiter = a_person(session, now)
    sign_up(session, waiter, shift, now)
    check_in(session, younger, shift, now, means)
    check_in(session, older, shift, now + 5 * MINUTE, means)

    joining.join(session, older, younger, now + HOUR)

    [presence] = presences(session)
    assert (presence.person_id, presence.in_at, presence.out_at) == (older, now, None)
    assert session.get(Person, younger) is None
    live = session.scalars(select(Signup.state).where(Signup.person_id == older)).all()
    assert sorted(live) == [SignupState.CANCELLED, PRESENT]
    assert counts(session, shift) == kept(session, shift)
    assert check_out(session, older, shift, now + 2 * HOUR, means).state is GONE


def test_of_a_presence_and_a_mere_sign_up_the_presence_stays(session, now, means) -> None:
    shift, [older, younger] = a_running_shift(session, now, people=2)
    check_in(session, younger, shift, now, means)

    joining.join(session, older, younger, now + HOUR)

    assert presences(session)[0].person_id == older
    assert counts(session, shift) == kept(session, shift) == (1, 0)


def test_of_two_places_at_once_the_earlier_ends_where_the_later_begins(session, now, means) -> None:
    shift, [older] = a_running_shift(session, now)
    other, [younger] = a_running_shift(session, now, starts_in=30 * MINUTE)
    check_in(session, older, shift, now, means)
    check_in(session, younger, other, now + 10 * MINUTE, means)

    joining.join(session, older, younger, now + HOUR)

    first, second = presences(session)
    assert (first.out_at, first.person_id) == (now + 10 * MINUTE, older)
    assert (second.out_at, second.person_id) == (None, older)


def test_two_presences_that_are_over_keep_the_longer_time(session, now, means) -> None:
    shift, [older, younger] = a_running_shift(session, now, people=2)
    check_in(session, older, shift, now, means)
    check_out(session, older, shift, now + HOUR, means)
    check_in(session, younger, shift, now + 30 * MINUTE, means)
    check_out(session, younger, shift, now + 2 * HOUR, means)

    joining.join(session, older, younger, now + 3 * HOUR)

    [presence] = presences(session)
    assert (presence.in_at, presence.out_at) == (now, now + 2 * HOUR)
    counting = [one for one in records(session) if one.state != RecordState.VOID]
    assert len(counting) == 1


def test_who_leads_may_enter_afterwards_what_the_phone_could_not(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    starts_at, ends_at = times(session, shift)
    leader = a_leader(session, shift, now)
    signup = session.scalar(select(Signup.id).where(Signup.person_id == person))

    sheet = Sheet(starts_at, ends_at, "现场没有信号，抄自笔记")
    done = paper.enter(session, leader, shift, signup, sheet, ends_at + HOUR, means)

    assert done.state is GONE
    assert session.scalar(select(Attendance.in_by)) == leader.person_id

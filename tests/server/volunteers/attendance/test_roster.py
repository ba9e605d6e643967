"""What leaders mark, whom they let in, and who may not (V9, V12)."""

import pytest
from sqlalchemy import select, update

from server.people import profile
from server.staff import reach as reaches
from server.staff.reach import OutOfReach
from server.volunteers.attendance import leading, letting_in, marking, owncodes, roster
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.marking import Did, Mark
from server.volunteers.attendance.refusals import (
    CheckOutFirst,
    NobodySuch,
    NotCheckedIn,
    NothingToRecheck,
    NotOneself,
    NotOnRoster,
    ScreenClosed,
)
from server.volunteers.models import Activity, Attendance, Route, Shift, Signup, SignupState
from server.volunteers.refusals import TooYoung
from tests.factories import POLICY, a_person
from tests.server.volunteers.acts import kept, sign_up, state_of
from tests.server.volunteers.attendance.acts import (
    GONE,
    HOUR,
    MINUTE,
    PRESENT,
    STEP,
    a_leader,
    a_running_shift,
    a_worker,
    check_in,
    how_many,
    presences,
    taken,
)
from tests.server.volunteers.staff import born

PHONE = "13800001111"


def signups(session, shift) -> list[int]:
    return list(session.scalars(select(Signup.id).where(Signup.shift_id == shift)))


def mark(session, reach, shift, did, now, *which):
    marks = [Mark(signup, did) for signup in which or signups(session, shift)]
    return marking.mark(session, reach, shift, marks, now, POLICY)


def let_in(session, reach, shift, who, now, means, way=Direction.IN):
    return letting_in.let_in(session, reach, shift, who, way, now, means)


def test_the_leader_marks_who_came_and_who_left(session, now) -> None:
    shift, people = a_running_shift(session, now, people=3)
    leader = a_leader(session, shift, now)
    first, *others = signups(session, shift)

    assert [one.refusal for one in mark(session, leader, shift, Did.CAME, now, first)] == [None]
    mark(session, leader, shift, Did.WHOLE, now + HOUR, *others)
    mark(session, leader, shift, Did.LEFT, now + 2 * HOUR, first)
    mark(session, leader, shift, Did.LEFT, now + 2 * HOUR, first)

    one, two, three = presences(session)
    assert (one.in_at, one.out_at, one.in_by) == (now, now + 2 * HOUR, leader.person_id)
    assert two.in_at == three.in_at == now + 15 * MINUTE
    assert {two.in_route, one.out_route} == {Route.ROSTER}
    assert [state_of(session, person, shift) for person in people] == [GONE, PRESENT, PRESENT]


def test_everybody_came_except_some_in_a_few_statements(session, now, statements) -> None:
    shift, people = a_running_shift(session, now, people=12)
    leader = a_leader(session, shift, now)
    absent = signups(session, shift)[:2]

    with statements() as seen:
        marked = marking.mark_all(session, leader, shift, Did.WHOLE, absent, now, POLICY)

    assert len(marked) == how_many(session) == 10
    assert len(seen) <= 10
    assert state_of(session, people[0], shift) is SignupState.CONFIRMED


def test_one_who_cannot_be_marked_holds_back_no_other(session, now, means) -> None:
    shift, [busy, free] = a_running_shift(session, now, people=2)
    elsewhere, _ = a_running_shift(session, now, people=0, starts_in=HOUR)
    other = a_leader(session, elsewhere, now)
    code = owncodes.show(session, busy, now + HOUR, vault=means.vault).code
    let_in(session, other, elsewhere, code, now + HOUR, means)
    leader = a_leader(session, shift, now)

    marked = mark(session, leader, shift, Did.CAME, now + HOUR)

    assert [type(one.refusal) for one in marked] == [CheckOutFirst, type(None)]
    assert state_of(session, free, shift) is PRESENT


def test_nobody_marks_themselves_by_whatever_route(session, now, means) -> None:
    shift, [_person] = a_running_shift(session, now)
    leader = a_leader(session, shift, now)
    sign_up(session, leader.person_id, shift, now)
    code = owncodes.show(session, leader.person_id, now, vault=means.vault).code

    mine = signups(session, shift)[1]
    assert isinstance(mark(session, leader, shift, Did.CAME, now, mine)[0].refusal, NotOneself)
    with pytest.raises(NotOneself):
        let_in(session, leader, shift, code, now, means)
    marking.mark_all(session, leader, shift, Did.WHOLE, (), now, POLICY)
    assert state_of(session, leader.person_id, shift) is SignupState.CONFIRMED
    assert mark(session, a_worker(session, now), shift, Did.CAME, now, mine)[0].refusal is None


def test_only_who_answers_for_the_shift_may_look_at_it(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    leader = a_leader(session, shift, now)
    stranger = reaches.of(session, person, now)
    other_leader = a_leader(session, a_running_shift(session, now, people=0)[0], now)

    for reach in (stranger, other_leader):
        for look in (
            lambda reach=reach: roster.of(session, reach, shift, vault=means.vault),
            lambda reach=reach: mark(session, reach, shift, Did.CAME, now),
            lambda reach=reach: let_in(session, reach, shift, PHONE, now, means),
            lambda reach=reach: roster.recheck(session, reach, shift, 1, True, now),
        ):
            with pytest.raises(OutOfReach):
                look()
    assert mark(session, leader, shift, Did.CAME, now, 10**9)[0].refusal.code == NotOnRoster.code
    assert how_many(session) == 0


def test_a_volunteers_own_code_works_once(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    leader = a_leader(session, shift, now)
    old = owncodes.show(session, person, now, vault=means.vault).code
    code = owncodes.show(session, person, now, vault=means.vault).code

    assert let_in(session, leader, shift, f"{code[:4]} {code[4:]}", now, means).state is PRESENT

    assert presences(session)[0].in_route is Route.OWN_CODE
    for bad in (code, old, "00000000"):
        with pytest.raises(NobodySuch):
            let_in(session, leader, shift, bad, now, means, Direction.OUT)
    late = owncodes.show(session, person, now, vault=means.vault).code
    with pytest.raises(NobodySuch):
        let_in(session, leader, shift, late, now + 5 * MINUTE, means, Direction.OUT)


def test_who_walks_in_is_counted_beyond_the_capacity(session, now, means) -> None:
    shift, [_first] = a_running_shift(session, now, capacity=1)
    leader = a_leader(session, shift, now)
    walker = a_person(session, now)
    profile.set_phone(session, walker, PHONE, vault=means.vault)

    let_in(session, leader, shift, "138 0000 1111", now, means)

    assert state_of(session, walker, shift) is PRESENT
    assert session.scalar(select(Signup.walk_in).where(Signup.person_id == walker))
    assert taken(session, shift) == 1


def test_who_walks_in_must_be_allowed_to(session, now, means) -> None:
    shift, [_, young] = a_running_shift(session, now, people=2, capacity=1)
    leader = a_leader(session, shift, now)
    session.get_one(Activity, session.get_one(Shift, shift).activity_id).min_age = 18
    walker = a_person(session, now)
    for person, phone in ((walker, PHONE), (young, "13800001112")):
        profile.set_phone(session, person, phone, vault=means.vault)
        born(session, person, 2010)
        with pytest.raises(TooYoung):
            let_in(session, leader, shift, phone, now, means)

    born(session, walker, 1990, seen_at=now)
    assert let_in(session, leader, shift, PHONE, now, means).state is PRESENT


def test_who_waits_in_line_is_let_in_and_leaves_the_line(session, now, means) -> None:
    shift, [_first, second] = a_running_shift(session, now, people=2, capacity=1)
    leader = a_leader(session, shift, now)
    code = owncodes.show(session, second, now, vault=means.vault).code

    let_in(session, leader, shift, code, now, means)

    assert state_of(session, second, shift) is PRESENT
    assert kept(session, shift) == (1, 0)


def test_nobody_is_found_by_a_guess_and_guesses_are_counted(session, now, means) -> None:
    shift, _ = a_running_shift(session, now)
    leader = a_leader(session, shift, now)

    for who in ("13900000000", "14010600000000", "", "张三", "x" * 200):
        with pytest.raises(NobodySuch):
            let_in(session, leader, shift, who, now, means)
    means.limits.miss([f"leader {leader.person_id}"] * 60)
    with pytest.raises(Exception, match="too_many_codes"):
        let_in(session, leader, shift, "00000000", now, means)


def test_nobody_leaves_by_the_roster_who_has_not_come(session, now) -> None:
    shift, _ = a_running_shift(session, now)
    leader = a_leader(session, shift, now)

    [marked] = mark(session, leader, shift, Did.LEFT, now)

    assert isinstance(marked.refusal, NotCheckedIn)


def test_a_roster_costs_the_same_however_long(session, now, means, statements) -> None:
    spent = []
    for people in (2, 20):
        shift, _ = a_running_shift(session, now, people=people)
        leader = a_leader(session, shift, now)
        with statements() as seen:
            found = roster.of(session, leader, shift, vault=means.vault)
        assert len(found.entries) == people
        spent.append(len(seen))

    assert spent[0] == spent[1] == 2


def test_names_on_a_roster_are_masked(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    profile.rename(session, person, "示例明", vault=means.vault)

    found = roster.of(session, a_leader(session, shift, now), shift, vault=means.vault)

    assert found.entries[0].name == "示*明"
    assert found.counts == {"expected": 1, "present": 0, "gone": 0, "waiting": 0, "no_show": 0}


def test_who_was_drawn_by_lot_is_looked_at_and_nothing_follows(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    leader = a_leader(session, shift, now)
    check_in(session, person, shift, now, means)
    [signup] = signups(session, shift)
    session.execute(update(Attendance).values(recheck=None))
    with pytest.raises(NothingToRecheck):
        roster.recheck(session, leader, shift, signup, True, now)

    session.execute(update(Attendance).values(recheck="asked"))
    roster.recheck(session, leader, shift, signup, False, now)

    assert presences(session)[0].recheck == "not_seen"
    assert state_of(session, person, shift) is PRESENT


def test_a_screen_closes_with_its_shift_and_with_its_leader(session, now, means) -> None:
    shift, _ = a_running_shift(session, now)
    leader = a_leader(session, shift, now)
    led = leading.led(session, leader, shift)
    ticket = leading.ticket(led, leader.person_id, means.vault)

    assert leading.by_ticket(session, ticket, now, means.vault) == (shift, leader.person_id)
    for bad, at in ((ticket, led.until() + STEP), (ticket[:-1] + "-", now), ("x", now)):
        with pytest.raises(ScreenClosed):
            leading.by_ticket(session, bad, at, means.vault)
    a_leader(session, shift, now)
    with pytest.raises(OutOfReach):
        leading.led(session, leader, shift)

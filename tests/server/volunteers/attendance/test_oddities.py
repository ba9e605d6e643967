"""Signs that something may be wrong: found by the machine, judged by people only."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.people.models import Role
from server.people.posts import appoint
from server.staff import queue
from server.staff import reach as reaches
from server.staff.approvals import DecidedAlready, ReasonNeeded
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers.attendance import marking, oddities, signs
from server.volunteers.attendance.hints import Place
from server.volunteers.attendance.marking import Did
from server.volunteers.models import Activity, Attendance, Oddity, OddityState, Shift, Signup
from tests.factories import POLICY, a_person
from tests.server.volunteers.acts import sign_up, state_of
from tests.server.volunteers.attendance.acts import (
    HOUR,
    MINUTE,
    PRESENT,
    a_leader,
    a_running_shift,
    a_worker,
    check_in,
    check_out,
)


def kinds(session) -> list[str]:
    return sorted(session.scalars(select(Oddity.kind)))


def look(session, now, **knobs) -> list[str]:
    signs.look(session, now, replace(POLICY, **knobs))
    return kinds(session)


def test_an_ordinary_presence_is_not_odd(session, now, means) -> None:
    shift, people = a_running_shift(session, now, people=2)
    for person in people:
        check_in(session, person, shift, now, replace(means, device=f"phone {person}"))
        check_out(session, person, shift, now + 2 * HOUR, means)

    assert look(session, now + 3 * HOUR) == []


def test_one_phone_for_three_people_is_odd_and_for_two_is_not(session, now, means) -> None:
    shift, [one, two, three] = a_running_shift(session, now, people=3)
    for person in (one, two):
        check_in(session, person, shift, now, means)
    assert look(session, now) == []

    check_in(session, three, shift, now, means)

    assert look(session, now) == look(session, now) == ["device"]


def test_coming_and_leaving_within_a_minute_is_odd_and_so_is_a_short_stay(
    session, now, means
) -> None:
    shift, [brief, short] = a_running_shift(session, now, people=2)
    for person, stay in ((brief, 0 * MINUTE), (short, 29 * MINUTE)):
        check_in(session, person, shift, now, replace(means, device=None))
        check_out(session, person, shift, now + stay, means)

    assert look(session, now + HOUR) == ["same_minute", "short"]


def test_many_marks_in_one_minute_are_odd(session, now) -> None:
    shift, _ = a_running_shift(session, now, people=4)
    marking.mark_all(session, a_leader(session, shift, now), shift, Did.WHOLE, (), now, POLICY)

    assert look(session, now, bulk=4) == []
    assert look(session, now, bulk=3) == ["bulk"]


def test_a_leader_who_checks_in_by_their_own_screen_is_odd(session, now, means) -> None:
    shift, _ = a_running_shift(session, now, people=0)
    leader = a_leader(session, shift, now)
    sign_up(session, leader.person_id, shift, now)
    check_in(session, leader.person_id, shift, now, means)

    assert look(session, now) == ["self"]


def test_nobody_travels_that_fast(session, now, means) -> None:
    taiyuan, datong = Place(37.87, 112.56, 50.0), Place(40.08, 113.3, 50.0)
    shift, [person] = a_running_shift(session, now)
    other, [nobody] = a_running_shift(session, now, starts_in=70 * MINUTE)
    session.execute(update(Signup).where(Signup.person_id == nobody).values(person_id=person))
    check_in(session, person, shift, now, replace(means, place=taiyuan))
    check_out(session, person, shift, now + 45 * MINUTE, means)
    check_in(session, person, other, now + HOUR, replace(means, place=datong))

    assert "travel" in look(session, now + HOUR)


def test_who_was_not_seen_is_shown_to_a_person_and_nothing_else_happens(
    session, now, means
) -> None:
    shift, [person] = a_running_shift(session, now)
    check_in(session, person, shift, now, means)
    session.execute(update(Attendance).values(recheck="not_seen"))

    assert look(session, now) == ["not_seen"]
    assert state_of(session, person, shift) is PRESENT


def test_a_person_settles_it_once_with_a_note(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    check_in(session, person, shift, now, means)
    check_out(session, person, shift, now, means)
    look(session, now)
    worker = a_worker(session, now)
    [waiting] = oddities.waiting(session, worker)
    assert [task.kind for task in queue.tasks(session, worker, now)].count("oddity") == 1

    with pytest.raises(ReasonNeeded):
        oddities.settle(session, worker, waiting.id, OddityState.CLEARED, " ", now)
    oddities.settle(session, worker, waiting.id, OddityState.CLEARED, "临时有事先走", now)

    with pytest.raises(DecidedAlready):
        oddities.settle(session, worker, waiting.id, OddityState.ACTED_ON, "再看", now)
    assert oddities.waiting(session, worker) == []
    assert oddities.one(session, worker, waiting.id).note == "临时有事先走"


def test_only_who_judges_there_sees_it(session, now, means) -> None:
    shift, [person] = a_running_shift(session, now)
    check_in(session, person, shift, now, means)
    check_out(session, person, shift, now, means)
    look(session, now)
    oddity = session.scalars(select(Oddity)).one()
    root = tree.root(session)
    elsewhere = tree.plant(session, "Z", "示例街道", tree.AreaKind.STREET, root)
    verifier, grid = a_person(session, now), a_person(session, now)
    appoint(session, verifier, Role.VERIFIER, elsewhere, now, until=None)
    appoint(session, grid, Role.GRID_WORKER, root, now, until=None)

    away, below = reaches.of(session, verifier, now), reaches.of(session, grid, now)

    assert oddities.waiting(session, away) == oddities.waiting(session, below) == []
    for reach, refusal in ((away, OutOfReach), (below, NotAllowed)):
        with pytest.raises(refusal):
            oddities.settle(session, reach, oddity.id, OddityState.CLEARED, "好", now)
    assert session.get_one(Activity, session.get_one(Shift, shift).activity_id).area_id == root.id

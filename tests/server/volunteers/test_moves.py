from datetime import timedelta

import pytest
from sqlalchemy import select

from server.notices.models import Notice, NoticeState
from server.volunteers.activities import moves
from server.volunteers.models import Shift, Signup, SignupState
from server.volunteers.refusals import AlreadyBegun, BadDraft, ChangedMeanwhile, PeopleInside
from server.volunteers.signups import reminders
from tests.factories import POLICY, a_person, an_activity, people
from tests.server.volunteers.acts import cancel, sign_up, state_of
from tests.server.volunteers.staff import a_reach

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def move(session, reach, shift, now, starts_at, seen=0):
    ends_at = starts_at + 2 * HOUR
    return moves.reschedule(session, reach, shift, seen, starts_at, ends_at, now, policy=POLICY)


def notices(session, kind):
    return session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()


def test_everybody_hears_of_another_time_and_is_reminded_of_it(session, now):
    worker = a_reach(session, now)
    activity = an_activity(session, now, starts_in=30 * HOUR)
    shift, (holder, waiter) = activity.shifts[0].id, people(session, now, 2)
    for person in (holder, waiter):
        sign_up(session, person, shift, now)

    told = move(session, worker, shift, now + 10 * HOUR, now + 4 * DAY)
    again = reminders.queue(session, now + 3 * DAY + HOUR, POLICY)

    [reminder] = notices(session, "volunteers.reminder")
    assert (told, again) == (2, 0)
    assert (reminder.state, reminder.due_at) == (NoticeState.QUEUED, now + 3 * DAY)
    assert [row.person_id for row in notices(session, "volunteers.moved")] == [holder, waiter]
    assert "3月13日" in notices(session, "volunteers.moved")[0].facts["starts_at"]


def test_leaving_after_a_move_is_never_late(session, now):
    worker = a_reach(session, now)
    shift = an_activity(session, now).shifts[0].id
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    move(session, worker, shift, now, now + 3 * HOUR)
    cancel(session, person, shift, now + 2 * HOUR)

    assert state_of(session, person, shift) is SignupState.CANCELLED


def test_who_now_has_two_things_at_once_is_told(session, now):
    worker = a_reach(session, now)
    other = an_activity(session, now, title="图书角", starts_in=4 * DAY).shifts[0].id
    shift = an_activity(session, now).shifts[0].id
    person = a_person(session, now)
    for each in (other, shift):
        sign_up(session, person, each, now)

    move(session, worker, shift, now, now + 4 * DAY + HOUR)

    [notice] = notices(session, "volunteers.moved")
    assert "图书角" in notice.facts["clash"]


def test_another_place_is_told_of_too(session, now):
    worker = a_reach(session, now)
    activity = an_activity(session, now)
    sign_up(session, a_person(session, now), activity.shifts[0].id, now)

    told = [
        moves.relocate(session, worker, activity.id, seen, place, now, policy=POLICY)
        for seen, place in ((0, "广场北门"), (1, "广场北门"))
    ]

    assert told == [1, 0]
    [notice] = notices(session, "volunteers.moved")
    assert notice.facts["place"] == "广场北门"


def test_a_shift_with_people_in_it_stays_where_it_is(session, now):
    worker = a_reach(session, now)
    shift = an_activity(session, now).shifts[0].id
    sign_up(session, a_person(session, now), shift, now)
    session.scalars(select(Signup)).one().state = SignupState.CHECKED_IN
    session.flush()

    with pytest.raises(PeopleInside):
        move(session, worker, shift, now, now + 4 * DAY)


def test_a_move_leads_into_the_future_and_from_what_was_seen(session, now):
    worker = a_reach(session, now)
    shift = an_activity(session, now).shifts[0].id

    with pytest.raises(BadDraft):
        move(session, worker, shift, now, now - HOUR)
    with pytest.raises(ChangedMeanwhile):
        move(session, worker, shift, now, now + 4 * DAY, seen=7)
    with pytest.raises(AlreadyBegun):
        move(session, worker, shift, now + 2 * DAY, now + 4 * DAY)
    assert session.get_one(Shift, shift).revision == 0


def test_an_offer_never_outlasts_an_earlier_start(session, now):
    worker = a_reach(session, now)
    shift = an_activity(session, now).shifts[0].id
    holder, waiter = people(session, now, 2)
    for person in (holder, waiter):
        sign_up(session, person, shift, now)
    cancel(session, holder, shift, now)

    move(session, worker, shift, now, now + HOUR)

    offer = session.scalars(select(Signup).where(Signup.person_id == waiter)).one()
    assert offer.offer_ends_at == now + HOUR

from datetime import timedelta

from server.notices.models import Notice, NoticeState
from server.volunteers.signups import reminders
from tests.factories import POLICY, a_person, a_shift
from tests.server.volunteers.acts import cancel, sign_up


def test_a_place_is_recalled_the_day_before_and_only_once(session, now, queued):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    before = reminders.queue(session, now + timedelta(hours=23), POLICY)
    due = [reminders.queue(session, now + timedelta(hours=24), POLICY) for _ in range(2)]

    assert (before, due) == (0, [1, 0])
    assert queued(session) == [("volunteers.reminder", person)]


def test_who_signed_up_within_the_day_has_just_read_it_all(session, now, queued):
    shift = a_shift(session, now, starts_in=timedelta(hours=20))
    sign_up(session, a_person(session, now), shift, now)

    assert reminders.queue(session, now + timedelta(hours=1), POLICY) == 0


def test_who_only_waits_is_not_reminded(session, now):
    shift = a_shift(session, now)
    sign_up(session, a_person(session, now), shift, now)
    sign_up(session, a_person(session, now), shift, now)

    assert reminders.queue(session, now + timedelta(hours=25), POLICY) == 1


def test_a_reminder_not_yet_sent_dies_with_the_place(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)
    later = now + timedelta(hours=25)
    reminders.queue(session, later, POLICY)

    cancel(session, person, shift, later)

    [notice] = session.query(Notice).all()
    assert notice.state is NoticeState.DROPPED

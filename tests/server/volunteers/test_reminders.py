"""A reminder is queued with the place and lives as long as it: not longer, and not elsewhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from config.wording import spell
from server.notices.models import Notice, NoticeState
from server.people import joining
from server.people.models import Channel, Person
from server.volunteers.activities import calling_off, moves, texts
from server.volunteers.models import Activity, Shift
from server.volunteers.signups import reminders, signups
from tests.factories import POLICY, a_person, a_shift, an_activity, people
from tests.server.volunteers.acts import accept, cancel, sign_up
from tests.server.volunteers.staff import a_reach

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUEUED, DROPPED, SENT = NoticeState.QUEUED, NoticeState.DROPPED, NoticeState.SENT


TWICE = (("今天", 20 * HOUR), ("后天", 2 * DAY))


def all_of(session, person=None):
    session.expire_all()
    mine = select(Notice).where(Notice.kind == reminders.KIND).order_by(Notice.id)
    return session.scalars(mine.where(Notice.person_id == person) if person else mine).all()


def states(session):
    return [notice.state for notice in all_of(session)]


def send(session, when):
    """Note that all that is queued was sent, as delivery does."""
    session.execute(
        update(Notice)
        .where(Notice.kind == reminders.KIND, Notice.state == QUEUED)
        .values(state=SENT, settled_at=when, channel="template")
    )


def move(session, shift, now, starts_at):
    worker = a_reach(session, now)
    seen = session.get_one(Activity, session.get_one(Shift, shift).activity_id).revision
    ends_at = starts_at + 2 * HOUR
    return moves.reschedule(session, worker, shift, seen, starts_at, ends_at, now, policy=POLICY)


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.MINIPROGRAM])
def test_a_place_is_recalled_the_day_before(session, now, channel):
    shift = a_shift(session, now)
    person = a_person(session, now)

    signups.sign_up(session, person, shift, now, channel=channel, policy=POLICY)

    [notice] = all_of(session)
    assert (notice.person_id, notice.state) == (person, QUEUED)
    assert (notice.due_at, notice.not_after) == (now + DAY, now + 2 * DAY)
    assert notice.facts["leader"] == "示例·王芳"


def test_who_signed_up_within_the_day_has_just_read_it_all(session, now):
    shift = a_shift(session, now, starts_in=timedelta(hours=20))

    sign_up(session, a_person(session, now), shift, now)

    assert reminders.queue(session, now + HOUR, POLICY) == 0
    assert all_of(session) == []


def test_who_only_waits_is_not_reminded_until_they_hold_a_place(session, now):
    shift = a_shift(session, now)
    holder, waits = people(session, now, 2)
    for person in (holder, waits):
        sign_up(session, person, shift, now)
    only = [notice.person_id for notice in all_of(session)]

    cancel(session, holder, shift, now + HOUR)
    accept(session, waits, shift, now + HOUR)

    assert only == [holder]
    assert [(notice.person_id, notice.state) for notice in all_of(session)] == [
        (holder, DROPPED),
        (waits, QUEUED),
    ]


def test_the_job_repairs_what_is_missing_and_only_once(session, now):
    shift = a_shift(session, now)
    sign_up(session, a_person(session, now), shift, now)
    for notice in all_of(session):
        session.delete(notice)
    session.flush()

    before = reminders.queue(session, now + 23 * HOUR, POLICY)
    due = [reminders.queue(session, now + 25 * HOUR, POLICY) for _ in range(2)]

    assert (before, due) == (0, [1, 0])
    [notice] = all_of(session)
    assert notice.due_at == now + 25 * HOUR


def test_the_job_repeats_nothing_that_was_sent_or_dropped(session, now):
    shift = a_shift(session, now, capacity=2)
    for person in people(session, now, 2):
        sign_up(session, person, shift, now)
    sent, dropped = all_of(session)
    sent.state, dropped.state = SENT, DROPPED
    session.flush()

    assert reminders.queue(session, now + 25 * HOUR, POLICY) == 0


def test_a_reminder_dies_with_the_place(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    cancel(session, person, shift, now + HOUR)
    sign_up(session, person, shift, now + 2 * HOUR)

    assert states(session) == [DROPPED, QUEUED]


def test_a_reminder_dies_with_the_activity(session, now):
    activity = an_activity(session, now, capacity=2)
    for person in people(session, now, 2):
        sign_up(session, person, activity.shifts[0].id, now)

    calling_off.cancel(session, activity.id, now)

    assert states(session) == [DROPPED, DROPPED]


def test_a_reminder_moves_with_its_shift_and_says_the_new_time(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    sign_up(session, person, shift, now)

    move(session, shift, now + HOUR, now + 5 * DAY)

    [notice] = all_of(session)
    assert (notice.state, notice.due_at, notice.not_after) == (QUEUED, now + 4 * DAY, now + 5 * DAY)
    assert notice.facts["starts_at"] == spell(now + 5 * DAY)
    assert notice.facts["how"]
    assert reminders.queue(session, now + 4 * DAY + HOUR, POLICY) == 0


def test_control_a_move_that_forgot_them_would_remind_of_the_old_time(session, now, monkeypatch):
    monkeypatch.setattr(reminders, "follow", lambda *_given: 0)
    shift = a_shift(session, now)
    sign_up(session, a_person(session, now), shift, now)

    move(session, shift, now + HOUR, now + 5 * DAY)

    [notice] = all_of(session)
    assert notice.due_at == now + DAY


def test_who_was_reminded_already_is_reminded_once_of_the_new_time(session, now):
    shift = a_shift(session, now)
    sign_up(session, a_person(session, now), shift, now)
    send(session, now + DAY)

    move(session, shift, now + 25 * HOUR, now + 5 * DAY)
    again = reminders.queue(session, now + 4 * DAY + HOUR, POLICY)

    old, new = all_of(session)
    assert (old.state, new.state, new.due_at) == (SENT, QUEUED, now + 4 * DAY)
    assert old.obligation == new.obligation, "so that nobody is told a third time"
    assert again == 0


def test_a_move_to_very_soon_is_reminder_enough(session, now):
    shift = a_shift(session, now, capacity=2)
    told, other = people(session, now, 2)
    sign_up(session, told, shift, now)
    send(session, now + DAY)
    sign_up(session, other, shift, now)

    move(session, shift, now + 25 * HOUR, now + 30 * HOUR)

    assert reminders.queue(session, now + 26 * HOUR, POLICY) == 0
    assert states(session) == [SENT, DROPPED]


def test_another_place_stands_in_the_reminder_too(session, now):
    activity = an_activity(session, now)
    sign_up(session, a_person(session, now), activity.shifts[0].id, now)

    worker = a_reach(session, now)
    moves.relocate(session, worker, activity.id, 0, "广场北门", now, policy=POLICY)

    [notice] = all_of(session)
    assert (notice.facts["place"], notice.due_at) == ("广场北门", now + DAY)


def test_better_words_stand_in_the_reminder_too(session, now):
    activity = an_activity(session, now)
    sign_up(session, a_person(session, now), activity.shifts[0].id, now)

    worker = a_reach(session, now)
    words = {"title": "图书角整理", "leader_name": "示例·赵敏", "risk_note": "小心台阶。"}
    texts.rewrite(session, worker, activity.id, 0, words, now)

    [notice] = all_of(session)
    told = [notice.facts[name] for name in ("title", "leader", "risk_note", "place")]
    assert told == ["图书角整理", "示例·赵敏", "小心台阶。", "示例社区活动室"]
    assert notice.due_at == now + DAY


def test_of_two_persons_who_prove_to_be_one_one_is_reminded(session, now):
    shift = a_shift(session, now, capacity=2)
    older, younger = people(session, now, 2)
    for person in (older, younger):
        sign_up(session, person, shift, now)

    joining.join(session, older, younger, now)

    assert [(notice.person_id, notice.state) for notice in all_of(session)] == [
        (older, QUEUED),
        (older, DROPPED),
    ]


def test_who_chose_another_lead_is_reminded_by_it(session, now):
    shift = a_shift(session, now)
    person = a_person(session, now)
    session.get_one(Person, person).remind_minutes = 120
    session.flush()

    sign_up(session, person, shift, now)

    [notice] = all_of(session)
    assert notice.due_at == now + 46 * HOUR


def test_a_sign_up_costs_one_statement_more_for_its_reminder(session, now, statements):
    shifts = [a_shift(session, now, title=title, starts_in=after) for title, after in TWICE]
    person = a_person(session, now)
    sign_up(session, person, a_shift(session, now, starts_in=9 * DAY), now)
    costs = []
    for shift in shifts:
        with statements() as seen:
            sign_up(session, person, shift, now)
        costs.append(len(seen))

    assert costs[1] - costs[0] == 1

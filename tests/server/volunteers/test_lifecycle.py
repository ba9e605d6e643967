from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.people.models import Role
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded
from server.staff.reach import NotAllowed
from server.volunteers.activities import (
    activities,
    calling_off,
    drafts,
    endings,
    inspection,
    publishing,
    staffing,
    texts,
)
from server.volunteers.models import (
    Activity,
    ActivityState,
    Field,
    Risk,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.refusals import (
    ActivityMissing,
    BadDraft,
    ChangedMeanwhile,
    InsuranceNeeded,
    NoCommand,
    NotInThisState,
    PastDraft,
    UseCancel,
)
from server.volunteers.stages import Stage
from tests.factories import POLICY, a_person, an_activity, people
from tests.server.volunteers.acts import cancel, counts, kept, sign_up, state_of
from tests.server.volunteers.staff import a_reach

DAY = timedelta(days=1)


def a_draft(session, now, **more):
    time = staffing.Time(now + 2 * DAY, now + 2 * DAY + timedelta(hours=2), 5)
    given = {
        "title": "敬老院理发",
        "area_code": tree.root(session).code,
        "place": "示例社区活动室",
        "leader_name": "示例·王芳",
        "risk_note": "剪刀轻拿轻放。",
        "times": (time,),
    }
    return staffing.Draft(**(given | more))


def drafted(session, reach, now, **more):
    return drafts.create(session, reach, a_draft(session, now, **more), now, policy=POLICY)


def test_nobody_sees_a_draft_until_it_is_open(session, now):
    worker = a_reach(session, now)
    activity = drafted(session, worker, now)
    with pytest.raises(ActivityMissing):
        activities.by_id(session, activity.id, None, now)
    assert activities.browse(session, None, now).items == ()

    for _ in range(2):
        publishing.open_up(session, worker, activity.id, activity.revision, now)

    assert activities.by_id(session, activity.id, None, now).stage is Stage.OPEN


def test_risky_work_takes_insurance_and_two_persons(session, now):
    worker, street = a_reach(session, now), a_reach(session, now, Role.STREET_OPERATOR)
    bare = drafted(session, street, now, risk=Risk.HIGH)
    insured = drafted(session, street, now, risk=Risk.HIGH, insurance_ref="示例-1")
    rescue = drafted(session, street, now, field=Field.EMERGENCY_RESCUE, insurance_ref="示例-1")

    with pytest.raises(InsuranceNeeded):
        publishing.submit(session, street, bare.id, 0, now)
    with pytest.raises(NoCommand):
        publishing.submit(session, street, rescue.id, 0, now)
    publishing.submit(session, street, insured.id, 0, now)
    with pytest.raises(SecondPersonNeeded):
        publishing.open_up(session, street, insured.id, 1, now)
    with pytest.raises(NotAllowed):
        publishing.open_up(session, worker, insured.id, 1, now)
    other = a_reach(session, now, Role.STREET_OPERATOR)
    publishing.open_up(session, other, insured.id, 1, now)

    assert rescue.risk is Risk.HIGH
    assert (insured.state, insured.reviewed_by) == (ActivityState.OPEN, other.person_id)


def test_review_sends_back_with_a_reason_and_is_told_of_changes(session, now):
    worker, street = a_reach(session, now), a_reach(session, now, Role.STREET_OPERATOR)
    activity = drafted(session, worker, now)
    publishing.submit(session, worker, activity.id, 0, now)

    with pytest.raises(ReasonNeeded):
        publishing.send_back(session, street, activity.id, " ", now)
    publishing.send_back(session, street, activity.id, "地点写清楚", now)
    publishing.submit(session, worker, activity.id, activity.revision, now)
    seen = activity.revision
    drafts.edit(
        session, worker, activity.id, seen, a_draft(session, now, title="新"), now, policy=POLICY
    )

    assert activity.state is ActivityState.DRAFT
    with pytest.raises(ChangedMeanwhile):
        publishing.open_up(session, street, activity.id, seen, now)


def test_what_lies_in_the_past_is_not_opened(session, now):
    worker = a_reach(session, now)
    activity = drafted(session, worker, now)

    with pytest.raises(PastDraft):
        publishing.open_up(session, worker, activity.id, 0, now + 3 * DAY)


def test_what_anybody_ever_signed_up_for_cannot_vanish(session, now):
    worker = a_reach(session, now)
    empty, left = an_activity(session, now), an_activity(session, now)
    person = a_person(session, now)
    sign_up(session, person, left.shifts[0].id, now)
    cancel(session, person, left.shifts[0].id, now)

    for _ in range(2):
        publishing.unpublish(session, worker, empty.id, now)
    with pytest.raises(UseCancel):
        publishing.unpublish(session, worker, left.id, now)

    with pytest.raises(ActivityMissing):
        activities.by_id(session, empty.id, None, now)


def test_calling_off_says_why_to_the_line_too_and_gives_all_back(session, now, queued):
    worker = a_reach(session, now)
    activity = an_activity(session, now)
    shift, persons = activity.shifts[0].id, people(session, now, 3)
    for person in persons:
        sign_up(session, person, shift, now)

    told = calling_off.hearers(session, activity.id, now)
    got = [calling_off.call_off(session, worker, activity.id, "暴雨", now) for _ in range(2)]

    assert (told, got) == (3, [3, 0])
    assert queued(session) == [("volunteers.called_off", person) for person in persons]
    assert counts(session, shift) == kept(session, shift) == (0, 0)


def test_who_is_at_work_keeps_their_place_when_it_is_called_off(session, now):
    worker = a_reach(session, now)
    activity = an_activity(session, now, capacity=2)
    shift, there, coming = activity.shifts[0].id, a_person(session, now), a_person(session, now)
    for person in (there, coming):
        sign_up(session, person, shift, now)
    present = session.scalars(select(Signup).where(Signup.person_id == there)).one()
    present.state = SignupState.CHECKED_IN
    session.flush()

    told = calling_off.call_off(session, worker, activity.id, "暴雨", now)

    assert told == 1
    assert state_of(session, there, shift) is SignupState.CHECKED_IN
    assert state_of(session, coming, shift) is SignupState.REVOKED


def test_what_is_over_is_not_called_off(session, now):
    activity = an_activity(session, now)

    with pytest.raises(NotInThisState):
        calling_off.cancel(session, activity.id, now + 5 * DAY)


def test_an_activity_is_recorded_once_everything_is_written_down(session, now):
    nobody, came = an_activity(session, now), an_activity(session, now)
    person = a_person(session, now)
    sign_up(session, person, came.shifts[0].id, now)
    later = now + 3 * DAY

    first = endings.settle(session, now), endings.settle(session, later)
    session.scalars(select(Signup)).one().state = SignupState.CREDITED
    session.flush()
    second = endings.settle(session, later), endings.settle(session, later)
    shelved = endings.shelve(session, later), endings.shelve(session, later + 400 * DAY)

    assert (first, second, shelved) == ((0, 1), (1, 0), (0, 2))
    assert session.get_one(Activity, nobody.id, populate_existing=True).state == "archived"


def test_a_stage_follows_from_the_shifts(session, now):
    activity = an_activity(session, now)
    shift = session.get_one(Shift, activity.shifts[0].id)

    def stage(at):
        return activities.by_id(session, activity.id, None, at).stage

    assert stage(now) is Stage.OPEN
    sign_up(session, a_person(session, now), shift.id, now)
    assert stage(now) is Stage.FULL
    assert stage(shift.starts_at) is Stage.RUNNING
    assert stage(shift.ends_at) is Stage.ENDED
    shift.closes_at = now
    session.flush()
    assert stage(now) is Stage.CLOSED


def test_words_are_put_better_without_losing_a_colleagues(session, now):
    worker = a_reach(session, now)
    activity = an_activity(session, now)

    texts.rewrite(session, worker, activity.id, 0, {"title": "新名字"}, now)
    with pytest.raises(ChangedMeanwhile):
        texts.rewrite(session, worker, activity.id, 0, {"title": "别的"}, now)
    with pytest.raises(BadDraft):
        texts.rewrite(session, worker, activity.id, 1, {"risk_note": " "}, now)

    assert session.get_one(Activity, activity.id).title == "新名字"


def test_control_without_the_version_the_second_change_wins(session, now, monkeypatch):
    monkeypatch.setattr("server.volunteers.activities.desk.claim", lambda *_given: None)
    worker = a_reach(session, now)
    activity = an_activity(session, now)

    for title in ("第一个", "第二个"):
        texts.rewrite(session, worker, activity.id, 0, {"title": title}, now)

    assert session.get_one(Activity, activity.id).title == "第二个"


def test_a_copy_lies_ahead_at_the_same_hour(session, now):
    worker = a_reach(session, now)
    activity = an_activity(session, now)

    copy = inspection.copy_of(session, worker, activity.id, now + 15 * DAY)

    [time] = copy.times
    assert time.starts_at - (now + 2 * DAY) == 14 * DAY
    assert copy.title == activity.title


def test_numbers_are_never_given_twice(session, now):
    worker = a_reach(session, now)

    for _ in range(3):
        drafted(session, worker, now)

    assert session.scalar(select(func.count(Activity.number.distinct()))) == 3

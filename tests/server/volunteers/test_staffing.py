from datetime import timedelta

import pytest

from server.areas import tree
from server.areas.models import AreaKind
from server.people import posts
from server.people.models import Role
from server.volunteers.activities import activities, staffing
from server.volunteers.models import SignupState
from server.volunteers.refusals import (
    ActivityMissing,
    BadDraft,
    FewerThanTaken,
    NotStaffHere,
    ShiftMissing,
)
from tests.factories import POLICY, a_person, a_shift, an_activity, people
from tests.server.volunteers.acts import counts, kept, sign_up, state_of


def test_activities_are_numbered_as_they_come(session, now):
    assert [an_activity(session, now).number for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("empty", ["title", "place", "leader_name", "risk_note"])
def test_an_activity_tells_everything_that_people_must_know(session, now, empty):
    with pytest.raises(BadDraft):
        an_activity(session, now, **{empty: "  "})


def test_an_activity_lies_ahead_and_has_an_end(session, now):
    hour = timedelta(hours=1)
    wrong = [
        staffing.Time(now - hour, now + hour, 5),
        staffing.Time(now + hour, now + hour, 5),
        staffing.Time(now + hour, now + timedelta(hours=26), 5),
        staffing.Time(now + hour, now + 2 * hour, 0),
    ]
    for time in wrong:
        with pytest.raises(BadDraft):
            an_activity(session, now, times=(time,))
    with pytest.raises(BadDraft):
        an_activity(session, now, times=())


def test_more_places_are_offered_to_the_line_in_the_same_stroke(session, now):
    shift = a_shift(session, now)
    persons = people(session, now, 4)
    for person in persons:
        sign_up(session, person, shift, now)

    offered = staffing.set_capacity(session, shift, 3, now, policy=POLICY)

    assert offered == 2
    assert [state_of(session, person, shift) for person in persons] == [
        "confirmed",
        "offered",
        "offered",
        "waitlisted",
    ]
    assert counts(session, shift) == kept(session, shift) == (3, 1)


def test_places_already_held_are_not_taken_away(session, now):
    shift = a_shift(session, now, capacity=3)
    for person in people(session, now, 2):
        sign_up(session, person, shift, now)

    with pytest.raises(FewerThanTaken) as refused:
        staffing.set_capacity(session, shift, 1, now, policy=POLICY)

    assert refused.value.facts == {"taken": 2}
    with pytest.raises(ShiftMissing):
        staffing.set_capacity(session, 4_000_000, 1, now, policy=POLICY)


def test_calling_off_tells_everybody_once(session, now, queued):
    activity = an_activity(session, now)
    shift = activity.shifts[0].id
    holder, waiter = people(session, now, 2)
    for person in (holder, waiter):
        sign_up(session, person, shift, now)

    told = [staffing.cancel(session, activity.id, now) for _ in range(2)]

    assert told == [2, 0]
    assert queued(session) == [
        ("volunteers.cancelled", holder),
        ("volunteers.cancelled", waiter),
    ]
    assert state_of(session, holder, shift) is SignupState.REVOKED
    assert activities.browse(session, holder, now).items == ()


def test_what_does_not_exist_cannot_be_called_off(session, now):
    with pytest.raises(ActivityMissing):
        staffing.cancel(session, 4_000_000, now)


def test_a_role_reaches_down_the_tree_and_never_up_or_aside(session, now):
    district = tree.root(session)
    one = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
    other = tree.plant(session, "1401060012", "文庙街道", AreaKind.STREET, district)
    inside = tree.plant(session, "140106001001", "示例社区", AreaKind.COMMUNITY, one)
    worker = a_person(session, now)
    posts.appoint(session, worker, Role.COMMUNITY_WORKER, one, now, until=None)

    reached = [
        area.name
        for area in (district, one, other, inside)
        if posts.reaches(session, worker, Role.COMMUNITY_WORKER, area, now)
    ]

    assert reached == ["柳巷街道", "示例社区"]
    assert not posts.reaches(session, worker, Role.DISTRICT_OPERATOR, inside, now)
    assert posts.roles_of(session, worker, now) == {Role.COMMUNITY_WORKER}


def test_a_post_that_ended_reaches_nothing(session, now):
    district = tree.root(session)
    worker = a_person(session, now)
    post = posts.appoint(session, worker, Role.DISTRICT_OPERATOR, district, now, until=None)
    again = posts.appoint(session, worker, Role.DISTRICT_OPERATOR, district, now, until=None)
    assert again.id == post.id

    posts.resign(session, post.id, now)

    assert not posts.reaches(session, worker, Role.DISTRICT_OPERATOR, district, now)


def test_staff_publish_only_where_their_role_reaches(session, now):
    district = tree.root(session)
    street = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
    worker = a_person(session, now)
    posts.appoint(session, worker, Role.COMMUNITY_WORKER, street, now, until=None)
    starts_at = now + timedelta(days=1)
    time = staffing.Time(starts_at, starts_at + timedelta(hours=1), 1)

    def draft(area: str) -> staffing.Draft:
        return staffing.Draft("扫雪", area, "广场", "示例·王芳", "路滑", (time,))

    assert staffing.publish(session, draft(street.code), now, policy=POLICY, by=worker)
    with pytest.raises(NotStaffHere):
        staffing.publish(session, draft(district.code), now, policy=POLICY, by=worker)

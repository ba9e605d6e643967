from datetime import timedelta

import pytest

from server.areas import tree
from server.areas.models import AreaKind
from server.volunteers.activities import activities
from server.volunteers.activities.activities import Filters
from server.volunteers.models import Field, TeamKind
from server.volunteers.refusals import ActivityMissing, BadCursor
from tests.factories import a_person, an_activity
from tests.server.volunteers.acts import sign_up


def titles(session, now, *, person=None, cursor=None, limit=20, **filters):
    page = activities.browse(session, person, now, Filters(**filters), cursor, limit)
    return [view.title for view in page.items]


def test_what_closes_first_stands_first_and_what_is_past_is_gone(session, now):
    for hours in (30, 10, 20):
        an_activity(session, now, title=f"{hours}小时后", starts_in=timedelta(hours=hours))

    assert titles(session, now) == ["10小时后", "20小时后", "30小时后"]
    assert titles(session, now + timedelta(hours=10)) == ["20小时后", "30小时后"]


def test_a_list_is_narrowed_by_field_team_and_word(session, now):
    an_activity(
        session, now, title="上门读报", field=Field.ELDERLY_AND_CHILDREN, team=TeamKind.YOUTH
    )
    an_activity(session, now, title="清扫积雪", place="庙前示例社区广场", team=TeamKind.PARTY)

    assert titles(session, now, field=Field.ELDERLY_AND_CHILDREN) == ["上门读报"]
    assert titles(session, now, team=TeamKind.PARTY) == ["清扫积雪"]
    assert titles(session, now, q="庙前") == ["清扫积雪"]
    assert titles(session, now, q="迎泽区") == ["上门读报", "清扫积雪"]
    assert titles(session, now, q="100%_") == []


def test_an_area_takes_in_all_that_lies_inside_it(session, now):
    district = tree.root(session)
    street = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
    tree.plant(session, "1401060011", "另一街道", AreaKind.STREET, district)
    inside = tree.plant(session, "140106001001", "示例社区", AreaKind.COMMUNITY, street)
    an_activity(session, now, title="里面", area_code=inside.code)
    an_activity(session, now, title="旁边", area_code="1401060011")

    assert titles(session, now, area=street.code) == ["里面"]
    assert titles(session, now, area=district.code) == ["里面", "旁边"]
    assert titles(session, now, area="999") == []


def test_pages_follow_one_another_without_gap_or_repeat(session, now):
    for number in range(7):
        # three close at one moment: the cursor must not lose one of them
        an_activity(session, now, title=str(number), starts_in=timedelta(hours=40 + number // 3))

    seen, cursor = [], None
    while True:
        page = activities.browse(session, None, now, Filters(), cursor, 2)
        seen += [view.title for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [str(number) for number in range(7)]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "１-１", "9" * 17 + "-1", "1-1-1"])
def test_a_cursor_that_is_not_ours_is_refused(session, now, cursor):
    with pytest.raises(BadCursor):
        activities.browse(session, None, now, Filters(), cursor)


def test_each_sees_their_own_standing_and_the_places_left(session, now):
    activity = an_activity(session, now, capacity=2)
    shift = activity.shifts[0].id
    here, elsewhere = a_person(session, now), a_person(session, now)
    sign_up(session, here, shift, now)

    [mine] = activities.by_id(session, activity.id, here, now).shifts
    [theirs] = activities.by_number(session, activity.number, elsewhere, now).shifts

    assert (mine.my_state, mine.places_left) == ("confirmed", 1)
    assert (theirs.my_state, theirs.places_left) == (None, 1)


def test_an_unknown_number_is_missing(session, now):
    with pytest.raises(ActivityMissing):
        activities.by_number(session, 99, None, now)


def test_a_list_costs_one_statement_however_long(session, now, statements):
    person = a_person(session, now)
    for _ in range(12):
        an_activity(session, now)

    with statements() as seen:
        page = activities.browse(session, person, now, limit=12)

    assert len(page.items) == 12
    assert len(seen) == 1

"""What is owed: by its last day, with a guess of what runs out, and nobody told by a figure."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.people.models import Channel
from server.riders import registration
from server.riders.budget import flows, folding, liability
from server.riders.budget.folding import Group
from server.riders.models import PointsAccount, Sector
from server.riders.points import spending
from server.riders.registration import Told
from tests.factories import a_person
from tests.server.riders.acts import a_rider, earn, rich


def test_what_is_owed_is_what_persons_have(session, now) -> None:
    one, other = a_rider(session, now), a_rider(session, now)
    rich(session, one, now, 15)
    earn(session, other, now.replace(year=2027), "report:1")
    earn(session, other, now, "service_record:1", code="VOL_HOUR", units=3)
    spending.spend(session, one, 4, "redemption:1", now)

    found = liability.owed(session, now)

    assert [(each.last_day, each.points) for each in found] == [
        (date(2027, 12, 31), 11),
        (date(2028, 12, 31), 1),
    ]
    assert liability.coming(session) == 3
    session.flush()
    people = select(func.sum(PointsAccount.balance)).where(PointsAccount.person_id.is_not(None))
    assert session.scalar(people) == 15


def test_the_total_is_the_house_mirrored(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        rich(session, rider, now, 15)
        spending.spend(session, rider, 4, "redemption:1", now)

    with db.reading() as session:
        assert liability.total(session) == 11


def test_what_is_over_is_owed_no_more(session, now) -> None:
    rich(session, a_rider(session, now), now, 10)

    assert liability.owed(session, now + timedelta(days=700)) == ()


def test_what_may_run_out_goes_by_how_fast_it_is_redeemed(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        rich(session, rider, now, 50)
        spending.spend(session, rider, 9, "redemption:1", now)
    with db.transaction() as session:
        nothing_spent = liability.owed(session, now)[0].may_expire
        flows.count(session, now)
    with db.reading() as session:
        [at_this_pace] = liability.owed(session, now)
        [near_the_end] = liability.owed(session, now.replace(year=2027, month=12, day=30))

    assert nothing_spent == 41
    assert at_this_pace.may_expire == 0
    assert near_the_end.may_expire == 41


def riders(session, now, sector: Sector, how_many: int) -> None:
    for number in range(how_many):
        person = a_person(session, now)
        told = Told(sector, tree.root(session).code)
        registration.register(session, person, told, Channel.CHAT, now)
        earn(session, person, now, f"{sector}:{number}")


def test_groups_of_fewer_than_five_stand_together(session, now) -> None:
    for sector, how_many in ((Sector.FOOD, 7), (Sector.PARCEL, 6), (Sector.RIDE, 2)):
        riders(session, now, sector, how_many)

    found = liability.by_sector(session)

    assert [(group.name, group.people) for group in found.shown] == [("food", 7)]
    assert found.rest == Group("", 8, 8)
    assert not found.hides


@pytest.mark.parametrize(
    ("people", "shown", "rest"),
    [
        ((5, 6), [5, 6], None),
        ((5, 6, 4, 1), [5, 6], 5),
        ((5, 6, 4), [6], 9),
        ((4,), [], 4),
        ((1, 2), [], 3),
        ((), [], None),
    ],
)
def test_nobody_is_told_by_taking_the_others_from_the_sum(people, shown, rest) -> None:
    groups = [Group(f"g{place}", each, each * 10) for place, each in enumerate(people)]

    found = folding.fold(groups)

    assert [group.people for group in found.shown] == shown
    assert (found.rest and found.rest.people) == rest
    assert found.hides == (rest is not None and rest < folding.FEWEST)


def test_control_a_small_group_shown_alone_would_be_seen() -> None:
    found = folding.fold([Group("a", 9, 90), Group("b", 2, 20)], fewest=1)

    assert [group.people for group in found.shown] == [9, 2]

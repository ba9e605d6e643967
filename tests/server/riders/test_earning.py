"""Points for deeds: once each, by the rule of their day, seen by somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from server.areas import tree
from server.people import posts
from server.people.models import Person, Role
from server.riders import registration
from server.riders.models import PointsTransaction
from server.riders.points import accounts, earning, rules, spending
from server.riders.points.refusals import (
    BadPoints,
    DayCapReached,
    EarningPaused,
    EverCapReached,
    NoAccount,
    NoSuchRule,
    NotYet,
    OtherAward,
    OverallCapReached,
    OwnAward,
    SecondNeeded,
    StaffHaveNone,
    TooFewPoints,
)
from tests.factories import a_person
from tests.server.riders.acts import NOBODY, a_rider, books, earn, has, lines


def test_a_deed_gives_points_that_are_good_until_the_end_of_the_next_year(session, now) -> None:
    rider = a_rider(session, now)

    grant = earn(session, rider, now)

    assert (grant.points, grant.last_day.isoformat(), grant.arrives_on) == (1, "2027-12-31", None)
    assert has(session, rider, now) == 1
    assert lines(session, rider) == [(1, 1, 1)]


def test_the_same_award_is_given_once_and_answered_the_same(session, now) -> None:
    rider = a_rider(session, now)

    first = earn(session, rider, now)
    again = earn(session, rider, now + timedelta(days=3), at=now)

    assert again == first
    assert has(session, rider, now) == 1


@pytest.mark.parametrize(
    "other", [{"by": 5}, {"units": 2}, {"points": 1}, {"at": timedelta(hours=-1)}, {"person": True}]
)
def test_other_terms_for_the_same_deed_are_refused(session, now, other) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now)
    somebody = a_rider(session, now) if other.pop("person", None) else rider
    if "at" in other:
        other["at"] = now + other["at"]

    with pytest.raises(OtherAward):
        earn(session, somebody, now, **other)


def test_control_without_the_unique_key_a_deed_would_count_twice(session, now) -> None:
    rider = a_rider(session, now)
    session.execute(text("DROP INDEX uq_points_transaction_source"))

    for _twice in range(2):
        earn(session, rider, now)

    assert has(session, rider, now) == 2


def test_nobody_vouches_for_themselves_by_no_account_of_theirs(session, now) -> None:
    rider, other = a_rider(session, now), a_person(session, now)
    session.execute(update(Person).where(Person.id.in_((rider, other))).values(phone_mark="f" * 64))

    for somebody in (rider, other):
        with pytest.raises(OwnAward), session.begin_nested():
            earn(session, rider, now, by=somebody)
        with pytest.raises(OwnAward), session.begin_nested():
            earn(session, rider, now, by=NOBODY, approved_by=somebody)


def test_control_without_the_look_one_would_vouch_for_oneself(session, now, monkeypatch) -> None:
    rider = a_rider(session, now)
    monkeypatch.setattr(earning, "_require_others", lambda *_: None)

    assert earn(session, rider, now, by=rider).points == 1


def test_control_another_person_may_vouch(session, now) -> None:
    rider, other = a_rider(session, now), a_person(session, now)

    assert earn(session, rider, now, by=other).points == 1


def test_staff_cannot_hold_an_account_and_earn_nothing(session, now) -> None:
    worker, rider = a_person(session, now), a_rider(session, now)
    root = tree.root(session)
    for person in (worker, rider):
        posts.appoint(session, person, Role.COMMUNITY_WORKER, root, now, until=None)

    with pytest.raises(StaffHaveNone):
        accounts.open_for(session, worker, now)
    with pytest.raises(StaffHaveNone):
        earn(session, rider, now)


def test_control_whoever_leads_a_team_is_a_volunteer(session, now) -> None:
    rider = a_rider(session, now)
    posts.appoint(session, rider, Role.TEAM_LEADER, tree.root(session), now, until=None)

    assert earn(session, rider, now).points == 1


def test_whoever_left_earns_nothing_and_keeps_what_they_have(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now)

    registration.leave(session, rider, now)

    with pytest.raises(NoAccount):
        earn(session, rider, now, "report:2")
    assert has(session, rider, now) == 1


def test_whoever_must_pause_earns_again_afterwards(session, now) -> None:
    rider = a_rider(session, now)
    accounts.freeze(session, accounts.find(session, rider), now + timedelta(days=30))

    with pytest.raises(EarningPaused) as refused:
        earn(session, rider, now)

    assert refused.value.facts["until"] == now + timedelta(days=30)
    later = now + timedelta(days=30)
    assert earn(session, rider, later, "report:2").points == 1


def test_a_day_holds_so_many_and_the_next_one_again(session, now) -> None:
    rider = a_rider(session, now)
    for number in range(5):
        earn(session, rider, now, f"report:{number}")

    with pytest.raises(DayCapReached), session.begin_nested():
        earn(session, rider, now, "report:6")

    tomorrow = now + timedelta(days=1)
    assert earn(session, rider, tomorrow, "report:6").points == 1
    assert has(session, rider, now) == 6


def test_some_things_count_once_ever(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, "certificate:1", code="FIRSTAID_CERT")

    with pytest.raises(EverCapReached):
        earn(session, rider, now + timedelta(days=500), "certificate:2", code="FIRSTAID_CERT")


def test_a_month_holds_sixty_points_whatever_for(session, now) -> None:
    rider = a_rider(session, now)
    for number in range(12):
        earn(session, rider, now, f"suggestion:{number}", code="SUGGEST_ADOPTED")

    with pytest.raises(OverallCapReached):
        earn(session, rider, now)


def test_large_awards_take_two_others(session, now) -> None:
    rider = a_rider(session, now)
    deed = {"code": "GOOD_DEED", "points": 30}

    for second in (None, 7):
        with pytest.raises(SecondNeeded), session.begin_nested():
            earn(session, rider, now, "deed:1", by=7, approved_by=second, **deed)
    with pytest.raises(OwnAward), session.begin_nested():
        earn(session, rider, now, "deed:1", by=7, approved_by=rider, **deed)
    assert earn(session, rider, now, "deed:1", by=7, approved_by=8, **deed).points == 30


@pytest.mark.parametrize("points", [None, 0, 9, 51, -1])
def test_a_range_takes_a_number_that_lies_in_it(session, now, points) -> None:
    rider = a_rider(session, now)

    with pytest.raises(BadPoints):
        earn(session, rider, now, code="GOOD_DEED", points=points, approved_by=8)


@pytest.mark.parametrize("code", ["ALL", "LOGIN", "HAZARD", ""])
def test_nothing_is_given_without_a_rule(session, now, code) -> None:
    with pytest.raises(NoSuchRule):
        earn(session, a_rider(session, now), now, code=code)


def test_nothing_is_given_for_what_has_not_happened(session, now) -> None:
    with pytest.raises(NotYet):
        earn(session, a_rider(session, now), now, at=now + timedelta(seconds=1))


def test_one_pays_with_what_one_has_and_not_a_point_more(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, code="SUGGEST_ADOPTED")

    paid = spending.spend(session, rider, 5, "redemption:1", now)

    assert spending.spend(session, rider, 5, "redemption:1", now) == paid
    with pytest.raises(TooFewPoints) as refused:
        spending.spend(session, rider, 1, "redemption:2", now)
    assert refused.value.facts == {"balance": 0, "needed": 1, "missing": 1}


def test_other_terms_for_the_same_payment_are_refused(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, code="SUGGEST_ADOPTED")
    spending.spend(session, rider, 1, "redemption:1", now)

    with pytest.raises(OtherAward):
        spending.spend(session, rider, 2, "redemption:1", now)


def test_what_was_paid_comes_back_once(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        earn(session, rider, now, code="SUGGEST_ADOPTED")
        paid = spending.spend(session, rider, 3, "redemption:1", now)

    with db.transaction() as session:
        back = spending.refund(session, paid, "驿站停用", now)
        assert spending.refund(session, paid, "驿站停用", now) == back

    with db.reading() as session:
        assert lines(session, rider) == [(1, 5, 5), (2, -3, 2), (3, 3, 5)]
        assert books(session) == (None, 0)


def test_what_comes_back_is_good_for_thirty_days_at_least(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, code="SUGGEST_ADOPTED")
    at = now.replace(year=2027, month=12, day=30)
    paid = spending.spend(session, rider, 3, "redemption:1", at)

    spending.refund(session, paid, "驿站停用", at + timedelta(days=10))

    assert has(session, rider, at + timedelta(days=40)) == 3
    assert has(session, rider, at + timedelta(days=41)) == 0


def test_a_rule_of_its_own_day_speaks(session, now) -> None:
    with pytest.raises(NoSuchRule):
        earn(session, a_rider(session, now), now, at=now - timedelta(days=400))
    assert rules.in_force(session, "HAZARD_OK", now.date()).rule.version == 1


def test_every_award_is_one_transaction(session, now) -> None:
    rider = a_rider(session, now)
    for number in range(3):
        earn(session, rider, now, f"report:{number % 2}")

    assert session.scalar(select(func.count()).select_from(PointsTransaction)) == 2

"""What should not have been given is taken back once, and nobody falls below nought."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from server.notices.models import Notice
from server.riders.points import accounts, maturing, reading, reversing, spending
from server.riders.points.refusals import (
    EarningPaused,
    NoSuchEntry,
    RanOut,
    ReversedAlready,
)
from server.staff.approvals import ReasonNeeded
from tests.server.riders.acts import a_rider, books, earn, has, lines


def test_what_was_given_is_taken_back_with_a_reason_and_told(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now)

    done = reversing.reverse(session, award.transaction_id, "现场没有隐患", now)

    assert (done.taken, done.shortfall, done.frozen_until) == (1, 0, None)
    assert lines(session, rider) == [(1, 1, 1), (2, -1, 0)]
    news = session.scalars(select(Notice).where(Notice.kind == "points.reversed")).one()
    assert news.facts["reason"] == "现场没有隐患"
    assert reading.why(session, rider, 2).name == "随手拍属实"


def test_it_is_taken_back_once(session, now) -> None:
    award = earn(session, a_rider(session, now), now)
    reversing.reverse(session, award.transaction_id, "现场没有隐患", now)

    with pytest.raises(ReversedAlready):
        reversing.reverse(session, award.transaction_id, "再来一次", now)


def test_control_without_the_unique_key_it_would_be_taken_back_twice(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now, code="SUGGEST_ADOPTED")
    earn(session, rider, now, "suggestion:2", code="SUGGEST_ADOPTED")
    session.execute(text("DROP INDEX uq_points_transaction_origin"))

    for _twice in range(2):
        reversing.reverse(session, award.transaction_id, "现场没有隐患", now)

    assert has(session, rider, now) == 0


def test_what_was_spent_becomes_a_pause_and_never_a_debt(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now, code="SUGGEST_ADOPTED")
    spending.spend(session, rider, 3, "redemption:1", now)

    done = reversing.reverse(session, award.transaction_id, "建议是抄来的", now)

    assert (done.taken, done.shortfall) == (2, 3)
    assert done.frozen_until == now + timedelta(days=3)
    assert has(session, rider, now) == 0
    with pytest.raises(EarningPaused), session.begin_nested():
        earn(session, rider, now, "report:2")
    assert earn(session, rider, now + timedelta(days=3), "report:2").points == 1


def test_when_all_was_spent_the_reversal_is_a_line_of_nobodys(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now)
    spending.spend(session, rider, 1, "redemption:1", now)

    done = reversing.reverse(session, award.transaction_id, "现场没有隐患", now)

    assert (done.taken, done.shortfall) == (0, 1)
    assert len(lines(session, rider)) == 2


def test_control_a_balance_below_nought_is_refused_by_the_table(session, now) -> None:
    rider = a_rider(session, now)

    assert accounts.move(session, accounts.find(session, rider), -1, now) is None
    with pytest.raises(Exception, match="never_below_nought"), session.begin_nested():
        session.execute(text("UPDATE points_account SET balance = -1 WHERE kind = 'person'"))


def test_the_pause_of_a_second_false_report_is_given(session, now) -> None:
    award = earn(session, a_rider(session, now), now)

    pause = timedelta(days=30)
    done = reversing.reverse(session, award.transaction_id, "第二次不实", now, pause=pause)

    assert done.frozen_until == now + pause


def test_what_is_on_its_way_is_taken_back_whole_and_never_arrives(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=3)
    assert reading.balance(session, rider, now)[:2] == (0, 3)

    reversing.reverse(session, award.transaction_id, "没有到场", now)

    assert maturing.mature(session, now + timedelta(days=1)) == 0
    assert reading.balance(session, rider, now)[:2] == (0, 0)


def test_what_has_arrived_is_taken_back_too(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=3)
    tomorrow = now + timedelta(days=1)
    assert maturing.mature(session, tomorrow) == 1
    assert maturing.mature(session, tomorrow) == 0

    done = reversing.reverse(session, award.transaction_id, "没有到场", tomorrow)

    assert (done.taken, has(session, rider, tomorrow)) == (3, 0)


def test_the_cap_is_as_if_it_had_never_been_given(session, now) -> None:
    rider = a_rider(session, now)
    awards = [earn(session, rider, now, f"report:{number}") for number in range(5)]

    reversing.reverse(session, awards[0].transaction_id, "现场没有隐患", now)

    assert earn(session, rider, now, "report:6").points == 1


def test_what_ran_out_is_left_alone(session, now) -> None:
    award = earn(session, a_rider(session, now), now)

    with pytest.raises(RanOut):
        reversing.reverse(session, award.transaction_id, "太久了", now + timedelta(days=800))


def test_a_reason_and_an_award_are_needed(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now)
    paid = spending.spend(session, rider, 1, "redemption:1", now)

    with pytest.raises(ReasonNeeded):
        reversing.reverse(session, award.transaction_id, " ", now)
    for number in (paid, 10**6):
        with pytest.raises(NoSuchEntry):
            reversing.reverse(session, number, "看错了", now)
        with pytest.raises(NoSuchEntry):
            spending.refund(session, award.transaction_id, "看错了", now)


def test_the_books_balance_afterwards(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        one = earn(session, rider, now, code="SUGGEST_ADOPTED")
        two = earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=3)
        spending.spend(session, rider, 4, "redemption:1", now)
        for award in (one, two):
            reversing.reverse(session, award.transaction_id, "不实", now)

    with db.reading() as session:
        assert books(session) == (None, 0)

"""Many at one time: each deed counts once, nobody pays with what is gone, nothing drifts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select, text

from server.errors import Refusal
from server.riders.models import (
    REDEMPTION,
    PointsAccount,
    PointsEntry,
    TransactionKind,
)
from server.riders.points import accounts, caps, ledger, maturing, reversing, rules, spending
from server.riders.points.refusals import (
    DayCapReached,
    OtherAward,
    ReversedAlready,
    TooFewPoints,
)
from tests.server.riders.acts import a_rider, books, earn, has

MANY = 8


@pytest.fixture
def rider(db, clock) -> int:
    """Somebody with thirty points."""
    with db.transaction() as session:
        person = a_rider(session, clock.now())
        for number in range(6):
            earn(session, person, clock.now(), f"s:{number}", code="SUGGEST_ADOPTED")
    return person


def refused(results, kind) -> int:
    return sum(isinstance(result, kind) for result in results)


def test_of_many_who_give_for_one_deed_one_gives(db, clock, race, rider) -> None:
    now = clock.now()

    results = race([lambda session: earn(session, rider, now)] * MANY)

    assert len({result.transaction_id for result in results}) == 1
    with db.reading() as session:
        assert has(session, rider, now) == 31
        assert books(session) == (None, 0)


def test_of_two_terms_for_one_deed_at_one_time_one_is_refused(db, clock, race, rider) -> None:
    now = clock.now()

    results = race([lambda session, by=by: earn(session, rider, now, by=by) for by in (5, 6) * 4])

    assert refused(results, OtherAward) == 4


def test_a_cap_is_neither_exceeded_nor_left_open(db, clock, race, rider) -> None:
    now = clock.now()

    results = race(
        [lambda session, n=n: earn(session, rider, now, f"report:{n}") for n in range(MANY)]
    )

    assert refused(results, DayCapReached) == MANY - 5
    with db.reading() as session:
        assert has(session, rider, now) == 35
        assert books(session) == (None, 0)


def test_control_counting_first_and_writing_after_exceeds_the_cap(db, clock, rider) -> None:
    """The same, each in two transactions: one that counts and one that gives."""
    now = clock.now()
    with db.transaction() as session:
        account = accounts.find(session, rider)
        found = rules.in_force(session, "HAZARD_OK", now.date())
    ready = Barrier(MANY)

    def one(number):
        with db.reading() as session:
            free = caps.room(session, account, found, now.date(), 1)
        ready.wait(20)
        return free

    with ThreadPoolExecutor(MANY) as crowd:
        assert sum(crowd.map(one, range(MANY))) > 5


def test_nobody_pays_with_what_is_gone(db, clock, race, rider) -> None:
    now = clock.now()

    results = race(
        [lambda session, n=n: spending.spend(session, rider, 15, f"r:{n}", now) for n in range(10)]
    )

    assert refused(results, TooFewPoints) == 8
    with db.reading() as session:
        assert has(session, rider, now) == 0
        assert books(session) == (None, 0)


def test_control_looking_first_and_writing_after_overspends(db, clock, rider) -> None:
    """The same without the condition: the balance is looked at, then written past it."""
    now = clock.now()
    with db.transaction() as session:
        account = accounts.find(session, rider)
        if db.is_sqlite:
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            session.execute(
                text(
                    "ALTER TABLE points_account DROP CONSTRAINT"
                    " ck_points_account_never_below_nought"
                )
            )
    ready = Barrier(MANY)

    def one(number):
        with db.reading() as session:
            enough = has(session, rider, now) >= 15
        ready.wait(20)
        with db.transaction() as session:
            if db.is_sqlite:
                session.execute(text("PRAGMA ignore_check_constraints = ON"))
            if enough:
                session.execute(
                    text("UPDATE points_account SET balance = balance - 15 WHERE id = :id"),
                    {"id": account},
                )

    with ThreadPoolExecutor(MANY) as crowd:
        list(crowd.map(one, range(MANY)))

    with db.reading() as session:
        assert session.get_one(PointsAccount, account).balance < 0
        assert books(session)[0] is not None


def test_an_award_is_taken_back_by_one_of_many(db, clock, race, rider) -> None:
    now = clock.now()
    with db.transaction() as session:
        award = earn(session, rider, now).transaction_id

    results = race([lambda session: reversing.reverse(session, award, "不实", now)] * MANY)

    assert refused(results, ReversedAlready) == MANY - 1
    with db.reading() as session:
        assert has(session, rider, now) == 30


def test_what_arrives_and_is_taken_back_at_one_time_does_one_of_the_two(
    db, clock, race, rider
) -> None:
    now = clock.now()
    with db.transaction() as session:
        award = earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=2)
    tomorrow = clock.advance(days=1)

    race(
        [
            lambda session: maturing.mature(session, tomorrow),
            lambda session: reversing.reverse(session, award.transaction_id, "不实", tomorrow),
            lambda session: maturing.mature(session, tomorrow),
        ]
    )

    with db.reading() as session:
        assert has(session, rider, tomorrow) == 30
        assert books(session) == (None, 0)


def test_the_books_are_true_at_every_moment_of_a_rush(db, clock) -> None:
    """Twenty riders, four at a time, each deed three times; looked at all the while."""
    now = clock.now()
    with db.transaction() as session:
        riders = [a_rider(session, now) for _ in range(20)]

    def act(number: int) -> str:
        person = riders[number % 20]
        try:
            with db.transaction() as session:
                if number % 4 == 3:
                    spending.spend(session, person, 1, f"r:{number % 100}", now)
                elif number % 7 == 6:
                    earn(session, person, now, f"v:{number % 100}", code="VOL_HOUR", units=1)
                else:
                    earn(session, person, now, f"d:{number % 100}")
        except Refusal as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(4) as crowd:
        doing = [crowd.submit(act, number) for number in range(300)]
        looks = []
        while not all(each.done() for each in doing):
            with db.reading() as session:
                looks.append(books(session))
        codes = {each.result() for each in doing}

    with db.reading() as session:
        looks.append(books(session))
    assert set(looks) == {(None, 0)}
    assert codes <= {"", "points.too_few", "points.day_cap_reached"}


def test_control_a_balance_kept_in_a_transaction_of_its_own_drifts(db, clock, rider) -> None:
    now = clock.now()
    with db.transaction() as session:
        account = accounts.find(session, rider)
        begun = ledger.begin(session, TransactionKind.SPEND, now, source="r:1")
        row = {"transaction_id": begun.id, "at": now}
        for account_id, delta in ((account, -5), (REDEMPTION, 5)):
            session.execute(insert(PointsEntry).values(account_id=account_id, delta=delta, **row))

    with db.reading() as session:
        total = select(func.sum(PointsEntry.delta)).where(PointsEntry.account_id == account)
        assert session.scalar(total) != session.get_one(PointsAccount, account).balance
        assert books(session)[0] is not None

"""What moved is counted once along the chain, and is what the ledger says."""

from datetime import date, timedelta

from sqlalchemy import func, select, update

from server import point_jobs
from server.riders.budget import flows
from server.riders.budget.flows import Sum
from server.riders.models import PointsFlow, PointsFlowHead, TransactionKind
from server.riders.points import expiring, maturing, reversing, spending
from tests.server.riders.acts import a_rider, earn, rich
from tests.statements import asked_of

EARN, SPEND, REVERSE = TransactionKind.EARN, TransactionKind.SPEND, TransactionKind.REVERSE


def kept(session) -> dict[tuple[date, str, str], tuple[int, int]]:
    rows = session.execute(select(PointsFlow.__table__))
    return {(row.day, str(row.kind), row.code): (row.points, row.number) for row in rows}


def a_year(db, clock) -> int:
    """Let somebody earn, spend, lose and have taken back; return who."""
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        rich(session, rider, now, 20)
    with db.transaction() as session:
        grant = earn(session, rider, now + timedelta(days=1), "report:9")
        earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=2)
        paid = spending.spend(session, rider, 6, "redemption:1", now + timedelta(days=40))
        spending.refund(session, paid, "没货", now + timedelta(days=41))
        spending.spend(session, rider, 5, "redemption:2", now + timedelta(days=41))
        reversing.reverse(session, grant.transaction_id, "看错了", now + timedelta(days=41))
    with db.transaction() as session:
        maturing.mature(session, now + timedelta(days=2))
    with db.transaction() as session:
        expiring.expire(session, now + timedelta(days=800))
    return rider


def test_what_moved_stands_by_day_kind_and_rule(db, clock) -> None:
    a_year(db, clock)

    with db.transaction() as session:
        assert flows.count(session, clock.now()) == 12
    with db.reading() as session:
        found = kept(session)

    day, later = date(2026, 3, 9), date(2026, 4, 19)
    assert found[day, "earn", "SUGGEST_ADOPTED"] == (20, 4)
    assert found[day, "earn", "VOL_HOUR"] == (2, 1)
    assert found[date(2026, 4, 18), "spend", ""] == (6, 1)
    assert found[later, "refund", ""] == (6, 1)
    assert found[later, "reverse", "HAZARD_OK"] == (1, 1)
    assert found[date(2028, 5, 17), "expire", ""] == (17, 1)
    assert not [key for key in found if key[1] in ("mature", "join")]


def test_counting_twice_in_pieces_or_late_comes_to_the_same(db, clock) -> None:
    a_year(db, clock)
    with db.transaction() as session:
        counted = [flows.count(session, clock.now(), most=3) for _ in range(5)]
    with db.reading() as session:
        pieces, flaw = kept(session), flows.verify(session)
        whole = flows.sums(session, 0, 10**9)

    assert counted == [3, 3, 3, 3, 0]
    assert flaw is None
    assert pieces == {(key[0], str(key[1]), key[2]): tuple(one) for key, one in whole.items()}


def test_several_who_count_at_once_count_each_place_once(db, clock, race) -> None:
    a_year(db, clock)

    race([lambda session: flows.count(session, clock.now(), most=4)] * 4)

    with db.reading() as session:
        assert flows.verify(session) is None
        assert flows.counted(session)[0] == 12


def test_a_flow_that_was_changed_is_found(db, clock) -> None:
    a_year(db, clock)
    with db.transaction() as session:
        flows.count(session, clock.now())
        session.execute(
            update(PointsFlow).where(PointsFlow.kind == SPEND).values(points=PointsFlow.points + 1)
        )

    with db.reading() as session:
        flaw = flows.verify(session)

    assert flaw is not None
    assert "spend" in flaw.what


def test_control_without_the_place_it_would_count_twice(db, clock) -> None:
    a_year(db, clock)
    with db.transaction() as session:
        flows.count(session, clock.now())
        session.execute(update(PointsFlowHead).values(position=0))
        flows.count(session, clock.now())
        flaw = flows.verify(session)

    assert flaw is not None


def test_the_job_counts_all_there_is(runtime, clock) -> None:
    a_year(runtime.db, clock)

    assert point_jobs.count_flows(runtime) == 12
    assert point_jobs.count_flows(runtime) == 0


def test_months_are_read_from_days_whatever_the_ledger_holds(db, clock) -> None:
    rider = a_year(db, clock)
    with db.transaction() as session:
        flows.count(session, clock.now())
    with asked_of(db)() as first, db.reading() as session:
        months = flows.by_month(session, date(2026, 3, 1), date(2026, 4, 30))
        rules = flows.by_rule(session, date(2026, 3, 1), date(2026, 3, 31))
    with db.transaction() as session:
        for number in range(5):
            earn(session, rider, clock.now(), f"more:{number}")
    with asked_of(db)() as second, db.reading() as session:
        flows.by_month(session, date(2026, 3, 1), date(2026, 4, 30))
        flows.by_rule(session, date(2026, 3, 1), date(2026, 3, 31))

    assert months[2026, 3][EARN] == Sum(23, 6)
    assert months[2026, 4][SPEND] == Sum(11, 2)
    assert rules == {"HAZARD_OK": Sum(1, 1), "SUGGEST_ADOPTED": Sum(20, 4), "VOL_HOUR": Sum(2, 1)}
    assert len(first) == len(second)
    assert not [words for words in first if "points_entry" in words]


def test_nothing_is_counted_of_an_empty_ledger(db, clock) -> None:
    with db.transaction() as session:
        assert flows.count(session, clock.now()) == 0
        assert session.scalar(select(func.count()).select_from(PointsFlow)) == 0

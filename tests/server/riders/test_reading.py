"""What somebody reads of their points: how many, since when, and why."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.riders.models import TransactionKind, Verifier
from server.riders.points import maturing, reading, reversing, spending
from server.riders.points.refusals import NoAccount, NoSuchEntry
from tests.factories import a_person
from tests.server.riders.acts import a_rider, earn
from tests.statements import asked_of


def test_the_balance_says_what_is_there_on_its_way_and_runs_out(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, code="SUGGEST_ADOPTED")
    earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=3)

    found = reading.balance(session, rider, now)

    assert found == (5, 3, date(2027, 12, 31), 5, None)


def test_whoever_has_no_account_is_told_how_to_get_one(session, now) -> None:
    stranger = a_person(session, now)

    with pytest.raises(NoAccount):
        reading.balance(session, stranger, now)
    with pytest.raises(NoAccount):
        reading.entries(session, stranger)


def test_lines_come_by_pages_and_each_keeps_its_number(session, now) -> None:
    rider = a_rider(session, now)
    for number in range(12):
        earn(session, rider, now, f"suggestion:{number}", code="SUGGEST_ADOPTED")

    first = reading.entries(session, rider, limit=5)
    rest = reading.entries(session, rider, before=first[-1].number, limit=50)

    assert [line.number for line in first] == [12, 11, 10, 9, 8]
    assert [line.number for line in rest] == [7, 6, 5, 4, 3, 2, 1]


def test_a_page_takes_two_statements_however_many_lines(db, session, now) -> None:
    rider = a_rider(session, now)
    for number in range(12):
        earn(session, rider, now, f"suggestion:{number}", code="SUGGEST_ADOPTED")

    with asked_of(db)() as seen:
        reading.entries(session, rider)

    assert len(seen) == 2


def test_why_says_what_for_when_and_who_saw_it(session, now) -> None:
    rider = a_rider(session, now)
    seen = now - timedelta(hours=2)
    earn(session, rider, now, "service_record:7", code="VOL_HOUR", units=2, at=seen)
    maturing.mature(session, now + timedelta(days=1))

    why = reading.why(session, rider, 1)

    assert (why.kind, why.code, why.version) == (TransactionKind.MATURE, "VOL_HOUR", 1)
    assert (why.name, why.source, why.event_at) == ("志愿服务每满1小时", "service_record:7", seen)
    assert (why.verifier, why.day_cap, why.last_day) == (Verifier.LEADER, 4, date(2027, 12, 31))


def test_why_of_a_payment_and_of_what_was_taken_back(session, now) -> None:
    rider = a_rider(session, now)
    award = earn(session, rider, now, code="SUGGEST_ADOPTED")
    spending.spend(session, rider, 4, "redemption:3", now)
    reversing.reverse(session, award.transaction_id, "建议是抄来的", now)

    paid, back = reading.why(session, rider, 2), reading.why(session, rider, 3)

    assert (paid.delta, paid.source, paid.name) == (-4, "redemption:3", None)
    assert (back.delta, back.shortfall, back.reason) == (-1, 4, "建议是抄来的")
    assert back.name == "建议被采纳"


def test_nobody_reads_the_lines_of_another(session, now) -> None:
    rider, other = a_rider(session, now), a_rider(session, now)
    earn(session, rider, now)

    with pytest.raises(NoSuchEntry):
        reading.why(session, other, 1)
    assert reading.entries(session, other) == []


def test_a_month_opens_with_what_the_last_one_closed_with(session, now) -> None:
    rider = a_rider(session, now)
    april = datetime(2026, 3, 31, 16, tzinfo=UTC)
    moments = (now, april - timedelta(microseconds=1), april, april + timedelta(days=3))
    for number, at in enumerate(moments):
        earn(session, rider, at, f"suggestion:{number}", code="SUGGEST_ADOPTED")
    spending.spend(session, rider, 7, "redemption:1", april + timedelta(days=4))

    march, found = (reading.statement(session, rider, date(2026, month, 9)) for month in (3, 4))
    may = reading.statement(session, rider, date(2026, 5, 1))

    assert (march.opening, march.closing) == (0, 10)
    assert (found.opening, found.closing) == (10, 13)
    assert found.moved == {TransactionKind.EARN: 10, TransactionKind.SPEND: -7}
    assert (may.opening, may.closing, may.moved) == (13, 13, {})


def test_a_line_is_never_earlier_than_the_one_before(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now, "report:1")
    earn(session, rider, now - timedelta(minutes=1), "report:2")

    newest, oldest = reading.entries(session, rider)

    assert newest.at == oldest.at == now

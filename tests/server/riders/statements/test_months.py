"""A month of points: true to the ledger, told once at its end to whoever had any."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server import point_jobs
from server.notices import delivery
from server.notices.models import Notice, NoticeState
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from server.riders.models import PointsAccount, TransactionKind
from server.riders.points import maturing, reversing, spending
from server.riders.points.refusals import NoAccount
from server.riders.statements import months, telling
from server.riders.statements.months import NoSuchMonth
from tests.factories import a_person
from tests.server.riders.acts import a_rider, earn, rich
from tests.statements import asked_of

MARCH = date(2026, 3, 1)
FIRST = datetime(2026, 4, 1, 1, 30, tzinfo=UTC)
"""Half past nine on the first of April in Shanghai."""


@pytest.fixture
def march(session, now) -> int:
    """Somebody who earned by two rules in March, spent some, and lost some."""
    rider = a_rider(session, now - timedelta(days=21))
    rich(session, rider, now - timedelta(days=20), 10)
    rich(session, rider, now, 10)
    given = earn(session, rider, now, "report:1")
    earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=2)
    maturing.mature(session, now + timedelta(days=1))
    spending.spend(session, rider, 6, "redemption:1", now + timedelta(days=2))
    reversing.reverse(session, given.transaction_id, "看错了", now + timedelta(days=3))
    return rider


def test_a_month_opens_and_closes_with_what_the_ledger_says(session, now, march) -> None:
    found = months.of(session, march, MARCH, FIRST)

    assert (found.opening, found.closing) == (10, 16)
    earned = {"建议被采纳": 10, "随手拍属实": 1, "志愿服务每满1小时": 2}
    assert dict(found.earned) == earned
    assert found.moved == {TransactionKind.SPEND: -6, TransactionKind.REVERSE: -1}
    assert (found.next_points, found.next_day) == (16, date(2027, 12, 31))
    assert found.opening + sum(earned.values()) + sum(found.moved.values()) == found.closing


def test_it_is_told_in_a_few_lines(session, now, march) -> None:
    told = telling.told(months.of(session, march, MARCH, FIRST))

    assert told.splitlines() == [
        "月初10分，月末16分。",
        "得到13分：随手拍属实1分、建议被采纳10分、志愿服务每满1小时2分。",
        "兑换用了6分。",
        "撤销1分，原因请回复“积分明细”看。",
        "最先到期：16分，有效到2027年12月31日。",
    ]


def test_a_month_without_anything_says_so(session, now) -> None:
    rider = a_rider(session, now)

    assert telling.told(months.of(session, rider, MARCH, now)) == (
        "月初0分，月末0分。\n这个月没有变动。"
    )


def test_the_last_second_of_a_month_is_that_of_shanghai(session, now) -> None:
    rider = a_rider(session, now)
    last = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    earn(session, rider, last, "report:1")
    earn(session, rider, last + timedelta(seconds=1), "report:2")

    assert months.of(session, rider, MARCH, FIRST).closing == 1
    assert months.of(session, rider, date(2026, 4, 1), FIRST).opening == 1


def statements_of(session) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Notice.person_id, Notice.key).where(Notice.kind == telling.KIND).order_by(Notice.id)
    )
    return [tuple(row) for row in rows]


def test_everybody_who_had_any_is_told_once_a_month(session, now, march) -> None:
    idle, stranger = a_rider(session, now), a_person(session, now)

    looked = [telling.tell(session, FIRST) for _ in range(3)]

    assert looked[1:] == [0, 0]
    assert statements_of(session) == [(march, f"points.statement:{march}:2026-03")]
    assert {idle, stranger} & {person for person, _key in statements_of(session)} == set()


def test_the_next_month_is_told_again_and_only_if_anything_moved(session, now, march) -> None:
    telling.tell(session, FIRST)
    earn(session, march, FIRST + timedelta(days=3), "report:7")

    telling.tell(session, FIRST + timedelta(days=30))
    telling.tell(session, FIRST + timedelta(days=61))

    keys = [key for _person, key in statements_of(session)]
    assert [key[-7:] for key in keys] == ["2026-03", "2026-04"]


def test_control_without_the_mark_the_key_alone_still_tells_once(session, now, march) -> None:
    telling.tell(session, FIRST)
    for account in session.scalars(select(PointsAccount)):
        account.stated_month = None
    session.flush()

    assert telling.tell(session, FIRST) == 1
    assert len(statements_of(session)) == 1


def test_many_are_told_in_batches_of_few_statements(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        for _ in range(12):
            rich(session, a_rider(session, now), now, 5)
    with asked_of(db)() as few, db.transaction() as session:
        telling.tell(session, FIRST, most=2)
    with asked_of(db)() as many, db.transaction() as session:
        telling.tell(session, FIRST, most=10)

    assert len(many) - len(few) == 8
    with db.reading() as session:
        assert len(statements_of(session)) == 12


def test_several_who_tell_at_once_tell_once(db, clock, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        for _ in range(4):
            rich(session, a_rider(session, now), now, 5)

    race([lambda session: telling.tell(session, FIRST)] * 3)

    with db.reading() as session:
        assert len({person for person, _key in statements_of(session)}) == 4
        assert len(statements_of(session)) == 4


def test_the_job_tells_on_the_first_in_the_hours_of_riders(runtime, clock, wechat) -> None:
    with runtime.db.transaction() as session:
        rider = a_rider(session, clock.now())
        rich(session, rider, clock.now(), 5)
    clock.advance(days=23, minutes=10)

    assert point_jobs.tell_statements(runtime) == 1
    delivery.deliver(runtime)

    with runtime.db.reading() as session:
        [sent] = session.scalars(select(Notice).where(Notice.kind == telling.KIND))
        due = sent.settled_at or sent.due_at
    assert due.hour == 1


def test_who_stopped_reminders_gets_none(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        rider = a_rider(session, clock.now())
        rich(session, rider, clock.now(), 5)
        consents.withdraw(session, rider, Purpose.NOTICES, clock.now(), channel=Channel.CHAT)
    clock.advance(days=23, minutes=40)

    point_jobs.tell_statements(runtime)
    delivery.deliver(runtime)

    with runtime.db.reading() as session:
        [notice] = session.scalars(select(Notice).where(Notice.kind == telling.KIND))
    assert notice.state is not NoticeState.SENT


@pytest.mark.parametrize(
    ("number", "month"), [(3, "2026-03"), (1, "2026-01"), (4, "2025-04"), (12, "2025-12")]
)
def test_a_month_is_named_by_its_number(now, number, month) -> None:
    assert f"{months.named(number, now):%Y-%m}" == month
    assert months.read(month, now) == months.named(number, now)


@pytest.mark.parametrize("number", [0, 13, 99])
def test_no_month_of_that_number_is_refused(now, number) -> None:
    with pytest.raises(NoSuchMonth):
        months.named(number, now)


@pytest.mark.parametrize("text", ["2026-04", "2019-01", "2026-13", "2026-3", "x", "2026-00"])
def test_a_month_ahead_or_long_ago_is_refused(now, text) -> None:
    with pytest.raises(NoSuchMonth):
        months.read(text, now)


def test_who_has_no_points_has_no_month(session, now) -> None:
    with pytest.raises(NoAccount):
        months.of(session, a_person(session, now), MARCH, now)


def test_control_under_another_key_a_second_look_would_tell_twice(
    session, now, march, monkeypatch
) -> None:
    telling.tell(session, FIRST)
    for account in session.scalars(select(PointsAccount)):
        account.stated_month = None
    session.flush()
    monkeypatch.setattr(telling, "PREFIX", "points.statement:again")

    telling.tell(session, FIRST)

    assert len(statements_of(session)) == 2

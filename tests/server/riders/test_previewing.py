"""What an award would come to is told before it is given, and nothing is written by looking."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.people.models import Role
from server.riders.models import PointsEvidence, PointsTransaction
from server.riders.points import accounts, awarding, desk, evidence, previewing
from server.riders.points.awarding import Wish
from server.riders.points.refusals import (
    DayCapReached,
    EarningPaused,
    MonthCapReached,
    NoAccount,
    NotYet,
    OwnAward,
)
from server.staff import approvals
from server.staff.models import Approval
from server.staff.reach import NotAllowed
from tests.factories import a_person
from tests.server.riders.acts import a_rider, earn
from tests.server.volunteers.records.acts import staff

SEEN = "在永辉门口发了50份传单"


@pytest.fixture
def rider(session, now) -> int:
    return a_rider(session, now)


@pytest.fixture
def clerk(session, now, rider):
    return staff(session, now)


def wish(rider: int, now, **more) -> Wish:
    given = {"code": "ANTIFRAUD_TASK", "evidence": SEEN} | more
    return Wish(person_id=rider, at=now, **given)


def test_it_tells_points_caps_and_when_they_are_there(session, now, rider, clerk) -> None:
    found = previewing.of(session, clerk, wish(rider, now), now)

    assert (found.name, found.points, found.takes_two) == ("反诈宣传任务", 1, False)
    assert (found.arrives_on, found.last_day.isoformat()) == (None, "2027-12-31")
    caps = [(cap.of_all, cap.period, cap.used, cap.takes, cap.most) for cap in found.caps]
    assert caps == [(False, "2026-03", 0, 1, 4), (True, "2026-03", 0, 1, 60)]
    assert (found.given, found.refusal) == (False, None)


def test_looking_writes_nothing(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider, clerk = a_rider(session, now), staff(session, now)

    with db.reading() as session:
        previewing.of(session, clerk, wish(rider, now), now)
        written = session.scalar(select(func.count()).select_from(PointsTransaction))

    assert written == 0


def test_what_is_used_up_is_counted_and_the_cap_says_no_before_it_is_asked(
    session, now, rider, clerk
) -> None:
    for number in range(4):
        earn(session, rider, now, f"task:{number}", code="ANTIFRAUD_TASK")

    found = previewing.of(session, clerk, wish(rider, now), now)

    assert found.caps[0].used == found.caps[0].most == 4
    assert isinstance(found.refusal, MonthCapReached)
    with pytest.raises(MonthCapReached):
        awarding.award(session, clerk, wish(rider, now), now)


def test_control_a_day_before_the_cap_of_that_day_is_another(session, now, rider, clerk) -> None:
    for number in range(5):
        earn(session, rider, now, f"report:{number}")
    full = previewing.of(session, clerk, wish(rider, now, code="HAZARD_OK"), now)
    before = previewing.of(
        session, clerk, wish(rider, now - timedelta(days=1), code="HAZARD_OK"), now
    )

    assert isinstance(full.refusal, DayCapReached)
    assert before.refusal is None


def test_large_awards_say_that_a_second_person_is_asked(session, now, rider, clerk) -> None:
    found = previewing.of(session, clerk, wish(rider, now, code="GOOD_DEED", points=30), now)

    assert (found.points, found.takes_two, found.refusal) == (30, True, None)


def test_what_is_refused_when_given_is_told_when_looked_at(session, now, rider, clerk) -> None:
    account = accounts.find(session, rider)
    accounts.freeze(session, account, now + timedelta(days=3))
    paused = previewing.of(session, clerk, wish(rider, now), now).refusal

    assert isinstance(paused, EarningPaused)
    with pytest.raises(OwnAward):
        previewing.of(session, clerk, wish(clerk.person_id, now), now)
    with pytest.raises(NotYet):
        previewing.of(session, clerk, wish(rider, now + timedelta(hours=1)), now)
    with pytest.raises(NoAccount):
        previewing.of(session, clerk, wish(a_person(session, now), now), now)
    with pytest.raises(NotAllowed):
        previewing.of(session, clerk, wish(rider, now, code="SUGGEST_ADOPTED"), now)


def test_the_same_deed_in_the_same_words_is_known_again(session, now, rider, clerk) -> None:
    awarding.award(session, clerk, wish(rider, now), now)

    again = previewing.of(session, clerk, wish(rider, now), now)
    other = previewing.of(session, clerk, wish(rider, now, reference="登记簿3页"), now)

    assert (again.given, other.given) == (True, False)


def test_evidence_stands_with_the_line_and_without_numbers_of_people(
    session, now, rider, clerk
) -> None:
    told = wish(rider, now, evidence=f"{SEEN}，他的电话13912345678", reference="照片12")
    grant = awarding.award(session, clerk, told, now)

    [line] = desk.of(session, clerk, rider, now).lines

    assert (line.award, line.verifier_id, line.undone) == (
        grant.transaction_id,
        clerk.person_id,
        False,
    )
    assert line.evidence is not None
    assert line.evidence.reference == "照片12"
    assert "13912345678" not in line.evidence.words


def test_what_a_second_person_allowed_keeps_its_evidence_and_both(session, now, rider) -> None:
    clerk, head = (staff(session, now, Role.STREET_OPERATOR) for _ in range(2))
    awarding.award(session, clerk, wish(rider, now, code="GOOD_DEED", points=30), now)
    asked = session.scalars(select(Approval.id).where(Approval.kind == awarding.KIND)).one()
    approvals.grant(session, head, asked, now)

    [line] = desk.of(session, clerk, rider, now).lines

    assert (line.verifier_id, line.second_id) == (clerk.person_id, head.person_id)
    assert line.evidence is not None
    assert line.evidence.words == SEEN


def test_what_is_taken_back_says_by_whom_and_cannot_be_again(session, now, rider, clerk) -> None:
    grant = awarding.award(session, clerk, wish(rider, now), now)
    awarding.take_back(session, clerk, grant.transaction_id, "传单没有发", now)

    back, given = desk.of(session, clerk, rider, now).lines

    assert (back.delta, back.undone_by, back.reason) == (-1, clerk.person_id, "传单没有发")
    assert (given.undone, given.award, back.award) == (True, grant.transaction_id, None)


def test_what_is_on_its_way_is_shown_and_may_be_taken_back(session, now, rider, clerk) -> None:
    earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=2)

    [one] = desk.of(session, clerk, rider, now).coming
    awarding.take_back(session, clerk, one.award, "记错了人", now)

    assert (one.points, one.arrives_on.isoformat()) == (2, "2026-03-10")
    assert desk.of(session, clerk, rider, now).coming == ()


def test_evidence_goes_with_its_person(session, now, rider, clerk) -> None:
    awarding.award(session, clerk, wish(rider, now), now)

    evidence.forget(session, rider)

    assert session.scalar(select(func.count()).select_from(PointsEvidence)) == 0

"""Points by hand: whoever may vouch, with evidence; large awards take two persons (P8)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people.models import Role
from server.riders.points import awarding
from server.riders.points.awarding import Wish
from server.riders.points.refusals import BadPoints, NoAccount, NotYet, OwnAward
from server.staff import approvals, reach
from server.staff.approvals import AskedAlready, ReasonNeeded, SecondPersonNeeded
from server.staff.models import Approval
from server.staff.reach import NotAllowed
from tests.factories import a_person
from tests.server.riders.acts import a_rider, has
from tests.server.volunteers.records.acts import staff


@pytest.fixture
def rider(session, now) -> int:
    return a_rider(session, now)


@pytest.fixture
def clerk(session, now, rider):
    return staff(session, now)


def asked(session) -> int:
    return session.scalars(select(Approval.id).where(Approval.kind == awarding.KIND)).one()


def test_staff_give_what_they_have_seen_once_and_it_is_told(session, now, rider, clerk) -> None:
    wish = Wish("ANTIFRAUD_TASK", rider, now, "在永辉门口发了50份传单")

    grant = awarding.award(session, clerk, wish, now)

    assert grant is not None
    assert awarding.award(session, clerk, wish, now) == grant
    assert has(session, rider, now) == 1
    assert session.scalars(select(Notice.kind)).all().count("points.awarded") == 1


def test_it_leaves_a_trace(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider, clerk = a_rider(session, now), staff(session, now)
        wish = Wish("ANTIFRAUD_TASK", rider, now, "在永辉门口发了50份传单")
        awarding.award(session, clerk, wish, now)

    with db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.actor) == ("points.awarded", clerk.person_id)
        assert entry.facts == {"code": "ANTIFRAUD_TASK", "points": 1}


@pytest.mark.parametrize(
    ("code", "role", "may"),
    [
        ("ANTIFRAUD_TASK", Role.COMMUNITY_WORKER, True),
        ("ANTIFRAUD_TASK", Role.GRID_WORKER, False),
        ("STATION_FAULT", Role.COMMUNITY_WORKER, False),
        ("STATION_FAULT", Role.STREET_OPERATOR, True),
        ("SUGGEST_ADOPTED", Role.STREET_OPERATOR, False),
        ("SUGGEST_ADOPTED", Role.DISTRICT_OPERATOR, True),
        ("VOL_HOUR", Role.DISTRICT_OPERATOR, False),
        ("CLASS_ONSITE", Role.COMMUNITY_WORKER, True),
    ],
)
def test_the_rule_says_who_may_vouch(session, now, rider, code, role, may) -> None:
    voucher = staff(session, now, role)
    wish = Wish(code, rider, now, "亲眼所见")

    if may:
        assert awarding.award(session, voucher, wish, now) is not None
    else:
        with pytest.raises(NotAllowed):
            awarding.award(session, voucher, wish, now)


def test_a_large_award_counts_once_a_second_person_allows_it(session, now, rider) -> None:
    clerk = staff(session, now, Role.STREET_OPERATOR)
    wish = Wish("GOOD_DEED", rider, now, "扑灭了三轮车的火", 30)

    assert awarding.award(session, clerk, wish, now) is None
    with pytest.raises(AskedAlready), session.begin_nested():
        awarding.award(session, clerk, wish, now)
    assert has(session, rider, now) == 0
    with pytest.raises(SecondPersonNeeded):
        approvals.grant(session, clerk, asked(session), now)
    approvals.grant(session, staff(session, now, Role.STREET_OPERATOR), asked(session), now)

    assert has(session, rider, now) == 30


def test_whoever_decides_reads_what_is_asked_for(session, now, rider, clerk) -> None:
    awarding.award(session, clerk, Wish("GOOD_DEED", rider, now, "扑灭了火", 30), now)
    question = session.get_one(Approval, asked(session))

    said = approvals.KINDS[awarding.KIND].tell(session, [question])

    assert said == {question.id: "见义勇为、好人好事加30分，依据：扑灭了火"}


def test_nobody_gives_or_allows_points_for_themselves(session, now, rider, clerk) -> None:
    own = Wish("ANTIFRAUD_TASK", clerk.person_id, now, "自己做的")

    with pytest.raises(OwnAward):
        awarding.award(session, clerk, own, now)


def test_evidence_a_moment_and_an_account_are_needed(session, now, rider, clerk) -> None:
    wish = Wish("ANTIFRAUD_TASK", rider, now, "发传单")
    stranger = Wish("ANTIFRAUD_TASK", a_person(session, now), now, "发传单")

    for wrong, refusal in (
        (Wish("ANTIFRAUD_TASK", rider, now, " "), ReasonNeeded),
        (Wish("ANTIFRAUD_TASK", rider, now + timedelta(hours=1), "发传单"), NotYet),
        (Wish("GOOD_DEED", rider, now, "救人"), BadPoints),
        (stranger, NoAccount),
    ):
        with pytest.raises(refusal):
            awarding.award(session, clerk, wrong, now)
    assert awarding.award(session, clerk, wish, now) is not None


def test_staff_take_back_what_should_not_have_been_given(session, now, rider, clerk) -> None:
    wish = Wish("ANTIFRAUD_TASK", rider, now, "在永辉门口发了50份传单")
    given = awarding.award(session, clerk, wish, now).transaction_id
    elsewhere = staff(session, now, Role.GRID_WORKER)

    with pytest.raises(NotAllowed):
        awarding.take_back(session, elsewhere, given, "传单没有发", now)
    with pytest.raises(OwnAward):
        awarding.take_back(session, reach.of(session, rider, now), given, "传单没有发", now)
    done = awarding.take_back(session, clerk, given, "传单没有发", now)

    assert (done.taken, has(session, rider, now)) == (1, 0)

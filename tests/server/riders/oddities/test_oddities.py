"""Whoever had no hand in it looks at what is odd, and says what they found."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Role
from server.riders.models import OddityKind, OddState, PointsOddity, Rider
from server.riders.oddities import oddities
from server.riders.oddities.oddities import OwnHand
from server.staff import queue
from server.staff.approvals import DecidedAlready, ReasonNeeded
from server.staff.reach import NotAllowed
from tests.server.riders.acts import a_rider
from tests.server.volunteers.records.acts import staff

FACTS = {
    OddityKind.PAIR: {"number": 6, "share": 66, "points": 30},
    OddityKind.BURST: {"number": 10, "minutes": 5},
    OddityKind.LINKED: {"how": 2},
    OddityKind.FULL: {"days": 5, "of": 7},
    OddityKind.REVERSED: {"number": 3},
}


def odd(session, now, verifier: int, kind: OddityKind = OddityKind.PAIR) -> int:
    rider = a_rider(session, now)
    area = oddities_area(session, rider)
    found = PointsOddity(
        key=f"{kind}:{rider}",
        kind=kind,
        area_id=area,
        person_id=rider,
        verifier_id=verifier,
        facts=FACTS[kind],
        state=OddState.OPEN,
        found_at=now,
    )
    session.add(found)
    session.flush()
    return found.id


def oddities_area(session, rider: int) -> int:
    return session.scalar(select(Rider.area_id).where(Rider.person_id == rider))


@pytest.mark.parametrize("kind", list(OddityKind))
def test_each_kind_says_why_it_is_listed_and_what_to_do(session, now, kind) -> None:
    judge, clerk = staff(session, now, Role.STREET_OPERATOR), staff(session, now)
    odd(session, now, clerk.person_id, kind)

    [found] = oddities.waiting(session, judge)

    assert found.name
    assert "{" not in found.why
    assert found.next.endswith("。")
    assert all(str(fact) in found.why for name, fact in found.facts.items() if name != "how")


def test_it_is_settled_once_with_a_note(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        judge, clerk = staff(session, now, Role.STREET_OPERATOR), staff(session, now)
        one = odd(session, now, clerk.person_id)
        with pytest.raises(ReasonNeeded):
            oddities.settle(session, judge, one, OddState.CLEARED, " ", now)
        oddities.settle(session, judge, one, OddState.CLEARED, "附近只有他一个骑手", now)
        with pytest.raises(DecidedAlready):
            oddities.settle(session, judge, one, OddState.ACTED_ON, "再看一次", now)

    with db.reading() as session:
        assert oddities.waiting(session, judge) == []
        found = oddities.one(session, judge, one)
        actions = session.scalars(select(AuditEntry.action)).all()
    assert (found.state, found.settled_by, found.note) == (
        OddState.CLEARED,
        judge.person_id,
        "附近只有他一个骑手",
    )
    assert "odd_points.cleared" in actions


def test_whoever_vouched_or_got_the_points_does_not_judge(session, now) -> None:
    judge = staff(session, now, Role.STREET_OPERATOR)
    own = odd(session, now, judge.person_id)

    with pytest.raises(OwnHand):
        oddities.settle(session, judge, own, OddState.CLEARED, "没有问题", now)

    assert "points_oddity" not in {task.kind for task in queue.tasks(session, judge, now)}


def test_control_another_one_judges_it(session, now) -> None:
    judge, other = (staff(session, now, Role.STREET_OPERATOR) for _ in range(2))
    own = odd(session, now, judge.person_id)

    [task] = [one for one in queue.tasks(session, other, now) if one.kind == "points_oddity"]
    oddities.settle(session, other, own, OddState.ACTED_ON, "撤销了两笔", now)

    assert task.subject_id == own
    assert task.why


def test_it_is_nobody_elses_to_see(session, now) -> None:
    worker = staff(session, now)
    one = odd(session, now, worker.person_id)

    with pytest.raises(NotAllowed):
        oddities.one(session, worker, one)
    assert oddities.tasks(session, worker, now + timedelta(days=1), 9) == []

"""What one asks for, another one allows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from server import keeping
from server.areas import tree
from server.audit.models import AuditEntry
from server.people.models import Role
from server.staff import approvals, open_questions, reach, unanswered
from server.staff.approvals import Kind
from server.staff.models import Approval, ApprovalState
from server.staff.rights import Right
from tests.console.reach import assert_out_of_reach


def tell(_session, asked):
    return {approval.id: "给示例·赵燕补记120分钟" for approval in asked}


@pytest.fixture
def done():
    """What was done because it was allowed; the kind is known while the test lasts."""
    deeds: list[int] = []

    def deed(_session, approval, allowed_by, _now) -> None:
        deeds.append((approval.id, allowed_by))

    kind = Kind("tests.hours", Right.APPROVE_HOURS, lambda *_: None, deed, tell=tell)
    approvals.register(kind)
    yield deeds
    del approvals.KINDS[kind.name]


@pytest.fixture
def asked(done, clerk, runtime):
    """A worker of A1 asks for something; returns (worker, id)."""
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        made = approvals.ask(
            session, worker.person_id, "tests.hours", "x:1", area, "签到漏了", runtime.now()
        )
        return worker, made.id


def test_whoever_may_allow_it_reads_what_is_asked_by_whom_and_why(asked, clerk) -> None:
    shown = clerk(Role.STREET_OPERATOR, "A").get("/approvals").get_data(as_text=True)

    for words in ("给示例·赵燕补记120分钟", "示例·职员", "示例A1社区", "签到漏了", "还剩7天"):
        assert words in shown


def test_what_is_allowed_is_done_at_once_and_noted(asked, done, clerk, db) -> None:
    boss = clerk(Role.STREET_OPERATOR, "A")

    answer = boss.post(f"/approvals/{asked[1]}/grant")

    assert answer.status_code == 303
    assert done == [(asked[1], boss.person_id)]
    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["tests.hours.asked", "tests.hours.granted"]


def test_allowing_asks_who_is_there(asked, done, clerk, clock) -> None:
    boss = clerk(Role.STREET_OPERATOR, "A")
    clock.advance(minutes=11)

    answer = boss.post(f"/approvals/{asked[1]}/grant")

    assert "/console/prove" in answer.headers["Location"]
    assert done == []


def test_turning_down_needs_a_reason_and_keeps_what_was_keyed(asked, done, clerk, db) -> None:
    boss = clerk(Role.STREET_OPERATOR, "A")

    without = boss.post(f"/approvals/{asked[1]}/decline", note=" ")
    given = boss.post(f"/approvals/{asked[1]}/decline", note="名单上没有")

    assert without.status_code == 400
    assert "请用一句话写明原因" in without.get_data(as_text=True)
    assert given.status_code == 303
    with db.reading() as session:
        kept = session.scalars(select(Approval)).one()
    assert (kept.state, kept.note, done) == (ApprovalState.DECLINED, "名单上没有", [])


def test_nobody_allows_what_they_asked_for(done, clerk, runtime) -> None:
    boss = clerk(Role.STREET_OPERATOR, "A")
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        made = approvals.ask(
            session, boss.person_id, "tests.hours", "x:1", area, "漏了", runtime.now()
        )

    answer = boss.post(f"/approvals/{made.id}/grant")

    assert answer.status_code == 403
    assert "不能自己批自己的" in answer.get_data(as_text=True)
    assert done == []


def test_another_street_neither_sees_nor_decides(asked, done, clerk) -> None:
    other = clerk(Role.STREET_OPERATOR, "B")

    assert "补记120分钟" not in other.get("/approvals").get_data(as_text=True)
    for deed in ("grant", "decline"):
        assert_out_of_reach(other, "POST", f"/approvals/{asked[1]}/{deed}", note="x")
    assert done == []


def test_a_page_that_reached_would_be_seen(asked, clerk) -> None:
    near = clerk(Role.STREET_OPERATOR, "A")

    with pytest.raises(AssertionError):
        assert_out_of_reach(near, "POST", f"/approvals/{asked[1]}/decline", note="x")


def test_of_two_who_allow_it_at_once_one_does(asked, done, clerk, runtime) -> None:
    bosses = [clerk(Role.STREET_OPERATOR, "A") for _ in range(4)]
    start = Barrier(len(bosses))

    def grant(boss) -> int:
        start.wait()
        return boss.post(f"/approvals/{asked[1]}/grant").status_code

    with ThreadPoolExecutor(len(bosses)) as threads:
        answers = sorted(threads.map(grant, bosses))

    assert answers == [303, 409, 409, 409]
    assert len(done) == 1


def test_without_the_conditional_write_two_would_do_it(asked, done, clerk, runtime) -> None:
    bosses = [clerk(Role.STREET_OPERATOR, "A") for _ in range(2)]

    # what the guard replaces: both look before either writes
    with runtime.db.reading() as session:
        seen = [session.get_one(Approval, asked[1]).state for _ in bosses]
    for boss, state in zip(bosses, seen, strict=True):
        with runtime.db.transaction() as session:
            approval = session.get_one(Approval, asked[1])
            if state is ApprovalState.ASKED:
                approvals.KINDS[approval.kind].deed(
                    session, approval, boss.person_id, runtime.now()
                )

    assert len(done) == 2


def test_the_page_costs_the_same_for_many(asked, clerk, runtime, statements) -> None:
    boss = clerk(Role.STREET_OPERATOR, "A")
    boss.get("/approvals")
    with statements() as few:
        boss.get("/approvals")
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        for number in range(10):
            key, who = f"y:{number}", asked[0].person_id
            approvals.ask(session, who, "tests.hours", key, area, "漏了", runtime.now())

    with statements() as many:
        boss.get("/approvals")

    assert len(many) == len(few)


def test_what_nobody_answered_lapses(asked, clerk, clock, runtime) -> None:
    clock.advance(days=8)
    with runtime.db.transaction() as session:
        assert unanswered.lapse(session, runtime.now()) == 1
        mine = reach.of(session, asked[0].person_id, runtime.now() - timedelta(days=8))
        assert open_questions.waiting(session, mine, runtime.now()) == []


def test_what_lapsed_may_be_asked_for_again(asked, clerk, clock, runtime) -> None:
    clock.advance(days=8)
    with runtime.db.transaction() as session:
        keeping.lapse_approvals(session, runtime, runtime.now())

    with runtime.db.reading() as session:
        states = session.scalars(select(Approval.state)).all()
    assert set(states) == {ApprovalState.LAPSED}


def test_what_waits_for_a_second_person_is_in_their_queue_and_menu(asked, clerk) -> None:
    second, neighbour = (clerk(Role.STREET_OPERATOR, street) for street in "AB")

    near = second.get("/").get_data(as_text=True)
    far = neighbour.get("/").get_data(as_text=True)

    assert "要由另一位同事批准" in near
    assert 'href="/console/approvals"' in near
    assert "要由另一位同事批准" not in far

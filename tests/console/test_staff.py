"""Accounts as system administrators see them."""

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people.models import Role
from server.staff.models import Approval, StaffAccount, StaffState
from tests.console.reach import assert_out_of_reach

LINK = re.compile(r"/console/invitation/[\w-]{43}")


def asked(db) -> int:
    """Return the newest question to a second person."""
    with db.reading() as session:
        return session.scalars(select(Approval.id).order_by(Approval.id.desc())).first()


def told(db, person_id: int) -> list[str]:
    with db.reading() as session:
        mine = select(Notice.kind).where(Notice.person_id == person_id).order_by(Notice.id)
        return list(session.scalars(mine))


@pytest.fixture
def admin(clerk):
    return clerk(Role.SYSTEM_ADMIN, "D")


def state_of(db, staff_id: int) -> StaffState:
    with db.reading() as session:
        return session.get_one(StaffAccount, staff_id).state


def test_an_administrator_sees_logins_and_roles_and_no_names(admin, clerk, db) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")

    shown = admin.get("/staff").get_data(as_text=True)

    with db.reading() as session:
        login = session.get_one(StaffAccount, anna.staff_id).login
    listed = shown[shown.index("<main") :]
    assert login in listed
    assert "社区工作者（示例A1社区）" in listed
    assert "示例·职员" not in listed


def test_a_closed_account_is_out_until_it_is_opened_again(admin, clerk, db) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")

    admin.post(f"/staff/{anna.staff_id}/disable")
    closed = anna.get("/")
    admin.post(f"/staff/{anna.staff_id}/enable")

    assert closed.status_code == 303
    # it never had a password of its own, so it waits for one
    assert state_of(db, anna.staff_id) is StaffState.INVITED
    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["staff.disabled", "staff.enabled"]


def test_inviting_an_administrator_again_shows_a_link_once(admin, clerk) -> None:
    other = clerk(Role.SYSTEM_ADMIN, "D")

    shown = admin.post(f"/staff/{other.staff_id}/invite").get_data(as_text=True)

    link = LINK.search(shown)
    assert link
    assert other.get("/").status_code == 303
    assert admin.client.application.test_client().get(link[0]).status_code == 200


def test_an_account_with_business_is_reset_by_two_and_its_owner_is_told(admin, clerk, db) -> None:
    anna, chief = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")
    path = f"/staff/{anna.staff_id}/invite"

    alone = admin.post(path)
    stays_in = anna.get("/").status_code
    twice = admin.post(path)
    allowed = chief.post(f"/approvals/{asked(db)}/grant")
    shown = admin.post(path).get_data(as_text=True)

    assert (alone.status_code, stays_in, twice.status_code) == (303, 200, 409)
    assert allowed.status_code == 303
    assert LINK.search(shown)
    assert anna.get("/").status_code == 303
    assert told(db, anna.person_id) == ["office.reset_asked", "office.account_reset"]


def test_nobody_else_uses_what_was_allowed_nor_uses_it_late(admin, clerk, db, clock) -> None:
    anna, chief = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")
    path = f"/staff/{anna.staff_id}/invite"
    admin.post(path)
    chief.post(f"/approvals/{asked(db)}/grant")

    other = clerk(Role.SYSTEM_ADMIN, "D").post(path)
    clock.advance(days=2)
    admin.signs_in_again()
    late = admin.post(path)

    assert (other.status_code, late.status_code) == (303, 409)
    assert state_of(db, anna.staff_id) is StaffState.ACTIVE


def test_ending_the_sessions_leaves_the_account(admin, clerk, db) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")

    admin.post(f"/staff/{anna.staff_id}/end-sessions")

    assert anna.get("/").status_code == 303
    assert state_of(db, anna.staff_id) is StaffState.ACTIVE


def test_nobody_closes_their_own_account(admin, db) -> None:
    answer = admin.post(f"/staff/{admin.staff_id}/disable")

    assert answer.status_code == 409
    assert state_of(db, admin.staff_id) is StaffState.ACTIVE


def test_an_administrator_of_a_street_reaches_that_street_alone(clerk) -> None:
    admin = clerk(Role.SYSTEM_ADMIN, "A")
    near, far, above = (clerk(Role.COMMUNITY_WORKER, area) for area in ("A2", "B1", "D"))
    postless = clerk(None)

    assert admin.post(f"/staff/{near.staff_id}/end-sessions").status_code == 303
    for other in (far, above, postless):
        for deed in ("invite", "disable", "enable", "end-sessions"):
            assert_out_of_reach(admin, "POST", f"/staff/{other.staff_id}/{deed}")


def test_the_list_costs_the_same_for_many(admin, clerk, statements) -> None:
    admin.get("/staff")
    with statements() as few:
        admin.get("/staff")
    for _ in range(5):
        clerk(Role.COMMUNITY_WORKER, "A1")

    with statements() as many:
        admin.get("/staff")

    assert len(many) == len(few)

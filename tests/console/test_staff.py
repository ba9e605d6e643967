"""Accounts as system administrators see them."""

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Role
from server.staff.models import StaffAccount, StaffState
from tests.console.reach import assert_out_of_reach


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


def test_inviting_again_ends_what_was_and_shows_a_link_once(admin, clerk) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")

    shown = admin.post(f"/staff/{anna.staff_id}/invite").get_data(as_text=True)

    link = re.search(r"/console/invitation/[\w-]{43}", shown)
    assert link
    assert anna.get("/").status_code == 303
    assert admin.client.application.test_client().get(link[0]).status_code == 200


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

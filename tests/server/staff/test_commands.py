"""`flask staff` and `flask audit`, as an operator types them."""

import json
import re

import pytest
from sqlalchemy import update

from server.audit import trail
from server.people import profile
from server.people.models import Role
from server.staff import roster
from server.staff.models import StaffAccount, StaffState
from tests.console.conftest import plant_district

INVITE = ("staff", "invite", "--login", "zhang", "--name", "示例·张三", "--area", "D")
ROLE = ("--role", "community_worker")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/invitation/[\w-]{43}")


@pytest.fixture
def flask(app, runtime):
    """Run `flask …` and return what it printed; fail unless it ended as expected."""
    with runtime.db.transaction() as session:
        plant_district(session)

    def run(*words: str, fails: bool = False) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


def test_somebody_is_invited_with_name_post_and_phone(flask, db, runtime, clock) -> None:
    told = json.loads(flask(*INVITE, *ROLE, "--phone", "13800001234"))

    assert LINK.fullmatch(told["link"])
    with db.reading() as session:
        account = roster.called(session, "zhang")
        [line] = roster.browse(session, None, clock.now())
        shown = profile.of(session, account.person_id, vault=runtime.vault)
    assert (shown.name, shown.phone) == ("示例·张三", "138****1234")
    assert line.roles == ((Role.COMMUNITY_WORKER, "示例区"),)
    assert account.password is None


def test_nobody_is_invited_twice_or_to_nowhere(flask, db) -> None:
    flask(*INVITE, *ROLE)

    assert "已有人用" in flask(*INVITE, *ROLE, fails=True)
    elsewhere = (*INVITE[:-1], "404", "--login", "li", *ROLE)
    assert "没有编号为“404”的区域" in flask(*elsewhere, fails=True)
    assert "no person 404" in flask(*INVITE, *ROLE, "--person", "404", fails=True)
    with db.reading() as session:
        assert roster.find(session, "li") is None


def test_an_account_is_closed_opened_and_reset(flask, db) -> None:
    first = json.loads(flask(*INVITE, *ROLE))["link"]
    with db.transaction() as session:
        session.execute(update(StaffAccount).values(state=StaffState.ACTIVE))

    assert json.loads(flask("staff", "disable", "zhang"))["state"] == "disabled"
    assert json.loads(flask("staff", "list"))["state"] == "disabled"
    assert json.loads(flask("staff", "enable", "zhang"))["state"] == "invited"
    assert json.loads(flask("staff", "sessions-revoke", "zhang"))["sessions"] == "ended"
    again = json.loads(flask("staff", "reset-second-factor", "zhang"))["link"]

    assert LINK.fullmatch(again)
    assert again != first
    assert "没有登录名为“wang”的账号" in flask("staff", "disable", "wang", fails=True)


def test_the_sample_staff_are_invited_until_they_have_come_in(flask, db) -> None:
    flask("sample", "load")

    first, second = (flask("sample", "staff").splitlines() for _ in range(2))
    with db.transaction() as session:
        session.execute(update(StaffAccount).values(state=StaffState.ACTIVE))

    logins = [json.loads(line)["login"] for line in first]
    assert logins == ["zhangmin", "liqiang"]
    assert first != second
    assert flask("sample", "staff") == ""


def test_the_sample_makes_no_account_that_anybody_could_enter(flask, db) -> None:
    flask("sample", "load")

    with db.reading() as session:
        assert session.query(StaffAccount).count() == 0


def test_the_trail_is_verified_against_a_copy(flask, db, clock) -> None:
    for number in range(2):
        with db.transaction() as session:
            trail.record(session, 7, "need.verified", ("need", number), clock.now())
    head = json.loads(flask("audit", "head"))

    copy = f"{head['length']}:{head['hash']}"
    told = json.loads(flask("audit", "verify", "--copy", copy))
    wrong = json.loads(flask("audit", "verify", "--copy", f"1:{head['hash']}", fails=True))

    assert head["length"] == 2
    assert told == {"length": 2, "hash": head["hash"], "whole": True}
    assert (wrong["whole"], wrong["number"]) == (False, 1)
    assert json.loads(flask("audit", "verify"))["whole"]
    assert "LENGTH:HASH" in flask("audit", "verify", "--copy", "rubbish", fails=True)

"""Signing in with one's own WeChat."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from server.people import linking
from server.people.models import Role
from server.staff import entering, tickets
from server.staff.entering import Browser
from server.staff.models import StaffAccount, StaffState
from tests.bot.driver import Phone, line_of
from tests.console.newcomers import Newcomer

NUMBER = re.compile(r"登录 (\d{4} \d{4})")
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"


@pytest.fixture
def phone(app, settings, clock):
    follower = Phone(line_of(app, settings, clock))
    follower.follows()
    return follower


@pytest.fixture
def member(app, runtime, district, phone):
    """Staff whose WeChat this phone is, at a browser where nobody is signed in."""
    newcomer = Newcomer.invited(app, runtime, "wanghong", Role.COMMUNITY_WORKER, "A1")
    with runtime.db.transaction() as session:
        session.execute(update(StaffAccount).values(state=StaffState.ACTIVE))
        code = linking.offer(session, newcomer.person_id, runtime.now(), vault=runtime.vault).code
    assert "绑定好了" in phone.says(f"绑定 {code}")
    return newcomer


def scans(phone, number: str) -> str:
    """Scan the picture of the sign-in page and return what the chat says."""
    scene = tickets.SCENE + number.replace(" ", "")
    return phone.sends(phone.event("SCAN", EventKey=scene, Ticket="gQ")).text


def begins(newcomer) -> str:
    """Ask for a number in this browser and read it."""
    newcomer.posts("/sign-in/chat", headers={"User-Agent": DESK})
    shown = newcomer.client.get("/console/sign-in/chat").get_data(as_text=True)
    return NUMBER.search(shown)[1]


def test_a_number_sent_from_ones_own_chat_opens_the_console(member, phone) -> None:
    number = begins(member)

    said = phone.says(f"登录 {number}")
    state = member.client.get("/console/sign-in/chat/state").get_data(as_text=True)
    entered = member.posts("/sign-in/chat/enter")

    assert "已登录管理台" in said
    assert "Windows 电脑，Chrome" in said
    assert "3月9日（周一）09:00" in said
    assert "结束登录" in said
    assert "微信已确认" in state
    assert entered.headers["Location"] == "/console/"
    assert member.client.get("/console/").status_code == 200


def test_a_script_is_told_where_to_go(member, phone) -> None:
    phone.says(f"登录{begins(member)}")

    entered = member.posts("/sign-in/chat/enter", headers={"HX-Request": "true"})

    assert (entered.status_code, entered.headers["HX-Redirect"]) == (204, "/console/")


def test_before_it_is_confirmed_nothing_is_open(member) -> None:
    begins(member)

    assert member.posts("/sign-in/chat/enter").status_code == 409
    assert member.client.get("/console/").status_code == 303


def test_the_number_lets_only_the_browser_in_that_shows_it(member, phone) -> None:
    phone.says(f"登录 {begins(member)}")
    other = member.elsewhere()
    begins(other)

    assert other.posts("/sign-in/chat/enter").status_code == 409
    assert other.client.get("/console/").status_code == 303


@pytest.mark.parametrize("said", ["登录 0000 0000", "登录 1", "登陆号 12345678901"])
def test_a_wrong_number_opens_nothing(member, phone, said) -> None:
    begins(member)

    assert "登录号码不对或已过期" in phone.says(said)


def test_a_number_ends_after_two_minutes(member, phone, clock) -> None:
    number = begins(member)
    clock.advance(seconds=121)

    assert "登录号码不对或已过期" in phone.says(f"登录 {number}")
    assert "号码已过期" in member.client.get("/console/sign-in/chat").get_data(as_text=True)


def test_only_staff_are_let_in(member, app, settings, clock) -> None:
    number = begins(member)
    resident = Phone(line_of(app, settings, clock))
    resident.follows()

    assert "没有管理台账号" in resident.says(f"登录 {number}")
    assert "没有管理台账号" in resident.says("登录")
    assert "没有管理台账号" in resident.says("结束登录")
    assert member.posts("/sign-in/chat/enter").status_code == 409


def test_a_closed_account_is_not_let_in(member, phone, db) -> None:
    number = begins(member)
    with db.transaction() as session:
        session.execute(update(StaffAccount).values(state=StaffState.DISABLED))

    assert "没有管理台账号" in phone.says(f"登录 {number}")


def test_numbers_are_not_tried_without_end(member, phone) -> None:
    answers = [phone.says(f"登录 {number:08}") for number in range(12)]

    assert "操作太频繁了" in answers[-1]


def test_whoever_did_not_sign_in_ends_it_from_the_chat(member, phone) -> None:
    phone.says(f"登录 {begins(member)}")
    member.posts("/sign-in/chat/enter")
    assert member.client.get("/console/").status_code == 200

    assert "已全部结束" in phone.says("结束登录")

    assert member.client.get("/console/").status_code == 303


def test_what_was_confirmed_by_mistake_is_taken_back_before_it_is_used(member, phone) -> None:
    phone.says(f"登录 {begins(member)}")

    phone.says("结束登录")

    assert member.posts("/sign-in/chat/enter").status_code == 409


def test_scanning_alone_lets_nobody_in(member, phone) -> None:
    asked = scans(phone, begins(member))
    before = member.posts("/sign-in/chat/enter").status_code
    said = phone.says("1")

    assert "是您自己正在登录吗" in asked
    assert before == 409
    assert "已登录管理台" in said
    assert member.posts("/sign-in/chat/enter").status_code == 303


def test_whoever_says_no_after_scanning_leaves_it_closed(member, phone) -> None:
    scans(phone, begins(member))

    assert "没有登录" in phone.says("2")
    assert member.posts("/sign-in/chat/enter").status_code == 409


def test_staff_read_in_chat_how_to_sign_in(member, phone) -> None:
    assert "/console/" in phone.says("管理台")


def test_of_two_tabs_that_claim_at_once_one_enters(member, phone, runtime) -> None:
    vault, now = runtime.vault, runtime.now()
    with runtime.db.transaction() as session:
        offered = tickets.offer(session, "", "test", now, vault=vault)
    phone.says(f"登录 {offered.number}")

    def claim(_number: int) -> bool:
        with runtime.db.transaction() as session:
            key, browser = offered.key, Browser("test")
            return entering.show_ticket(session, key, browser, now, vault=vault) is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(claim, range(4))) == [False, False, False, True]


class TestWithWechat:
    def test_a_picture_to_scan_is_shown(self, member, emulator) -> None:
        begins(member)

        shown = member.client.get("/console/sign-in/chat").get_data(as_text=True)

        assert 'src="data:image/svg+xml' in shown

"""组织消息: what waits for a member, and whom a contact is to call; to others it is no word."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import party_home
from config.wording import LOCAL
from server.party import access, by_hand, own, reminders, telling, waiting
from server.party.models import FileRead, Look, PartyFile, PartyLetter, PartyReview, ReviewState
from server.party.reports import handing
from server.party.waiting import Waits
from server.people import identities
from server.people.models import Account, App
from server.runtime import Runtime
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.server.party import crowds
from tests.server.party.acts import NAME, VAULT, a_cell, given_to

OPEN = datetime(2026, 3, 20, 9, tzinfo=LOCAL).astimezone(UTC)
LATE = datetime(2026, 4, 12, 9, tzinfo=LOCAL).astimezone(UTC)


@pytest.fixture
def cell(runtime: Runtime):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
        session.get_one(PartyFile, made.file).reported_at -= timedelta(days=200)
        return made


@pytest.fixture
def member(runtime: Runtime, cell, phone) -> Phone:
    """The member of the cell, who has agreed."""
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.OFFICIAL, wang.openid, runtime.now())
        given_to(session, cell.file, known.person_id)
        own.agree(session, known.person_id, runtime.now())
    return wang


@pytest.fixture
def caller(runtime: Runtime, cell, phone) -> Phone:
    """The contact of the cell."""
    li = phone()
    li.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == li.openid)).one()
        account.person_id = cell.contact.person_id
    return li


def test_a_member_finds_what_waits_and_each_number_leads_on(member, clock) -> None:
    clock.set(OPEN)

    shown = member.says("组织消息")

    assert shown.startswith("现在等您的：\n1. 第1季度汇报，4月10日")
    assert "2. 我的档案，这一季核对一下\n3. 联系人\n请回复编号。" in shown
    assert member.says("1").startswith("第1季度汇报（1/4）")
    member.says("取消")
    member.says("组织消息")
    assert NAME in member.says("2")
    member.says("组织消息")
    assert "您的联系人" in member.says("3")


def test_late_is_told_as_late_and_what_is_done_waits_no_more(runtime, cell, member, clock) -> None:
    clock.set(LATE)
    assert "1. 第1季度汇报，4月20日" in member.says("组织消息")
    with runtime.db.transaction() as session:
        [file] = session.scalars(select(PartyFile))
        report = handing.begun(session, file.id, "2026Q1", LATE)
        report.number = 1
        file.confirmed_at = LATE

    shown = member.says("组织消息")

    assert shown == "现在没有等您办的事。\n1. 联系人\n2. 我的档案\n请回复编号。"


def test_a_report_that_was_returned_waits_again(runtime, member, clock) -> None:
    clock.set(OPEN)
    with runtime.db.transaction() as session:
        [file] = session.scalars(select(PartyFile))
        report = handing.begun(session, file.id, "2026Q1", OPEN)
        report.number = report.returned_number = 1
        report.returned_at, report.question = OPEN, b"sealed"

    assert "1. 第1季度汇报，支部问了一个问题" in member.says("组织消息")


def test_other_work_adds_a_line_and_the_word_that_answers_it(member, monkeypatch, clock) -> None:
    added = [*waiting.SOURCES, lambda *_given: Waits("联系人", "年度反馈，待您看")]
    monkeypatch.setattr(waiting, "SOURCES", added)
    clock.set(OPEN)

    assert "3. 年度反馈，待您看\n4. " not in member.says("组织消息")
    assert "3. 年度反馈，待您看" in member.says("组织消息")
    assert "您的联系人" in member.says("3")


def test_a_review_to_answer_and_a_letter_to_read_wait_until_they_are(
    runtime, cell, member, clock
) -> None:
    clock.set(LATE)
    with runtime.db.transaction() as session:
        by = cell.secretary.person_id
        session.get_one(
            PartyReview, crowds.review(session, cell.file, "2026Q1", by, LATE)
        ).shown_at = LATE
        crowds.letter(session, cell.file, by, LATE)

    shown = member.says("组织消息")

    assert "2. 第1季度考评，支部定了，看看有没有话说\n3. 2026年的年度反馈" in shown
    with runtime.db.transaction() as session:
        session.scalars(select(PartyReview)).one().state = ReviewState.ACKNOWLEDGED
        session.scalars(select(PartyLetter)).one().read_at = LATE
    assert "考评" not in member.says("组织消息")
    assert "年度反馈" not in member.says("组织消息")


def test_whoever_has_taken_consent_back_finds_nothing_new(member, clock) -> None:
    clock.set(OPEN)
    member.says("撤回档案同意")

    assert member.says("组织消息").startswith("现在没有等您办的事。")


def test_a_contact_finds_their_list_and_a_member_who_is_one_both(runtime, cell, caller) -> None:
    assert f"1. {NAME}" in caller.says("组织消息")

    with runtime.db.transaction() as session:
        second = a_cell(session, runtime.now())
        given_to(session, second.file, cell.contact.person_id)
    assert "联系名单" in caller.says("组织消息")


def test_a_look_leaves_one_line_and_the_answer_is_kept_nowhere(runtime, cell, member) -> None:
    member.says("组织消息")

    with runtime.db.reading() as session:
        looks = session.scalars(select(FileRead).where(FileRead.file_id == cell.file)).all()
        replies = "".join(filter(None, session.scalars(select(Inbound.reply))))
    assert [(one.part, one.why) for one in looks] == [(Look.FILE, access.OWN)]
    assert "联系人" not in replies


def test_for_others_there_is_no_such_word(cell, member, zhao) -> None:
    assert zhao.says("组织消息") == zhao.says("看消息组织")
    assert member.says("组织消息") != zhao.says("组织消息")


def test_whoever_joins_their_file_by_the_code_reads_how_to_ask(runtime, cell, zhao) -> None:
    with runtime.db.transaction() as session:
        who = session, cell.secretary, cell.file, runtime.now()
        code = by_hand.offer_code(*who, vault=runtime.vault).code

    joined = zhao.says(f"绑定 {code}")

    assert "组织消息" in joined
    assert "汇报" in joined
    assert "等您" in zhao.says("组织消息")


def test_a_reminder_shows_among_ones_own_and_says_nothing(runtime, member, clock) -> None:
    clock.set(OPEN)
    with runtime.db.transaction() as session:
        rules = runtime.settings.reports
        reminders.remind(session, OPEN, rules=rules, vault=VAULT)

    shown = member.says("提醒")

    assert "您有一条组织消息" in shown
    assert "汇报" not in shown
    assert telling.MEMBER not in shown


def test_every_word_that_may_wait_has_an_answer() -> None:
    assert {"汇报", "考评", "反馈", *party_home.ALWAYS, "联系名单"} <= party_home.ANSWERS.keys()

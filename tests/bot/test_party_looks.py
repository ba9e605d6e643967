"""Every word that shows a member leaves its lines; none may be missing here."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.chat import Chat, Reply
from bot.face import APART
from bot.router import Answerer
from server.party import access, own
from server.people.models import Account
from tests.bot.driver import Phone
from tests.server.party.acts import NAME, a_cell, given_to, looks
from tests.server.party.scene import Year, a_year

OF_THE_FILE = (
    ("组织消息", "party_home", 1),
    ("我的档案", "party_file", 1),
    ("1", "party_confirm", 0),
    ("同意保存档案", "party_agree", 0),
    ("联系人", "party_contact", 1),
    ("谁看过我的档案", "party_reads", 1),
    ("搬家", "party_moved", 0),
    ("取消", "party_stop", 0),
    ("搬家 示例路9号", "party_moved_said", 1),
    ("撤回档案同意", "party_withdraw", 0),
)
OF_REPORTS = (
    ("汇报", "party_report_begin", 1),
    ("2", "party_report_this", 1),
    ("示例还在物流公司", "party_report_answer", 1),
    ("示例想得通", "party_report_answer", 1),
    ("示例想得通", "party_report_answer", 1),
    ("上一步", "party_report_back", 1),
    ("取消", "party_report_stop", 0),
    ("汇报", "party_report_begin", 1),
    ("2", "party_report_this", 1),
    ("1", "party_report_keep", 1),
    ("学习", "party_report_answer", 1),
    ("没有", "party_report_answer", 1),
    ("1", "party_report_send", 1),
    ("汇报", "party_report_begin", 1),
    ("1", "party_report_anew", 1),
    ("取消", "party_report_stop", 0),
    ("汇报", "party_report_begin", 1),
    ("示例办好了", "party_report_reply", 1),
)
OF_REVIEWS = (
    ("考评", "party_review", 1),
    ("2", "party_review_ask", 0),
    ("取消", "party_review_stop", 0),
    ("考评", "party_review", 1),
    ("1", "party_review_fine", 0),
    ("考评", "party_review", 1),
    ("1", "party_review_ask", 0),
    ("示例有一次活动没有算", "party_review_said", 0),
)
OF_LETTERS = (
    ("反馈", "party_letter_show", 1),
    ("4", "party_letter_record", 1),
    ("1", "party_letter_show", 1),
    ("1", "party_letter_thank", 1),
    ("反馈", "party_letter_show", 1),
    ("2", "party_letter_speak", 1),
    ("取消", "party_letter_stop", 0),
    ("反馈", "party_letter_show", 1),
    ("2", "party_letter_speak", 1),
    ("示例明年回村", "party_letter_said", 1),
    ("反馈", "party_letter_show", 1),
    ("3", "party_letter_need", 1),
    ("示例租房", "party_letter_needed", 1),
    ("我的困难", "party_needs", 1),
    ("1", "party_need", 1),
)
OF_CALLS = (
    ("联系名单", "party_due", 1),
    ("1", "party_touch", 0),
    ("4", "party_log", 0),
    (f"联系不上 {NAME}", "party_log_line_in_vain", 0),
    (f"联系了 {NAME} 电话", "party_log_line", 0),
)
OF_PROXIES = (
    ("汇报名单", "party_told_due", 1),
    ("1", "party_told_begin", 1),
    ("1", "party_told_begin", 1),
    # from here on what was read once is said again: of the file nothing more is read
    ("1", "party_told_keep", 0),
    ("示例想得通", "party_told_answer", 0),
    ("上一步", "party_report_back", 0),
    ("取消", "party_told_stop", 0),
    (f"代汇报 {NAME}", "party_told_named", 1),
    ("1", "party_told_begin", 1),
    ("1", "party_told_keep", 0),
    ("1", "party_told_keep", 0),
    ("1", "party_told_keep", 0),
    ("1", "party_told_keep", 0),
    ("1", "party_told_send", 0),
    (f"代汇报 {NAME}", "party_told_named", 1),
    ("示例办好了", "party_told_reply", 0),
)
"""What is said in chat, the command that answers, and how many lines it leaves."""
ONLY_BEHIND = "party_told_before"
"""What stands behind 上一步 for a contact; `party_report_back` finds it there."""
OF_A_MEMBER = {
    "file": OF_THE_FILE,
    "reports": OF_REPORTS,
    "reviews": OF_REVIEWS,
    "letters": OF_LETTERS,
}
OF_A_CONTACT = {"calls": OF_CALLS, "proxies": OF_PROXIES}


def test_no_word_is_missing_here() -> None:
    scripts = (*OF_A_MEMBER.values(), *OF_A_CONTACT.values())
    told = {name for script in scripts for _words, name, _many in script}

    assert {command.name for command in APART} == told | {ONLY_BEHIND}


@pytest.fixture
def year(runtime, clock) -> Year:
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
    return a_year(runtime, clock, cell)


@pytest.fixture
def member(runtime, year, phone) -> Phone:
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == wang.openid)).one()
        given_to(session, year.cell.file, account.person_id)
    return wang


@pytest.fixture
def caller(runtime, year, phone) -> Phone:
    """The contact of the cell, with their phone."""
    li = phone()
    li.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == li.openid)).one()
        account.person_id = year.cell.contact.person_id
    return li


@pytest.fixture
def meant() -> Iterator[list[str]]:
    """Tell which commands have answered, in their order."""
    told: list[str] = []
    was = [(command, command.answer) for command in APART]

    def noting(name: str, answer: Answerer) -> Answerer:
        def noted(chat: Chat, *said: object) -> Reply | None:
            reply = answer(chat, *said)
            told.extend([name] if reply else [])
            return reply

        return noted

    for command, answer in was:
        object.__setattr__(command, "answer", noting(command.name, answer))
    yield told
    for command, answer in was:
        object.__setattr__(command, "answer", answer)


def lines(runtime, year) -> int:
    with runtime.db.reading() as session:
        return looks(session, year.cell.file)


def plays(runtime, year, phone, meant, script) -> None:
    for words, name, many in script:
        before = lines(runtime, year)
        shown = phone.says(words)
        assert meant[-1] == name, (words, shown)
        assert lines(runtime, year) - before == many, (words, shown)


@pytest.mark.parametrize("part", OF_A_MEMBER)
def test_every_word_of_a_member_leaves_as_many_lines_as_it_says(
    runtime, year, meant, member, part
) -> None:
    plays(runtime, year, member, meant, OF_A_MEMBER[part])


@pytest.mark.parametrize("part", OF_A_CONTACT)
def test_every_word_of_a_contact_leaves_as_many_lines_as_it_says(
    runtime, year, meant, caller, part
) -> None:
    plays(runtime, year, caller, meant, OF_A_CONTACT[part])


def test_what_is_said_after_a_question_was_left_is_no_answer_to_it(runtime, year, member) -> None:
    for words in ("反馈", "2", "取消", "示例明年回村"):
        member.says(words)
    assert "您回复过" not in member.says("反馈")

    for words in ("2", "示例明年回村", "示例随便说说"):
        member.says(words)
    assert "您回复过：示例明年回村" in member.says("反馈")


def test_control_while_the_question_is_open_it_is(member) -> None:
    for words in ("反馈", "2", "示例明年回村"):
        member.says(words)

    assert "您回复过：示例明年回村" in member.says("反馈")


def test_control_a_word_that_leaves_no_line_is_seen(runtime, year, member, monkeypatch) -> None:
    monkeypatch.setattr(own.access, "note", lambda *_told: None)
    assert access.note is own.access.note
    before = lines(runtime, year)

    assert NAME in member.says("我的档案")
    assert lines(runtime, year) == before

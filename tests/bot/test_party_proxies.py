"""汇报名单 and 代汇报 in chat: a contact hears a report on the phone and puts it down."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.party import contacts
from server.party.models import Contact, ReportRevision
from server.party.reports import decisions, reports
from server.people.models import Account, Channel, Dialogue
from server.runtime import Runtime
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.server.party.acts import NAME, a_cell, a_file

QUARTER = "2026Q2"
TOLD = ("示例金丝雀在物流公司", "示例金丝雀想得通", "示例金丝雀线上学习", "没有困难")


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


@pytest.fixture
def cell(runtime: Runtime, clock):
    """A branch whose member has no phone; the report is open."""
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
    clock.set(at(6, 20))
    return made


@pytest.fixture
def caller(runtime: Runtime, cell, phone) -> Phone:
    """The contact of the cell, with their phone."""
    li = phone()
    li.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == li.openid)).one()
        account.person_id = cell.contact.person_id
    return li


def shown(runtime: Runtime, cell):
    with runtime.db.transaction() as session:
        keys = {"rules": runtime.settings.reports, "vault": runtime.party}
        return reports.show(session, cell.member, runtime.now(), **keys)


def put_down(caller: Phone, words: str = f"代汇报 {NAME}") -> str:
    caller.says(words)
    for said in TOLD:
        caller.says(said)
    return caller.says("1")


def ask(runtime: Runtime, cell, question: str = "入学的事办好了吗") -> None:
    with runtime.db.transaction() as session:
        what = cell.file, QUARTER, 1, question, runtime.now()
        decisions.ask(session, cell.secretary, *what, vault=runtime.party)


def test_a_number_of_the_list_begins_and_the_report_counts(runtime, cell, caller) -> None:
    listed = caller.says("汇报名单")
    assert f"1. {NAME}" in listed
    assert "（1/4）" in caller.says("1")
    for number, words in enumerate(TOLD[:3], 2):
        assert f"（{number}/4）" in caller.says(words)
    whole = caller.says(TOLD[3])
    assert all(words in whole for words in TOLD)

    assert f"{NAME}的汇报记下了" in caller.says("1")
    found = shown(runtime, cell)
    assert tuple((found.handed_in or {}).values()) == TOLD
    assert (found.standing, found.channel) == ("submitted", Channel.PHONE)
    assert "都汇报过了" in caller.says("汇报名单")


def test_last_times_answers_are_kept_with_one_number_each(runtime, clock, cell, caller) -> None:
    put_down(caller)
    clock.set(at(9, 20))

    answers = [caller.says(words) for words in (f"代汇报{NAME}", "1", "1", "新的想法", "1", "1")]

    assert "上次：示例金丝雀在物流公司" in answers[0]
    said = tuple((shown(runtime, cell).handed_in or {}).values())
    assert said == (TOLD[0], TOLD[1], "新的想法", TOLD[3])


def test_one_goes_back_a_step_and_leaves_with_nothing_handed_in(runtime, cell, caller) -> None:
    caller.says(f"代汇报 {NAME}")
    assert "（1/4）" in caller.says("上一步")
    caller.says(TOLD[0])
    caller.says(TOLD[1])
    assert "上次：示例金丝雀想得通" in caller.says("上一步")
    assert "（3/4）" in caller.says("改过的想法")
    for words in TOLD[2:]:
        caller.says(words)
    assert "（4/4）" in caller.says("上一步")
    assert "1. 交给支部" in caller.says("1")

    assert "没有交" in caller.says("取消")
    assert shown(runtime, cell).handed_in is None


def test_what_cannot_be_kept_is_asked_for_again_and_nothing_is_lost(runtime, cell, caller) -> None:
    caller.says(f"代汇报 {NAME}")
    caller.says(TOLD[0])

    assert "2000个字以内" in caller.says("说" * 12_000)
    assert "不保存身份证号" in caller.says("证号14010619900101123X")
    assert "（3/4）" in caller.says(TOLD[1])
    assert "（3/4）" in caller.says(TOLD[1])
    for words in TOLD[2:]:
        caller.says(words)
    caller.says("1")
    assert tuple((shown(runtime, cell).handed_in or {}).values()) == TOLD


def test_a_spoken_answer_counts_like_a_written_one(runtime, cell, caller) -> None:
    caller.says(f"代汇报 {NAME}")
    spoken = caller.letter("voice", MediaId="m", Format="amr", Recognition="他在工地上班。")

    assert "（2/4）" in caller.sends(spoken).text


def test_the_members_own_draft_stays_theirs(runtime, cell, caller) -> None:
    with runtime.db.transaction() as session:
        keys = {"rules": runtime.settings.reports, "vault": runtime.party}
        who = session, cell.member, QUARTER, {"work": "没交的话"}, runtime.now()
        reports.draft(*who, **keys)

    assert "没交的话" not in caller.says(f"代汇报 {NAME}")
    for words in TOLD:
        caller.says(words)
    caller.says("1")
    found = shown(runtime, cell)
    assert (found.drafted, found.said["work"]) == (True, "没交的话")
    assert tuple((found.handed_in or {}).values()) == TOLD


def test_what_the_branch_asks_is_answered_by_telephone(runtime, clock, cell, caller) -> None:
    put_down(caller)
    ask(runtime, cell)
    clock.set(at(7, 25))

    assert "（支部有一个问题等他回答）" in caller.says("汇报名单")
    assert "入学的事办好了吗" in caller.says("1")
    assert "2000个字以内" in caller.says("说" * 3_000)
    assert "记下了" in caller.says("办好了，九月一日去")
    with runtime.db.reading() as session:
        assert len(session.scalars(select(ReportRevision.id)).all()) == 2


def test_the_open_quarter_may_be_put_down_before_the_answer(runtime, clock, cell, caller) -> None:
    put_down(caller)
    ask(runtime, cell)
    clock.set(at(9, 20))

    assert "1. 先记第3季度的汇报" in caller.says(f"代汇报 {NAME}")
    assert "第3季度汇报（1/4）" in caller.says("1")
    for words in ("1", "1", "1", "1"):
        caller.says(words)
    assert "记下了" in caller.says("1")
    assert shown(runtime, cell).standing == "returned"


def test_before_it_opens_one_is_told_when_and_after_acceptance_that(
    runtime, clock, cell, caller
) -> None:
    clock.set(at(6, 1))
    for words in ("汇报名单", f"代汇报 {NAME}"):
        assert "第2季度的汇报6月11日" in caller.says(words)
    clock.set(at(6, 20))
    put_down(caller)
    with runtime.db.transaction() as session:
        what = cell.file, QUARTER, 1, runtime.now()
        decisions.accept(session, cell.secretary, *what)
    assert "已经收下" in caller.says(f"代汇报 {NAME}")


def test_a_window_that_closes_meanwhile_refuses_in_a_sentence(clock, cell, caller) -> None:
    clock.set(datetime(2026, 7, 20, 15, 58, tzinfo=UTC))
    caller.says(f"代汇报 {NAME}")
    for words in TOLD:
        caller.says(words)
    clock.advance(minutes=2)

    assert "第3季度的汇报" in caller.says("1")


def test_of_several_of_one_name_one_is_chosen(runtime, cell, caller) -> None:
    with runtime.db.transaction() as session:
        twin = a_file(session, cell.secretary, cell.branch, runtime.now(), phone="13800000001")
        who = cell.secretary, twin.id, cell.contact.person_id
        contacts.name(session, *who, runtime.now())

    assert "尾号0001" in caller.says(f"代汇报 {NAME}")
    assert "（1/4）" in caller.says("2")


def test_of_others_nothing_is_found_and_for_others_there_is_no_such_word(
    cell, caller, zhao
) -> None:
    assert "没有这个名字" in caller.says("代汇报 示例·别人")
    unknown = zhao.says("天书一样的话").partition("“")[0]

    for words in ("谁没汇报", f"代汇报 {NAME}"):
        assert zhao.says(words).partition("“")[0] == unknown


def test_whoever_is_a_contact_no_more_puts_nothing_down(runtime, cell, caller) -> None:
    caller.says(f"代汇报 {NAME}")
    for words in TOLD:
        caller.says(words)
    with runtime.db.transaction() as session:
        session.scalars(select(Contact)).one().until = runtime.now()

    caller.says("1")
    assert shown(runtime, cell).handed_in is None


def test_nothing_of_it_is_kept_where_it_does_not_belong(runtime, cell, caller) -> None:
    put_down(caller)
    caller.says(f"代汇报 {NAME}")

    with runtime.db.reading() as session:
        kept = "".join(session.scalars(select(Inbound.reply)))
        kept += "".join(str(each) for each in session.scalars(select(Dialogue.choices)))
        kept += "".join(str(each) for each in session.scalars(select(ReportRevision.answers)))
    assert "金丝雀" not in kept
    assert "party_told" not in kept

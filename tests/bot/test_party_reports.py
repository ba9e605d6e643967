"""汇报 in chat: four questions, one at a time; what was answered is never lost."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL, say
from server.party.models import Contact, PartyFile, ReportRevision
from server.party.reports import decisions, reports, sheets
from server.people import identities
from server.people.models import Account, App, Channel, Dialogue
from server.runtime import Runtime
from server.staff import reach as reaches
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.server.party.acts import a_cell, given_to

QUARTER = "2026Q2"
TOLD = ("示例金丝雀在物流公司", "示例金丝雀想得通", "示例金丝雀线上学习", "没有")


@pytest.fixture
def member(runtime: Runtime, clock, phone) -> Phone:
    """A member whose report is open."""
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
        who = identities.welcome(session, App.OFFICIAL, wang.openid, runtime.now()).person_id
        given_to(session, cell.file, who)
    clock.set(at(6, 20, 9))
    return wang


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


def sheet(runtime: Runtime, member: Phone) -> sheets.Sheet:
    with runtime.db.transaction() as session:
        who = identities.welcome(session, App.OFFICIAL, member.openid, runtime.now()).person_id
        keys = {"rules": runtime.settings.reports, "vault": runtime.party}
        return reports.show(session, who, runtime.now(), **keys)


def told(member: Phone) -> str:
    member.says("汇报")
    for words in TOLD:
        member.says(words)
    return member.says("1")


def test_a_member_answers_four_questions_and_hands_them_in(runtime, member) -> None:
    assert "（1/4）" in member.says("汇报")
    for number, words in enumerate(TOLD[:3], 2):
        assert f"（{number}/4）" in member.says(words)
    whole = member.says(TOLD[3])
    assert all(words in whole for words in TOLD)

    assert "交好了" in member.says("1")
    found = sheet(runtime, member)
    assert tuple((found.handed_in or {}).values()) == TOLD
    assert (found.standing, found.channel) == ("submitted", Channel.CHAT)


def test_with_last_times_answers_six_short_messages_do(runtime, clock, member) -> None:
    told(member)
    clock.set(at(9, 20, 9))

    said = ["汇报", "1", "1", "1", "1", "1"]
    answers = [member.says(words) for words in said]

    assert "上次：示例金丝雀在物流公司" in answers[0]
    assert "第3季度的汇报交好了" in answers[-1]
    assert tuple((sheet(runtime, member).handed_in or {}).values()) == TOLD


def test_a_spoken_answer_counts_like_a_written_one(runtime, member) -> None:
    member.says("汇报")
    spoken = member.letter("voice", MediaId="m", Format="amr", Recognition="在工地上班。")

    assert "（2/4）" in member.sends(spoken).text
    assert sheet(runtime, member).said["work"].startswith("在工地上班")


def test_the_third_question_answered_twice_is_asked_on_from_there(runtime, member) -> None:
    member.says("汇报")
    member.says(TOLD[0])
    member.says(TOLD[1])
    letter = member.letter("text", Content="第三个回答")
    assert "（4/4）" in member.sends(letter).text
    assert "请再发一次" in member.sends(letter).text
    assert "（4/4）" in member.says("第三个回答")
    assert "needs" not in sheet(runtime, member).said

    assert "（3/4）" in member.says("上一步")
    assert "（4/4）" in member.says("改过的第三个回答")
    assert sheet(runtime, member).said["life"] == "改过的第三个回答"


def test_one_goes_back_step_by_step_and_no_further_than_the_first(member) -> None:
    member.says("汇报")
    member.says(TOLD[0])

    assert "上次：示例金丝雀在物流公司" in member.says("上一步")
    assert "（1/4）" in member.says("上一步")


def test_leaving_keeps_what_was_answered_and_a_week_later_it_goes_on(
    runtime, clock, member
) -> None:
    member.says("汇报")
    member.says(TOLD[0])
    assert "写过的都留着" in member.says("取消")
    clock.advance(days=7)
    assert say("party.report_ask_thought") not in member.says("都好")

    assert "（2/4）" in member.says("汇报")
    clock.advance(days=7)
    assert "（2/4）" in member.says("汇报")
    assert sheet(runtime, member).said == {"work": TOLD[0]}


def test_another_phone_goes_on_where_the_first_one_stopped(runtime, member, phone) -> None:
    member.says("汇报")
    member.says(TOLD[0])
    other = phone()
    other.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == other.openid)).one()
        known = identities.welcome(session, App.OFFICIAL, member.openid, runtime.now())
        account.person_id = known.person_id

    assert "（2/4）" in other.says("汇报")


def test_far_too_many_characters_are_refused_kindly_and_asked_for_again(runtime, member) -> None:
    member.says("汇报")
    member.says(TOLD[0])

    assert "2000个字以内" in member.says("说" * 12_000)
    assert "（3/4）" in member.says("说" * 2_000)
    assert sheet(runtime, member).said["work"] == TOLD[0]


def test_an_identity_number_is_asked_for_again_in_a_sentence(member) -> None:
    member.says("汇报")

    assert "不保存身份证号" in member.says("证号14010619900101123X")
    assert "（2/4）" in member.says("在工地上班")


def test_before_it_opens_one_is_told_when(clock, member) -> None:
    clock.set(at(6, 1))

    assert "第2季度的汇报6月11日" in member.says("汇报")


def test_late_is_taken_and_said_kindly(clock, member) -> None:
    clock.set(at(7, 15, 9))

    assert "补交好了，一样算" in told(member)


def test_a_window_that_closes_while_one_writes_refuses_in_a_sentence(clock, member) -> None:
    clock.set(datetime(2026, 7, 20, 15, 59, tzinfo=UTC))
    member.says("汇报")
    clock.advance(minutes=1)

    assert "第3季度的汇报" in member.says("在工地上班")


def test_what_was_handed_in_is_shown_and_written_anew(runtime, member) -> None:
    told(member)

    assert "已经交了" in member.says("汇报")
    assert "（1/4）" in member.says("1")
    assert "（2/4）" in member.says("换了单位")
    assert tuple((sheet(runtime, member).handed_in or {}).values()) == TOLD
    for _step in range(3):
        member.says("1")
    assert "交好了" in member.says("1")
    assert (sheet(runtime, member).handed_in or {})["work"] == "换了单位"
    with runtime.db.reading() as session:
        assert len(session.scalars(select(ReportRevision.id)).all()) == 2


def asked(runtime: Runtime, member: Phone, question: str = "入学的事办好了吗") -> None:
    """Let the branch return the report of the member with a question."""
    with runtime.db.transaction() as session:
        who = identities.welcome(session, App.OFFICIAL, member.openid, runtime.now()).person_id
        file = session.scalars(select(PartyFile).where(PartyFile.person_id == who)).one()
        contact = session.scalars(select(Contact.contact_id)).one()
        reach = reaches.of(session, contact, runtime.now())
        what = file.id, QUARTER, 1, question, runtime.now()
        decisions.ask(session, reach, *what, vault=runtime.party)


def test_what_the_branch_asks_is_answered_with_one_message(runtime, member) -> None:
    told(member)
    asked(runtime, member)

    assert "入学的事办好了吗" in member.says("汇报")
    assert "2000个字以内" in member.says("说" * 12_000)
    assert "已交给支部" in member.says("办好了，九月一日去")
    found = sheet(runtime, member)
    assert found.standing == "submitted"
    assert tuple((found.handed_in or {}).values()) == (*TOLD, "办好了，九月一日去")
    assert "已经交了" in member.says("汇报")


def test_a_question_comes_first_also_when_the_next_quarter_is_open(runtime, clock, member) -> None:
    told(member)
    asked(runtime, member)
    clock.set(at(9, 20, 9))

    assert "第2季度" in member.says("汇报")
    assert "第2季度" in member.says("办好了")
    assert "第3季度汇报（1/4）" in member.says("汇报")


def test_the_open_quarter_may_be_written_before_the_answer(runtime, clock, member) -> None:
    told(member)
    asked(runtime, member)
    clock.set(at(9, 20, 9))
    assert "2. 先写第3季度的汇报" in member.says("汇报")

    assert "第3季度汇报（1/4）" in member.says("2")
    assert "第3季度汇报（2/4）" in member.says("换了单位")
    assert "第3季度汇报（1/4）" in member.says("上一步")
    for words in ("1", "1", "1", "1"):
        member.says(words)
    assert "第3季度的汇报交好了" in member.says("1")
    assert "入学的事办好了吗" in member.says("汇报")
    assert "已交给支部" in member.says("办好了")
    assert "换了单位" in member.says("汇报")


def test_one_may_write_the_report_anew_instead_of_answering(runtime, member) -> None:
    told(member)
    asked(runtime, member)
    member.says("汇报")

    assert "（1/4）" in member.says("1")
    assert "写过的都留着" in member.says("取消")
    assert "入学的事办好了吗" in member.says("汇报")
    member.says("1")
    for words in ("1", "1", "1", "入学办好了"):
        member.says(words)
    assert "交好了" in member.says("1")
    assert sheet(runtime, member).standing == "submitted"


def test_one_leaves_at_the_last_step_as_well(runtime, member) -> None:
    member.says("汇报")
    for words in TOLD:
        member.says(words)

    assert "写过的都留着" in member.says("取消")
    assert sheet(runtime, member).handed_in is None


def test_leaving_a_question_keeps_it_for_a_week(runtime, clock, member) -> None:
    told(member)
    asked(runtime, member)
    member.says("汇报")
    member.says("取消")
    clock.advance(days=7)

    assert "入学的事办好了吗" in member.says("汇报")
    assert "已交给支部" in member.says("办好了")


def test_what_was_accepted_is_shown_and_offers_no_more(runtime, member) -> None:
    told(member)
    with runtime.db.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        reach = reaches.of(session, contact.contact_id, runtime.now())
        decisions.accept(session, reach, contact.file_id, QUARTER, 1, runtime.now())

    assert "支部已经收下" in member.says("汇报")
    assert "（1/4）" not in member.says("1")


def test_a_spoken_answer_of_twenty_thousand_characters_loses_nothing(runtime, member) -> None:
    member.says("汇报")
    member.says(TOLD[0])
    spoken = member.letter("voice", MediaId="m", Format="amr", Recognition="说a" * 10_000)
    assert "2000个字以内" in member.sends(spoken).text
    # longer than any push may be: turned away before it is read
    beyond = member.letter("voice", MediaId="n", Format="amr", Recognition="说" * 20_000)
    assert member.line.push(beyond).status == 403

    assert "（3/4）" in member.says(TOLD[1])
    assert sheet(runtime, member).said == {"work": TOLD[0], "thought": TOLD[1]}


def test_by_its_word_what_was_written_is_handed_in_once(member) -> None:
    member.says("汇报")
    assert "第1个问题还没有回答" in member.says("提交汇报")
    for words in TOLD:
        member.says(words)

    assert "交好了" in member.says("提交汇报")
    assert "交好了" in member.says("提交汇报")


def test_for_others_there_is_no_such_word(member, zhao) -> None:
    unknown = zhao.says("天书一样的话").partition("“")[0]

    for words in ("汇报", "季度汇报", "上一步", "提交汇报"):
        assert zhao.says(words).partition("“")[0] == unknown


def test_nothing_of_it_is_kept_where_it_does_not_belong(runtime, member) -> None:
    told(member)

    with runtime.db.reading() as session:
        kept = "".join(session.scalars(select(Inbound.reply)))
        kept += "".join(str(each) for each in session.scalars(select(Dialogue.choices)))
        kept += "".join(str(each) for each in session.scalars(select(ReportRevision.answers)))
    assert "金丝雀" not in kept
    assert "party_report" not in kept


def test_whoever_took_their_consent_back_is_told_before_they_write(member) -> None:
    member.says("撤回档案同意")

    refused = member.says("汇报")
    assert refused == say("party.consent_withdrawn")
    assert "同意保存档案" in refused
    member.says("同意保存档案")
    assert "（1/4）" in member.says("汇报")

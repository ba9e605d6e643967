"""反馈 and 我的困难 in chat: the letter is read and answered by numbers, a need is followed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.reports import Reports
from config.wording import LOCAL
from server.party.letters import desk, sending, writing
from server.party.letters.words import Words
from server.party.models import FileRead, Look, PartyLetter, PartyNeed
from server.party.needs import needs
from server.people import identities
from server.people.models import App, Channel, Dialogue
from server.runtime import Runtime
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.server.party.acts import NAME, a_cell, given_to

YEAR = 2026
BODY = "示例金丝雀，这一年您辛苦了。"


@pytest.fixture
def cell(runtime: Runtime, clock):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
    clock.set(datetime(2026, 12, 10, 9, tzinfo=LOCAL).astimezone(UTC))
    return made


@pytest.fixture
def member(runtime: Runtime, cell, phone) -> Phone:
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        who = identities.welcome(session, App.OFFICIAL, wang.openid, runtime.now()).person_id
        given_to(session, cell.file, who)
    return wang


def sent(runtime: Runtime, cell, said: str = BODY, year: int = YEAR) -> None:
    keys = {"rules": Reports(), "vault": runtime.party}
    with runtime.db.transaction() as session:
        who, now = (session, cell.secretary, cell.file, year), runtime.now()
        writing.write(*who, Words(said, "合格"), 0, now, vault=runtime.party)
        sending.send(*who, desk.show(*who, now, **keys).seen, now, **keys)


def letter(runtime: Runtime) -> tuple[str, str | None]:
    with runtime.db.reading() as session:
        one = session.scalars(select(PartyLetter)).one()
        return runtime.party.open(one.answer, f"party_letter:{one.id}:answer"), one.channel


def test_a_member_reads_the_letter_and_thanks_with_one_number(runtime, cell, member) -> None:
    assert "还没有收到年度反馈" in member.says("反馈")
    sent(runtime, cell)

    shown = member.says("反馈")
    for words in (
        f"{NAME}同志：",
        BODY,
        "季度汇报：",
        "支部大会评议：合格",
        "1. 谢谢",
        "3. 我有困难",
    ):
        assert words in shown
    assert "收到您的回复了" in member.says("1")
    assert letter(runtime) == ("谢谢，没有别的", Channel.CHAT)
    assert "您回复过：谢谢" in member.says("年度反馈")


def test_a_few_words_are_asked_for_and_may_be_said_anew(runtime, cell, member) -> None:
    sent(runtime, cell)
    member.says("反馈")
    assert "请写下想对支部说的话" in member.says("2")
    assert "记下了" in member.says("明年想回村里看看，谢谢大家")
    member.says("反馈")
    member.says("2")
    assert "先不说" in member.says("取消")
    member.says("反馈")
    member.says("2")
    member.says("明年五月回村")

    assert letter(runtime) == ("明年五月回村", Channel.CHAT)


def test_a_need_told_to_a_letter_is_followed_until_it_is_solved(runtime, cell, member) -> None:
    sent(runtime, cell)
    assert "还没有提过" in member.says("我的困难")
    member.says("反馈")
    member.says("3")
    assert "跟到办好" in member.says("孩子入学的材料还差一份，不知道在哪里补，请帮忙问一问")

    assert "还在办" in member.says("我的困难")
    with runtime.db.transaction() as session:
        need = session.scalars(select(PartyNeed.id)).one()
        who = session, cell.contact, need, "学校已收下材料，9月1日报到", runtime.now()
        needs.solve(*who, vault=runtime.party)
    told = member.says("我的困难")
    assert "办好" in told
    assert "学校已收下材料，9月1日报到" in member.says("1")


def test_whoever_needs_nothing_after_all_opens_nothing(runtime, cell, member) -> None:
    sent(runtime, cell)
    member.says("反馈")
    member.says("3")

    assert "收到您的回复了" in member.says("没有，谢谢组织")
    assert "还没有提过" in member.says("我的困难")
    assert letter(runtime) == ("没有，谢谢组织", Channel.CHAT)


def test_a_long_letter_comes_in_two_messages_that_wechat_takes_whole(runtime, cell, member) -> None:
    long = "很长的话，" * 100
    sent(runtime, cell, long)
    shown = member.says("反馈")

    assert len(shown.encode()) <= 2048
    assert "季度汇报" not in shown
    assert "请回复编号" in shown
    assert "季度汇报：" in member.says("4")
    assert "3. 我有困难或请求" in member.says("1")


def test_letters_of_earlier_years_are_there_as_well(runtime, clock, cell, member) -> None:
    sent(runtime, cell)
    clock.set(datetime(2027, 12, 10, 9, tzinfo=LOCAL).astimezone(UTC))
    sent(runtime, cell, "第二年的信", 2027)

    shown = member.says("反馈")
    assert "第二年的信" in shown
    assert "4. 2026年的" in shown
    assert BODY in member.says("4")


def test_too_many_words_are_asked_for_again(runtime, cell, member) -> None:
    sent(runtime, cell)
    member.says("反馈")
    member.says("3")

    assert "2000个字以内" in member.says("要" * 2_500)
    assert "跟到办好" in member.says("要" * 100)


def test_for_others_there_is_no_such_word(runtime, cell, member, zhao) -> None:
    unknown = zhao.says("天书一样的话").partition("“")[0]

    for words in ("反馈", "年度反馈", "困难和请求"):
        assert zhao.says(words).partition("“")[0] == unknown


def test_each_look_is_one_line_and_nothing_is_kept_where_it_does_not_belong(
    runtime, cell, member
) -> None:
    sent(runtime, cell)
    for words in ("反馈", "3", "示例金丝雀要租房", "我的困难", "1"):
        member.says(words)

    with runtime.db.reading() as session:
        own = select(FileRead.part).where(FileRead.why == "own").order_by(FileRead.id)
        assert list(session.scalars(own)) == [*[Look.LETTER] * 3, *[Look.NEED] * 2]
        kept = "".join(session.scalars(select(Inbound.reply)))
        kept += "".join(str(each) for each in session.scalars(select(Dialogue.choices)))
    assert "金丝雀" not in kept
    assert "party_" not in kept

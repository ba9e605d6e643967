"""我的档案 and its neighbours in chat: for members and contacts; for others no such words exist."""

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import help, need_stories, stories
from bot.chat import Chat
from bot.face import APART, COMMANDS
from bot.router import Router
from config.wording import say
from server.party.models import ContactLog, FileState, PartyFile
from server.people import dialogues, identities
from server.people.models import Account, App, Dialogue
from server.runtime import Runtime
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.knobs import make_settings
from tests.server.party.acts import EMPLOYER, NAME, PHONE, PLACE, a_cell, given_to

OTHERS = help.lost, stories.take, need_stories.take_plea
WORDS = (
    "我的档案",
    "联系人",
    "谁看过我的档案",
    "搬家",
    "搬家 示例路9号",
    "确认档案",
    "同意保存档案",
    "撤回档案同意",
    "联系名单",
    "汇报名单",
    "代汇报",
    f"代汇报 {NAME}",
    f"联系了 {NAME} 电话",
    "组织消息",
    "流动党员",
    "反馈",
    "我的困难",
)


@pytest.fixture
def cell(runtime: Runtime):
    with runtime.db.transaction() as session:
        return a_cell(session, runtime.now())


@pytest.fixture
def member(runtime: Runtime, cell, phone) -> Phone:
    """The member of the cell, with their phone."""
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        given_to(session, cell.file, person_of(session, runtime, wang))
    return wang


def person_of(session, runtime: Runtime, phone: Phone) -> int:
    return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


@pytest.fixture
def caller(runtime: Runtime, cell, phone) -> Phone:
    """The contact of the cell, with their phone."""
    li = phone()
    li.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == li.openid)).one()
        account.person_id = cell.contact.person_id
    return li


def file_of(runtime: Runtime, cell) -> PartyFile:
    with runtime.db.reading() as session:
        return session.get_one(PartyFile, cell.file)


def test_a_member_reads_confirms_and_tells_once_that_they_moved(runtime, cell, member) -> None:
    shown = member.says("我的档案")
    for words in (NAME, PHONE, PLACE, EMPLOYER, "等本人确认", "回复1，就是同意"):
        assert words in shown

    assert member.says("1").startswith("已确认")
    assert file_of(runtime, cell).state is FileState.ACTIVE
    assert "一次写清" in member.says("搬家")
    assert "现居地：示例路9号" in member.says("住址 示例路9号；单位 示例公司")
    assert "您已同意" in member.says("1")


def test_one_line_does_as_well(runtime, cell, member) -> None:
    assert "电话：13800000000" in member.says("我搬家了，示例路9号，电话13800000000")


def test_an_identity_number_is_refused_in_a_sentence(runtime, cell, member) -> None:
    assert "不保存身份证号" in member.says("搬家 证号14010619900101123X")


def test_leaving_the_question_changes_nothing(runtime, cell, member) -> None:
    member.says("搬家")

    assert member.says("取消") == "好的，没有改动。"
    assert file_of(runtime, cell).revision == 1


def test_a_member_reads_who_keeps_in_touch_and_who_has_looked(runtime, cell, member) -> None:
    assert "您的联系人：示例·组织" in member.says("联系人")
    assert member.says("谁看过我的档案") == "还没有别人看过您的档案。"

    member.says("我的档案")
    assert "您的联系人" in member.says("3")


def test_consent_is_taken_back_and_given_again(runtime, cell, member) -> None:
    member.says("同意保存档案")
    member.says("撤回档案同意")
    assert "撤回同意" in member.says("搬家 示例路9号")

    member.says("同意保存档案")
    assert "示例路9号" in member.says("搬家 示例路9号")


def test_a_contact_writes_down_a_call_by_a_line_or_by_numbers(runtime, cell, caller) -> None:
    assert f"1. {NAME}" in caller.says("联系名单")
    assert "怎么联系的" in caller.says("1")
    assert "没联系上" in caller.says("4")
    assert caller.says(f"联系了 {NAME} 电话 孩子上学的事").startswith("记下了")

    with runtime.db.reading() as session:
        [line] = session.scalars(select(ContactLog))
    assert line.reached
    assert "都联系过了" in caller.says("联系名单")


@pytest.mark.parametrize("words", ["联系不上 {}", "没联系上{}，电话关机", "联系了{} 电话没人接"])
def test_a_try_in_vain_is_written_down_as_one(runtime, cell, caller, words) -> None:
    assert "没联系上" in caller.says(words.format(NAME))

    with runtime.db.reading() as session:
        assert session.scalars(select(ContactLog.reached)).one() is False


def test_a_contact_learns_of_nobody_else(runtime, cell, caller) -> None:
    with runtime.db.transaction() as session:
        a_cell(session, runtime.now())

    said = {caller.says(f"联系了 {name} 电话") for name in ("示例·没有这人", "欧阳示例")}

    assert said == {say("party.nobody_meant")}
    assert caller.says("我的档案").startswith("没有完全听懂")


def test_for_whoever_has_no_file_there_is_no_such_word(runtime, cell, zhao, settings) -> None:
    told = {words: zhao.says(words) for words in WORDS}

    off = Runtime.open(settings.model_copy(update={"party_key": None}), runtime.clock)
    router = Router([each for each in COMMANDS if each not in APART], *OTHERS)
    with off.db.transaction() as session:
        talk = dialogues.meet(session, App.OFFICIAL, zhao.openid, "none").talk
        assert talk is not None
        chat = Chat(session, talk._replace(choices={}), off.now(), off)
        unknown = {words: router.answer(chat, words).text for words in WORDS}
    off.close()
    assert told == unknown


def test_control_a_member_is_answered_otherwise(runtime, cell, member, zhao) -> None:
    assert member.says("我的档案") != zhao.says("我的档案")


def test_nobody_is_asked_whether_they_meant_such_a_word(runtime, cell, zhao) -> None:
    for words in ("我的档", "我的档桉", "联系名", "谁看过我的档"):
        assert "档案" not in zhao.says(words)
        assert "名单" not in zhao.says(words)


def test_help_says_nothing_of_it(runtime, cell, zhao, member) -> None:
    for words in ("帮助", "更多功能"):
        assert zhao.says(words) == member.says(words)
        assert "党" not in zhao.says(words)


def test_what_was_said_to_a_member_is_kept_nowhere(runtime, cell, member) -> None:
    member.says("我的档案")
    member.says("搬家 示例路9号")

    with runtime.db.reading() as session:
        replies = "".join(session.scalars(select(Inbound.reply)))
        lists = [str(each.choices) for each in session.scalars(select(Dialogue))]
    assert NAME not in replies
    assert "示例路9号" not in replies
    assert lists
    assert all("party" not in each for each in lists)


def test_lists_of_members_and_of_others_look_alike(runtime, cell, member, zhao) -> None:
    zhao.says("帮助")
    member.says("我的档案")

    with runtime.db.reading() as session:
        rows = session.scalars(select(Dialogue.choices)).all()
    assert len({len(str(each)) for each in rows}) == 1
    assert {tuple(each) for each in rows} == {("sealed.choices",)}


def test_a_number_still_answers_the_last_list(runtime, zhao) -> None:
    zhao.says("帮助")

    assert zhao.says("1") == zhao.says("活动")


def test_a_party_key_of_another_form_stops_the_start(settings) -> None:
    with pytest.raises(ValueError, match="PARTY_KEY must be 32 bytes in base64"):
        make_settings("sqlite://", party_key=SecretStr("short"))

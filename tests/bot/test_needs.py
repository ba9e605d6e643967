"""Asking for help in chat, and what staff and leaders do with it on the road."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.wording import say
from server.areas import tree
from server.areas.tree import AreaKind
from server.people import identities, posts
from server.people.models import App, Role
from server.runtime import Runtime
from server.staff import reach as reaches
from server.volunteers.models import Need, NeedState, Signup, TeamKind
from server.volunteers.needs import needs, texts, views
from server.volunteers.teams import membership, teams
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.server.volunteers.need_acts import plan
from tests.server.volunteers.records.acts import a_past_shift, a_record

FORWARDED = (
    "【转】王社区您好，我是三楼的老住户，下周二儿子要把我接走，家里两个柜子抬不动，"
    "能不能请几位志愿者上午来帮忙搬一下，谢谢！"
)


@pytest.fixture(autouse=True)
def district(runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        root = tree.plant(session, "D", "示例区", AreaKind.DISTRICT, None)
        street = tree.plant(session, "S", "柳巷街道", AreaKind.STREET, root)
        for code, name in (("N", "柳北社区"), ("T", "桥东社区"), ("T2", "桥东新社区")):
            tree.plant(session, code, name, AreaKind.COMMUNITY, street)


@pytest.fixture
def wang(runtime: Runtime, phone: Callable[[], Phone]) -> Phone:
    """Somebody with a post in 柳北社区."""
    clerk = phone()
    clerk.follows()
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "N")
        person = who_in(session, clerk, runtime)
        posts.appoint(session, person, Role.COMMUNITY_WORKER, area, runtime.now(), until=None)
    return clerk


def who_in(session, phone: Phone, runtime: Runtime) -> int:
    return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


@pytest.fixture
def leader(runtime: Runtime, phone: Callable[[], Phone], wang: Phone) -> Phone:
    """Somebody who leads team number 1 in 柳北社区."""
    person = phone()
    person.follows()
    with runtime.db.transaction() as session:
        now = runtime.now()
        reach = reaches.of(session, who_in(session, wang, runtime), now)
        described = teams.Described("示例青年队", TeamKind.YOUTH, "N")
        team = teams.found(session, reach, described, now)
        asked = membership.join(
            session, who_in(session, person, runtime), team.id, now, channel="chat"
        )
        membership.decide_for(session, reach, asked.member_id, True, now)
        teams.appoint(session, reach, team.id, asked.member_id, now)
    return person


def the_need(runtime: Runtime) -> tuple[Need, dict[str, str]]:
    """Return the only need, and what its sealed columns say."""
    with runtime.db.reading() as session:
        need = session.scalars(select(Need)).one()
        said = {name: texts.opened(runtime.vault, need, name) for name in texts.SEALED}
    return need, said


def test_four_questions_make_a_need(zhao: Phone, runtime: Runtime) -> None:
    asked = [
        zhao.says("求助"),
        zhao.says("帮三楼的老人搬家具，两个柜子！"),
        zhao.says("柳北社区3号楼2单元501"),
        zhao.says("周六上午"),
        zhao.says("138 0000 1234"),
    ]

    need, said = the_need(runtime)
    assert asked[-1].startswith("已收到，编号1：一老一小：需要搬抬")
    assert (need.state, need.place) == (NeedState.SUBMITTED, "柳北社区")
    assert said["words"] == "帮三楼的老人搬家具，两个柜子！\n时间：周六上午"
    assert said["address"] == "3号楼2单元501"
    assert said["asker_phone"] == "+8613800001234"


def test_numbers_answer_the_questions_too(zhao: Phone, runtime: Runtime, clock: Clock) -> None:
    for words in ("求助", "2", "看病请人陪", "桥东", "2", "1", "1"):
        last = zhao.says(words)

    need, said = the_need(runtime)
    assert "编号1：医疗健康：需要陪同" in last
    assert need.place == "桥东新社区"
    assert need.wanted_until == clock.now() + timedelta(days=3)
    assert said["asker_phone"] == ""


def test_one_line_says_it_all(zhao: Phone, runtime: Runtime) -> None:
    told = zhao.says("求助 下周二帮老人搬家 柳北社区")

    need, said = the_need(runtime)
    assert "编号1" in told
    assert "3月9日（周一）13:00" in told
    assert (need.place, said["words"]) == ("柳北社区", "下周二帮老人搬家")


def test_what_a_line_lacks_is_asked(zhao: Phone, runtime: Runtime) -> None:
    assert "在哪里" in zhao.says("求助：帮老人搬家，周二上午")
    assert "电话" in zhao.says("柳北")
    assert "编号1" in zhao.says("１")

    assert the_need(runtime)[1]["words"] == "帮老人搬家，周二上午"


def test_a_command_goes_first_and_the_draft_survives(zhao: Phone, runtime: Runtime) -> None:
    zhao.says("求助")
    zhao.says("帮老人搬家")

    assert "招募" in zhao.says("活动")
    resumed = zhao.says("求助")
    assert resumed.startswith("接着上次没提完的求助（一老一小：需要搬抬）")
    assert "什么时候" in zhao.says("柳北社区")
    assert "留7天" in zhao.says("取消")
    zhao.says("求助")
    zhao.says("4")
    assert "编号1" in zhao.says("1")


def test_words_that_begin_like_a_command_are_an_answer(zhao: Phone, runtime: Runtime) -> None:
    zhao.says("求助")

    assert "在哪里" in zhao.says("活动室的灯坏了请人修")

    assert the_need(runtime)[1]["words"] == "活动室的灯坏了请人修"


def test_a_place_nobody_knows_is_asked_again(zhao: Phone, runtime: Runtime) -> None:
    zhao.says("求助 帮老人搬家")

    assert "没有找到这个地方" in zhao.says("火星路9号")
    zhao.says("1")
    zhao.says("1")

    need, said = the_need(runtime)
    assert (need.place, said["address"]) == ("示例区", "火星路9号")


def test_a_wrong_number_is_told_and_the_question_stays(zhao: Phone, runtime: Runtime) -> None:
    zhao.says("求助 帮老人搬家")
    zhao.says("柳北")

    assert "不是有效的手机号" in zhao.says("明天告诉您")
    assert "编号1" in zhao.says("13800001234")


@pytest.mark.parametrize(
    "words", ["求助 " + "长" * 10_000, "长" * 10_000, "求助 搬家" + "😀" * 501]
)
def test_too_many_words_are_refused_in_a_sentence(zhao: Phone, words: str) -> None:
    assert "最多500个字" in zhao.says(words)


def test_emoji_and_new_lines_are_kept(zhao: Phone, runtime: Runtime) -> None:
    zhao.says("求助 帮老人搬家😀👨‍👩‍👧\n两个柜子\x00")

    assert the_need(runtime)[1]["words"] == "帮老人搬家😀👨‍👩‍👧\n两个柜子"


def test_a_forwarded_message_is_a_need_once_confirmed(zhao: Phone, runtime: Runtime) -> None:
    offered = zhao.says(FORWARDED)

    assert "要登记成求助吗" in offered
    assert the_need(runtime)[0].state is NeedState.DRAFT
    zhao.says("1")
    zhao.says("柳北社区")
    assert "编号1" in zhao.says("1")
    assert the_need(runtime)[1]["words"] == FORWARDED


def test_a_forwarded_message_may_be_let_go(zhao: Phone, runtime: Runtime) -> None:
    zhao.says(FORWARDED)

    assert zhao.says("2") == say("needs.dropped")
    with runtime.db.reading() as session:
        assert session.scalars(select(Need)).all() == []


def test_staff_forward_for_a_resident_without_typing_it_again(
    wang: Phone, runtime: Runtime
) -> None:
    wang.says(FORWARDED)
    wang.says("1")
    told = wang.says("李奶奶 13800001234")

    need, said = the_need(runtime)
    assert "编号1" in told
    assert (need.on_behalf, need.place) == (True, "柳北社区")
    assert (said["asker_name"], said["asker_phone"]) == ("李奶奶", "+8613800001234")


def test_the_loop_is_played_in_chat(
    zhao: Phone, wang: Phone, leader: Phone, runtime: Runtime, clock: Clock
) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "1号 一老一小：需要搬抬" in wang.says("待办")
    assert "内容：帮老人搬家" in wang.says("1")
    assert "1. 示例青年队" in wang.says("受理 1")
    assert "已派给“示例青年队”" in wang.says("派 1 1")
    assert "已接单" in leader.says("接单 1")
    assert "队伍已接单" in zhao.says("我的求助")
    assert "已办结" in wang.says("办结 1 三名志愿者搬好了，老人很高兴。")
    assert "三名志愿者搬好了" in zhao.says("求助 1")
    assert "评了5分" in zhao.says("评价 1 5 非常满意！")
    assert "评了5分" in zhao.says("评价１ ５分")
    assert "已评过5分" in zhao.says("评价 1 4")
    need, said = the_need(runtime)
    assert need.state is NeedState.RATED
    assert need.closing_note == "三名志愿者搬好了，老人很高兴。"
    assert said["rating_note"] == "非常满意！"


def test_rejecting_takes_a_reason_that_the_asker_reads(zhao: Phone, wang: Phone) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "请直接回复原因" in wang.says("驳回 1")
    assert "没有受理" in wang.says("驳回 1 和2号重复，请看2号。")
    zhao.says("我的求助")
    assert "原因：和2号重复，请看2号。" in zhao.says("1")


def test_a_need_is_taken_back(zhao: Phone, phone, wang: Phone) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "没有找到" in phone().says("撤回 1")
    assert "已撤回1号" in zhao.says("撤回 1")
    assert "已撤回1号" in zhao.says("撤回 1")
    assert "现在是“已撤回”" in wang.says("受理 1")


@pytest.mark.parametrize(
    "words",
    ["待办", "待办 1", "受理 1", "驳回 1 重复", "办结 1 好了", "派 1 1", "接单 1", "退单 1 没空"],
)
def test_words_of_staff_mean_nothing_to_others(zhao: Phone, words: str) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    lost = say("chat.not_understood", lines=say("chat.help_lines"), staff="")
    assert zhao.says(words) == lost


def test_control_the_same_words_mean_something_to_staff(zhao: Phone, wang: Phone) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "已受理" in wang.says("受理 1")


def test_staff_of_another_community_find_nothing(
    zhao: Phone, phone, runtime: Runtime, wang: Phone
) -> None:
    stranger = phone()
    stranger.follows()
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "T")
        person = who_in(session, stranger, runtime)
        posts.appoint(session, person, Role.COMMUNITY_WORKER, area, runtime.now(), until=None)
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "没有待办" in stranger.says("待办")
    assert "不在您负责的范围" in stranger.says("受理 1")
    assert the_need(runtime)[0].state is NeedState.SUBMITTED


def test_what_was_told_stands_nowhere_in_plain(
    zhao: Phone, wang: Phone, runtime: Runtime, caplog
) -> None:
    caplog.set_level("DEBUG")
    zhao.says("求助 帮瘸腿的张老太搬家 柳北社区3号楼501")
    shown = wang.says("待办 1")

    with runtime.db.reading() as session:
        kept = " ".join(session.scalars(select(Inbound.reply)))
    assert "张老太" in shown
    assert "张老太" not in kept
    assert "501" not in kept
    assert "张老太" not in caplog.text


def test_volunteers_are_told_the_address_a_day_before(
    zhao: Phone, wang: Phone, leader: Phone, runtime: Runtime, clock: Clock
) -> None:
    zhao.says("求助 帮老人搬家 柳北社区3号楼501")
    wang.says("受理 1")
    wang.says("派 1 1")
    leader.says("接单 1")
    with runtime.db.transaction() as session:
        now = runtime.now()
        reach = reaches.of(session, who_in(session, wang, runtime), now)
        need = session.scalars(select(Need)).one()
        plan(session, reach, need, now)
    leader.says("报名 1")

    clock.advance(hours=23, minutes=59)
    before = leader.says("我的") + leader.says("活动 1")
    clock.advance(minutes=1)
    shown = leader.says("我的"), leader.says("活动 1")
    stranger = zhao.says("活动 1")

    assert "3号楼501" not in before + stranger
    assert all("3号楼501" in words for words in shown)
    with runtime.db.reading() as session:
        assert session.scalars(select(Signup)).one()
        assert "501" not in " ".join(session.scalars(select(Inbound.reply)))


@pytest.mark.parametrize("words", ["不用了", "没有电话", "不留"])
def test_who_leaves_no_telephone_number_may_say_so(zhao: Phone, words: str) -> None:
    for said in ("求助", "帮老人搬家", "柳北社区3号楼", "2"):
        zhao.says(said)

    assert zhao.says(words).startswith("已收到")


def test_the_words_that_lack_are_asked_for_and_taken(zhao: Phone, wang: Phone, leader) -> None:
    for words in ("帮老人搬家", "帮老人取药", "陪老人看病"):
        zhao.says(f"求助 {words} 柳北社区")

    assert "请直接回复原因" in wang.says("驳回 1")
    assert "没有受理" in wang.says("社区已经上门办好")
    wang.says("受理 2"), wang.says("派 2 1")
    assert "请直接回复原因" in leader.says("退单 2")
    assert "已退单" in leader.says("这周都没空")
    wang.says("派 2 1"), leader.says("接单 2")
    assert "请直接回复结果" in wang.says("办结 2")
    assert "2号" in wang.says("取消")
    wang.says("办结 2")
    assert "已办结" in wang.says("药已送到")
    assert "回复1到5" in zhao.says("评价 2")
    assert "评了4分" in zhao.says("4")


def test_a_leader_without_a_post_lists_what_was_sent_to_the_team(
    zhao: Phone, wang: Phone, leader: Phone
) -> None:
    assert "现在没有派给您队伍的需求" in leader.says("待办")
    zhao.says("求助 帮老人搬家 柳北社区")
    wang.says("受理 1"), wang.says("派 1 1")

    assert "1号 一老一小：需要搬抬（柳北社区）等您接单" in leader.says("待办")
    leader.says("接单 1")
    assert "已接单" in leader.says("接单")
    assert "没有听懂" in zhao.says("接单")


def test_what_is_done_in_the_console_alone_is_told_so(wang: Phone, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        shift = a_past_shift(session, runtime.now(), area_code="N")
        a_record(session, runtime.now(), shift)

    told = wang.says("待办")

    assert "请回复“管理台”" not in told.splitlines()[0]
    assert "其余的在管理台办" in told
    assert "求助看内容" not in told


def test_nobody_is_asked_why_of_a_need_that_is_not_theirs(
    zhao: Phone, wang: Phone, leader: Phone
) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    for words in ("驳回 9", "办结 9"):
        assert "不在您负责的范围" in wang.says(words)
    for words in ("退单 1", "退单 9"):
        assert "没有派给您队伍的这项需求" in leader.says(words)
    for words in ("评价 9", "评价 9 5"):
        assert "没有找到这个求助" in zhao.says(words)


def test_what_is_opened_to_all_teams_stands_in_the_list_of_their_leaders(
    zhao: Phone, wang: Phone, leader: Phone, runtime: Runtime
) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")
    zhao.says("求助 帮老人取药 桥东社区")
    with runtime.db.transaction() as session:
        now = runtime.now()
        reach = reaches.of(session, who_in(session, wang, runtime), now)
        needs.verify(session, reach, views.id_of(session, 1), now, channel="console")
        needs.open_to_all(session, reach, views.id_of(session, 1), now, channel="console")

    told = leader.says("接单")
    assert "1号 一老一小：需要搬抬（柳北社区）等您接单" in told
    assert "2号" not in told
    assert "已接单" in leader.says("接单 1")


@pytest.mark.parametrize("words", ["受理", "驳回", "办结", "派单"])
def test_staff_who_say_no_number_see_what_waits(zhao: Phone, wang: Phone, words: str) -> None:
    zhao.says("求助 帮老人搬家 柳北社区")

    assert "1号 一老一小：需要搬抬" in wang.says(words)
    assert "没有听懂" in zhao.says(words)

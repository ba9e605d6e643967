from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import help, later, sentences
from bot.chat import Chat, Reply
from bot.face import COMMANDS
from bot.router import Command, Router
from server.people.dialogues import Talk
from server.people.identities import Known
from server.people.models import App
from tests.clock import MONDAY_MORNING

pytestmark = pytest.mark.once

LIST = {"1": ("sign_up", 1), "7": ("sign_up", 7)}


def spelled(command: Command) -> Command:
    """The same command, answering with its own name and what it was handed."""

    def tell(_chat: Chat, *holes: Any) -> Reply:
        return Reply(" ".join(map(str, (command.name, *holes))))

    return replace(command, answer=tell)


ROUTER = Router(map(spelled, COMMANDS), lambda _chat: Reply("lost"))


def chat(offered: dict[str, tuple[Any, ...]] | None = None, minutes: int = 30) -> Chat:
    ends = MONDAY_MORNING + timedelta(minutes=minutes) if offered else None
    known = Known(1, 1, App.OFFICIAL, True)
    nothing = cast(Any, None)
    return Chat(nothing, Talk(known, offered or {}, 1, ends), MONDAY_MORNING, nothing)


def understood(text: str, offered: dict[str, tuple[Any, ...]] | None = None) -> str:
    return ROUTER.answer(chat(offered), text).text


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("帮助", "help"),
        ("菜单", "help"),
        ("0", "help"),
        ("０", "help"),
        ("HELP", "help"),
        ("你好！", "help"),
        ("您好", "help"),
        ("活动", "activities"),
        ("  活 动  ", "activities"),
        ("【活动】", "activities"),
        ("活\u200b动\ufeff", "activities"),
        ("请问有什么活动吗？", "activities"),
        ("我想看看活动", "activities"),
        ("志愿", "activities"),
        ("志愿活动", "activities"),
        ("我要报名", "activities"),
        ("更多", "more"),
        ("下一页", "more"),
        ("活动 医疗", "browse 医疗"),
        ("活动医疗", "browse 医疗"),
        ("志愿　柳巷", "browse 柳巷"),
        ("青年活动", "browse_kind 青年"),
        ("医疗", "browse_kind 医疗"),
        ("活动3", "show 3"),
        ("详情 12", "show 12"),
        ("看看3", "show 3"),
        ("报名3", "sign_up 3"),
        ("报名 3", "sign_up 3"),
        ("报名　３", "sign_up 3"),
        ("报 名 3", "sign_up 3"),
        ("報名3", "lost"),
        ("报名：3", "sign_up 3"),
        ("报名第3个", "sign_up 3"),
        ("报名三", "sign_up 3"),
        ("报名第十二个活动", "sign_up 12"),
        ("报名二十一号", "sign_up 21"),
        ("报名③", "sign_up 3"),
        ("3号报名", "sign_up 3"),
        ("第三个报名", "sign_up 3"),
        ("参加3", "sign_up 3"),
        ("我要参加三号", "sign_up 3"),
        ("请帮我报名一下3号，谢谢！", "sign_up 3"),
        ("麻烦您帮我报名3号吧", "sign_up 3"),
        ("麻烦帮我报名3号吧", "sign_up 3"),
        ("报名参加3", "sign_up 3"),
        ("取消3", "cancel 3"),
        ("取消报名 3", "cancel 3"),
        ("取消第三个", "cancel 3"),
        ("退出3", "cancel 3"),
        ("3号取消", "cancel 3"),
        ("我不去3号了", "cancel 3"),
        ("取消", "choose_to_cancel"),
        ("我不去了", "choose_to_cancel"),
        ("取消活动", "choose_to_cancel"),
        ("我的", "mine"),
        ("我的活动", "mine"),
        ("我的报名", "mine"),
        ("接受", "accept"),
        ("我接受", "accept"),
        ("确认", "confirm_station"),
        ("接受 3", "accept_number 3"),
        ("报名 99999999999999999999", "sign_up 999999999"),
        ("取消 1000000000", "cancel 999999999"),
        ("异议 99999999999 少了", "dispute 999999999 少了"),
        ("我叫", "ask_name"),
        ("我叫😀", "ask_name"),
        ("到场", "show_roster"),
        ("放弃", "decline"),
        ("放弃吧", "decline"),
        ("放弃3", "decline_number 3"),
        ("绑定", "offer_code"),
        ("绑定 123456", "redeem_code 123456"),
        ("绑定１２３４５６", "redeem_code 123456"),
        ("解绑", "unlink"),
        ("隐私", "privacy"),
        ("提醒", "reminders"),
        ("稍后", "snooze"),
        ("晚点再提醒吧", "snooze"),
        ("稍后 2小时", "snooze_hours 2"),
        ("稍后两个小时", "snooze_hours 2"),
        ("稍后30分钟提醒我", "snooze_minutes 30"),
        ("稍后 明天", "snooze_until_tomorrow"),
        ("请提前2小时提醒我", "lead_hours 2"),
        ("提前一天提醒", "lead_days 1"),
        ("签到", "how_to_check_in"),
        ("签到 12345678", "check_in_code 12345678"),
        ("签到１２３４　５６７８", "check_in_code 1234 5678"),
        ("签到码 12345678", "check_in_code 12345678"),
        ("签到 8A2F", "check_in 8a2f"),
        ("签退", "leave_now"),
        ("我要签退了", "leave_now"),
        ("签退12345678", "check_out_code 12345678"),
        ("出示", "show_own_code"),
        ("现场码 3", "show_codes_of 3"),
        ("名单", "show_roster"),
        ("名单3", "show_roster_of 3"),
        ("到场 1 3 5", "here 1 3 5"),
        ("到场 13812345678", "here 13812345678"),
        ("全部到场", "all_came"),
        ("全部到场，除了 2 4", "all_came_but 除了 2 4"),
        ("驿站", "stations"),
        ("附近有没有驿站", "stations"),
        ("我想找驿站", "stations"),
        ("驿站 充电", "stations_with 充电"),
        ("站点柳巷", "stations_with 柳巷"),
        ("17号站", "station_number 17"),
        ("驿站17", "station_number 17"),
        ("厕所", "stations_of 厕所"),
        ("附近的厕所", "stations_of 附近的厕所"),
        ("哪里能充电？", "stations_of 哪里能充电"),
        ("有没有热水", "stations_of 热水"),
        ("开门了", "open_station"),
        ("关门", "why_close"),
        ("关门 停水", "close 停水"),
        ("关门：2小时，停水", "close 2小时，停水"),
        ("在岗", "confirm_station"),
        ("报修", "what_fault"),
        ("报修 17 插座没电", "report_fault 17 插座没电"),
        ("待修", "faults_waiting"),
        ("积分明细", "points_entries"),
        ("我的积分", "points"),
        ("我有多少积分", "points"),
        ("我是骑手", "rider"),
        ("我想注册骑手", "rider"),
        ("退出骑手", "leave_rider"),
        ("我不当骑手了", "leave_rider"),
        ("季度汇报", "party_report_begin"),
        ("上一步", "party_report_back"),
        ("我的档案", "party_file"),
        ("联系了张三 电话 都好", "party_log_line 张三 电话 都好"),
        ("兑换", "rewards"),
        ("我想兑换", "rewards"),
        ("兑换 3", "reward_number 3"),
        ("兑换手套", "reward_named 手套"),
        ("兑换码", "vouchers"),
        ("我的券", "vouchers"),
        ("取消兑换", "ask_cancel_voucher"),
        ("取消兑换 2", "cancel_voucher_number 2"),
        ("换站", "ask_elsewhere"),
        ("核销", "hand_over_how"),
        ("核销 7K3M-9TXW", "hand_over 7k3m 9txw"),
        ("核销7k3m9txw", "hand_over 7k3m9txw"),
        ("建议：多装路灯", "not_here 建议"),
        ("随手拍", "hazard"),
        ("上报：路灯不亮。", "hazard_said 路灯不亮。"),
        ("我的随手拍", "my_hazards"),
        ("随手拍 3", "my_hazard 3"),
        ("申诉 3 真的没了", "object_to 3 真的没了"),
        ("补充 3 在北边", "add_to_hazard 3 在北边"),
        ("催办 3", "nudge_hazard 3"),
        ("没修好 3 又坏了", "reopen_hazard 3 又坏了"),
        ("投诉", "not_here 投诉"),
        ("注销", "be_forgotten"),
        ("撤销注销", "stay"),
        ("请帮我注销账号", "be_forgotten"),
        ("导出", "own_copy"),
        ("停止提醒", "stop_notices"),
        ("恢复提醒", "resume_notices"),
        ("我不想收到消息了", "stop_notices"),
        ("TD", "stop_notices"),
        ("撤回同意", "privacy"),
        ("撤回监护", "choose_guardianship"),
        ("撤销", "choose_to_cancel"),
        ("撤销报名 3", "cancel 3"),
        ("第３个我去不了了", "cancel 3"),
        ("帮我看看我报了什么", "mine"),
        ("退出", "leave_what"),
        ("退出3号队伍", "leave_named_team 3"),
        ("退出队伍３", "leave_team 3"),
        ("我要加入第3个队伍", "join_named_team 3"),
        ("加入3", "join_team 3"),
        ("加入示例便民队", "find_team 示例便民队"),
        ("报名2号队伍", "join_named_team 2"),
        ("通过", "who_asks"),
        ("通过 3", "allow_member 3"),
        ("同意", "agree"),
        ("同意 3", "agree_number 3"),
        ("确认 3", "accept_number 3"),
        ("核定 3", "confirm_roster 3"),
        ("名单 3", "show_roster_of 3"),
        ("查看 3", "show 3"),
        ("查看求助 3", "my_need 3"),
        ("撤回", "my_needs"),
        ("撤回 3", "withdraw_need 3"),
        ("撤回异议", "which_to_withdraw"),
        ("撤回异议 3", "withdraw_dispute 3"),
        ("评价", "my_needs"),
        ("我需要帮助", "need"),
        ("我到了", "how_to_check_in"),
        ("我走了", "leave_now"),
        ("好的", "thanks"),
        ("谢谢！", "thanks"),
        ("", "lost"),
        ("？？？", "lost"),
        ("🐝🐝", "lost"),
        ("床前明月光疑是地上霜", "lost"),
        ("报名" * 61, "lost"),
    ],
)
def test_words_are_understood(text: str, command: str) -> None:
    assert understood(text) == command


@pytest.mark.parametrize(
    "text", ["7", "７", "七", "第七个", "7号", "7.", "选7", "回复7", "⑦", "7吧"]
)
def test_a_bare_number_answers_the_last_list(text: str) -> None:
    assert understood(text, LIST) == "sign_up 7"


def test_a_number_that_was_not_offered_says_what_to_do() -> None:
    assert understood("8", LIST).startswith("上次的列表里没有“8”")
    assert understood("8").startswith("“8”对应的列表还没有")
    assert ROUTER.answer(chat(LIST, minutes=0), "7").text.startswith("上次的列表已超过30分钟")
    assert ROUTER.answer(chat(LIST, minutes=-1), "7").text.startswith("上次的列表已超过30分钟")


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("我的活动列表", "我的"),
        ("我想看看附近有什么活动可以做", "活动"),
        ("怎么取消报名呀", "取消"),
        ("绑定账户", "绑定"),
    ],
)
def test_what_is_alike_is_offered_and_not_done(text: str, guess: str) -> None:
    reply = ROUTER.answer(chat(), text)

    assert reply.text.startswith("没有完全听懂，您是不是想：")
    assert f". {guess}" in reply.text
    number = next(line[0] for line in reply.text.splitlines() if line.endswith(f". {guess}"))
    assert ROUTER.choose(chat(dict(reply.choices)), number).text == reply.choices[number][0]


def test_two_commands_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two commands"):
        Router([*COMMANDS, COMMANDS[0]], lambda _chat: Reply(""))


def test_every_choice_of_a_fixed_list_is_a_command() -> None:
    names = {command.name for command in COMMANDS}

    for choices in (help.CHOICES, help.MORE_CHOICES, later.CHOICES):
        assert {name for name, *_holes in choices.values()} <= names


@pytest.mark.parametrize(
    ("digits", "value"),
    [("0", 0), ("12", 12), ("零", 0), ("两", 2), ("十", 10), ("十五", 15), ("九十九", 99)],
)
def test_numerals_are_read(digits: str, value: int) -> None:
    assert sentences.numeral(digits) == value


@given(st.integers(min_value=1, max_value=99))
def test_every_numeral_up_to_ninety_nine_is_read(value: int) -> None:
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    written = ("" if tens < 2 else digits[tens]) + ("十" if tens else "")
    written += digits[ones] if ones else ""

    assert sentences.numeral(written) == value
    assert understood(f"报名第{written}个") == f"sign_up {value}"


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(understood(text), str)
    assert isinstance(understood(f"报名{text}"), str)


OPEN = {"1": ("sign_up", 1), "*": ("need_what", ""), "取消": ("need_leave",)}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("明天上午，帮老人搬家！", "need_what  明天上午，帮老人搬家！"),
        ("活动室要打扫", "need_what  活动室要打扫"),
        ("理发", "need_what  理发"),
        ("搬家 下周二", "need_what  搬家 下周二"),
        ("13800001234", "need_what  13800001234"),
        ("4050111", "need_what  4050111"),
        ("3号", "need_what  3号"),
        ("长" * 300, "need_what  " + "长" * 300),
        ("活动", "activities"),
        ("活动 柳巷", "browse 柳巷"),
        ("报名 3", "sign_up 3"),
        ("求助 帮老人读报", "need_told 帮老人读报"),
        ("1", "sign_up 1"),
        ("取消", "need_leave"),
        ("取消 3", "cancel 3"),
    ],
)
def test_an_open_question_takes_what_is_no_command(text: str, answer: str) -> None:
    assert understood(text, OPEN) == answer


def test_a_short_number_that_was_not_offered_is_no_answer() -> None:
    assert "没有“9”" in understood("9", OPEN)


@pytest.mark.parametrize("text", ["明天上午，帮老人搬家！", "3号"])
def test_control_without_an_open_question_it_is_no_answer(text: str) -> None:
    assert "need_what" not in understood(text, {"1": ("sign_up", 1)})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("求助 帮老人搬家，很重！", "need_told 帮老人搬家，很重！"),
        ("我要求助：帮老人搬家", "need_told 帮老人搬家"),
        ("求助", "need"),
        ("求助 3", "my_need 3"),
        ("驳回 3 和2号重复。", "reject_need 3 和2号重复。"),
        ("驳回３重复", "reject_need 3 重复"),
        ("评价 3 5 很好！", "rate 3 5 很好！"),
        ("评价3", "rate 3 "),
        ("派 3 12", "dispatch_need 3 12"),
        ("派单 3号 12号", "dispatch_need 3 12号"),
        ("办结3搬好了", "finish_need 3 搬好了"),
        ("受理3", "verify_need 3"),
        ("加入 3", "join_team 3"),
        ("退出队伍 3", "leave_team 3"),
        ("退出 3", "cancel 3"),
        ("不通过 3", "decline_member 3"),
    ],
)
def test_what_is_written_is_kept_as_it_was(text: str, answer: str) -> None:
    assert understood(text) == answer

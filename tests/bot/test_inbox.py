"""消息 in chat: all that one was told, the newest first, the whole of one by its number."""

from collections.abc import Callable

import pytest

from server.notices import inbox
from server.notices.models import Notice, NoticeState
from server.people import identities
from server.people.models import App
from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.clock import Clock

LONG = "送饭送菜" * 20
MISSED = "您有{}条没看的消息，回复“消息”查看。"


@pytest.fixture
def told(runtime: Runtime, zhao: Phone, clock: Clock) -> Callable[..., None]:
    """Tell them so many things, one a minute; nothing of it could be sent unless said otherwise."""

    def tell(number: int, text: str = "第{}条", state=NoticeState.UNREACHABLE) -> None:
        with runtime.db.transaction() as session:
            known = identities.welcome(session, App.OFFICIAL, zhao.openid, clock())
            for each in range(1, number + 1):
                at = clock.advance(minutes=1)
                row = {"kind": "chat.late_reply", "facts": {"text": text.format(each)}}
                moments = dict.fromkeys(("queued_at", "due_at", "settled_at"), at)
                key = f"k{at.timestamp()}"
                session.add(
                    Notice(key=key, person_id=known.person_id, state=state, **row, **moments)
                )

    return tell


def test_whoever_was_told_nothing_reads_so_in_one_sentence(zhao: Phone) -> None:
    assert zhao.says("消息") == "还没有给您的消息，有了会放在这里。看接下来的提醒请回复“提醒”。"


@pytest.mark.parametrize(
    "words", ["消息", "通知", "我的消息", "看看消息", "查看消息", "有什么消息"]
)
def test_the_newest_stand_first_with_their_time(zhao: Phone, told, words: str) -> None:
    told(2)

    assert zhao.says(words) == (
        "您的消息，新的在前：\n1. （新）第2条\n   3月9日（周一）09:02\n"
        "2. （新）第1条\n   3月9日（周一）09:01\n看全文请回复编号。"
    )
    assert "（新）" not in zhao.says(words)


def test_a_number_shows_the_whole_of_one(zhao: Phone, told) -> None:
    told(1, f"{LONG}\n第二行")

    assert zhao.says("消息").splitlines()[1] == f"1. （新）{LONG[:39]}…"
    whole = f"3月9日（周一）09:01（可能没有发到微信）\n{LONG}\n第二行"
    assert [zhao.says("1"), zhao.says("1")] == [whole, whole]
    assert "没有“2”" in zhao.says("2")


def test_older_ones_follow_page_by_page(zhao: Phone, told) -> None:
    told(7)

    first, second = zhao.says("消息"), zhao.says("更多")

    assert "1. （新）第7条" in first
    assert "5. （新）第3条" in first
    assert first.endswith("看更早的请回复“更多”。")
    assert second.splitlines()[1::2][:2] == ["1. 第2条", "2. 第1条"]
    assert zhao.says("2").endswith("第1条")
    assert zhao.says("下一页").startswith("没有更多了")


def test_the_help_tells_of_what_could_not_be_sent_until_it_is_seen(
    zhao: Phone, told, clock: Clock
) -> None:
    assert "没看的消息" not in zhao.says("帮助")
    told(2)

    assert zhao.says("帮助").endswith(MISSED.format(2))
    assert "没看的消息" not in zhao.says("床前明月光")
    zhao.leaves()
    clock.advance(minutes=1)
    assert zhao.follows().endswith(MISSED.format(2))

    zhao.says("消息")
    assert "没看的消息" not in zhao.says("帮助")


def test_the_help_says_nothing_of_what_wechat_has_shown(zhao: Phone, told) -> None:
    told(2, state=NoticeState.SENT)

    assert "没看的消息" not in zhao.says("帮助")
    assert "（新）第2条" in zhao.says("消息")


def test_the_longest_list_and_the_longest_message_fit_wechat(zhao: Phone, told) -> None:
    told(6, LONG * 40)

    for words in ("消息", "1"):
        assert len(zhao.says(words).encode()) <= 2048


def test_a_list_costs_the_same_however_much_there_is(zhao: Phone, told, statements) -> None:
    told(6)
    zhao.says("消息")
    with statements() as few:
        zhao.says("消息")
    told(50)
    zhao.says("消息")
    with statements() as many:
        zhao.says("消息")

    assert len(few) == len(many)


def test_control_were_nothing_marked_the_help_would_tell_of_it_for_ever(
    zhao: Phone, told, monkeypatch
) -> None:
    told(1)
    monkeypatch.setattr(inbox, "mark_read", lambda *_given: None)
    zhao.says("消息")

    assert zhao.says("帮助").endswith(MISSED.format(1))


def test_a_list_older_than_half_an_hour_is_asked_for_anew(zhao: Phone, told, clock: Clock) -> None:
    told(1)
    zhao.says("消息")
    clock.advance(minutes=31)

    assert "上次的列表已超过30分钟" in zhao.says("1")

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from server.areas import tree
from server.people import identities, linking, posts
from server.people.models import Account, ApiSession, App, Role
from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.server.riders.acts import earn, riding


@pytest.fixture
def qian(phone: Callable[[], Phone]) -> Phone:
    """Another follower, or the same person with a new WeChat."""
    follower = phone()
    follower.follows()
    return follower


def a_mini_program_user(runtime: Runtime, openid: str = "o-mini") -> int:
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.MINIPROGRAM, openid, runtime.now())
        return known.person_id


def people_of(runtime: Runtime) -> set[int]:
    with runtime.db.reading() as session:
        return set(session.scalars(select(Account.person_id)))


def test_a_code_given_in_chat_joins_the_mini_program(runtime: Runtime, zhao: Phone) -> None:
    guest = a_mini_program_user(runtime)

    given = zhao.says("绑定")
    [code] = re.findall(r"\b[0-9]{6}\b", given)
    assert "3月9日（周一）09:10" in given
    with runtime.db.transaction() as session:
        linking.redeem(session, guest, code, runtime.now(), vault=runtime.vault)

    assert len(people_of(runtime)) == 1
    assert zhao.says("我的").startswith("您现在没有报名")


def test_a_code_typed_in_chat_joins_the_mini_program(runtime: Runtime, zhao: Phone) -> None:
    guest = a_mini_program_user(runtime)
    with runtime.db.transaction() as session:
        code = linking.offer(session, guest, runtime.now(), vault=runtime.vault).code
    letter = zhao.letter("text", Content=f"绑定 {code[:3]} {code[3:]}")

    assert zhao.sends(letter).text.startswith("绑定好了")
    assert zhao.sends(letter).text.startswith("绑定好了")
    assert len(people_of(runtime)) == 1


def test_wrong_codes_are_refused_and_guessing_comes_to_an_end(
    runtime: Runtime, zhao: Phone
) -> None:
    replies = [zhao.says(f"绑定 00000{number}") for number in range(7)]

    assert len(set(replies)) == 2
    assert replies[-1] != replies[0]
    assert people_of(runtime)


def test_privacy_and_unlinking_are_explained(zhao: Phone) -> None:
    assert "加密保存" in zhao.says("隐私")
    assert "社区" in zhao.says("解绑")
    assert "加密保存" in [zhao.says(words) for words in ("帮助", "8", "8")][2]


def test_help_knows_who_holds_a_post(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone], clock: Clock
) -> None:
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        known = identities.recognise(session, App.OFFICIAL, wang.openid)
        assert known is not None
        posts.appoint(
            session,
            known.person_id,
            Role.COMMUNITY_WORKER,
            tree.root(session),
            clock.now(),
            until=clock.now() + timedelta(days=1),
        )

    assert "您是工作人员" in wang.says("帮助")
    assert "您是工作人员" not in zhao.says("帮助")
    clock.advance(days=2)
    assert "您是工作人员" not in wang.says("帮助")


def test_words_of_later_works_are_answered_plainly(runtime: Runtime, zhao: Phone) -> None:
    assert "119" in zhao.says("建议 多装路灯")
    assert zhao.says("1").startswith("现在没有正在招募的活动")
    assert zhao.says("建议")
    assert zhao.says("2").startswith("您现在没有报名")


def test_a_number_without_a_list_or_with_an_old_one_says_what_to_do(
    runtime: Runtime, phone: Callable[[], Phone], clock: Clock
) -> None:
    qian = phone()

    assert qian.says("3").startswith("“3”对应的列表还没有")
    qian.says("帮助")
    assert qian.says("9").startswith("上次的列表里没有“9”")
    assert qian.says("2").startswith("您现在没有报名")
    clock.advance(minutes=31)
    assert qian.says("2").startswith("上次的列表已超过30分钟")


def person_of(runtime: Runtime, phone: Phone) -> int:
    with runtime.db.transaction() as session:
        return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


def moving_code(phone: Phone) -> str:
    [code] = re.findall(r"换微信码：([0-9]{6})", phone.says("换微信"))
    return code


def test_a_new_wechat_takes_everything_over_in_one_message(
    runtime: Runtime, zhao: Phone, qian: Phone
) -> None:
    zhao.says("你好")
    qian.says("你好")
    old = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        riding(session, old, runtime.now())
        earn(session, old, runtime.now(), code="SUGGEST_ADOPTED")
    letter = qian.letter("text", Content=f"换微信 {moving_code(zhao)}")

    assert qian.sends(letter).text.startswith("换好了")
    assert qian.sends(letter).text.startswith("换好了")

    assert qian.says("积分").startswith("您有5分积分")
    assert "还没有积分账户" in zhao.says("积分")
    assert person_of(runtime, qian) != person_of(runtime, zhao)


def test_the_old_wechat_is_signed_out_of_the_mini_program_too(
    runtime: Runtime, zhao: Phone, qian: Phone
) -> None:
    zhao.says("你好")
    guest = a_mini_program_user(runtime)
    with runtime.db.transaction() as session:
        code = linking.offer(session, guest, runtime.now(), vault=runtime.vault).code
    zhao.says(f"绑定 {code}")
    both = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        account = session.scalar(select(Account.id).where(Account.app == App.MINIPROGRAM))
        row = {"token_mark": "m", "person_id": both, "account_id": account}
        moments = dict.fromkeys(("created_at", "seen_at", "expires_at"), runtime.now())
        session.execute(insert(ApiSession).values(**row, **moments))

    qian.says(f"换微信 {moving_code(zhao)}")

    with runtime.db.reading() as session:
        moved = session.scalar(select(Account.person_id).where(Account.id == account))
        assert session.scalars(select(ApiSession)).all() == []
    assert moved == person_of(runtime, zhao)
    assert moved != person_of(runtime, qian)


def test_an_ordinary_code_does_not_move_anybody(runtime: Runtime, zhao: Phone, qian: Phone) -> None:
    zhao.says("你好")
    [code] = re.findall(r"\b[0-9]{6}\b", zhao.says("绑定"))
    before = (person_of(runtime, zhao), person_of(runtime, qian))

    qian.says(f"换微信 {code}")

    assert (person_of(runtime, zhao), person_of(runtime, qian)) == before


def test_a_new_phone_needs_nothing(zhao: Phone) -> None:
    told = zhao.says("换手机")

    assert "不用办" in told
    assert "换微信" in told

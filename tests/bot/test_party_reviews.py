"""考评 in chat: the facts, then the decision, and what one has to say to it."""

import pytest
from sqlalchemy import select

from server.party.models import PartyReview, ReviewState
from server.party.reviews import verdicts
from server.party.reviews.grades import Grade
from server.people import identities
from server.people.models import App, Channel, Dialogue
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.server.party.acts import VAULT, a_cell, given_to
from tests.server.party.reviews.acts import (
    JULY,
    WORDS,
    a_good_quarter,
    decide,
    review_of,
    show,
)

REASON = "示例金丝雀理由"


@pytest.fixture
def cell(runtime, clock, phone):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
    clock.set(JULY)
    return made


@pytest.fixture
def member(runtime, cell, phone) -> Phone:
    """A member whose quarter was a good one and is not decided yet."""
    wang = phone()
    wang.follows()
    with runtime.db.transaction() as session:
        who = identities.welcome(session, App.OFFICIAL, wang.openid, runtime.now()).person_id
        a_good_quarter(session, cell)
        given_to(session, cell.file, who)
        cell.member = who
    return wang


@pytest.fixture
def shown(runtime, cell, member) -> Phone:
    """The same once the branch has decided and shown it."""
    with runtime.db.transaction() as session:
        decide(session, cell, Grade.BASIC, reason=REASON)
        show(session, cell)
    return member


def review(runtime, cell) -> PartyReview:
    with runtime.db.reading() as session:
        return review_of(session, cell)


def test_before_it_is_decided_the_facts_are_told_and_no_grade(member) -> None:
    told = member.says("考评")

    assert "2026年第2季度考评" in told
    assert "季度汇报：按时交了" in told
    assert "合格" not in told


def test_a_member_has_nothing_to_say(runtime, cell, shown) -> None:
    told = shown.says("考评")
    assert "基本合格" in told
    assert REASON in told
    assert "8月9日" in told

    assert "记下了" in shown.says("1")
    one = review(runtime, cell)
    assert (one.state, one.channel) == (ReviewState.ACKNOWLEDGED, Channel.CHAT)
    assert "想再说，回复1" in shown.says("考评")


def test_a_member_objects_in_words_spoken_or_written(runtime, cell, shown) -> None:
    shown.says("考评")
    assert "请说说您的意见" in shown.says("2")
    spoken = shown.letter("voice", MediaId="m", Format="amr", Recognition=WORDS)
    assert "答复以前不会定" in shown.sends(spoken).text

    one = review(runtime, cell)
    assert one.state is ReviewState.OBJECTED
    assert verdicts.text_of(one, "answer", VAULT) == WORDS
    assert WORDS in shown.says("我的考评")
    shown.says("1")
    shown.says("还有一次")
    assert "还有一次" in verdicts.text_of(review(runtime, cell), "answer", VAULT)


def test_one_may_leave_the_question(runtime, cell, shown) -> None:
    shown.says("考评")
    shown.says("2")
    assert "没有记下" in shown.says("取消")
    assert review(runtime, cell).state is ReviewState.SHOWN


def test_what_cannot_be_kept_is_refused_in_a_sentence(runtime, cell, shown) -> None:
    shown.says("考评")
    shown.says("2")
    assert "身份证号" in shown.says("我的号是14010619900101123X")
    assert review(runtime, cell).state is ReviewState.SHOWN


def test_for_whoever_has_no_file_there_is_no_such_word(shown, phone) -> None:
    zhao = phone()
    zhao.follows()

    assert zhao.says("考评") == zhao.says("考评考评").replace("考评考评", "考评")


def test_nothing_of_it_is_kept_in_clear(runtime, cell, shown) -> None:
    shown.says("考评")
    shown.says("2")
    shown.says(WORDS)

    with runtime.db.reading() as session:
        for table in (Inbound, Dialogue):
            kept = str([vars(row) for row in session.scalars(select(table))])
            assert "金丝雀" not in kept

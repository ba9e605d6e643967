"""Getting a certificate and a star by replying."""

import re

import pytest
from sqlalchemy import select

from server.people import profile
from server.people.models import Account, App
from tests.server.volunteers.served import a_record


@pytest.fixture
def served(runtime, zhao):
    """Give 赵 final minutes."""

    def add(minutes: int, times: int = 1) -> int:
        with runtime.db.transaction() as session:
            person = session.scalar(
                select(Account.person_id).where(
                    Account.app == App.OFFICIAL, Account.openid == zhao.openid
                )
            )
            for _ in range(times):
                a_record(session, person, runtime.now(), minutes)
            return person

    return add


def test_a_certificate_is_had_by_telling_ones_name(zhao, served) -> None:
    served(125)

    first = zhao.says("证书")
    named = zhao.says("我叫 张三")
    told = zhao.says("证书")

    assert "我叫 张三" in first
    assert "张三" in named
    assert re.search(r"编号：NF2026-\w{5}-\w{5}\n共1次，2小时", told)
    assert "/certificates/NF2026" in told
    assert "/verify/NF2026" in told


def test_asking_again_is_the_same_certificate(zhao, served) -> None:
    served(60)
    zhao.says("姓名：李明")

    numbers = {re.search(r"NF2026-\w+-\w+", zhao.says(words))[0] for words in ("证书", "开证明")}

    assert len(numbers) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我叫张三", "张三"),
        ("我叫　王小明。", "王小明"),
        ("姓名 阿卜杜·热合曼", "阿卜杜·热合曼"),
        ("我的名字是 john smith", "John Smith"),
    ],
)
def test_a_name_is_understood(zhao, served, runtime, said, name) -> None:
    person = served(60)

    zhao.says(said)

    with runtime.db.reading() as session:
        assert profile.name_of(session, person, vault=runtime.vault) == name


@pytest.mark.parametrize("said", ["我叫1", "我叫 3号楼", "姓名 " + "张" * 21])
def test_what_is_no_name_is_not_put_down(zhao, served, runtime, said) -> None:
    person = served(60)

    told = zhao.says(said)

    assert "姓名请写" in told
    with runtime.db.reading() as session:
        assert profile.name_of(session, person, vault=runtime.vault) is None


def test_without_hours_one_is_told_what_to_wait_for(zhao) -> None:
    zhao.says("我叫张三")

    assert "还没有已生效" in zhao.says("证书")


def test_a_star_is_applied_for_by_a_bare_number(zhao, served) -> None:
    served(480, times=13)

    where = zhao.says("星级")
    applied = zhao.says("1")

    assert "104小时" in where
    assert "申请星级" in where
    assert "已申请1星" in applied
    assert "1星正在审核" in zhao.says("星级")


def test_one_sees_how_much_is_lacking(zhao, served) -> None:
    served(90)

    assert "1.5小时" in zhao.says("星级")
    assert "再服务满99小时" in zhao.says("星级")
    assert "满100小时" in zhao.says("申请星级")


@pytest.mark.parametrize("words", ["我叫", "我叫 😀", "姓名"])
def test_who_says_no_name_is_told_how(zhao, words) -> None:
    assert "例如“我叫 张三”" in zhao.says(words)

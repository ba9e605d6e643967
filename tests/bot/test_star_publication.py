"""Seeing by chat who is about to get a star, and objecting to it."""

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.people.models import Channel
from server.volunteers.models import StarObjection
from server.volunteers.stars import objections
from tests.console.conftest import plant_district
from tests.server.volunteers.stars.acts import a_published_star


@pytest.fixture
def published(runtime):
    """Publish so many stars in a community."""
    with runtime.db.transaction() as session:
        plant_district(session)
        street = tree.by_code(session, "B")
        tree.plant(session, "L", "柳巷社区", tree.AreaKind.COMMUNITY, street)

    def publish(number: int, area: str = "A1") -> None:
        with runtime.db.transaction() as session:
            home = tree.by_code(session, area).id
            for _ in range(number):
                a_published_star(session, runtime.now(), runtime.vault, home)

    return publish


def test_nothing_is_published(zhao) -> None:
    assert "没有正在公示" in zhao.says("星级公示")


def test_one_objects_in_three_messages(zhao, published, runtime) -> None:
    published(1)

    listed, asked = zhao.says("星级公示"), zhao.says("1")
    told = zhao.says("上周六的活动他没有来")

    assert "1. 示***丰，示例A1社区，1星（104小时），公示到" in listed
    assert "张三" not in listed
    assert "哪里不对" in asked
    assert "收到您的异议" in told
    with runtime.db.reading() as session:
        raised = session.scalars(select(StarObjection)).one()
        assert raised.channel is Channel.CHAT
        assert objections.words_of(raised, vault=runtime.vault) == "上周六的活动他没有来"


def test_one_may_think_again(zhao, published, runtime) -> None:
    published(1)
    zhao.says("星级公示")
    zhao.says("1")

    assert "正在公示的星级" in zhao.says("取消")
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count(StarObjection.id))) == 0


def test_who_objects_again_reads_how_it_stands(zhao, published, runtime) -> None:
    published(1)
    for words in ("星级公示", "1", "他没有来", "星级公示", "1"):
        zhao.says(words)
    assert "收到您的异议" in zhao.says("他没有来")

    with runtime.db.transaction() as session:
        raised = session.scalars(select(StarObjection)).one()
        said = (raised.person_id, "签到表上有他")
        objections.settle(
            session, raised.id, objections.ObjectionState.DISMISSED, said, raised.raised_at
        )
    for words in ("星级公示", "1"):
        zhao.says(words)

    assert "签到表上有他" in zhao.says("他没有来")


def test_a_long_list_goes_on_and_one_place_may_be_asked_for(zhao, published) -> None:
    published(7)
    published(1, "L")

    first, rest = zhao.says("星级公示"), zhao.says("更多")
    there = zhao.says("星级公示 柳巷社区")

    assert (first.count("1星"), rest.count("1星"), there.count("1星")) == (6, 2, 1)
    assert "更多" in first
    assert "柳巷社区" in there
    assert "没有找到" in zhao.says("星级公示 火星")

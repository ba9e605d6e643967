"""骑手 in chat: registered in three questions, changed, and left freely."""

import pytest

from server.areas import tree
from server.areas.models import AreaKind
from server.people import identities, posts
from server.people.models import App, Role
from server.riders import registration
from server.riders.models import Rider, RiderState, Sector
from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.server.riders.acts import earn

STREETS = "1. 柳巷街道\n2. 桥东街道"


@pytest.fixture(autouse=True)
def district(runtime: Runtime) -> None:
    """Two streets, one of them with two communities."""
    with runtime.db.transaction() as session:
        root = tree.root(session)
        liu = tree.plant(session, "L", "柳巷街道", AreaKind.STREET, root)
        tree.plant(session, "Q", "桥东街道", AreaKind.STREET, root)
        tree.plant(session, "L1", "柳北一社区", AreaKind.COMMUNITY, liu)
        tree.plant(session, "L2", "柳北二社区", AreaKind.COMMUNITY, liu)


def person_of(runtime: Runtime, phone: Phone) -> int:
    with runtime.db.transaction() as session:
        return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


def rider_of(runtime: Runtime, phone: Phone) -> Rider | None:
    person = person_of(runtime, phone)
    with runtime.db.reading() as session:
        return registration.find(session, person)


def says_all(phone: Phone, *words: str) -> str:
    return [phone.says(each) for each in words][-1]


@pytest.mark.parametrize("words", ["骑手", "我是骑手", "注册骑手"])
def test_three_answers_register_and_tell_what_is_next(runtime, zhao: Phone, words: str) -> None:
    sector, area, platform = zhao.says(words), zhao.says("1"), zhao.says("2")

    assert "1. 外卖\n2. 快递\n3. 网约车\n4. 货车\n5. 代驾\n6. 其他" in sector
    assert STREETS in area
    assert "可以不说" in platform
    assert zhao.says("1").startswith("登记好了：外卖，桥东街道。")
    assert zhao.says("1").startswith("您有0分积分")
    found = rider_of(runtime, zhao)
    assert found is not None
    assert (found.sector, found.platform, found.state) == (Sector.FOOD, None, RiderState.ASKED)


def test_words_do_as_well_as_numbers(runtime, zhao: Phone) -> None:
    told = says_all(zhao, "骑手", "我送快递的", "桥东街道", "示例快送")

    assert told.startswith("登记好了：快递，桥东街道，示例快送。")
    found = rider_of(runtime, zhao)
    assert found is not None
    assert found.platform == "示例快送"


@pytest.mark.parametrize("words", ["跳过", "不说", "没有"])
def test_whoever_would_rather_not_say_for_whom_is_not_asked_again(
    runtime, zhao: Phone, words: str
) -> None:
    assert says_all(zhao, "骑手", "1", "桥东街道", words).startswith("登记好了：外卖，桥东街道。")

    found = rider_of(runtime, zhao)
    assert found is not None
    assert found.platform is None


def test_of_several_places_of_one_name_it_is_asked_which(zhao: Phone) -> None:
    which = says_all(zhao, "骑手", "1", "柳北")

    assert "1. 柳北一社区\n2. 柳北二社区" in which
    assert says_all(zhao, "2", "不想说").startswith("登记好了：外卖，柳北二社区。")


def test_what_is_not_understood_is_asked_again(runtime, zhao: Phone) -> None:
    assert "1. 外卖" in says_all(zhao, "骑手", "天上飞的")
    unknown = says_all(zhao, "1", "天涯海角")
    assert unknown.startswith("没有找到这个地方")
    assert STREETS in unknown
    assert "20个字以内" in says_all(zhao, "1", "名" * 21)
    assert rider_of(runtime, zhao) is None
    assert zhao.says("示例快送").startswith("登记好了")


@pytest.mark.parametrize("answers", [(), ("1",), ("1", "1")])
def test_the_questions_are_left_at_any_place_and_nothing_is_kept(runtime, zhao, answers) -> None:
    assert says_all(zhao, "骑手", *answers, "取消").startswith("好的，没有登记")
    assert rider_of(runtime, zhao) is None


def test_who_is_registered_reads_how_and_changes_it(runtime, zhao: Phone) -> None:
    says_all(zhao, "骑手", "1", "1", "1")

    told = zhao.says("骑手")

    assert told.startswith("您已登记为骑手：外卖，柳巷街道。社区还没有核实")
    assert says_all(zhao, "2", "5", "2", "1").startswith("登记好了：代驾，桥东街道。")
    assert says_all(zhao, "骑手", "3").startswith("已退出骑手登记")


def test_one_leaves_freely_and_finds_the_points_on_coming_back(runtime, zhao: Phone) -> None:
    says_all(zhao, "骑手", "1", "1", "1")
    person = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        earn(session, person, runtime.now(), code="SUGGEST_ADOPTED")

    gone = [zhao.says("退出骑手") for _ in range(2)]

    assert gone[0].startswith("已退出骑手登记")
    assert gone[1].startswith("您没有登记为骑手")
    assert rider_of(runtime, zhao) is None
    assert zhao.says("积分").startswith("您有5分积分")
    assert says_all(zhao, "骑手", "1", "1", "1").startswith("登记好了")


def test_staff_are_told_that_they_have_no_points(runtime, zhao: Phone) -> None:
    person = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        role, root = Role.GRID_WORKER, tree.root(session)
        posts.appoint(session, person, role, root, runtime.now(), until=None)

    assert zhao.says("骑手").startswith("在岗的工作人员不参加积分")
    assert rider_of(runtime, zhao) is None


def test_staff_are_told_at_once_and_not_after_three_questions(runtime, zhao: Phone) -> None:
    """G4."""
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "L1")
        person = identities.welcome(session, App.OFFICIAL, zhao.openid, runtime.now()).person_id
        posts.appoint(session, person, Role.GRID_WORKER, area, runtime.now(), until=None)

    for words in ("骑手", "注册骑手"):
        assert zhao.says(words).startswith("在岗的工作人员不参加积分")
    assert rider_of(runtime, zhao) is None


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1", "驿站"),
        ("2", "还没有积分账户"),
        ("3", "还没有积分账户"),
        ("4", "还没有积分账户"),
        ("5", "登记为骑手"),
        ("6", "换微信码"),
    ],
)
def test_what_there_is_for_riders_stands_together(zhao: Phone, number: str, answer: str) -> None:
    zhao.says("更多功能")
    assert "1. 驿站" in zhao.says("9")
    assert answer in zhao.says(number)

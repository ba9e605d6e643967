"""Reporting a hazard in chat: a photo, a place, done; and what becomes of it."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.areas.models import AreaKind
from server.people import identities
from server.people.models import App, Channel, Role
from server.riders.hazards import hazards, views
from server.riders.hazards.models import Hazard, HazardPhoto, HazardState, RejectReason
from server.riders.stations.coordinates import Place
from server.staff import reach as reaches
from tests.bot.driver import Phone
from tests.server.riders.acts import riding
from tests.server.riders.hazards.acts import HERE
from tests.server.riders.stations.acts import a_station
from tests.server.volunteers.staff import a_reach


def photo(phone: Phone, media: str = "m-1") -> str:
    letter = phone.letter("image", MediaId=media, PicUrl="http://mmbiz.example/1")
    return phone.sends(letter).text


def at(phone: Phone, place: Place = HERE, label: str = "柳巷口") -> str:
    lat, lng = place.degrees
    fields = {"Location_X": lat, "Location_Y": lng, "Label": label, "Scale": "15"}
    return phone.sends(phone.letter("location", **fields)).text


def person_of(runtime, phone: Phone) -> int:
    with runtime.db.reading() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
        assert known is not None
        return known.person_id


@pytest.fixture(autouse=True)
def street(runtime) -> None:
    with runtime.db.transaction() as session:
        district = tree.root(session)
        tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)


@pytest.fixture
def rider(runtime, zhao) -> Phone:
    """Somebody who follows, and is a rider."""
    with runtime.db.transaction() as session:
        known = identities.recognise(session, App.OFFICIAL, zhao.openid)
        riding(session, known.person_id, runtime.now())
    return zhao


@pytest.fixture
def staff(runtime):
    with runtime.db.transaction() as session:
        return a_reach(session, runtime.now(), Role.STREET_OPERATOR)


def does(runtime, deed, *args, **more) -> Hazard:
    """Let staff take a step in a transaction of their own."""
    with runtime.db.transaction() as session:
        return deed(session, *args, runtime.now(), channel=Channel.CONSOLE, **more)


def reports(runtime) -> list[Hazard]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(Hazard).order_by(Hazard.id)))


def test_a_photo_and_a_place_are_a_report(rider, runtime) -> None:
    asked = photo(rider)
    received = at(rider)

    assert asked.startswith("收到照片。请先停稳")
    assert received.startswith("收到了，谢谢您！随手拍1号：柳巷口。我们3月10日（周二）17:30前来看")
    [hazard] = reports(runtime)
    assert (hazard.state, hazard.place) == (HazardState.RECEIVED, "柳巷口")


def test_the_whole_life_of_a_report(rider, runtime, staff, clock) -> None:
    photo(rider)
    at(rider)
    assert "按“路灯”记" in rider.says("6")

    does(runtime, hazards.triage, staff, 1)
    does(runtime, hazards.assign, staff, 1, "140106")
    assert "1. 路灯（柳巷口）已派人处理" in rider.says("我的随手拍")
    does(runtime, hazards.fix, staff, 1, "灯泡已换好")
    shown = rider.says("1")

    assert "灯泡已换好" in shown
    assert "积分：+1分" in shown
    assert "1号5分" in rider.says("评价 1 5 很快")
    assert "您有1分积分" in rider.says("积分")
    assert "好的，1号已重开" in rider.says("没修好 1 又灭了")
    does(runtime, hazards.assign, staff, 1, "140106")
    does(runtime, hazards.fix, staff, 1, "换了线")
    assert "已经重开过一次" in rider.says("没修好 1 还是灭")


def test_ten_photos_at_once_hang_on_one_report_and_get_one_answer(rider, runtime) -> None:
    answers = [photo(rider, f"m-{number}") for number in range(10)]
    received = at(rider)

    assert [bool(text) for text in answers] == [True] + [False] * 9
    assert "随手拍1号" in received
    with runtime.db.reading() as session:
        found = session.execute(select(HazardPhoto.hazard_id, HazardPhoto.photo_id)).all()
    assert {row.hazard_id for row in found} == {1}
    assert len(found) == 10


def test_ten_photos_at_one_moment_begin_one_report(rider, runtime, at_once) -> None:
    at_once(6, lambda number: photo(rider, f"m-{number}"))

    [hazard] = reports(runtime)
    with runtime.db.reading() as session:
        found = session.scalars(select(HazardPhoto.hazard_id)).all()
    assert found == [hazard.id] * 6


def test_a_photo_soon_after_the_receipt_belongs_to_it(rider, runtime, clock) -> None:
    photo(rider)
    at(rider)
    clock.advance(minutes=9)
    assert "照片加到随手拍1号了（共2张）" in photo(rider, "m-2")

    clock.advance(minutes=2)

    assert "收到照片" in photo(rider, "m-3")
    assert [one.state for one in reports(runtime)] == [HazardState.RECEIVED, HazardState.DRAFT]


def test_the_same_photo_twice_is_one(rider, runtime) -> None:
    letter = rider.letter("image", MediaId="m-1")

    first, again = rider.sends(letter).text, rider.sends(letter).text

    assert first == again
    with runtime.db.reading() as session:
        assert len(session.scalars(select(HazardPhoto)).all()) == 1


def test_words_are_a_place_too(rider, runtime) -> None:
    photo(rider)

    received = rider.says("柳巷街道3号楼门口")

    assert "随手拍1号：柳巷街道3号楼门口" in received
    [hazard] = reports(runtime)
    with runtime.db.reading() as session:
        assert tree.by_id(session, hazard.area_id).name == "柳巷街道"


def test_the_place_may_come_before_the_photo(rider, runtime) -> None:
    assert "请先停稳" in rider.says("随手拍")
    assert "位置记下了：柳巷口" in at(rider)

    assert "随手拍1号" in photo(rider)


def test_a_voice_replaces_the_photo(rider, runtime) -> None:
    assert "请先停稳" in rider.says("上报")
    voice = rider.letter("voice", MediaId="v", Format="amr", Recognition="柳巷街道口井盖没了。")

    received = rider.sends(voice).text

    assert "随手拍1号：井盖，柳巷街道口井盖没了" in received
    [hazard] = reports(runtime)
    assert hazard.urgent


def test_words_without_a_place_are_asked_for_it(rider, runtime) -> None:
    assert "在哪里" in rider.says("随手拍 路灯不亮")

    assert "随手拍1号：路灯，柳巷口" in at(rider)


def test_a_photo_waits_a_day_for_its_place(rider, runtime, clock) -> None:
    photo(rider)
    clock.advance(hours=23)

    assert "随手拍1号：永辉超市北门" in rider.says("永辉超市北门")


def test_after_a_day_it_is_forgotten(rider, runtime, clock) -> None:
    photo(rider)
    clock.advance(hours=25)

    assert "没有听懂" in rider.says("永辉超市北门")


def test_one_may_give_up(rider, runtime) -> None:
    photo(rider)

    assert "什么都没有留下" in rider.says("取消")
    assert reports(runtime) == []


def test_stations_are_still_found_by_a_place(rider, runtime) -> None:
    with runtime.db.transaction() as session:
        a_station(session, runtime.now(), reaches.of_machine(session), place=HERE)
    photo(rider)
    rider.says("驿站")

    assert "最近、现在开着的驿站" in at(rider)


@pytest.mark.parametrize("words", ["3号楼燃气泄漏了", "有人触电", "随手拍 柳巷街道着火了"])
def test_danger_is_answered_first_with_whom_to_call(rider, runtime, words) -> None:
    said = rider.says(words)

    assert said.startswith("有人受伤或正在着火、漏气、触电")
    for number in ("119", "120", "110"):
        assert number in said.splitlines()[0]
    assert "不是急救报警渠道" in said
    [hazard] = reports(runtime)
    assert hazard.words is not None
    if hazard.state is HazardState.DRAFT:
        at(rider)
        [hazard] = reports(runtime)
    assert hazard.urgent


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
def test_a_video_is_answered_with_what_to_do(rider, runtime, kind) -> None:
    said = rider.sends(rider.letter(kind, MediaId="v", ThumbMediaId="t")).text

    assert "看不了视频" in said
    assert "照片" in said
    assert reports(runtime) == []


def test_a_voice_that_nobody_understood_is_asked_for_again(rider) -> None:
    photo(rider)

    assert "没有听清" in rider.sends(rider.letter("voice", MediaId="v", Format="amr")).text
    assert "随手拍1号" in at(rider)


@pytest.mark.parametrize("media", ["", "  ", "x" * 300, "\x07"])
def test_a_photo_that_is_none_gets_a_sentence(rider, runtime, media) -> None:
    said = rider.sends(rider.letter("image", MediaId=media)).text

    assert "没有收到照片" in said
    assert reports(runtime) == []


@pytest.mark.parametrize(
    "fields", [{"Location_X": "x", "Location_Y": "1"}, {"Location_X": "91", "Location_Y": "1"}, {}]
)
def test_a_place_that_is_none_is_asked_for_again(rider, runtime, fields) -> None:
    photo(rider)

    assert "位置看不清" in rider.sends(rider.letter("location", **fields)).text
    assert "随手拍1号" in rider.says("柳巷口北边")


@pytest.mark.parametrize("words", ["？", "。。", "😀"])
def test_a_place_that_nobody_could_find_is_asked_for_again(rider, words) -> None:
    photo(rider)

    said = rider.says(words)

    assert "请" in said
    assert "随手拍1号" not in said


def test_words_soon_after_belong_to_it(rider, runtime, clock) -> None:
    photo(rider)
    at(rider)

    assert "已补充到随手拍1号" in rider.says("灯在路的北边，晚上很黑")
    clock.advance(minutes=11)
    assert "没有听懂" in rider.says("还有一件很奇怪的事情")


def test_who_was_turned_down_hears_why_and_appeals_once(rider, runtime, staff) -> None:
    photo(rider)
    at(rider)
    does(runtime, hazards.reject, staff, 1, RejectReason.UNCLEAR, "看不出是哪盏灯")

    shown = rider.says("我的随手拍 1")

    assert "照片或位置看不清。看不出是哪盏灯" in shown
    assert "申诉 1 理由" in shown
    assert "另一位工作人员" in rider.says("申诉 1 就是门口那盏")
    assert "申诉正由另一位工作人员看" in rider.says("我的随手拍 1")


def test_staff_ask_and_the_answer_comes_by_a_plain_word(rider, runtime, staff) -> None:
    photo(rider)
    at(rider)
    does(runtime, hazards.ask, staff, 1, "在路的哪一边？")

    assert "工作人员问：在路的哪一边？" in rider.says("我的随手拍 1")
    assert "已补充" in rider.says("北边第二盏")

    [hazard] = reports(runtime)
    assert hazard.question is None


def test_one_may_ask_how_it_goes(rider, runtime) -> None:
    photo(rider)
    at(rider)

    assert "已替您催办1号" in rider.says("催办 1")
    assert "一天内已经催过" in rider.says("催办 1")


def test_a_resident_reports_too(zhao, runtime, staff) -> None:
    photo(zhao)
    at(zhao)
    does(runtime, hazards.triage, staff, 1)

    [hazard] = reports(runtime)
    assert (hazard.state, hazard.points) == (HazardState.TRIAGED, 0)


def test_nobody_reads_what_others_reported(rider, runtime, phone) -> None:
    photo(rider)
    at(rider)
    other = phone()
    other.follows()

    for words in ("我的随手拍 1", "申诉 1 不对", "补充 1 什么", "催办 1", "评价随手拍 1 5"):
        assert "没有找到" in other.says(words) or "没有" in other.says(words)
    with runtime.db.reading() as session:
        [hazard] = session.scalars(select(Hazard)).all()
        mine = views.my_hazard(
            session, person_of(runtime, rider), hazard.id, runtime.now(), vault=runtime.vault
        )
    assert mine.words == ""


def test_without_reports_one_is_shown_how(rider) -> None:
    assert "发一张照片来就行" in rider.says("我的随手拍")
    assert "请先停稳" in rider.says("1")


def test_help_tells_of_it(rider) -> None:
    assert "7. 随手拍：发照片报隐患" in rider.says("帮助")
    assert "请先停稳" in rider.says("7")


def test_where_both_bear_the_number_one_is_asked_which(rider, runtime, staff) -> None:
    photo(rider)
    at(rider)
    rider.says("求助 帮忙搬家 柳巷街道")
    rider.says("算了")

    said = rider.says("评价 1 5")

    assert "求助" in said
    assert "随手拍" in said
    assert "还没修好" in rider.says("2")

import pytest

from emulator.keywords import fits, kind_of

GOOD = {
    "thing": ["文庙夜巡 A1！", "长" * 20, "😀" * 10],
    "number": ["7", "-7.5", "1" * 32],
    "letter": ["abc", "Z" * 32],
    "symbol": ["!?", "——"],
    "character_string": ["A-001 #2", "x" * 32],
    "time": ["09:00", "9:05:30", "2026年3月10日 09:00", "2026年3月10日 09:00~11:00", "9:00～11:00"],
    "date": ["2026年3月10日", "2026年3月", "3月10日", "2026-03-10", "2026/3/10 15:01"],
    "amount": ["¥12.50元", "100", "￥3"],
    "phone_number": ["0351-1234567", "+86 13900000000"],
    "car_number": ["晋A12345"],
    "name": ["林小满", "Lin Xiaoman", "王" * 10],
    "phrase": ["报名成功", "已取消"],
    "enum": ["甲"],
    "const": ["甲"],
}
BAD = {
    "thing": ["长" * 21, "😀" * 11, "两\n行", " ", "\u2028"],
    "number": ["七", "1" * 33, "1.", "١"],
    "letter": ["a1", "Z" * 33],
    "symbol": ["a", "!!!!!!"],
    "character_string": ["编号1", "x" * 33],
    "time": ["25:00", "9点", "2026-03-10 09:00", "9:00~10:00~11:00", "2026年13月1日 09:00"],
    "date": ["2026-03/10", "2026年13月", "明天"],
    "amount": ["十元", "12345678901", "1元2"],
    "phone_number": ["1" * 18, "电话"],
    "car_number": ["晋" * 9],
    "name": ["王" * 11, "A" * 21, "王5"],
    "phrase": ["报名成功了吗", "OK"],
    "enum": ["丙"],
    "const": ["丙"],
}


@pytest.mark.parametrize(("kind", "text"), [(k, text) for k in GOOD for text in GOOD[k]])
def test_a_good_value_fits(kind: str, text: str) -> None:
    assert fits(kind, text, ("甲", "乙") if kind in ("enum", "const") else ())


@pytest.mark.parametrize(("kind", "text"), [(k, text) for k in BAD for text in BAD[k]])
def test_a_bad_value_does_not(kind: str, text: str) -> None:
    assert not fits(kind, text, ("甲", "乙") if kind in ("enum", "const") else ())


def test_an_enum_without_words_takes_any() -> None:
    assert fits("enum", "丙")


@pytest.mark.parametrize(
    ("key", "kind"),
    [("thing1", "thing"), ("phone_number12", "phone_number"), ("date02", "date")]
    + [(key, None) for key in ("thing", "1thing", "poem3", "thing123", "")],
)
def test_a_key_tells_its_type(key: str, kind: str | None) -> None:
    assert kind_of(key) == kind

"""A notice in words: whatever the facts are, WeChat takes what we make of them (M3, §2.3)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.settings import Settings
from config.wording import sentences
from emulator import keywords
from server.notices import fields as typed
from server.notices import rendering, versions
from server.notices.kinds import KINDS, TYPED, Kind, Sort, Way
from server.notices.retries import PLAN, next_attempt
from server.wechat.client import Wechat
from server.wechat.errors import CallRejected
from tests.clock import MONDAY_MORNING
from tests.knobs import make_settings
from tests.phone import Emulator

pytestmark = pytest.mark.once

ANY_TEXT = st.text(max_size=60)
SAMPLES: Mapping[Sort, st.SearchStrategy[object]] = {
    Sort.MOMENT: st.integers(946_684_800, 4_102_300_000).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC)
    ),
    Sort.DAY: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    Sort.NUMBER: st.integers(0, rendering.TOO_MUCH - 1),
    Sort.CODE: ANY_TEXT,
    Sort.TEXT: ANY_TEXT,
}
WITH_TEMPLATE = [kind for kind in KINDS.values() if kind.template]
SETTINGS = make_settings("sqlite://")


def any_facts(kind: Kind) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {name: SAMPLES[fact.sort] for name, fact in versions.facts_of(kind).items()}
    )


def spelled(kind: Kind, facts: Mapping[str, object]) -> dict[str, str]:
    rendering.check(kind, facts)
    return rendering.spelled(facts)


@pytest.mark.both
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_the_facts_wechat_takes_every_kind(
    data: st.DataObject, emulator: Emulator, wechat: Wechat
) -> None:
    if not (items := emulator.ask("GET", "/_/people")["items"]):
        emulator.person("示例·李雷")
        items = emulator.ask("GET", "/_/people")["items"]
    [somebody] = items
    emulator.app.extensions["emulator"].world.people.get(somebody["id"]).following = True
    kind = data.draw(st.sampled_from(WITH_TEMPLATE))
    facts = spelled(kind, data.draw(any_facts(kind)))

    letter = rendering.letter(versions.of_code(kind), Way.TEMPLATE, facts, SETTINGS)

    template = SETTINGS.templates.id_of(kind.template, Way.TEMPLATE)
    assert wechat.official.send_template(somebody["official_openid"], template, letter.data)


@pytest.mark.both
def test_control_what_is_not_cut_is_refused(emulator: Emulator, wechat: Wechat) -> None:
    somebody = emulator.person("示例·李雷")
    emulator.app.extensions["emulator"].world.people.get(somebody.id).following = True
    kind = KINDS["volunteers.cancelled"]
    data = rendering.fields(versions.of_code(kind), Way.TEMPLATE, rendering.samples(kind))

    long = data | {"thing1": "社区图书角整理" * 4}
    with pytest.raises(CallRejected, match="47003"):
        wechat.official.send_template(somebody.openid, "tpl-cancelled", long)


@given(data=st.data())
def test_whatever_the_facts_a_chat_text_is_one_that_wechat_takes(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS.values())))
    facts = spelled(kind, data.draw(any_facts(kind)))

    text = rendering.chat_text(versions.of_code(kind), facts)
    line = rendering.inbox(versions.of_code(kind), facts)

    assert text.strip()
    assert len(text.encode()) <= rendering.TEXT_BYTES
    assert 0 < keywords.width(line.title) <= 20
    assert line.text.strip()


CUTS = ("thing", "phrase", "name", "character_string", "phone_number", "car_number")


@pytest.mark.parametrize("name", CUTS)
@given(text=ANY_TEXT)
def test_whatever_the_text_it_is_cut_to_what_wechat_takes(name: str, text: str) -> None:
    cut = typed.TYPES[name].cut(text)

    assert keywords.fits(name, cut)
    assert typed.TYPES[name].fits(cut)


@pytest.mark.parametrize("name", typed.TYPES)
@given(text=st.one_of(ANY_TEXT, st.from_regex(r"[0-9年月日:.~¥元A-Za-z ]{0,24}", fullmatch=True)))
def test_what_we_think_fits_is_never_more_than_wechat_takes(name: str, text: str) -> None:
    if text == typed.plain(text) and typed.TYPES[name].fits(text):
        assert keywords.fits(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("time", "2026年03月14日 14:00"),
        ("time", "2026年03月14日 14:00~2026年03月14日 16:00"),
        ("time", "14:00"),
        ("date", "2026年03月14日"),
        ("number", "12"),
        ("number", "1.5"),
        ("letter", "ABC"),
        ("symbol", "+-"),
        ("amount", "¥12.5元"),
        ("phone_number", "+86-138 0000 0000"),
        ("car_number", "晋A12345"),
        ("enum", "已完成"),
    ],
)
def test_what_wechat_takes_fits(name: str, text: str) -> None:
    assert typed.TYPES[name].fits(text)
    assert keywords.fits(name, text)


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    assert typed.thing("一" * 21) == "一" * 19 + "…"
    assert typed.thing("一" * 20) == "一" * 20
    assert typed.thing("😀" * 11) == "😀" * 9 + "…"


def test_an_empty_value_is_said_as_none() -> None:
    assert typed.thing(" \n\t") == "无"
    assert typed.phrase("abc") == "无"
    assert typed.character_string("汉字") == "-"


def test_a_phrase_keeps_hanzi_only() -> None:
    assert typed.phrase("报名-成功啦啦啦啦") == "报名成功啦"


def test_a_chat_text_is_cut_to_what_wechat_takes() -> None:
    text = rendering.chat_text(versions.of("chat.late_reply"), {"text": "好" * 2_000})

    assert len(text.encode()) <= rendering.TEXT_BYTES
    assert text.endswith("好…")


def test_an_old_row_without_a_fact_is_still_said() -> None:
    version = versions.of("volunteers.reminder")

    assert "地点：无" in rendering.chat_text(version, {"title": "读书"})
    assert rendering.fields(version, Way.TEMPLATE, {"title": "读书"})["thing3"] == "无"


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("starts_at", "3月9日"),
        ("starts_at", datetime(2026, 3, 9, 9, 0)),  # noqa: DTZ001  a moment without a zone
        ("number", "7"),
        ("number", True),
        ("number", -1),
        ("number", 10**10),
    ],
)
def test_a_time_or_number_that_is_none_is_a_mistake_of_ours(name: str, fact: object) -> None:
    kind = KINDS["volunteers.cancelled"]
    facts = {each: given.sample for each, given in kind.facts.items()}

    with pytest.raises(ValueError, match=name):
        rendering.check(kind, facts | {name: fact})


def test_a_day_is_no_moment() -> None:
    kind = KINDS["records.amended"]
    facts = {each: given.sample for each, given in kind.facts.items()}

    rendering.check(kind, facts)
    with pytest.raises(ValueError, match="day"):
        rendering.check(kind, facts | {"day": MONDAY_MORNING})


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_is_whole(kind: Kind) -> None:
    version = versions.of_code(kind)

    assert kind.wording in sentences()
    assert kind.title in sentences()
    assert kind.reason
    assert version.names() <= kind.facts.keys()
    assert version.ways
    assert all(keywords.kind_of(key) for key in kind.fields)


class TestLinks:
    """What a tap on a card opens: a page that the settings name, or the console."""

    def letter(self, kind: str, way: Way, **pages: str) -> rendering.Letter:
        templates = SETTINGS.templates.model_copy(update=pages)
        given = SETTINGS.model_copy(update={"templates": templates})
        found = versions.of(kind)
        return rendering.letter(found, way, rendering.samples(found.kind), given)

    def test_no_page_is_named_that_nobody_has_set(self) -> None:
        letter = self.letter("volunteers.cancelled", Way.SUBSCRIPTION)

        assert (letter.page, letter.url) == ("", "")

    def test_a_page_is_handed_what_it_shows(self) -> None:
        letter = self.letter("needs.done", Way.SUBSCRIPTION, page_need="pages/need/show")

        assert letter.page == "pages/need/show?number=7"

    def test_staff_are_led_to_the_console(self) -> None:
        letter = self.letter("records.escalated", Way.TEMPLATE)

        assert letter.url == f"{SETTINGS.public_url}/console/records"

    def test_a_message_to_staff_always_opens_some_page(self) -> None:
        assert self.letter("office.appointed", Way.EMPLOYEE).page == "pages/index/index"


@pytest.mark.parametrize("way", TYPED)
def test_every_way_has_the_fields_of_the_template(way: Way, settings: Settings) -> None:
    version = versions.of("volunteers.offered")

    assert rendering.fields(version, way, rendering.samples(version.kind)).keys() == {
        "thing1",
        "time2",
        "time3",
        "thing4",
    }


def test_the_plan_lasts_four_hours_even_when_chance_is_against_it() -> None:
    waits = [next_attempt(tried, MONDAY_MORNING, lambda: 0.0) for tried in range(1, len(PLAN) + 1)]

    total = sum((moment - MONDAY_MORNING).total_seconds() for moment in waits if moment)
    assert total >= 4 * 3600
    assert next_attempt(len(PLAN) + 1, MONDAY_MORNING, lambda: 0.0) is None


def test_failures_of_the_first_minutes_are_over_within_a_minute_of_the_fault() -> None:
    elapsed = 0.0
    for tried in range(1, len(PLAN)):
        wait = PLAN[tried - 1].total_seconds() * 1.2
        if elapsed < 270:
            assert wait <= 60
        elapsed += wait

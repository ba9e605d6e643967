import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.wording import sentences
from emulator import keywords
from server.notices import rendering
from server.notices.kinds import KINDS, Kind
from server.notices.retries import PLAN, next_attempt
from tests.clock import MONDAY_MORNING

pytestmark = pytest.mark.once

ANY_TEXT = st.text(max_size=60)


@given(ANY_TEXT)
def test_whatever_the_text_a_thing_is_one_that_wechat_takes(text: str) -> None:
    assert keywords.fits("thing", rendering.thing(text))


@given(ANY_TEXT)
def test_whatever_the_text_a_phrase_is_one_that_wechat_takes(text: str) -> None:
    assert keywords.fits("phrase", rendering.phrase(text))


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF), max_size=60))
def test_whatever_the_text_a_name_is_one_that_wechat_takes(text: str) -> None:
    assert keywords.fits("name", rendering.name(text))


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    assert rendering.thing("一" * 21) == "一" * 19 + "…"
    assert rendering.thing("一" * 20) == "一" * 20
    assert rendering.thing("😀" * 11) == "😀" * 9 + "…"


def test_an_empty_value_is_said_as_none() -> None:
    assert rendering.thing(" \n\t") == "无"
    assert rendering.phrase("abc") == "无"


def test_a_phrase_keeps_hanzi_only() -> None:
    assert rendering.phrase("报名-成功啦啦啦啦") == "报名成功啦"


def test_a_chat_text_is_cut_to_what_wechat_takes() -> None:
    text = rendering.chat_text(KINDS["chat.late_reply"], {"text": "好" * 2_000})

    assert len(text.encode()) <= rendering.TEXT_BYTES
    assert text.endswith("好…")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_its_words_and_says_what_it_promises(kind: Kind) -> None:
    assert kind.wording in sentences()
    assert kind.reason
    assert all(keywords.kind_of(field) for field in kind.fields)
    assert all(
        source in sentences() or not source.startswith("notices.")
        for source in kind.fields.values()
    )


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

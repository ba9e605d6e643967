"""The letter of a year on paper: all of it is there, on one page, whatever somebody is called."""

import io
from datetime import UTC, datetime

import pypdf
import pytest

from server.office import letter_papers
from server.party.letters.letters import Letter
from server.party.letters.words import LONGEST, Words
from server.volunteers.certificates.typesetting import LACKING

pytestmark = pytest.mark.once
FACTS = {
    "to": "示例·王㛃",
    "home": "示例市示例区示例街道流动党员第二党支部",
    "reports": "；".join(f"第{number}季度补交了，一样算" for number in range(1, 5)),
    "contacts": "联系上您12次，最近是12月3日（见面走访）",
    "reviews": "；".join(f"第{number}季度合格" for number in range(1, 5)),
    "service": "12次，26.5小时",
    "needs": "您提过3件，办好3件。" + "“孩子入学的材料在外地补不了怎么办呢”：已经办好；" * 3,
}
SENT = datetime(2026, 12, 31, 16, tzinfo=UTC)


def a_letter(words: str, **more: str) -> Letter:
    return Letter(2026, FACTS | more, Words(words, "合格"), 2, SENT)


def read(file: bytes) -> tuple[int, str]:
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    return len(pages), "".join("".join(page.extract_text().split()) for page in pages)


def test_all_of_it_stands_on_one_page_and_the_day_is_that_of_shanghai() -> None:
    pages, said = read(letter_papers.draw(a_letter("话" * LONGEST)))

    assert pages == 1
    assert said.count("话") == LONGEST
    for words in ("示例·王㛃同志：", "您好！", "支部大会评议合格", FACTS["home"], "2027年1月1日"):
        assert words in said


def test_the_same_letter_is_the_same_bytes() -> None:
    assert letter_papers.draw(a_letter("话")) == letter_papers.draw(a_letter("话"))
    assert letter_papers.draw(a_letter("话")) != letter_papers.draw(a_letter("别的话"))


def test_a_letter_of_many_short_lines_goes_over_pages_and_none_is_lost() -> None:
    pages, said = read(letter_papers.draw(a_letter("\n".join("甲" * 100))))

    assert pages > 1
    assert said.count("甲") == 100
    assert f"第{pages}页，共{pages}页" in said


def test_a_sign_that_the_font_lacks_is_named() -> None:
    _pages, said = read(letter_papers.draw(a_letter("谢谢😀")))

    assert f"谢谢{LACKING}" in said
    assert "U+1F600" in said


def test_a_word_without_end_is_broken() -> None:
    pages, said = read(letter_papers.draw(a_letter("a" * LONGEST, home="b" * 80)))

    assert pages == 1
    assert (said.count("a"), said.count("b")) == (LONGEST, 80)

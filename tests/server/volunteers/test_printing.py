"""The PDF can be read by people and programs, whatever somebody is called."""

import io

import pypdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from server.volunteers.certificates import printing, typesetting
from server.volunteers.certificates.papers import Line, Paper
from server.volunteers.hours import hours

pytestmark = pytest.mark.once
URL = "https://example.org/verify/NF20267KQ4MXW8PD"


def a_paper(lines: int = 3, **facts: object) -> Paper:
    served = tuple(
        Line(n, 1, f"2026-01-{n % 28 + 1:02}", f"第{n + 1}次整理图书", 95) for n in range(lines)
    )
    given = {
        "number": "NF20267KQ4MXW8PD",
        "name": "示例·李明",
        "volunteer_no": "V7KQ4MXW8",
        "lines": served,
        "minutes": 95 * lines,
        "issued_on": "2026-03-09",
        "issuer": "示例区社会工作部",
        "in_charge": "示例·王芳",
        "handler": "",
        "contact": "0351-0000000",
        "salt": "0" * 32,
    }
    return Paper(**(given | facts))


def read(file: bytes) -> tuple[int, str]:
    """Return how many pages there are and all that stands on them, without spaces."""
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    return len(pages), "".join("".join(page.extract_text().split()) for page in pages)


def test_all_that_the_rules_ask_for_stands_on_it() -> None:
    paper = a_paper()

    pages, said = read(printing.draw(paper, URL))

    assert pages == 1
    for words in (
        *("志愿服务记录证明", "示例·李明", "V7KQ4MXW8", "NF2026-7KQ4M-XW8PD", "2026年3月9日"),
        *("第1次整理图书", "2026-01-01", "示例区社会工作部", "负责人：示例·王芳", "0351-0000000"),
        *("合计3次，285分钟，4.5小时", "第1页，共1页"),
    ):
        assert words in said
    assert "经办人" not in said
    assert "".join(printing.papers.short(paper.hash()).split()) in said


def test_five_hundred_lines_go_over_many_pages_and_none_is_lost() -> None:
    pages, said = read(printing.draw(a_paper(500), URL))

    assert pages > 15
    assert all(f"第{n}次整理图书" in said for n in range(1, 501))
    assert said.count("合计500次") == 1


@pytest.mark.parametrize("lines", range(1, 40, 3))
def test_the_end_never_overlaps_the_list(lines: int) -> None:
    pages = printing._paged(a_paper(lines).lines)

    tops = [printing.TOP_OF_LIST[page > 0] for page in range(len(pages))]
    ends = [top - sum(map(printing._height, rows)) for top, rows in zip(tops, pages, strict=True)]

    assert sum(map(len, pages)) == lines
    assert ends[-1] >= printing.ROOM_FOR_END
    assert all(pages)


@pytest.mark.parametrize("name", ["𰻝😀", "a\x00b\u202e", "ا" * 40, "（" * 40, " ", "𪚥" * 20])
def test_no_name_breaks_the_paper(name: str) -> None:
    pages, said = read(printing.draw(a_paper(name=name), URL))

    assert (pages, "兹证明" in said) == (1, True)


def test_a_sign_that_the_font_lacks_is_marked_and_named() -> None:
    _pages, said = read(printing.draw(a_paper(name="李😀"), URL))

    assert f"李{typesetting.LACKING}" in said
    assert "U+1F600" in said


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert printing.draw(a_paper(20), URL) == printing.draw(a_paper(20), URL)


def test_the_code_on_the_paper_leads_to_the_page() -> None:
    cells = printing.segno.make(URL, error="m", micro=False).matrix
    size = len(cells)
    image = Image.new("L", ((size + 8) * 6,) * 2, 255)
    pen = ImageDraw.Draw(image)

    class Recorder:
        """Takes the strokes that the page is given, and draws them into a picture."""

        def rect(self, x, y, width, height, *_how):
            unit = 30 * printing.mm / size
            left, run = round(x / unit), round(width / unit)
            top = size - 1 - round(y / unit)
            box = [(left + 4) * 6, (top + 4) * 6, (left + run + 4) * 6 - 1, (top + 5) * 6 - 1]
            pen.rectangle(box, fill=0)

    printing._qr(Recorder(), URL, 0, 0)

    assert [code.text for code in zxingcpp.read_barcodes(image)] == [URL]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0小时"), (29, "0小时"), (30, "0.5小时"), (119, "1.5小时"), (6000, "100小时")],
)
def test_hours_are_rounded_down_to_the_half(minutes: int, words: str) -> None:
    assert hours.spelled(minutes) == words

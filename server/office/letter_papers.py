"""The letter of a year on paper: A4, the Chinese font built in, the same bytes for the same letter.

It stands on this floor because it is set in the type that the certificates are set in.
"""

import io
from collections.abc import Iterator
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from config.wording import say
from server.party.letters.layout import Laid, laid
from server.party.letters.letters import Letter
from server.volunteers.certificates.typesetting import LACKING, broken, lacking, put

WIDTH, HEIGHT = A4
SIDE, TOP, BOTTOM = 28 * mm, 28 * mm, 22 * mm
RIGHT = WIDTH - SIDE
INK, SOFT, RED = HexColor("#2b2620"), HexColor("#6b6152"), HexColor("#a3261f")
TYPE, LEAD = 12.0, 19.5
INDENT = 2 * TYPE
SMALL, SMALL_LEAD = 10.5, 16.0
LABEL = 34 * mm
"""How much room the labels of the record have."""


class Line(NamedTuple):
    """One line: how far from the side, what, in which size, and how far it leads on.

    `end` is written at the right end; `keep` tells how many lines must follow on the same page.
    """

    x: float
    words: str
    size: float = TYPE
    lead: float = LEAD
    label: str = ""
    end: bool = False
    keep: int = 0


def draw(letter: Letter) -> bytes:
    """Return the PDF of a letter that was sent."""
    parts = laid(letter)
    pages = list(_paged(list(_lines(parts))))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(parts.title)
    canvas.setAuthor(parts.home)
    for number, page in enumerate(pages, 1):
        _head(canvas, parts, number)
        y = _top(number)
        for line in page:
            y -= line.lead
            _write(canvas, line, y)
        _foot(canvas, number, len(pages), parts if number == len(pages) else None)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _lines(parts: Laid) -> Iterator[Line]:
    room = RIGHT - SIDE
    for words in broken(parts.to, TYPE, room):
        yield Line(SIDE, words, keep=2)
    for paragraph in (parts.hello, *parts.body):
        yield from _paragraph(paragraph)
    yield Line(SIDE + INDENT, say("party.letter_record"), lead=LEAD * 1.3, keep=2)
    for label, told in parts.record:
        x, label_room = SIDE + INDENT + LABEL, RIGHT - SIDE - INDENT - LABEL
        for at, words in enumerate(broken(told, SMALL, label_room)):
            yield Line(x, words, SMALL, SMALL_LEAD + (0 if at else 3), "" if at else label)
    yield Line(SIDE + INDENT, parts.wishes, lead=LEAD * 1.4, keep=3)
    for words in broken(parts.home, TYPE, room):
        yield Line(RIGHT, words, lead=LEAD * 1.3, end=True, keep=1)
    if parts.day:
        yield Line(RIGHT, parts.day, end=True)


def _paragraph(words: str) -> Iterator[Line]:
    for at, line in enumerate(broken(words, TYPE, RIGHT - SIDE, indent=INDENT)):
        yield Line(SIDE + (0 if at else INDENT), line)


def _paged(lines: list[Line]) -> Iterator[list[Line]]:
    """Share the lines out among pages; what must keep together goes over together."""
    page: list[Line] = []
    room = _top(1) - BOTTOM
    for at, line in enumerate(lines):
        needed = line.lead + sum(each.lead for each in lines[at + 1 : at + 1 + line.keep])
        if page and needed > room:
            yield page
            page, room = [], _top(2) - BOTTOM
        page.append(line)
        room -= line.lead
    yield page


def _top(page: int) -> float:
    return HEIGHT - TOP - (23 * mm if page == 1 else 6 * mm)


def _head(canvas: Canvas, parts: Laid, page: int) -> None:
    if page > 1:
        canvas.setFillColor(SOFT)
        put(canvas, (SIDE, HEIGHT - TOP), parts.title, 10)
        return
    canvas.setFillColor(RED)
    put(canvas, (WIDTH / 2, HEIGHT - TOP - 4 * mm), _spaced(parts.title), 22, "c")
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(1.2)
    canvas.line(SIDE, HEIGHT - TOP - 13 * mm, RIGHT, HEIGHT - TOP - 13 * mm)
    canvas.setLineWidth(0.4)
    canvas.line(SIDE, HEIGHT - TOP - 14.2 * mm, RIGHT, HEIGHT - TOP - 14.2 * mm)


def _spaced(title: str) -> str:
    """Return a title with room between its signs, but for the digits of its year."""
    return f"{title[:4]} {' '.join(title[4:])}"


def _write(canvas: Canvas, line: Line, y: float) -> None:
    if line.label:
        canvas.setFillColor(SOFT)
        put(canvas, (SIDE + INDENT, y), line.label, line.size)
    canvas.setFillColor(INK)
    put(canvas, (line.x, y), line.words, line.size, "r" if line.end else "l")


def _foot(canvas: Canvas, page: int, pages: int, last: Laid | None) -> None:
    canvas.setFillColor(SOFT)
    if pages > 1:
        put(canvas, (RIGHT, 14 * mm), f"第{page}页，共{pages}页", 8.5, "r")
    missing = lacking("".join((last.to, *last.body, str(last.record)))) if last else []
    if missing:
        words = f"“{LACKING}”处是字库没有的字：{'、'.join(missing[:6])}。"
        put(canvas, (SIDE, 14 * mm), words, 8.5)

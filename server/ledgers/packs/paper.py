"""A quarter pack as a PDF: A4, the Chinese font built in, the same bytes for the same figures."""

import io
from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from config.wording import say
from server.ledgers.packs.contents import Matter, Pack, spelled
from server.party.figures.hiding import Count, Kept
from server.volunteers.certificates.typesetting import broken, put

WIDTH, HEIGHT = A4
SIDE, GAP = 22 * mm, 12 * mm
RIGHT = WIDTH - SIDE
COLUMN = (RIGHT - SIDE - GAP) / 2
TOP, BOTTOM = HEIGHT - 24 * mm, 32 * mm
INK, SOFT, GOLD = HexColor("#33291c"), HexColor("#675a48"), HexColor("#b57b1b")
PALE, BAR = HexColor("#faf3e6"), HexColor("#e3c48b")
TYPE, LEAD, ROW = 11.0, 17.0, 17.0
LABEL, NUMBER = 0.46, 0.16
"""How much of a column is for the label, and for the number at its end; the bar lies between."""


class _Page:
    """A canvas with the place where the next thing is put."""

    def __init__(self, canvas: Canvas, pack: Pack) -> None:
        self.canvas, self.pack, self.number, self.y = canvas, pack, 0, 0.0
        self.turn()

    def turn(self) -> None:
        """Begin a page."""
        if self.number:
            self.canvas.showPage()
        self.number += 1
        self.y = TOP
        canvas = self.canvas
        canvas.setStrokeColor(GOLD)
        canvas.setLineWidth(0.4)
        canvas.line(SIDE, 26 * mm, RIGHT, 26 * mm)
        canvas.setFillColor(SOFT)
        for at, line in enumerate(broken(say("party.pack_note"), 8, RIGHT - SIDE, most=2)):
            put(canvas, (SIDE, 21.5 * mm - at * 10.5), line, 8)
        foot = f"{self.pack.branch} · {self.pack.quarter}"
        put(canvas, (SIDE, 12 * mm), foot, 8)
        put(canvas, (RIGHT, 12 * mm), say("party.pack_page", number=self.number), 8, "r")
        canvas.setFillColor(INK)

    def need(self, room: float) -> None:
        """Begin a page where so much room is not left."""
        if self.y - room < BOTTOM:
            self.turn()


def drawn(pack: Pack) -> bytes:
    """Return the PDF of a pack."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"{pack.branch} {say('party.pack_title', quarter=pack.quarter)}")
    page = _Page(canvas, pack)
    _head(page)
    _said(page)
    counts = Matter("counts", say("party.pack_counts"), pack.counts)
    told = [counts, *pack.matters]
    for at in range(0, len(told), 2):
        _pair(page, told[at : at + 2])
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _head(page: _Page) -> None:
    canvas = page.canvas
    for line in broken(page.pack.branch, 22, RIGHT - SIDE, most=2):
        put(canvas, (SIDE, page.y - 10), line, 22)
        page.y -= 30
    canvas.setFillColor(SOFT)
    put(canvas, (SIDE, page.y), say("party.pack_title", quarter=page.pack.quarter), 12.5)
    canvas.setFillColor(INK)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(1.4)
    canvas.line(SIDE, page.y - 9, RIGHT, page.y - 9)
    page.y -= 34


def _said(page: _Page) -> None:
    """Write the sentences, and what is to be done next on a ground of its own."""
    for words in page.pack.sentences:
        _lines(page, words, TYPE, LEAD)
    lines = [line for words in page.pack.next for line in broken(words, TYPE, RIGHT - SIDE - 20)]
    height = len(lines) * LEAD + 12
    page.y -= 10
    page.need(height + 8)
    page.canvas.setFillColor(PALE)
    page.canvas.roundRect(SIDE, page.y - height + 12, RIGHT - SIDE, height, 5, 0, 1)
    page.canvas.setFillColor(INK)
    for line in lines:
        put(page.canvas, (SIDE + 10, page.y - 4), line, TYPE)
        page.y -= LEAD
    page.y -= 30


def _lines(page: _Page, words: str, size: float, lead: float) -> None:
    for line in broken(words, size, RIGHT - SIDE):
        put(page.canvas, (SIDE, page.y), line, size)
        page.y -= lead


def _pair(page: _Page, matters: Sequence[Matter]) -> None:
    """Draw one or two matters side by side."""
    height = max(len(matter.parts) for matter in matters) * ROW + 26
    page.need(height)
    for place, matter in enumerate(matters):
        _matter(page, SIDE + place * (COLUMN + GAP), matter)
    page.y -= height + 12


def _matter(page: _Page, x: float, matter: Matter) -> None:
    canvas, y = page.canvas, page.y
    put(canvas, (x, y), matter.title, 11.5)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    canvas.line(x, y - 6, x + COLUMN, y - 6)
    most = max((each for _label, each in matter.parts if not isinstance(each, Kept)), default=0)
    for label, count in matter.parts:
        y -= ROW
        # counts of several matters have no measure in common
        _row(canvas, (x, y - 5), label, count, 0 if matter.name == "counts" else most)


def _row(canvas: Canvas, at: tuple[float, float], label: str, count: Count, most: int) -> None:
    """Draw one part: what it is, a bar as long as it is large, and the number."""
    x, y = at
    room = COLUMN * (LABEL if most else 1 - NUMBER)
    put(canvas, (x, y), broken(label, 10, room, most=1)[0], 10)
    if most and count and not isinstance(count, Kept):
        canvas.setFillColor(BAR)
        longest = COLUMN * (1 - LABEL - NUMBER) - 6
        canvas.rect(x + COLUMN * LABEL, y - 1.5, longest * count / most, 9, 0, 1)
    canvas.setFillColor(SOFT if isinstance(count, Kept) else INK)
    put(canvas, (x + COLUMN, y), spelled(count), 10, "r")
    canvas.setFillColor(INK)

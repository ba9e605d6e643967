"""Setting type on a page: the font that is built in, signs it lacks, and breaking lines."""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "LXGWWenKai"
FILE = Path(__file__).parent / "fonts" / "LXGWWenKai-Regular.ttf"
LACKING = "〓"
"""Printed for a sign that the font lacks, as printers of Chinese do; the notes name the sign."""
NEVER_FIRST = frozenset("，。、；：！？）》”’…·%")


@cache
def _signs() -> frozenset[int]:
    """Take the font into use, once a process, and return what it can print."""
    font = TTFont(FONT, str(FILE))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def printable(text: str) -> str:
    """Return the text on one line, with a mark for each sign that the font lacks."""
    known = _signs()
    told = (sign for sign in " ".join(text.split()) if sign.isprintable())
    return "".join(sign if ord(sign) in known else LACKING for sign in told)


def lacking(text: str) -> list[str]:
    """Return the signs that the font lacks, as U+1F600, each once."""
    known = _signs()
    found = dict.fromkeys(sign for sign in text if ord(sign) not in known and sign.isprintable())
    return [f"U+{ord(sign):04X}" for sign in found]


def width(text: str, size: float) -> float:
    """Return how wide a text is, in points."""
    _signs()
    return float(pdfmetrics.stringWidth(text, FONT, size))


def broken(text: str, size: float, room: float, *, most: int = 99, indent: float = 0) -> list[str]:
    """Break a text into lines that fit the room; what exceeds `most` lines ends with `…`.

    The first line is as much shorter as the indent is wide.
    """
    lines: list[str] = []
    line = ""
    for sign in printable(text):
        narrowed = room - (0 if lines else indent)
        if line and width(line + sign, size) > narrowed and sign not in NEVER_FIRST:
            lines.append(line)
            line = ""
        line += sign
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    return lines


def put(canvas: Canvas, at: tuple[float, float], text: str, size: float, align: str = "l") -> None:
    """Write one line: `at` is its left end, its middle (`c`) or its right end (`r`)."""
    shown = printable(text)
    canvas.setFont(FONT, size)
    shift = {"l": 0.0, "c": 0.5, "r": 1.0}[align] * width(shown, size)
    canvas.drawString(at[0] - shift, at[1], shown)

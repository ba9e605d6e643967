"""Reading a certificate's PDF as a person does, and its printed code as a phone's camera does."""

from io import BytesIO
from typing import Any

import pypdf
import zxingcpp
from PIL import Image, ImageDraw

PIXELS_A_POINT = 4
DOT = 10.0
"""Points: what is filled and lower than this is a dot of the code, or a line of one."""


def read(file: bytes) -> tuple[str, list[str]]:
    """Return the words on all pages without spaces, and what the codes of the first page say."""
    pages = pypdf.PdfReader(BytesIO(file)).pages
    words = "".join("".join(page.extract_text().split()) for page in pages)
    return words, [each.text for each in zxingcpp.read_barcodes(_painted(pages[0]))]


def _painted(page: Any) -> Image.Image:
    """Paint the small filled rectangles of a page, which is all that a code is made of."""
    width, height = (round(float(side) * PIXELS_A_POINT) for side in page.mediabox[2:])
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)

    def paint(operator: bytes, operands: list[Any], *_where: object) -> None:
        if operator != b"re":
            return
        x, y, wide, high = (float(number) * PIXELS_A_POINT for number in operands)
        if high <= DOT * PIXELS_A_POINT:
            pen.rectangle([x, height - y - high, x + wide - 1, height - y - 1], fill=0)

    page.extract_text(visitor_operand_before=paint)
    return image

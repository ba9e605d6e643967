"""A quarter pack as a workbook: what to know first, then every figure with what it means."""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.wording import say
from server.ledgers.packs.contents import Pack, spelled
from server.party.figures.hiding import Count

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  written into the file, so that the same is the same
INK, GOLD, PALE = "#33291c", "#b57b1b", "#faf3e6"
WIDTHS = (30, 16, 62)
LINE = 18
SIGNS = 52
"""So many signs of a sentence stand on one line over all columns."""


def written(pack: Pack) -> bytes:
    """Return the workbook of a pack; the same bytes for the same figures."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": pack.quarter, "created": EPOCH})
        sheet = book.add_worksheet(say("party.pack_sheet"))
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        looks = _looks(book)
        row = _told(sheet, pack, looks)
        row = _table(sheet, row, say("party.pack_counts"), pack.counts, looks)
        for matter in pack.matters:
            row = _table(sheet, row, matter.title, matter.parts, looks)
        sheet.merge_range(row, 0, row, 2, say("party.pack_note"), looks["note"])
        sheet.set_row(row, 3 * LINE)
    return file.getvalue()


def _looks(book: Any) -> dict[str, Format]:
    base = {"font_color": INK, "valign": "vcenter", "font_size": 11}
    wraps = base | {"text_wrap": True}
    return {
        "title": book.add_format(base | {"bold": True, "font_size": 18}),
        "under": book.add_format(
            base | {"font_color": "#675a48", "bottom": 2, "bottom_color": GOLD}
        ),
        "said": book.add_format(wraps),
        "next": book.add_format(wraps | {"bold": True, "bg_color": PALE}),
        "head": book.add_format(
            base | {"bold": True, "bg_color": PALE, "bottom": 1, "bottom_color": GOLD}
        ),
        "cell": book.add_format(base | {"bottom": 4, "bottom_color": "#d8cbb2"}),
        "number": book.add_format(
            base | {"bottom": 4, "bottom_color": "#d8cbb2", "align": "right"}
        ),
        "note": book.add_format(wraps | {"font_color": "#675a48", "font_size": 10}),
    }


def _told(sheet: Worksheet, pack: Pack, looks: dict[str, Format]) -> int:
    """Write the title and the sentences; return the row that follows."""
    sheet.set_row(0, 2 * LINE)
    sheet.write_string(0, 0, f"{pack.branch}", looks["title"])
    sheet.merge_range(1, 0, 1, 2, say("party.pack_title", quarter=pack.quarter), looks["under"])
    row = 3
    for look, sentences in (("said", pack.sentences), ("next", pack.next)):
        for words in sentences:
            sheet.merge_range(row, 0, row, 2, words, looks[look])
            sheet.set_row(row, LINE * (1 + len(words) // SIGNS))
            row += 1
    return row + 1


def _table(
    sheet: Worksheet,
    row: int,
    title: str,
    parts: Any,
    looks: dict[str, Format],
) -> int:
    """Write the parts of a matter below its title; return the row that follows."""
    sheet.write_string(row, 0, title, looks["head"])
    sheet.write_string(row, 1, "", looks["head"])
    for at, (label, count) in enumerate(parts, row + 1):
        sheet.write_string(at, 0, label, looks["cell"])
        _count(sheet, at, count, looks["number"])
    return row + len(parts) + 2


def _count(sheet: Worksheet, row: int, count: Count, look: Format) -> None:
    """Write a number as a number, and what is left out as a word."""
    said = spelled(count)
    if said.isdecimal():
        sheet.write_number(row, 1, int(said), look)
    else:
        sheet.write_string(row, 1, said, look)

"""Writing tables to files, row after row, so that nothing written is ever run by a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from config.wording import LOCAL

Cell = str | int | float | bool | date | datetime | None
"""What a cell may hold; moments are written in local time, nothing as an empty cell."""

# what a spreadsheet takes for the beginning of a formula, also behind spaces that nobody sees
RUNS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[ \u3000]*[\t\r\n\0]")
# what XML cannot carry: control characters, half characters
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ROWS_OF_A_SHEET = 1_000_000
LONGEST = 32_767
WIDTH = 16

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


def safe(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: with a ' in front if need be.

    OWASP's list (= + - @, tab, return, nul), its full-width forms, and all of them behind spaces.
    """
    return f"'{text}" if RUNS.match(text) else text


def write_xlsx(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write an XLSX file and return how many rows it holds, headers not counted.

    Rows are taken one by one and never kept, so a ledger of any length costs the same memory.
    Texts are written as texts. A sheet that is full is followed by another.
    """
    remaining, count = iter(rows), 0
    # what is set aside while writing lies beside the file, under the same protection
    options = _OPTIONS | {"tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        while True:
            sheet = book.add_worksheet()
            sheet.set_column(0, max(len(headers) - 1, 0), WIDTH)
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(headers):
                sheet.write_string(0, column, safe(_writable(header)), bold)
            written = 0
            for written, row in enumerate(islice(remaining, ROWS_OF_A_SHEET), 1):
                _write_row(sheet, written, row, day)
            count += written
            ahead = next(remaining, None) if written == ROWS_OF_A_SHEET else None
            if ahead is None:
                return count
            remaining = chain([ahead], remaining)


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a CSV file that Excel opens rightly (UTF-8 with its mark) and return how many rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.writer(file)
        table.writerow([safe(header) for header in headers])
        for row in rows:
            table.writerow([_spelled(cell) for cell in row])
            count += 1
    return count


def _write_row(sheet: Any, number: int, row: Sequence[Cell], day: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, column, safe(_writable(cell))[:LONGEST])
        elif isinstance(cell, bool):
            sheet.write_string(number, column, _spelled(cell))
        elif isinstance(cell, datetime):
            sheet.write_datetime(number, column, cell.astimezone(LOCAL).replace(tzinfo=None))
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, day)
        elif cell is not None:
            sheet.write_number(number, column, cell)


def _spelled(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return safe(cell) if isinstance(cell, str) else cell


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text)

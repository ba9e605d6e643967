"""Writing tables to files, row after row, so that nothing written is ever run by a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

import xlsxwriter

from server.sheets.rows import RowSheet, writable
from server.sheets.spelling import SPELLINGS, Cell, safe

ROWS_OF_A_SHEET = 1_000_000
WIDTH = 16

MOMENT = "yyyy-mm-dd hh:mm"
_OPTIONS = {"constant_memory": True}


def write_xlsx(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write an XLSX file and return how many rows it holds, headers not counted.

    Rows are taken one by one and never kept, so a ledger of any length costs the same memory.
    Texts are written as texts. A sheet that is full is followed by another.
    """
    remaining, count = iter(rows), 0
    # what is set aside while writing lies beside the file, under the same protection
    options = _OPTIONS | {"tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        day, moment = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", MOMENT))
        bold = book.add_format({"bold": True})
        while True:
            sheet = book.add_worksheet(worksheet_class=RowSheet)
            sheet.set_column(0, max(len(headers) - 1, 0), WIDTH)
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(headers):
                sheet.write_string(0, column, writable(header), bold)
            written: int = sheet.append(islice(remaining, ROWS_OF_A_SHEET), day, moment)
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
            table.writerow([SPELLINGS[type(cell)](cell) for cell in row])
            count += 1
    return count

"""Files as people bring them along, good and bad."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

CORNERS = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576">'
    "<v>1</v></c></row></sheetData></worksheet>"
)


def xlsx(path: Path, rows: Sequence[Sequence[Any]], title: str = "") -> Path:
    """Write a workbook; a text beginning with = is a formula, a moment is a cell with a date."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet, date = book.add_worksheet(), book.add_format({"num_format": "yyyy/m/d"})
        if title:
            sheet.merge_range(0, 0, 0, 3, title)
        for number, row in enumerate(rows, 1 if title else 0):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, column, cell, date)
                else:
                    sheet.write(number, column, cell)
    return path


def corners(path: Path) -> Path:
    """Write a workbook of a few kilobytes whose two cells span seventeen thousand million."""
    source = xlsx(path.with_name("source.xlsx"), [["姓名"]])
    with zipfile.ZipFile(source) as book, zipfile.ZipFile(path, "w") as made:
        for name in book.namelist():
            made.writestr(name, CORNERS if name.endswith("sheet1.xml") else book.read(name))
    return path


def locked(path: Path) -> Path:
    """Write what Excel makes of a workbook with a password, as far as it is looked at."""
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    return path

"""Files as people bring them along, good and bad."""

import struct
import zipfile
import zlib
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


SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData>'
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


def sheets(path: Path, *pages: tuple[str, Sequence[Sequence[Any]], str]) -> Path:
    """Write a workbook of several sheets: name, rows, and "hide", "very_hidden" or "chart"."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        for name, rows, how in pages:
            if how == "chart":
                chart = book.add_chart({"type": "bar"})
                chart.add_series({"values": f"={pages[0][0]}!$A$1:$A$2"})
                book.add_chartsheet(name).set_chart(chart)
                continue
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if how:
                getattr(sheet, how)()
            else:
                sheet.activate()
        seen = next(name for name, _rows, how in pages if not how)
        book.get_worksheet_by_name(seen).set_first_sheet()
    return path


def merged(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], column: int) -> Path:
    """Write a workbook in which one column is a single cell over all rows."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            shown = [cell if number < 2 or at != column else "" for at, cell in enumerate(row)]
            sheet.write_row(number, 0, shown)
        sheet.merge_range(1, column, len(rows), column, rows[0][column])
    return path


def swollen(path: Path, said: int) -> Path:
    """Write a workbook of some kilobytes whose sheet unpacks to two thousand million bytes.

    `said` is how large it says it is.
    """
    source = xlsx(path.with_name("source.xlsx"), [["姓名"]])
    row = b'<row r="2"><c r="A2" t="inlineStr"><is><t>' + b"x" * (1 << 20) + b"</t></is></c></row>"
    packer = zlib.compressobj(9, wbits=-15)
    begun = packer.compress(SHEET.encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    # what was flushed whole may be said again and again
    packed = begun + (packer.compress(row) + packer.flush(zlib.Z_FULL_FLUSH)) * 2_000
    packed += packer.flush()
    with zipfile.ZipFile(source) as book, zipfile.ZipFile(path, "w") as made:
        for name in book.namelist():
            made.writestr(name, packed if name.endswith("sheet1.xml") else book.read(name))
        place = made.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = path.read_bytes()
    sizes = struct.pack("<II", len(packed), len(packed))
    told = struct.pack("<II", len(packed), said)
    here, index = content.index(sizes, place), content.rindex(sizes)
    for at, method in ((here, place + 8), (index, index - 10)):
        content = content[:at] + told + content[at + 8 :]
        content = content[:method] + struct.pack("<H", zipfile.ZIP_DEFLATED) + content[method + 2 :]
    path.write_bytes(content)
    return path


def locked(path: Path) -> Path:
    """Write what Excel makes of a workbook with a password, as far as it is looked at."""
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    return path

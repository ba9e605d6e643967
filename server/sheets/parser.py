"""Reading somebody's file, in a process of its own that holds no secret and little memory.

A file of a few kilobytes can ask for terabytes (two cells at the corners of a sheet), and the
reader then ends its whole process. This program is handed one file as its input, prints the rows as
lines of JSON `[number, [cells], [columns with a formula]]`, and says with its exit status what was
wrong. It imports nothing of the service, and the file never lies on the disk.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

UNREADABLE, LOCKED, TOO_MANY, NO_TABLE, BAD_LETTERS, EMPTY = 3, 4, 5, 6, 7, 8
MEMORY = 1 << 30
CPU_SECONDS = 30
MOST_UNPACKED = 300 << 20
MOST_COLUMNS = 60
LONGEST_CELL = 500

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_16 = b"\xff\xfe", b"\xfe\xff"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD = 4_096
"""Bytes that tell what a file is."""
FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f\b')
STARTS = tuple("=+-@＝＋－＠")
SIGNED = re.compile(r"[+\-＋－]?[\d\s().-]+")
UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
CHUNK = 1 << 20
OVERLAP = 400

Row = tuple[int, list[str], list[int]]


class Fault(Exception):  # noqa: N818  what is wrong with the file
    """The file cannot be read; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def check(content: bytes) -> None:
    """Refuse what is no table, by how it begins; its name says nothing."""
    if not content:
        raise Fault(EMPTY)
    head = content[:HEAD]
    if _is_book(head):
        return
    page = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    if page or head.startswith(b"%PDF") or (b"\0" in head and head[:2] not in UTF_16):
        raise Fault(NO_TABLE)


def rows(content: bytes, most: int) -> Iterator[Row]:
    """Yield the rows of the first sheet one sees that hold anything, at most so many."""
    check(content)
    found = _of_book(content) if _is_book(content) else _of_text(content)
    count = 0
    for number, cells, formulas in found:
        if not any(cells):
            continue
        count += 1
        if count > most:
            raise Fault(TOO_MANY)
        yield number, cells, formulas
    if not count:
        raise Fault(EMPTY)


def _is_book(content: bytes) -> bool:
    return content.startswith((ZIP, OLE))


def _of_book(content: bytes) -> Iterator[Row]:
    if content.startswith(OLE) and ENCRYPTED in content:
        raise Fault(LOCKED)
    formulas = _formulas(content) if content.startswith(ZIP) else {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_name(_seen_first(book))
        first = sheet.start or (0, 0)
        # rows are told from the first that holds anything
        for number, cells in enumerate(sheet.iter_rows(), first[0] + 1):
            shown = [_shown(cell) for cell in cells[:MOST_COLUMNS]]
            shown = [""] * first[1] + shown
            yield number, shown, sorted(formulas.get(number, set()) | _running(shown))
    except python_calamine.PasswordError:
        raise Fault(LOCKED) from None
    except (python_calamine.CalamineError, OSError, ValueError, IndexError):
        raise Fault(UNREADABLE) from None


def _seen_first(book: CalamineWorkbook) -> str:
    """Return the first sheet that whoever opens the book sees: nobody looked over a hidden one."""
    for sheet in book.sheets_metadata:
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
            return sheet.name
    raise Fault(EMPTY)


def _formulas(content: bytes) -> dict[int, set[int]]:
    """Return in which cells of the first sheet formulas stand, by row; none is worked out."""
    found: dict[int, set[int]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if sum(entry.file_size for entry in book.infolist()) > MOST_UNPACKED:
                raise Fault(UNREADABLE)
            name = _first_sheet(book)
            if name is None:
                return found
            with book.open(name) as sheet:
                tail = b""
                while chunk := sheet.read(CHUNK):
                    for letters, number in FORMULA.findall(tail + chunk):
                        found.setdefault(int(number), set()).add(_column(letters))
                    tail = chunk[-OVERLAP:]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise Fault(UNREADABLE) from None
    return found


def _first_sheet(book: zipfile.ZipFile) -> str | None:
    """Return where an XLSX keeps its first sheet; other kinds of book are not looked into."""
    names = set(book.namelist())
    if "xl/workbook.xml" not in names:
        return None
    links = re.findall(rb"<Relationship\b[^>]*>", book.read("xl/_rels/workbook.xml.rels"))
    targets = {_said(b"Id", link): _said(b"Target", link) for link in links}
    for sheet in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", book.read("xl/workbook.xml")):
        target = targets.get(_said(b"r:id", sheet), b"").decode()
        name = "xl/" + target.removeprefix("/").removeprefix("xl/")
        if b"idden" not in _said(b"state", sheet) and name.startswith("xl/worksheets/"):
            return name if name in names else None
    return None


def _said(attribute: bytes, tag: bytes) -> bytes:
    found = re.search(rb'\b%s="([^"]*)"' % attribute, tag)
    return found[1] if found else b""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _of_text(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    head = text[:10_000].partition("\n")[0]
    mark = max(",\t;，", key=head.count)
    table = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=mark)
    try:
        for cells in table:
            shown = [_shown(cell) for cell in cells[:MOST_COLUMNS]]
            yield table.line_num, shown, sorted(_running(shown))
    except csv.Error:
        raise Fault(UNREADABLE) from None


def _decoded(raw: bytes) -> str:
    """Return the text as Excel or WPS wrote it: UTF-8, UTF-16 with its mark, or GB18030."""
    ways = ["utf-16"] if raw[:2] in UTF_16 else ["utf-8-sig", "gb18030"]
    for way in ways:
        try:
            return raw.decode(way)
        except UnicodeDecodeError:
            continue
    raise Fault(BAD_LETTERS)


def _running(cells: list[str]) -> set[int]:
    """Return which cells a spreadsheet would take for a formula; numbers with a sign are none."""
    return {
        place
        for place, cell in enumerate(cells)
        if cell[:1] in STARTS and not SIGNED.fullmatch(cell)
    }


def _shown(cell: object) -> str:
    """Return what stands in a cell as text: whole numbers without a point, days as 2026-03-09."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell == cell // 1 and abs(cell) < 1e15 else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return UNSHOWN.sub("", str(cell)).strip()[:LONGEST_CELL]


def main(most: str) -> int:
    """Print the rows of the file that comes in; return 0, or what was wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        for row in rows(sys.stdin.buffer.read(), int(most)):
            sys.stdout.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")
    except Fault as fault:
        return fault.status
    except MemoryError:
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

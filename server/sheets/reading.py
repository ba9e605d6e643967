"""Reading a table that somebody brings along: what its cells hold, or why it cannot be read."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import NamedTuple

from server.errors import Invalid
from server.sheets import parser
from server.sheets.cells import plain

MOST_ROWS = 100_000
MOST_BYTES = 5 * 1024 * 1024
HEADER_WITHIN = 10
SECONDS = 45


class TooLarge(Invalid):
    """The file is larger than what is read."""

    code = "sheets.too_large"


class TooManyRows(Invalid):
    """The table has more rows than what is read at once."""

    code = "sheets.too_many_rows"


class Locked(Invalid):
    """The file is protected by a password."""

    code = "sheets.locked"


class NoTable(Invalid):
    """The file is something else than a table, whatever its name says."""

    code = "sheets.no_table"


class Empty(Invalid):
    """Nothing stands in the first sheet that one sees."""

    code = "sheets.empty"


class BadLetters(Invalid):
    """The text is written in no way that is known here."""

    code = "sheets.bad_letters"


class Unreadable(Invalid):
    """The file is damaged, or made to do harm."""

    code = "sheets.unreadable"


class WrongHeader(Invalid):
    """The columns that are needed are not there."""

    code = "sheets.wrong_header"


class RepeatedHeader(Invalid):
    """Two columns have the same header, so that nobody knows which is meant."""

    code = "sheets.repeated_header"


class Row(NamedTuple):
    """A row, in the order of the headers asked for; `number` as the spreadsheet shows it.

    `formulas` are the headers under which something stands that a spreadsheet would work out.
    """

    number: int
    cells: tuple[str, ...]
    formulas: tuple[str, ...] = ()


FAULTS: dict[int, type[Invalid]] = {
    parser.LOCKED: Locked,
    parser.NO_TABLE: NoTable,
    parser.BAD_LETTERS: BadLetters,
    parser.EMPTY: Empty,
}


def check(content: bytes) -> None:
    """Refuse at once what is too large or no table, by what is in it and not by its name."""
    if len(content) > MOST_BYTES:
        raise TooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    try:
        parser.check(content)
    except parser.Fault as fault:
        raise FAULTS[fault.status] from None


def read(
    content: bytes, headers: Sequence[str], needed: Sequence[str], most: int = MOST_ROWS
) -> Iterator[Row]:
    """Yield the rows of a file's first sheet under the headers that are known, or refuse.

    The headers may stand under a title, in any order, among others that are left aside. What was
    read waits on the disk, in a file without a name; a row at a time is in memory.
    """
    check(content)
    with TemporaryFile() as out:
        status = _parse(content, out.fileno(), most)
        if status == parser.TOO_MANY:
            raise TooManyRows(most=most)
        if status:
            raise FAULTS.get(status, Unreadable)
        out.seek(0)
        found = (json.loads(line) for line in out)
        count = 0
        for count, row in enumerate(_under_headers(found, headers, needed), 1):
            if count > most:
                raise TooManyRows(most=most)
            yield row
        if not count:
            raise Empty


def _parse(content: bytes, out: int, most: int) -> int:
    """Let a process of its own read the file; return its status, or that it did not come back."""
    program = [sys.executable, "-I", parser.__file__, str(most + HEADER_WITHIN)]
    try:
        done = subprocess.run(
            program,
            input=content,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return parser.UNREADABLE
    return done.returncode


def _under_headers(
    found: Iterable[tuple[int, list[str], list[int]]],
    headers: Sequence[str],
    needed: Sequence[str],
) -> Iterator[Row]:
    places: dict[str, int] | None = None
    first: list[str] = []
    for count, (number, cells, formulas) in enumerate(found):
        if places is None:
            first = first or [plain(cell) for cell in cells if cell]
            places = _places(cells, headers, needed)
            if places is None and count >= HEADER_WITHIN:
                break
            continue
        row = _row(number, cells, formulas, [places.get(header) for header in headers], headers)
        if any(row.cells):
            yield row
    if places is None:
        raise WrongHeader(needed="、".join(needed), found="、".join(first[:8]))


def _row(
    number: int,
    cells: list[str],
    formulas: list[int],
    places: list[int | None],
    headers: Sequence[str],
) -> Row:
    taken = tuple(
        cells[place] if place is not None and place < len(cells) else "" for place in places
    )
    if not formulas:
        return Row(number, taken)
    running = zip(headers, places, strict=True)
    return Row(number, taken, tuple(header for header, place in running if place in formulas))


def _places(
    cells: list[str], headers: Sequence[str], needed: Sequence[str]
) -> dict[str, int] | None:
    """Return in which column each header stands, if this is the row of the headers."""
    known = {plain(header): header for header in headers}
    found = [(known[said], n) for n, cell in enumerate(cells) if (said := plain(cell)) in known]
    places = dict(found)
    if not set(needed) <= places.keys():
        return None
    if len(found) > len(places):
        named = [header for header, _place in found]
        raise RepeatedHeader(header=next(each for each in named if named.count(each) > 1))
    return places

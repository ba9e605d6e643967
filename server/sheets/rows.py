"""The rows of an XLSX sheet, written straight as its XML.

XlsxWriter makes everything around the rows and packs it. Its own way, cell by cell, takes four
times as long, which matters for long ledgers: in these the same few texts come again and again.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from server.sheets.spelling import ByKind, Cell, local, safe, yes_or_no

LONGEST = 32_767
# what XML cannot carry: control characters, half characters
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CODED = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")
"""What a spreadsheet would take for a coded character."""
SHORT = 40
"""Texts up to this length are kept ready, since they come again and again."""
NAMES = tuple(map(xl_col_to_name, range(256)))
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  spreadsheets know no zones
FIRST_DAY = EPOCH.toordinal()


def writable(text: str) -> str:
    """Return a text as a cell may hold it."""
    return safe(UNWRITABLE.sub("", text))[:LONGEST]


class RowSheet(Worksheet):
    """A sheet that takes its rows whole, in order, below what was written into it before."""

    def append(self, rows: Iterable[Sequence[Cell]], day: Format, moment: Format) -> int:
        """Write rows below the header as they come, and return how many they were."""
        # what stands above is written first; XlsxWriter keeps it until the next row comes
        self._write_single_row(1)
        kinds = _kinds(day._get_xf_index(), moment._get_xf_index())
        file: Any = self.row_data_fh
        count = 0
        for row in rows:
            count += 1
            file.write(_written(count + 1, row, kinds))
        self._check_dimensions(count, 0)
        return count


def _written(number: int, row: Sequence[Cell], kinds: ByKind) -> str:
    cells = [
        f'<c r="{name}{number}"{kinds[type(cell)](cell)}'
        for name, cell in zip(NAMES, row, strict=False)
        if cell is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _kinds(day: int, moment: int) -> ByKind:
    """Return how each kind of cell is written, from behind its place to its end."""

    def number_of(number: float) -> str:
        if not math.isfinite(number):
            raise ValueError("no cell holds a number without end")
        return f"><v>{number:.16G}</v></c>"

    @lru_cache(1_000)
    def moment_of(at: datetime) -> str:
        days = (local(at) - EPOCH).total_seconds() / 86_400
        return f' s="{moment}"><v>{days:.16G}</v></c>'

    return ByKind(
        {
            str: _text,
            bool: lambda cell: _text(yes_or_no(cell)),
            int: lambda cell: f"><v>{cell}</v></c>",
            float: number_of,
            datetime: moment_of,
            date: lambda cell: f' s="{day}"><v>{cell.toordinal() - FIRST_DAY}</v></c>',
        }
    )


def _text(text: str) -> str:
    return _short(text) if len(text) <= SHORT else _any(text)


def _any(text: str) -> str:
    said = escape(CODED.sub("_x005F_x", writable(text)), quote=False).replace("\r", "_x000D_")
    kept = ' xml:space="preserve"' if said != said.strip() else ""
    return f' t="inlineStr"><is><t{kept}>{said}</t></is></c>'


_short = lru_cache(4_096)(_any)

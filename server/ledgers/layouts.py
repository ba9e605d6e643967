"""Columns as another system wants them called, read from a file that a district corrects itself."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import config
from config.wording import LOCAL
from server.ledgers.words import FIELDS
from server.sheets.spelling import Cell

FILE = Path(config.__file__).parent / "layouts" / "volunteer_system.toml"

COLUMNS: Mapping[str, Callable[[Any, str], Cell]] = {
    "volunteer_no": lambda row, _name: row.volunteer_no,
    "name": lambda _row, name: name,
    "activity": lambda row, _name: row.title,
    "activity_number": lambda row, _name: row.number,
    "team_area": lambda row, _name: row.area,
    "field": lambda row, _name: FIELDS[row.field],
    "day": lambda row, _name: row.day,
    "starts_at": lambda row, _name: f"{row.starts_at.astimezone(LOCAL):%H:%M}",
    "ends_at": lambda row, _name: f"{row.ends_at.astimezone(LOCAL):%H:%M}",
    "minutes": lambda row, _name: row.minutes,
    "hours": lambda row, _name: row.minutes // 30 / 2,
}
"""What each of our columns holds, of a record and the name it is written with."""


class Layout(NamedTuple):
    """Our columns in order, what the other system calls them, and what staff must know."""

    columns: tuple[str, ...]
    headers: tuple[str, ...]
    note: str

    def row(self, record: Any, name: str) -> list[Cell]:
        """Return a record as this layout writes it."""
        return [COLUMNS[column](record, name) for column in self.columns]


@cache
def volunteer_system() -> Layout:
    """Return the layout of the national system as the file says; it claims no conformance."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    unknown = said["columns"].keys() - COLUMNS.keys()
    if unknown:
        raise ValueError(f"{FILE.name} names unknown columns: {', '.join(sorted(unknown))}")
    return Layout(tuple(said["columns"]), tuple(said["columns"].values()), said["note"])

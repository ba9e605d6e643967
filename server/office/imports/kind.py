"""A kind of table that staff bring along, as data: its columns, who may, how it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.office.imports.models import ImportBatch
from server.people.vault import Vault
from server.sheets.reading import MOST_ROWS
from server.staff.reach import Reach
from server.staff.rights import Right


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, whether each row must fill it, and an example for the template.

    What is personal has a `mask`, under which the preview shows it.
    """

    header: str
    needed: bool
    example: str
    mask: Callable[[str], str] | None = None


@dataclass(slots=True)
class Line:
    """A row that was read: its flaws and remarks in words, and whether it changes anything."""

    number: int
    cells: list[str]
    flaws: list[str] = field(default_factory=list)
    remark: str = ""
    new: bool = True

    def flaw(self, what: str, **facts: object) -> None:
        """Note what is wrong with this row."""
        self.flaws.append(say(f"imports.{what}", **facts))

    def note(self, what: str, **facts: object) -> None:
        """Note what one should know of this row, though it may stay."""
        self.remark = say(f"imports.{what}", **facts)


@dataclass(frozen=True, slots=True)
class Work:
    """What checking and applying go by, while the pieces of one table pass.

    `seen` are the rows by the hash of what they say: 64 bits instead of the words, so that a long
    table costs little memory.
    """

    session: Session
    reach: Reach
    now: datetime
    vault: Vault
    seen: dict[int, int]


Check = Callable[[Work, list[Line]], None]
Apply = Callable[[Work, ImportBatch, list[Line]], None]
TOGETHER = 1_000


@dataclass(frozen=True)
class Kind:
    """One kind of table; `check` looks at lines and `apply` keeps them, a piece at a time.

    `done` is the sentence that says so afterwards.

    `together` is how many lines make a piece: all of a table whose lines lean on each other.
    `agreement` asks whether all who are named have agreed to be put down.
    """

    name: str
    right: Right
    columns: tuple[Column, ...]
    check: Check
    apply: Apply
    done: str
    most: int = MOST_ROWS
    together: int = TOGETHER
    agreement: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers, in the order in which cells are kept."""
        return tuple(column.header for column in self.columns)

    def shown(self, line: Line) -> list[str]:
        """Return the cells of a row as a page may show them."""
        pairs = zip(self.columns, line.cells, strict=True)
        return [column.mask(cell) if column.mask and cell else cell for column, cell in pairs]

    @property
    def needed(self) -> tuple[str, ...]:
        """Return the headers that must be there."""
        return tuple(column.header for column in self.columns if column.needed)


def check_filled(kind: Kind, line: Line) -> None:
    """Flag what must be filled in and is not."""
    for column, cell in zip(kind.columns, line.cells, strict=True):
        if column.needed and not cell:
            line.flaw("empty", header=column.header)


def check_repeats(work: Work, lines: list[Line], key: Callable[[Line], object | None]) -> None:
    """Flag each line that says the same as one above it, in this piece or before."""
    for line in lines:
        what = key(line)
        if what is None:
            continue
        above = work.seen.setdefault(hash(what), line.number)
        if above != line.number:
            line.flaw("repeated", number=above)

"""A copy of all that is kept of one person, in words they can read.

Each package adds to `PARTS` what it keeps, and to `ELSEWHERE` the columns that name a person who
merely did something for others: a test holds both against every table that names a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.orm import Session

from config.wording import LOCAL, say
from server.errors import Missing
from server.people.models import Person
from server.people.vault import Broken, Vault

MOST = 20_000
"""Rows of one part: more than anybody has."""


class NobodyHere(Missing):
    """There is nobody (any more) of whom anything is kept."""

    code = "privacy.nobody_here"


@dataclass(frozen=True)
class Part:
    """One table of a copy: what is selected of a person, each column under its label.

    `covers` names the columns, as `table.column`, by which it finds the person. `sealed` tells of
    sealed columns to which place they are bound; `_id` in it is the row's. A label that begins
    with `_` is not shown. A part of a `wing` is sealed under that key, and told to nobody but the
    person themselves, of whom `seen` then notes that they have read it. `spelled` writes an opened
    text as people read it.
    """

    name: str
    covers: tuple[str, ...]
    of: Callable[[int], Select[*tuple[Any, ...]]]
    sealed: Mapping[str, str] = field(default_factory=dict)
    wing: str = ""
    seen: Callable[[Session, int, datetime], None] | None = None
    spelled: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


PARTS: list[Part] = []
"""In the order in which people read them."""

ELSEWHERE: dict[str, str] = {}
"""Columns that are no part of a person's copy, as `table.column`, each with the reason."""


class Section(NamedTuple):
    """One table of a copy, as it is read; every row has the same labels."""

    title: str
    rows: tuple[dict[str, str], ...]


class Copy(NamedTuple):
    """All that is kept of one person at one moment."""

    made_at: datetime
    sections: tuple[Section, ...]


def make(
    session: Session, person_id: int, now: datetime, *, vault: Vault, own: bool = False
) -> Copy:
    """Return all that is kept of a person. One statement for each part, however much it is.

    `own` when the person themselves read it: only then is told what works with a key of their own
    keep, and noted there that they looked; the session must be one that writes.
    """
    person = session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NobodyHere
    usual = [_section(session, part, person_id, vault) for part in PARTS if not part.wing]
    return Copy(now, (*usual, *(_apart(session, person_id, now, vault) if own else ())))


def _apart(session: Session, person_id: int, now: datetime, vault: Vault) -> list[Section]:
    """Return what works with keys of their own keep; where they keep nothing, nothing shows."""
    found = []
    for part in PARTS:
        wing = vault.wing(part.wing) if part.wing else None
        if wing is None:
            continue
        if part.seen:
            part.seen(session, person_id, now)
        found.append(_section(session, part, person_id, wing))
    return [section for section in found if section.rows]


def _section(session: Session, part: Part, person_id: int, vault: Vault) -> Section:
    found = session.execute(part.of(person_id).limit(MOST)).mappings()
    rows = tuple(_row(part, row, vault) for row in found)
    return Section(say(f"copies.part_{part.name}"), rows)


def _row(part: Part, row: Mapping[Any, Any], vault: Vault) -> dict[str, str]:
    return {
        say(f"copies.field_{label}"): _cell(part, row, label, vault)
        for label in row
        if not label.startswith("_")
    }


def _cell(part: Part, row: Mapping[Any, Any], label: str, vault: Vault) -> str:
    value = row[label]
    if isinstance(value, bytes):
        place = part.sealed[label].format_map(row)
        return _opened(value, place, vault, part.spelled.get(label, str))
    return word(value)


def word(value: object) -> str:
    """Write a value as people read it: states in words, moments in local time with the year."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return say("copies.yes" if value else "copies.no")
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "；".join(str(fact) for name, fact in value.items() if "." not in name) or "—"
    if isinstance(value, StrEnum):
        return say(f"copies.{type(value).__name__.lower()}_{value}")
    return str(value)


def _opened(sealed: bytes, place: str, vault: Vault, spelled: Callable[[str], str]) -> str:
    """Open what is sealed; what does not open is told as such and hides nothing else."""
    if not sealed:
        return "—"
    try:
        return spelled(vault.open(sealed, place))
    except Broken:
        return say("copies.unreadable")

"""Manipulations of the audit trail behind the service's back; each keeps hashes fitting alone."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text

from bench.district import opened
from server.audit import trail
from server.audit.models import AuditEntry
from server.db import Session

WINDOW = 300
"""So many of the last entries are manipulated."""
entry = AuditEntry.__table__
Rows = list[dict[str, Any]]
Forgery = Callable[[random.Random, Rows], Rows]


def changed(chance: random.Random, rows: Rows) -> Rows:
    """Change one column of one entry, and let its own hash fit again unless that was changed."""
    number = chance.randrange(len(rows))
    row = dict(rows[number])
    column = chance.choice([each.name for each in entry.columns if each.name != "id"])
    row[column] = {
        "at": row["at"] + timedelta(microseconds=1),
        "actor": -8,
        "subject_id": -1,
        "facts": {**row["facts"], "forged": "x"},
        "previous": "0" * 63 + "1",
        "hash": "0" * 63 + "1",
    }.get(column, "forged")
    if column != "hash":
        row["hash"] = trail.hash_of(row)
    return [*rows[:number], row, *rows[number + 1 :]]


def deleted(chance: random.Random, rows: Rows) -> Rows:
    """Take one entry out, and close the gap in the numbers half of the time."""
    number = chance.randrange(len(rows))
    rest = [*rows[:number], *rows[number + 1 :]]
    return rest if chance.random() < 0.5 else numbered(rest, rows[0]["id"])


def swapped(chance: random.Random, rows: Rows) -> Rows:
    """Let two entries change places."""
    one, other = chance.sample(range(len(rows)), 2)
    turned = list(rows)
    turned[one], turned[other] = rows[other], rows[one]
    return numbered(turned, rows[0]["id"])


def inserted(chance: random.Random, rows: Rows) -> Rows:
    """Put an entry in that fits the one before it."""
    number = chance.randrange(1, len(rows) + 1)
    before = rows[number - 1]
    row = {**chance.choice(rows), "previous": before["hash"], "id": before["id"] + 1}
    row["hash"] = trail.hash_of(row)
    return numbered([*rows[:number], row, *rows[number:]], rows[0]["id"])


def cut(chance: random.Random, rows: Rows) -> Rows:
    """Take some entries off the end."""
    return rows[: -chance.randint(1, min(20, len(rows) - 1))]


def numbered(rows: Rows, first: int) -> Rows:
    """Give the entries new numbers; where the number changed, let the own hash fit."""
    found = []
    for number, row in enumerate(rows, first):
        anew = {**row, "id": number}
        found.append(row if row["id"] == number else anew | {"hash": trail.hash_of(anew)})
    return found


KINDS: tuple[Forgery, ...] = (changed, changed, deleted, swapped, inserted, cut)


class _Undone(Exception):  # noqa: N818  the way back
    """What was forged is taken back."""


def missed(url: str, times: int, chance: random.Random) -> list[str]:
    """Forge so often, each time from the whole trail, and return what the proof did not find."""
    with opened(url) as database:
        with database.transaction() as session:
            _unguard(session, is_sqlite=database.is_sqlite)
            newest = select(entry).order_by(entry.c.id.desc()).limit(WINDOW)
            rows = [dict(row) for row in session.execute(newest).mappings()][::-1]
        found = []
        for number in range(times):
            forge = KINDS[number % len(KINDS)]
            try:
                with database.transaction() as session:
                    _put(session, rows, forge(chance, rows))
                    if trail.verify(session).flaw is None:
                        found.append(f"{number}: {forge.__name__}")
                    raise _Undone
            except _Undone:
                pass
        return found


def _put(session: Session, before: Rows, after: Rows) -> None:
    """Put the forged entries in the place of the true ones; only those that differ are written."""
    old = {row["id"]: row for row in before}
    new = {row["id"]: row for row in after}
    differ = [number for number in old.keys() | new.keys() if old.get(number) != new.get(number)]
    session.execute(delete(entry).where(entry.c.id.in_(differ)))
    rows = [new[number] for number in sorted(differ) if number in new]
    if rows:
        session.execute(insert(entry), rows)


def _unguard(session: Session, *, is_sqlite: bool) -> None:
    """Take the triggers off that let nobody change an entry: a forger would do so first."""
    if not is_sqlite:
        session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
        return
    for deed in ("update", "delete"):
        session.execute(text(f"DROP TRIGGER audit_entry_no_{deed}"))

"""The rows of a table, laid by sealed in pieces, so that one piece is in memory at a time."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.office.imports.kind import Line
from server.office.imports.models import ImportPiece
from server.people.vault import Vault

piece = ImportPiece.__table__.c


class Sums(NamedTuple):
    """How many rows a table has, how many with flaws, how many that change something."""

    rows: int
    flaws: int
    news: int


def lay(session: Session, batch_id: int, number: int, lines: list[Line], *, vault: Vault) -> None:
    """Lay one piece by, in the place of what lay there before."""
    kept = [[each.number, each.cells, each.flaws, each.remark, each.new] for each in lines]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    told = {
        "rows": vault.seal(text, _place(batch_id, number)),
        "count": len(lines),
        "flaws": sum(1 for each in lines if each.flaws),
        "news": sum(1 for each in lines if each.new),
    }
    put = insert_into(session, ImportPiece).values(batch_id=batch_id, number=number, **told)
    session.execute(put.on_conflict_do_update(index_elements=["batch_id", "number"], set_=told))


def of(session: Session, batch_id: int, number: int, *, vault: Vault) -> list[Line]:
    """Return the rows of one piece as they were looked at; none behind the last."""
    here = piece.batch_id == batch_id, piece.number == number
    rows = session.scalar(select(piece.rows).where(*here))
    if rows is None:
        return []
    return [Line(*each) for each in json.loads(vault.open(rows, _place(batch_id, number)))]


def fresh(session: Session, batch_id: int, number: int, *, vault: Vault) -> list[Line]:
    """Return the rows of one piece without what was said of them, to be looked at anew."""
    return [Line(line.number, line.cells) for line in of(session, batch_id, number, vault=vault)]


def lines(session: Session, batch_id: int, *, flawed: bool, vault: Vault) -> Iterator[Line]:
    """Yield the rows that have flaws, or those that have none; the others are not opened."""
    some = piece.flaws > 0 if flawed else piece.flaws < piece.count
    numbers = select(piece.number).where(piece.batch_id == batch_id, some).order_by(piece.number)
    for number in session.scalars(numbers).all():
        for line in of(session, batch_id, number, vault=vault):
            if bool(line.flaws) is flawed:
                yield line


def sums(session: Session, batch_id: int) -> Sums:
    """Return what the pieces of a table come to."""
    asked = [func.coalesce(func.sum(each), 0) for each in (piece.count, piece.flaws, piece.news)]
    row = session.execute(select(*asked).where(piece.batch_id == batch_id)).one()
    return Sums(*(int(each) for each in row))


def forget(session: Session, batch_id: int, after: int = 0) -> None:
    """Let go of the pieces, or of those behind this one."""
    gone = piece.batch_id == batch_id, piece.number > after
    session.execute(delete(ImportPiece.__table__).where(*gone))


def _place(batch_id: int, number: int) -> str:
    return f"import_piece:{batch_id}:{number}"

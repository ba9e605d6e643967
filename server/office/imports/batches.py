"""Tables brought along by staff: looked at first, then kept whole or not at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.office.imports import laid
from server.office.imports.kind import Kind, Line, Work, check_filled
from server.people.vault import Vault
from server.sheets.reading import Row, TooManyRows
from server.staff.models import ImportBatch, ImportState
from server.staff.reach import Reach

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """A table as it was read: what is wrong with it, and some of its rows."""

    id: int
    kind: Kind
    file_name: str
    state: ImportState
    count: int
    flaws: int
    new: int
    flawed: list[Line]
    lines: list[Line]


def preview(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    kind: Kind,
    file_name: str,
    rows: list[Row],
    now: datetime,
    *,
    vault: Vault,
) -> int:
    """Check a table that was read and lay it by, sealed, for a day; nothing is kept of it yet."""
    laid.kind_of(reach, kind.name)
    if len(rows) > kind.most:
        raise TooManyRows(most=kind.most)
    lines = [_line(kind, row) for row in rows]
    kind.check(Work(session, reach, now, vault), lines)
    home = select(Area.id).where(reach.inside(kind.right)).order_by(Area.path).limit(1)
    batch = {
        "kind": kind.name,
        "area_id": session.scalars(home).one(),
        "file_name": file_name[:120],
        "rows": b"",
        "count": len(lines),
        "flaws": sum(1 for line in lines if line.flaws),
        "state": ImportState.PREVIEWED,
        "made_by": reach.person_id,
        "made_at": now,
    }
    made = insert(ImportBatch.__table__).values(**batch).returning(ImportBatch.__table__.c.id)
    batch_id: int = session.scalars(made).one()
    sealed = laid.sealed(batch_id, lines, vault=vault)
    session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(rows=sealed))
    return batch_id


def show(session: Session, reach: Reach, batch_id: int, *, vault: Vault) -> Preview:
    """Return a table that this person brought along: its flaws first, then how it begins."""
    batch = laid.own(session, reach, batch_id)
    lines = laid.lines_of(batch, vault=vault)
    return Preview(
        id=batch.id,
        kind=laid.KINDS[batch.kind],
        file_name=batch.file_name,
        state=batch.state,
        count=batch.count,
        flaws=batch.flaws,
        new=sum(1 for line in lines if line.new),
        flawed=[line for line in lines if line.flaws][:SHOWN],
        lines=[line for line in lines if not line.flaws][:SHOWN],
    )


def discard(session: Session, reach: Reach, batch_id: int, now: datetime) -> None:
    """Lay a table aside; what was read of it is gone at once."""
    batch = laid.own(session, reach, batch_id)
    before = ImportState.PREVIEWED
    if batch.state is before and laid.take(session, batch, before, ImportState.DISCARDED, now):
        session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(rows=b""))


def _line(kind: Kind, row: Row) -> Line:
    line = Line(row.number, list(row.cells))
    for header in row.formulas:
        line.flaw("formula", header=header)
    check_filled(kind, line)
    return line

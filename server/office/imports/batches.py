"""Tables brought along by staff: looked at first, then kept whole or not at all."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Invalid
from server.office.imports.areas import AREAS
from server.office.imports.kind import Kind, Line, Work, check_filled
from server.office.imports.people import PEOPLE
from server.office.imports.posts import POSTS
from server.people.vault import Vault
from server.sheets.reading import Row, TooManyRows
from server.staff.models import ImportBatch, ImportState
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

KINDS = {kind.name: kind for kind in (PEOPLE, AREAS, POSTS)}
SHOWN = 50


class Flawed(Conflict):
    """A table with flaws is not kept in part."""

    code = "imports.flawed"


class Discarded(Conflict):
    """The table was laid aside."""

    code = "imports.discarded"


class AgreementNeeded(Invalid):
    """Whoever is on a list of people must have agreed to be put down."""

    code = "imports.agreement_needed"


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


def kind_of(reach: Reach, name: str) -> Kind:
    """Return a kind of table that this person may bring along."""
    kind = KINDS.get(name)
    if kind is None:
        raise OutOfReach
    reach.require_any(Right.IMPORT)
    reach.require_any(kind.right)
    return kind


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
    kind_of(reach, kind.name)
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
    sealed = vault.seal(_packed(lines), _place(batch_id))
    session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(rows=sealed))
    return batch_id


def show(session: Session, reach: Reach, batch_id: int, *, vault: Vault) -> Preview:
    """Return a table that this person brought along: its flaws first, then how it begins."""
    batch = _own(session, reach, batch_id)
    lines = _unpacked(vault.open(batch.rows, _place(batch_id))) if batch.rows else []
    return Preview(
        id=batch.id,
        kind=KINDS[batch.kind],
        file_name=batch.file_name,
        state=batch.state,
        count=batch.count,
        flaws=batch.flaws,
        new=sum(1 for line in lines if line.new),
        flawed=[line for line in lines if line.flaws][:SHOWN],
        lines=[line for line in lines if not line.flaws][:SHOWN],
    )


def apply(
    session: Session,
    reach: Reach,
    batch_id: int,
    now: datetime,
    *,
    agreed: bool = False,
    vault: Vault,
) -> str:
    """Keep a whole table at once and say what was done; a second time changes nothing.

    It is checked once more, since the world may have moved on since it was looked at.
    """
    batch = _own(session, reach, batch_id)
    kind = kind_of(reach, batch.kind)
    if kind is PEOPLE and not agreed:
        raise AgreementNeeded
    if not _take(session, batch, ImportState.APPLIED, now):
        return ""
    lines = _unpacked(vault.open(batch.rows, _place(batch_id)))
    work = Work(session, reach, now, vault)
    fresh = [Line(line.number, line.cells) for line in lines]
    kind.check(work, fresh)
    if batch.flaws or any(line.flaws for line in fresh):
        raise Flawed
    done = kind.apply(work, batch, [line for line in fresh if line.new])
    area = session.get_one(Area, batch.area_id)
    subject = ("import", batch_id)
    trail.record(
        session,
        reach.person_id,
        "import.applied",
        subject,
        now,
        area_path=area.path,
        kind=kind.name,
        rows=batch.count,
        new=sum(1 for line in fresh if line.new),
    )
    return done


def discard(session: Session, reach: Reach, batch_id: int, now: datetime) -> None:
    """Lay a table aside; what was read of it is gone at once."""
    batch = _own(session, reach, batch_id)
    if batch.state is ImportState.PREVIEWED and _take(session, batch, ImportState.DISCARDED, now):
        session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(rows=b""))


def _take(session: Session, batch: ImportBatch, becomes: ImportState, now: datetime) -> bool:
    """Decide by one conditional write: of two clicks at once only one does it."""
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == ImportState.PREVIEWED)
        .values(state=becomes, applied_at=now)
        .returning(ImportBatch.id)
    ).first()
    if taken is None:
        session.refresh(batch, ["state"])
        if batch.state is ImportState.DISCARDED:
            raise Discarded
    return taken is not None


def _own(session: Session, reach: Reach, batch_id: int) -> ImportBatch:
    """Return a table that this very person brought along: nobody else opens it."""
    mine = ImportBatch.id == batch_id, ImportBatch.made_by == reach.person_id
    batch = session.scalar(select(ImportBatch).where(*mine))
    if batch is None:
        raise OutOfReach
    kind_of(reach, batch.kind)
    return batch


def _line(kind: Kind, row: Row) -> Line:
    line = Line(row.number, list(row.cells))
    for header in row.formulas:
        line.flaw("formula", header=header)
    check_filled(kind, line)
    return line


def _packed(lines: list[Line]) -> str:
    kept = [[each.number, each.cells, each.flaws, each.remark, each.new] for each in lines]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _unpacked(text: str) -> list[Line]:
    return [Line(*each) for each in json.loads(text)]


def _place(batch_id: int) -> str:
    return f"import_batch:{batch_id}:rows"

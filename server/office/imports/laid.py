"""Tables that were brought along, as they are laid by: sealed, and their maker's alone."""

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.errors import Conflict
from server.office.imports.areas import AREAS
from server.office.imports.kind import Kind, Line
from server.office.imports.people import PEOPLE
from server.office.imports.posts import POSTS
from server.people.vault import Vault
from server.staff.models import ImportBatch, ImportState
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

KINDS = {kind.name: kind for kind in (PEOPLE, AREAS, POSTS)}


class Discarded(Conflict):
    """The table was laid aside."""

    code = "imports.discarded"


def kind_of(reach: Reach, name: str) -> Kind:
    """Return a kind of table that this person may bring along."""
    kind = KINDS.get(name)
    if kind is None:
        raise OutOfReach
    reach.require_any(Right.IMPORT)
    reach.require_any(kind.right)
    return kind


def own(session: Session, reach: Reach, batch_id: int) -> ImportBatch:
    """Return a table that this very person brought along: nobody else opens it."""
    mine = ImportBatch.id == batch_id, ImportBatch.made_by == reach.person_id
    batch = session.scalar(select(ImportBatch).where(*mine))
    if batch is None:
        raise OutOfReach
    kind_of(reach, batch.kind)
    return batch


def take(
    session: Session, batch: ImportBatch, since: ImportState, becomes: ImportState, now: datetime
) -> bool:
    """Decide by one conditional write: of two clicks at once only one does it."""
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == since)
        .values(state=becomes, applied_at=now)
        .returning(ImportBatch.id)
    ).first()
    if taken is None:
        session.refresh(batch, ["state"])
        if batch.state is ImportState.DISCARDED:
            raise Discarded
    return taken is not None


def lines_of(batch: ImportBatch, *, vault: Vault) -> list[Line]:
    """Return the rows of a table as they were checked; none when it was laid aside."""
    if not batch.rows:
        return []
    return [Line(*each) for each in json.loads(vault.open(batch.rows, _place(batch.id)))]


def sealed(batch_id: int, lines: list[Line], *, vault: Vault) -> bytes:
    """Return the rows as they are laid by."""
    kept = [[each.number, each.cells, each.flaws, each.remark, each.new] for each in lines]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return vault.seal(text, _place(batch_id))


def _place(batch_id: int) -> str:
    return f"import_batch:{batch_id}:rows"

"""Tables that were brought along: of which kinds there are, and their maker's alone."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.errors import Conflict
from server.office.imports.areas import AREAS
from server.office.imports.kind import Kind
from server.office.imports.models import ImportBatch, ImportState
from server.office.imports.people import PEOPLE
from server.office.imports.posts import POSTS
from server.office.imports.riders import RIDERS
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

KINDS = {kind.name: kind for kind in (PEOPLE, RIDERS, AREAS, POSTS)}


class Discarded(Conflict):
    """The table was laid aside."""

    code = "imports.discarded"


class NotRead(Conflict):
    """The table is still being read, or could not be."""

    code = "imports.not_read"


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
        if batch.state in (ImportState.READING, ImportState.REFUSED):
            raise NotRead
    return taken is not None


def fault_place(batch_id: int) -> str:
    """Return where it is sealed why a table could not be read."""
    return f"import_batch:{batch_id}:fault"

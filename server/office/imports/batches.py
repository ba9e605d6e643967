"""Tables brought along by staff, as they are shown to whoever brought them."""

import json
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.wording import say
from server.office.imports import laid, pieces, uploads
from server.office.imports.kind import Kind, Line
from server.office.imports.models import ImportBatch, ImportState
from server.people.vault import Vault
from server.staff.reach import Reach

SHOWN = 50
NOT_KEPT = (ImportState.READING, ImportState.REFUSED, ImportState.PREVIEWED)


@dataclass(frozen=True, slots=True)
class Preview:
    """A table as far as it was read: what is wrong with it, and some of its rows.

    `fault` says why nothing could be read of it at all.
    """

    id: int
    kind: Kind
    file_name: str
    state: ImportState
    count: int
    flaws: int
    new: int
    flawed: list[Line]
    lines: list[Line]
    fault: str


def show(session: Session, reach: Reach, batch_id: int, *, vault: Vault) -> Preview:
    """Return a table that this person brought along: its flaws first, then how it begins."""
    batch = laid.own(session, reach, batch_id)
    read = batch.state is not ImportState.READING
    found = (
        islice(pieces.lines(session, batch_id, flawed=flawed, vault=vault), SHOWN if read else 0)
        for flawed in (True, False)
    )
    flawed, lines = (list(some) for some in found)
    return Preview(
        id=batch.id,
        kind=laid.KINDS[batch.kind],
        file_name=batch.file_name,
        state=batch.state,
        count=batch.count,
        flaws=batch.flaws,
        new=pieces.sums(session, batch_id).news,
        flawed=flawed,
        lines=lines,
        fault=_fault(batch, vault),
    )


def discard(session: Session, reach: Reach, batch_id: int) -> None:
    """Lay a table aside, read or not; what was brought of it is gone at once."""
    batch = laid.own(session, reach, batch_id)
    ours = ImportBatch.id == batch.id, ImportBatch.state.in_(NOT_KEPT)
    aside = update(ImportBatch).where(*ours).values(state=ImportState.DISCARDED, fault=None)
    if session.execute(aside.returning(ImportBatch.id)).first():
        uploads.forget(session, batch_id)
        pieces.forget(session, batch_id)


def _fault(batch: ImportBatch, vault: Vault) -> str:
    if batch.fault is None:
        return ""
    code, facts = json.loads(vault.open(batch.fault, laid.fault_place(batch.id)))
    return say(code, **facts)

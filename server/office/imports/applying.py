"""Keeping a table that was looked at: whole or not at all, and once."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Invalid
from server.office.imports import laid, pieces
from server.office.imports.kind import Work
from server.office.imports.models import ImportBatch, ImportState
from server.people.vault import Vault
from server.staff.reach import Reach

AT_ONCE = 2_000
"""Rows that are kept while the page waits: a second or two."""


class Flawed(Conflict):
    """A table with flaws is not kept in part."""

    code = "imports.flawed"


class AgreementNeeded(Invalid):
    """Whoever is on a list of people must have agreed to be put down."""

    code = "imports.agreement_needed"


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

    A long one is only marked as wanted, since a page cannot wait so long: a job keeps it.
    """
    batch = laid.own(session, reach, batch_id)
    if laid.KINDS[batch.kind].agreement and not agreed:
        raise AgreementNeeded
    if batch.flaws:
        raise Flawed
    if batch.count <= AT_ONCE:
        return keep(session, reach, batch, ImportState.PREVIEWED, now, vault=vault)
    taken = laid.take(session, batch, ImportState.PREVIEWED, ImportState.WANTED, now)
    return say("imports.wanted", count=batch.count) if taken else ""


def keep(
    session: Session,
    reach: Reach,
    batch: ImportBatch,
    since: ImportState,
    now: datetime,
    *,
    vault: Vault,
) -> str:
    """Keep a table that is in this state, checked once more, since the world may have moved on.

    A piece is looked at and kept before the next is opened; a flaw in the last undoes them all.
    """
    kind = laid.kind_of(reach, batch.kind)
    if not laid.take(session, batch, since, ImportState.APPLIED, now):
        return ""
    new = _keep_pieces(Work(session, reach, now, vault, {}), batch)
    trail.record(
        session,
        reach.person_id,
        "import.applied",
        ("import", batch.id),
        now,
        area_path=session.get_one(Area, batch.area_id).path,
        kind=kind.name,
        rows=batch.count,
        new=new,
    )
    return say(kind.done, count=new, known=batch.count - new)


def wanted(session: Session) -> int | None:
    """Return the table that has waited longest to be kept."""
    first = select(ImportBatch.id).where(ImportBatch.state == ImportState.WANTED)
    return session.scalar(first.order_by(ImportBatch.id).limit(1))


def give_back(session: Session, batch_id: int) -> None:
    """Have a table that could not be kept looked at anew, to show what is wrong by now."""
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.state == ImportState.WANTED)
        .values(state=ImportState.READING, claimed_until=None, tries=0)
    )


def _keep_pieces(work: Work, batch: ImportBatch) -> int:
    """Keep every piece of a table and return how many rows changed something."""
    kind, number, count, new = laid.KINDS[batch.kind], 1, 0, 0
    while lines := pieces.fresh(work.session, batch.id, number, vault=work.vault):
        kind.check(work, lines)
        if any(line.flaws for line in lines):
            raise Flawed
        changing = [line for line in lines if line.new]
        kind.apply(work, batch, changing)
        number, count, new = number + 1, count + len(lines), new + len(changing)
    if count != batch.count:
        # not all of it lies here: the release before has read it
        raise laid.Discarded
    return new

"""Keeping a table that was looked at: whole or not at all, and once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Invalid
from server.office.imports import laid
from server.office.imports.kind import Line, Work
from server.office.imports.people import PEOPLE
from server.people.vault import Vault
from server.staff.models import ImportBatch, ImportState
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
    if laid.KINDS[batch.kind] is PEOPLE and not agreed:
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
    """Keep a table that is in this state, checked once more, since the world may have moved on."""
    kind = laid.kind_of(reach, batch.kind)
    if not laid.take(session, batch, since, ImportState.APPLIED, now):
        return ""
    lines = _fresh(batch, vault)
    work = Work(session, reach, now, vault)
    kind.check(work, lines)
    if any(line.flaws for line in lines):
        raise Flawed
    new = [line for line in lines if line.new]
    done = kind.apply(work, batch, new)
    trail.record(
        session,
        reach.person_id,
        "import.applied",
        ("import", batch.id),
        now,
        area_path=session.get_one(Area, batch.area_id).path,
        kind=kind.name,
        rows=batch.count,
        new=len(new),
    )
    return done


def wanted(session: Session) -> ImportBatch | None:
    """Return the table that has waited longest to be kept."""
    first = select(ImportBatch).where(ImportBatch.state == ImportState.WANTED)
    return session.scalar(first.order_by(ImportBatch.id).limit(1))


def look_again(
    session: Session, reach: Reach, batch: ImportBatch, now: datetime, *, vault: Vault
) -> None:
    """Show a table once more that could not be kept, with what is wrong with it by now."""
    lines = _fresh(batch, vault)
    laid.KINDS[batch.kind].check(Work(session, reach, now, vault), lines)
    if laid.take(session, batch, ImportState.WANTED, ImportState.PREVIEWED, now):
        batch.flaws = sum(1 for line in lines if line.flaws)
        batch.rows = laid.sealed(batch.id, lines, vault=vault)


def _fresh(batch: ImportBatch, vault: Vault) -> list[Line]:
    """Return the rows without what was said of them, to be checked anew."""
    return [Line(line.number, line.cells) for line in laid.lines_of(batch, vault=vault)]

"""Files that staff bring along: laid by sealed until a job has read them, and no longer."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.office.imports import laid
from server.office.imports.models import ImportBatch, ImportFile, ImportState
from server.people.vault import Vault
from server.sheets import reading
from server.staff.reach import Reach

LONGEST_NAME = 120


def lay_by(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    name: str,
    file_name: str,
    content: bytes,
    now: datetime,
    *,
    vault: Vault,
) -> int:
    """Lay a file by, to be read by a job; return the table that becomes of it.

    What is too large, empty or no table at all is refused at once; nothing of it is kept.
    """
    kind = laid.kind_of(reach, name)
    reading.check(content)
    home = select(Area.id).where(reach.inside(kind.right)).order_by(Area.path).limit(1)
    batch = ImportBatch(
        kind=kind.name,
        area_id=session.scalars(home).one(),
        file_name=file_name[:LONGEST_NAME],
        rows=b"",
        count=0,
        flaws=0,
        state=ImportState.READING,
        made_by=reach.person_id,
        made_at=now,
    )
    session.add(batch)
    session.flush()
    sealed = vault.seal_bytes(content, _place(batch.id))
    session.execute(insert(ImportFile.__table__).values(batch_id=batch.id, content=sealed))
    return batch.id


def content(session: Session, batch_id: int, *, vault: Vault) -> bytes | None:
    """Return the file of a table, None once it was read."""
    sealed = session.scalar(select(ImportFile.content).where(ImportFile.batch_id == batch_id))
    return None if sealed is None else vault.open_bytes(sealed, _place(batch_id))


def forget(session: Session, batch_id: int) -> None:
    """Let go of the file."""
    session.execute(delete(ImportFile.__table__).where(ImportFile.batch_id == batch_id))


def _place(batch_id: int) -> str:
    return f"import_file:{batch_id}"

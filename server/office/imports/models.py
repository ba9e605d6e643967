from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class ImportState(StrEnum):
    """The life of an uploaded table: a job reads it, and applies a long one that is wanted."""

    READING = "reading"
    REFUSED = "refused"
    PREVIEWED = "previewed"
    WANTED = "wanted"
    APPLIED = "applied"
    DISCARDED = "discarded"


class ImportBatch(Base):
    """A table that was uploaded: read by a job, looked at, then applied whole or not at all.

    `claimed_until` says how long the worker that reads it has it for itself, and `tries` how many
    have begun; `fault` is, sealed, why it could not be read. `rows` is of the release before, and
    stays empty.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int]
    flaws: Mapped[int]
    state: Mapped[ImportState]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    applied_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[bytes | None] = mapped_column(LargeBinary)


class ImportFile(Base):
    """The file of a table as it was uploaded, sealed; gone as soon as it was read."""

    __tablename__ = "import_file"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportPiece(Base):
    """Some rows of a table, as many as are in memory at a time.

    `rows` is sealed: what was read of them, with the flaws found in each. `news` is how many would
    add or change something.
    """

    __tablename__ = "import_piece"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int]
    flaws: Mapped[int]
    news: Mapped[int]

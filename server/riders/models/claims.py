"""What other works have finished, and the ledger has yet to look at."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

_OPEN_SQL = text("settled_at IS NULL")


class PointsClaim(Base):
    """Somebody's deed as another work tells of it, and the award that was made of it.

    `source` and `version` name the deed as it stood; nought `units` say that it counts no more.
    `refused` is the code of the refusal, where nothing was given.
    """

    __tablename__ = "points_claim"
    __table_args__ = (
        UniqueConstraint("code", "source", "version"),
        Index("ix_points_claim_open", "id", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    units: Mapped[int]
    event_at: Mapped[datetime]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("points_transaction.id"))
    refused: Mapped[str | None] = mapped_column(String(60))

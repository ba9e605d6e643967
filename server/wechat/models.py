from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class InboundState(StrEnum):
    """What became of a message."""

    APPLIED = "applied"
    DEAD = "dead"


class Inbound(Base):
    """A message from WeChat that has had its effect, with the reply that a retry gets again.

    Written in the transaction of the effect. A dead letter was signed correctly but could not
    be used; its content is kept sealed for the operator.
    """

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_openid_received_at", "openid", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)
    app: Mapped[str] = mapped_column(String(16))
    openid: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[InboundState] = mapped_column(default=InboundState.APPLIED)
    received_at: Mapped[datetime] = mapped_column(index=True)
    reply: Mapped[str] = mapped_column(Text, default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Waiting(Base):
    """A message whose reply would have come too late: it was kept, and is answered afterwards."""

    __tablename__ = "waiting"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)
    app: Mapped[str] = mapped_column(String(16))
    openid: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)

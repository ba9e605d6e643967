from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

_NOUGHT = sql("0")


class BroadcastState(StrEnum):
    """The life of a broadcast."""

    DRAFTED = "drafted"
    ASKED = "asked"
    APPROVED = "approved"
    SPREADING = "spreading"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Broadcast(Base):
    """One text to everybody of an area or a team: written by one of staff, allowed by another.

    `whom` is one of `broadcasts.audiences`; of a team `team_id` says which. It goes from
    `begins_at` (None: as soon as it is allowed) and dies at `not_after`. `asked_at` is when it
    was written, later when consent was asked. `counted` is for how many it was at the last count,
    `unwanted` how many of them want no notices, `reachable` how many of the others could be told
    just then. `cursor` is the person queued last, so that a job that dies goes on where it was;
    `spread_at` is when all were queued. `sent`, `unreachable` and `waiting` are from the last look
    at the outbox (`tallied_at`), which forgets its rows sooner than this one.
    """

    __tablename__ = "broadcast"
    __table_args__ = (Index("ix_broadcast_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    whom: Mapped[str] = mapped_column(String(40), server_default="volunteers")
    team_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[BroadcastState]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    allowed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    begins_at: Mapped[datetime | None]
    not_after: Mapped[datetime]
    counted: Mapped[int]
    unwanted: Mapped[int] = mapped_column(default=0, server_default=_NOUGHT)
    reachable: Mapped[int] = mapped_column(default=0, server_default=_NOUGHT)
    queued: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    spread_at: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(default=0, server_default=_NOUGHT)
    unreachable: Mapped[int] = mapped_column(default=0, server_default=_NOUGHT)
    waiting: Mapped[int] = mapped_column(default=0, server_default=_NOUGHT)
    tallied_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

"""Volunteer teams and who belongs to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel
from server.volunteers.models.activities import TeamKind

_LIVE_SQL = text("state IN ('asked', 'member')")


class Team(Base):
    """A volunteer team of one area; people join it of their own will."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[TeamKind]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(String(400), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class MemberState(StrEnum):
    """Where somebody stands with a team."""

    ASKED = "asked"
    MEMBER = "member"
    DECLINED = "declined"
    LEFT = "left"


class TeamMember(Base):
    """Somebody's wish to belong to a team, and what became of it."""

    __tablename__ = "team_member"
    __table_args__ = (
        Index(
            "uq_team_member_live",
            "person_id",
            "team_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ix_team_member_team_id_state", "team_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[MemberState]
    channel: Mapped[Channel]
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class AreaKind(StrEnum):
    """The four levels of the tree, from the widest to the narrowest."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class Area(Base):
    """A place somebody is responsible for.

    `path` is the codes from the district down to this area, each followed by a slash, so that
    an area lies inside another exactly when its path begins with the other's. An area that is
    not active any more keeps its history and takes nothing new.
    """

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[AreaKind]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")

    def contains(self, other: "Area") -> bool:
        """Tell whether the other area is this one or lies inside it."""
        return other.path.startswith(self.path)

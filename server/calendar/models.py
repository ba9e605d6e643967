from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class DaySource(StrEnum):
    """Who says whether a day is worked."""

    LIBRARY = "library"
    DISTRICT = "district"


class CalendarDay(Base):
    """A day of which it is known whether it is worked; a local day of Shanghai."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[DaySource]
    changed_at: Mapped[datetime]

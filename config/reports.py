"""Settings of quarterly reports: when one may be handed in."""

from typing import Self

from pydantic import BaseModel, Field, model_validator


class Reports(BaseModel, frozen=True, extra="forbid"):
    """When a quarter's report opens, and the last days of the next month for it.

    Days of Shanghai. What comes after the due day and until the grace day is late and counts; who
    joined fewer than `exempt_days` before the quarter's end need not report. Whoever has not handed
    it in is reminded when it opens and `remind_days` before the due day.
    """

    opens_days: int = Field(default=20, ge=1, le=60)
    due_day: int = Field(default=10, ge=1, le=27)
    grace_day: int = Field(default=20, ge=2, le=28)
    exempt_days: int = Field(default=30, ge=0, le=92)
    remind_days: int = Field(default=5, ge=1, le=20)

    @model_validator(mode="after")
    def _grace_follows(self) -> Self:
        if self.grace_day < self.due_day:
            raise ValueError("GRACE_DAY must not come before DUE_DAY")
        return self

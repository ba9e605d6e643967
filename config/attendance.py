"""Settings of checking in and out: the numbers that a district may choose."""

from pydantic import BaseModel, Field

from config.rates import Rate


class Attendance(BaseModel, frozen=True, extra="forbid"):
    """When codes are taken, who counts as not having come, and what is looked at twice.

    `tries` are typed codes of one person, `misses` wrong ones at one shift (or of one leader who
    types the codes of others). `bulk` is how many marks of one person in one minute look odd.
    """

    opens_minutes: int = Field(default=30, ge=0, le=240)
    no_show_hours: int = Field(default=24, ge=1, le=24 * 14)
    recheck_percent: int = Field(default=5, ge=0, le=100)
    bulk: int = Field(default=60, ge=2, le=10_000)
    tries: Rate = "8/10 minutes"
    misses: Rate = "60/10 minutes"

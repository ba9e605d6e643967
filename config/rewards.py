"""Settings of rewards: the numbers that a district may choose."""

from pydantic import BaseModel, Field

from config.rates import Rate


class Rewards(BaseModel, frozen=True, extra="forbid"):
    """How long a voucher waits, when its owner is reminded, and how often codes may be tried.

    `tries` are codes typed by one keeper, `misses` those of them that no voucher has.
    """

    voucher_days: int = Field(default=7, ge=1, le=92)
    reminder_days_before: int = Field(default=2, ge=1, le=30)
    tries: Rate = "120/10 minutes"
    misses: Rate = "10/10 minutes"

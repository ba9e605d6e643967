"""Settings of quarterly reviews: until when they are answered, and the optional counting mode."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

WHOLE = 100


class Reviews(BaseModel, frozen=True, extra="forbid"):
    """How long a branch and a member take over a review, in days, and whether facts are counted.

    With `numeric` the four facts weigh so many of a hundred points, and the proposal follows the
    floors; without it, how many of the facts there are. Neither ever proposes the highest or the
    lowest grade. The weights are our own, the floors are those of the hundred-point tradition.
    """

    decide_days: int = Field(default=30, ge=1, le=90)
    answer_days: int = Field(default=15, ge=1, le=60)
    numeric: bool = False
    report_weight: int = Field(default=40, ge=0, le=WHOLE)
    contact_weight: int = Field(default=20, ge=0, le=WHOLE)
    life_weight: int = Field(default=25, ge=0, le=WHOLE)
    deed_weight: int = Field(default=15, ge=0, le=WHOLE)
    excellent_floor: int = Field(default=90, ge=1, le=WHOLE)
    qualified_floor: int = Field(default=75, ge=1, le=WHOLE)
    basic_floor: int = Field(default=60, ge=1, le=WHOLE)

    @model_validator(mode="after")
    def _weights_are_a_hundred(self) -> Self:
        weights = self.report_weight, self.contact_weight, self.life_weight, self.deed_weight
        if sum(weights) != WHOLE:
            raise ValueError("the four WEIGHTs must sum to 100")
        if not self.basic_floor <= self.qualified_floor <= self.excellent_floor:
            raise ValueError("the FLOORs must not fall from BASIC to QUALIFIED to EXCELLENT")
        return self

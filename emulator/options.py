"""How a push differs from an ordinary one, and pushes that wait."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from emulator.messages import Message
from emulator.people import Person
from emulator.settings import Mode


class Options(BaseModel):
    """How one push differs from an ordinary one; given as query parameters.

    `copies` are sent at once; `stale_seconds` sets the signed time back; `hold` keeps the
    message until `POST /_/held` sends what is held, in any order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    copies: int = Field(default=1, ge=1, le=50)
    wrong_signature: bool = False
    wrong_appid: bool = False
    stale_seconds: int = Field(default=0, ge=-100_000_000, le=100_000_000)
    mode: Mode | None = None
    form: str | None = Field(default=None, alias="format", pattern="^(xml|json)$")
    hold: bool = False


PLAINLY = Options()


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is kept back until somebody lets it go."""

    id: int
    person: Person
    message: Message
    options: Options

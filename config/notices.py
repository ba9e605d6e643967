"""Settings of notices: how many leave at a time."""

from pydantic import BaseModel, Field


class Notices(BaseModel, frozen=True, extra="forbid"):
    """How notices go out. `connections` is how many are sent at the same time by one worker."""

    connections: int = Field(default=16, ge=1, le=512)

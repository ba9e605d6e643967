"""Who issues certificates of hours, as it is printed on them."""

from pydantic import BaseModel, ConfigDict


class Issuer(BaseModel):
    """The office, who is in charge, who handles it, and how to reach them.

    Whatever is empty is left out of the paper; an empty name is the district's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    in_charge: str = ""
    handler: str = ""
    contact: str = ""

"""Rates such as 60/minute, as settings tell them."""

from typing import Annotated

import limits
from pydantic import AfterValidator


def _a_rate(text: str) -> str:
    try:
        limits.parse(text)
    except ValueError:
        raise ValueError("must be a rate such as 60/minute") from None
    return text


Rate = Annotated[str, AfterValidator(_a_rate)]

"""What kinds of hazards there are, and which words tell of danger: data, not code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

OTHER = "other"


class Kind(NamedTuple):
    """A kind of hazard: what people call it, and by which words it is known.

    `major` ones give more points and take the street's word; `urgent` ones come first.
    """

    code: str
    name: str
    words: tuple[str, ...]
    major: bool
    urgent: bool


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind by its code, in the order in which they are offered."""
    return {code: _kind(code, told) for code, told in _data()["kinds"].items()}


@cache
def dangers() -> tuple[str, ...]:
    """Return the words of imminent danger."""
    return tuple(_data()["dangers"])


def _kind(code: str, told: Mapping[str, Any]) -> Kind:
    return Kind(
        code,
        told["name"],
        tuple(told["words"]),
        told.get("major", False),
        told.get("urgent", False),
    )


@cache
def _data() -> Mapping[str, Any]:
    text = Path(__file__).with_name("hazards.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

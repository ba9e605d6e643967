"""The menu of the console: what a person may see, and nothing else."""

from dataclasses import dataclass

from flask import request, url_for

from server.staff.reach import Reach
from server.staff.rights import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    label: str
    href: str
    icon: str
    active: bool
    count: int = 0


MENU: list[tuple[str, str, str, Right]] = []
"""(label, endpoint, icon, right), in the order in which they are shown."""


def navigation(reach: Reach) -> list[Entry]:
    """Return the lines that lead somewhere for this person."""
    here = (request.endpoint or "").removeprefix("console.").partition(".")[0]
    return [
        Entry(label, url_for(f"console.{endpoint}"), icon, endpoint.startswith(f"{here}."))
        for label, endpoint, icon, right in MENU
        if reach.may(right)
    ]

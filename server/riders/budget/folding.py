"""Figures of groups so small that one could tell a person by them are put together (k of five)."""

from collections.abc import Sequence
from typing import NamedTuple

FEWEST = 5


class Group(NamedTuple):
    """How many people a group is, and how many points they have."""

    name: str
    people: int
    points: int


class Folded(NamedTuple):
    """Groups that may be shown, and the rest put together; None where there is no rest.

    A rest of fewer than five that stands alone has no points to be shown: `hides` says so.
    """

    shown: tuple[Group, ...]
    rest: Group | None

    @property
    def hides(self) -> bool:
        """Tell whether not even the rest may be shown."""
        return self.rest is not None and self.rest.people < FEWEST


def fold(groups: Sequence[Group], fewest: int = FEWEST) -> Folded:
    """Put groups of fewer than five together with the smallest others, until five are in it.

    Else one that is left out alone could be told by taking the others from the sum of all.
    """
    ordered = sorted(groups, key=lambda group: (group.people, group.name))
    few = [group for group in ordered if group.people < fewest]
    many = [group for group in ordered if group.people >= fewest]
    while few and many and sum(group.people for group in few) < fewest:
        few.append(many.pop(0))
    rest = None
    if few:
        people = sum(group.people for group in few)
        rest = Group("", people, sum(group.points for group in few))
    return Folded(tuple(sorted(many, key=lambda group: group.name)), rest)

"""Grades, the four facts they rest on, and what is proposed from them: never the outermost."""

from enum import StrEnum
from typing import NamedTuple

from config.reviews import Reviews


class Grade(StrEnum):
    """What a branch says of a member's quarter."""

    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    BASIC = "basic"
    UNQUALIFIED = "unqualified"


OUTERMOST = (Grade.EXCELLENT, Grade.UNQUALIFIED)
"""Grades that only people give, each with a reason."""


class Fact(StrEnum):
    """The four facts, A to D: report, contact, organisational life, contribution."""

    REPORT = "report"
    CONTACT = "contact"
    LIFE = "life"
    DEED = "deed"


class Mark(NamedTuple):
    """Whether a fact holds, and why, in words. What is not held against anybody holds."""

    holds: bool
    why: str


Marks = dict[Fact, Mark]


class Proposal(NamedTuple):
    """What the machine proposes; without a grade the branch speaks first.

    `may_raise` tells that the branch may raise it with a reason. `points` are of a hundred, None
    where facts are not counted.
    """

    grade: Grade | None
    may_raise: bool
    points: int | None = None


def propose(marks: Marks, rules: Reviews) -> Proposal:
    """Return what is proposed from four facts, by the settings (domain 8.6)."""
    holds = {fact: marks[fact].holds for fact in Fact}
    if rules.numeric:
        return _by_points(holds, rules)
    whole = all(holds.values())
    if holds[Fact.REPORT] and holds[Fact.CONTACT] and (holds[Fact.LIFE] or holds[Fact.DEED]):
        return Proposal(Grade.QUALIFIED, whole)
    if holds[Fact.REPORT] or holds[Fact.CONTACT]:
        return Proposal(Grade.BASIC, may_raise=False)
    return Proposal(None, may_raise=False)


def _by_points(holds: dict[Fact, bool], rules: Reviews) -> Proposal:
    points = sum(getattr(rules, f"{fact}_weight") for fact in Fact if holds[fact])
    if points >= rules.qualified_floor:
        return Proposal(Grade.QUALIFIED, points >= rules.excellent_floor, points)
    if points >= rules.basic_floor:
        return Proposal(Grade.BASIC, may_raise=False, points=points)
    return Proposal(None, may_raise=False, points=points)

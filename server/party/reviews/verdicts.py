"""What a branch has decided about a quarter, and on which facts: sealed whole, with all before it.

The facts and their reasons are frozen as they stood: what changes later does not change them.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from config.wording import say
from server.party.keys import PartyVault
from server.party.models import PartyReview
from server.party.reviews.grades import Fact, Grade, Mark, Marks

FIELDS = ("content", "answer", "reply")


@dataclass(frozen=True, slots=True)
class Former:
    """A grade that a reply to an objection has changed, and the reason it had."""

    grade: Grade
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade, its reason, the four facts, what was proposed, and which grades it had before."""

    grade: Grade
    reason: str
    marks: Marks
    proposed: Grade | None
    points: int | None = None
    before: tuple[Former, ...] = ()


def changed(verdict: Verdict, grade: Grade, reason: str, now: datetime) -> Verdict:
    """Return the verdict with another grade, the former one kept behind it."""
    if grade is verdict.grade:
        return verdict
    former = Former(verdict.grade, verdict.reason, now.isoformat())
    return replace(verdict, grade=grade, reason=reason, before=(*verdict.before, former))


def sealed(verdict: Verdict, review_id: int, vault: PartyVault) -> bytes:
    """Return a verdict as it is kept."""
    return vault.seal(json.dumps(asdict(verdict), ensure_ascii=False), place(review_id, "content"))


def of(review: PartyReview, vault: PartyVault) -> Verdict:
    """Return what a branch has decided; whoever calls this has noted the look."""
    return _read(vault.open(review.content, place(review.id, "content")))


def text_of(review: PartyReview, field: str, vault: PartyVault) -> str:
    """Return what the member has answered, or the branch replied; "" while nothing was said."""
    kept: bytes | None = getattr(review, field)
    return vault.open(kept, place(review.id, field)) if kept else ""


def place(review_id: int | str, field: str) -> str:
    """Return where a text of a review is sealed."""
    return f"party_review:{review_id}:{field}"


def spelled(text: str) -> str:
    """Return a kept verdict in words, as it stands in a copy of one's own data."""
    verdict = _read(text)
    lines = [say(f"party.grade_{verdict.grade}"), verdict.reason]
    lines += [f"{say(f'party.fact_{fact}_name')}：{verdict.marks[fact].why}" for fact in Fact]
    lines += [
        say("party.grade_before", grade=say(f"party.grade_{one.grade}"), reason=one.reason or "—")
        for one in verdict.before
    ]
    return "\n".join(line for line in lines if line)


def _read(text: str) -> Verdict:
    kept = json.loads(text)
    return Verdict(
        grade=Grade(kept["grade"]),
        reason=kept["reason"],
        marks={Fact(fact): Mark(*mark) for fact, mark in kept["marks"].items()},
        proposed=Grade(kept["proposed"]) if kept["proposed"] else None,
        points=kept["points"],
        before=tuple(
            Former(Grade(one["grade"]), one["reason"], one["until"]) for one in kept["before"]
        ),
    )

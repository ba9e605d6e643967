"""What points are given for: the version of a rule that was in force on a day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.riders.models import OVERALL, PointsRule, Verifier
from server.riders.points.refusals import BadPoints, NoSuchRule

rule = PointsRule.__table__.c

LARGE = 20
"""More points at once than these take a second person, whatever their rule says: a third of what
anybody may earn in a month by the first rules (domain: our own choice)."""


class Rule(NamedTuple):
    """A version of a rule, as `models.rules` explains it."""

    code: str
    version: int
    name: str
    least: int
    most: int
    day_cap: int | None
    month_cap: int | None
    ever_cap: int | None
    verifier: Verifier
    two_persons: bool
    pending: bool
    since: date
    until: date | None

    def points_for(self, units: int, wanted: int | None) -> int:
        """Return what so many units give; of a range somebody must say how many."""
        if wanted is None and self.least < self.most:
            raise BadPoints(least=self.least, most=self.most)
        each = self.least if wanted is None else wanted
        if units < 1 or each < 1 or not self.least <= each <= self.most:
            raise BadPoints(least=self.least, most=self.most)
        return units * each

    def takes_two(self, points: int) -> bool:
        """Tell whether a second person must allow so many points."""
        return self.two_persons or points > LARGE


COLUMNS = tuple(rule[name] for name in Rule._fields)
_IN_FORCE = (
    select(*COLUMNS)
    .where(
        rule.code.in_((bindparam("code"), OVERALL)),
        rule.since <= bindparam("day", type_=rule.since.type),
    )
    .order_by(rule.since.desc(), rule.version.desc())
)


class InForce(NamedTuple):
    """The rule of a deed, and the one that bounds what is earned in a month."""

    rule: Rule
    overall: Rule | None


def in_force(session: Session, code: str, day: date) -> InForce:
    """Return the rule as it was on a local day, or refuse when there was none. One statement.

    The newest version that had begun speaks, even where it has ended: no older one comes back.
    """
    newest: dict[str, Rule] = {}
    for row in session.execute(_IN_FORCE, {"code": code, "day": day}):
        newest.setdefault(row.code, Rule(*row))
    standing = {name: each for name, each in newest.items() if not each.until or day <= each.until}
    if code == OVERALL or code not in standing:
        raise NoSuchRule(code=code)
    return InForce(standing[code], standing.get(OVERALL))


def version_of(session: Session, code: str, version: int) -> Rule:
    """Return one version of a rule, in force or not."""
    found = select(*COLUMNS).where(rule.code == code, rule.version == version)
    return Rule(*session.execute(found).one())


def versions(session: Session, code: str) -> Sequence[Rule]:
    """Return every version of a rule, the newest first."""
    found = select(*COLUMNS).where(rule.code == code).order_by(rule.version.desc()).limit(100)
    return [Rule(*row) for row in session.execute(found)]


def table(session: Session, today: date) -> list[Rule]:
    """Return the rules in force on a day, by their codes: what staff and riders may read."""
    found = select(*COLUMNS).where(rule.since <= today)
    newest: dict[str, Rule] = {}
    for row in session.execute(found.order_by(rule.code, rule.since.desc(), rule.version.desc())):
        newest.setdefault(row.code, Rule(*row))
    return [each for each in newest.values() if not each.until or today <= each.until]

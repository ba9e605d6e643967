"""The rules as staff look at them: what speaks today, what is planned, and what is over."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.riders.models import OVERALL, PointsRule
from server.riders.points import rules
from server.riders.points.refusals import NoSuchRule
from server.riders.points.rules import Rule

rule = PointsRule.__table__.c

MOST = 2_000


class Entry(NamedTuple):
    """A rule: the version in force today (None: it has ended or not begun), and the others."""

    code: str
    name: str
    now: Rule | None
    planned: tuple[Rule, ...]
    past: tuple[Rule, ...]

    @property
    def of_all(self) -> bool:
        """Tell whether it gives nothing and bounds the points of a month."""
        return self.code == OVERALL

    @property
    def newest(self) -> Rule:
        """Return the version that was made last."""
        every = (*self.planned, *((self.now,) if self.now else ()), *self.past)
        found: Rule = max(every, key=lambda one: one.version)
        return found


def entries(session: Session, today: date) -> list[Entry]:
    """Return every rule there is or ever was, the cap of a month in front. One statement."""
    found = select(*rules.COLUMNS).order_by(rule.code, rule.version.desc()).limit(MOST)
    by_code: dict[str, list[Rule]] = {}
    for row in session.execute(found):
        by_code.setdefault(row.code, []).append(Rule(*row))
    shown = [_entry(code, versions, today) for code, versions in by_code.items()]
    return sorted(shown, key=lambda entry: (not entry.of_all, entry.now is None, entry.code))


def entry(session: Session, code: str, today: date) -> Entry:
    """Return one rule with all of its versions, or refuse where there is none."""
    versions = list(rules.versions(session, code))
    if not versions:
        raise NoSuchRule(code=code[:40])
    return _entry(code, versions, today)


def _entry(code: str, versions: list[Rule], today: date) -> Entry:
    planned = tuple(one for one in versions if one.since > today)
    begun = sorted(
        (one for one in versions if one.since <= today),
        key=lambda one: (one.since, one.version),
        reverse=True,
    )
    speaks = begun[0] if begun and not (begun[0].until and begun[0].until < today) else None
    past = tuple(one for one in begun if one is not speaks)
    return Entry(code, versions[0].name, speaks, planned, past)

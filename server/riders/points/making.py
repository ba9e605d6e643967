"""Changing what points are given for: dated versions, never for a day that has begun (X5)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.audit import trail
from server.riders.models import OVERALL, PointsRule, Verifier
from server.riders.points import burdens, rules
from server.riders.points.ledger import local_day
from server.riders.points.refusals import BadRule, BurdeningRule, ChangedMeanwhile, NoSuchRule
from server.riders.points.rules import Rule
from server.staff.reach import NotAllowed, Reach
from server.staff.rights import Right

rule = PointsRule.__table__.c

MOST_POINTS = 100
MOST_CAP = 1_000
LONGEST_NAME, LONGEST_CODE = 40, 40


@dataclass(frozen=True, slots=True)
class Terms:
    """A version to be; the columns are explained with `models.PointsRule`."""

    code: str
    name: str
    least: int
    most: int
    verifier: Verifier
    since: date
    until: date | None = None
    day_cap: int | None = None
    month_cap: int | None = None
    ever_cap: int | None = None
    two_persons: bool = False
    pending: bool = False


def make(session: Session, reach: Reach, terms: Terms, now: datetime) -> Rule:
    """Add a version of a rule, or a new one, from a day to come on; what was given stays.

    Refused are numbers that make no sense, and whatever the law of lighter work forbids (P9).
    """
    if not reach.may(Right.MANAGE_RULES):
        raise NotAllowed
    if burdens.is_burden(terms.code, terms.name):
        raise BurdeningRule(name=terms.name)
    if not (_names(terms) and _numbers(terms) and _days(terms, local_day(now))):
        raise BadRule
    newest = select(func.coalesce(func.max(rule.version), 0)).where(rule.code == terms.code)
    version = (session.scalar(newest) or 0) + 1
    told = {name: getattr(terms, name) for name in Terms.__slots__}
    row = told | {"version": version, "made_by": reach.person_id, "made_at": now}
    row["name"] = terms.name.strip()
    try:
        with session.begin_nested():
            session.execute(insert(PointsRule.__table__).values(row))
    except IntegrityError:
        raise ChangedMeanwhile from None
    subject = ("points_rule", None)
    deed = session, reach.person_id, "points.rule_made", subject, now
    trail.record(*deed, code=terms.code, version=version, since=terms.since)
    return rules.version_of(session, terms.code, version)


def end(session: Session, reach: Reach, code: str, last: date, now: datetime) -> Rule:
    """Let a rule be in force through a local day, today at the earliest, and not afterwards."""
    if not reach.may(Right.MANAGE_RULES):
        raise NotAllowed
    newest = next(iter(rules.versions(session, code)), None)
    if newest is None:
        raise NoSuchRule(code=code)
    today = local_day(now)
    if last < today or last < newest.since:
        raise BadRule
    ended = session.execute(
        update(PointsRule.__table__)
        .where(
            rule.code == code,
            rule.version == newest.version,
            # an end that is over stays: nothing of the past is rewritten
            or_(rule.until.is_(None), rule.until >= today),
        )
        .values(until=last)
        .returning(rule.version)
    )
    if ended.first() is None:
        raise ChangedMeanwhile
    deed = session, reach.person_id, "points.rule_ended", ("points_rule", None), now
    trail.record(*deed, code=code, version=newest.version, until=last)
    return rules.version_of(session, code, newest.version)


def _names(terms: Terms) -> bool:
    fits = burdens.CODE.fullmatch(terms.code) is not None and len(terms.code) <= LONGEST_CODE
    return fits and 1 <= len(terms.name.strip()) <= LONGEST_NAME


def _numbers(terms: Terms) -> bool:
    caps = [terms.day_cap, terms.month_cap, terms.ever_cap]
    if not all(cap is None or 1 <= cap <= MOST_CAP for cap in caps):
        return False
    if terms.code == OVERALL:
        return terms.least == terms.most == 0 and terms.month_cap is not None
    return 1 <= terms.least <= terms.most <= MOST_POINTS


def _days(terms: Terms, today: date) -> bool:
    return terms.since > today and (terms.until is None or terms.until >= terms.since)

"""Points by hand: staff of the right level vouch for a deed, and large awards take two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.notices import outbox
from server.riders.models import Rider, Verifier
from server.riders.points import earning, ledger, reversing, rules
from server.riders.points.earning import Award, Grant
from server.riders.points.ledger import local_day
from server.riders.points.refusals import NoAccount, NotYet, OwnAward
from server.riders.points.reversing import Reversal
from server.riders.points.rules import Rule
from server.staff import approvals
from server.staff.approvals import Kind, ReasonNeeded
from server.staff.models import Approval
from server.staff.reach import NotAllowed, Reach
from server.staff.rights import Right

KIND = "points.award"
RIGHT_OF = {
    Verifier.COMMUNITY: Right.AWARD_POINTS,
    Verifier.ORGANISER: Right.AWARD_POINTS,
    Verifier.STREET: Right.APPROVE_POINTS,
    Verifier.DISTRICT: Right.MANAGE_RULES,
}
"""Who may vouch by hand, by what the rule says; what a leader sees comes with the hours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Points for a rider by hand: the rule, when it was done, what it rests on, how many."""

    code: str
    person_id: int
    at: datetime
    evidence: str
    points: int | None = None

    @property
    def source(self) -> str:
        """Return by what a second click is known: the same deed, told in the same words."""
        told = [self.code, self.person_id, self.at.isoformat(), self.evidence.strip()]
        return f"hand:{ledger.mark(told)[:32]}"


def award(session: Session, reach: Reach, wish: Wish, now: datetime) -> Grant | None:
    """Give points for what staff have seen themselves; None where a second person is asked first.

    A rule that takes two persons may be proposed by whoever holds the right below its own.
    """
    if not wish.evidence.strip():
        raise ReasonNeeded
    if wish.at > now:
        raise NotYet
    if wish.person_id == reach.person_id:
        raise OwnAward
    rule = rules.in_force(session, wish.code, local_day(wish.at)).rule
    points = rule.points_for(1, wish.points)
    area = _area(session, wish.person_id)
    reach.require(_right(rule), area.path)
    if rule.takes_two(points):
        _ask(session, reach, wish, area, now)
        return None
    given = Award(
        wish.code, wish.person_id, wish.source, wish.at, reach.person_id, points=wish.points
    )
    grant = earning.earn(session, given, now)
    _tell(session, grant, rule, wish.person_id, now)
    subject = ("points_transaction", grant.transaction_id)
    trail.record(
        session,
        reach.person_id,
        "points.awarded",
        subject,
        now,
        area_path=area.path,
        reason=wish.evidence.strip()[:400],
        code=wish.code,
        points=grant.points,
    )
    return grant


def take_back(
    session: Session, reach: Reach, transaction_id: int, reason: str, now: datetime
) -> Reversal:
    """Undo an award that should not have been given; whoever got it is told the reason."""
    person_id = reversing.beneficiary(session, transaction_id)
    if person_id == reach.person_id:
        raise OwnAward
    path = _area(session, person_id).path
    reach.require(Right.AWARD_POINTS, path)
    done = reversing.reverse(session, transaction_id, reason, now, by=reach.person_id)
    subject = ("points_transaction", transaction_id)
    trail.record(
        session,
        reach.person_id,
        "points.reversed",
        subject,
        now,
        area_path=path,
        reason=reason.strip()[:400],
        taken=done.taken,
        shortfall=done.shortfall,
    )
    return done


def _right(rule: Rule) -> Right:
    if rule.two_persons:
        return Right.AWARD_POINTS
    right = RIGHT_OF.get(rule.verifier)
    if right is None:
        raise NotAllowed
    return right


def _area(session: Session, person_id: int) -> Area:
    found = session.scalar(
        select(Area).join(Rider, Rider.area_id == Area.id).where(Rider.person_id == person_id)
    )
    if found is None:
        raise NoAccount
    return found


def _ask(session: Session, reach: Reach, wish: Wish, area: Area, now: datetime) -> None:
    asked = reach.person_id, KIND, f"points:{wish.source}", area, wish.evidence, now
    approvals.ask(
        session,
        *asked,
        code=wish.code,
        person=wish.person_id,
        at=wish.at.isoformat(),
        points=wish.points,
        source=wish.source,
    )


def _grant(session: Session, approval: Approval, by: int, now: datetime) -> None:
    """Give what was proposed, with both who have seen it."""
    facts = approval.facts
    at = datetime.fromisoformat(facts["at"])
    person_id = facts["person"]
    given = Award(
        *(facts["code"], person_id, facts["source"], at, approval.asked_by),
        points=facts["points"],
        approved_by=by,
    )
    rule = rules.in_force(session, given.code, local_day(at)).rule
    _tell(session, earning.earn(session, given, now), rule, person_id, now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    asking.require(Right.AWARD_POINTS, _area(session, approval.facts["person"]).path)


def _say(session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    """Say of each for what how many points are to be given."""
    return {
        approval.id: say(
            "points.asks_award",
            name=_name(session, approval),
            points=approval.facts["points"],
            evidence=approval.reason,
        )
        for approval in asked
    }


def _name(session: Session, approval: Approval) -> str:
    at = datetime.fromisoformat(approval.facts["at"])
    return rules.in_force(session, approval.facts["code"], local_day(at)).rule.name


def _tell(session: Session, grant: Grant, rule: Rule, person_id: int, now: datetime) -> None:
    facts = {"name": rule.name, "points": grant.points, "at": now}
    key = f"points.awarded:{grant.transaction_id}"
    outbox.queue(session, person_id, "points.awarded", key, now, facts)


approvals.register(Kind("points.award", Right.APPROVE_POINTS, _still, _grant, tell=_say))

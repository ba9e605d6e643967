"""What becomes of an award that takes two persons, once the second one allows it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.notices import outbox
from server.riders.points import accounts, earning, evidence, rules
from server.riders.points.earning import Award, Grant
from server.riders.points.evidence import Evidence
from server.riders.points.ledger import local_day
from server.riders.points.rules import Rule
from server.staff import approvals
from server.staff.approvals import Kind
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "points.award"


def tell(session: Session, grant: Grant, rule: Rule, person_id: int, now: datetime) -> None:
    """Tell a rider what they got by hand, once."""
    facts = {"name": rule.name, "points": grant.points, "at": now}
    key = f"points.awarded:{grant.transaction_id}"
    outbox.queue(session, person_id, "points.awarded", key, now, facts)


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
    grant = earning.earn(session, given, now)
    told = Evidence(approval.reason, facts.get("reference", ""))
    evidence.keep(session, grant.transaction_id, told)
    tell(session, grant, rule, person_id, now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    area = accounts.area_of(session, approval.facts["person"])
    asking.require(Right.AWARD_POINTS, area.path)


def _say(session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    """Say of each for what how many points are to be given."""
    return {
        approval.id: say(
            "points.asks_award",
            name=_name(session, approval),
            points=approval.facts.get("given") or approval.facts["points"],
            evidence=approval.reason,
        )
        for approval in asked
    }


def _name(session: Session, approval: Approval) -> str:
    at = datetime.fromisoformat(approval.facts["at"])
    return rules.in_force(session, approval.facts["code"], local_day(at)).rule.name


approvals.register(Kind("points.award", Right.APPROVE_POINTS, _still, _grant, tell=_say))

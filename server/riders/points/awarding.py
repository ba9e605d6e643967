"""Points by hand: staff of the right level vouch for a deed, and large awards take two of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.riders.models import Verifier
from server.riders.points import accounts, earning, evidence, ledger, reversing, rules, seconding
from server.riders.points.earning import Award, Grant
from server.riders.points.evidence import Evidence
from server.riders.points.ledger import local_day
from server.riders.points.refusals import NotYet, OwnAward
from server.riders.points.reversing import Reversal
from server.riders.points.rules import InForce, Rule
from server.riders.points.seconding import KIND as KIND
from server.staff import approvals
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed, Reach
from server.staff.rights import Right

RIGHT_OF = {
    Verifier.COMMUNITY: Right.AWARD_POINTS,
    Verifier.ORGANISER: Right.AWARD_POINTS,
    Verifier.STREET: Right.APPROVE_POINTS,
    Verifier.DISTRICT: Right.MANAGE_RULES,
}
"""Who may vouch by hand, by what the rule says; what a leader sees comes with the hours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Points for a rider by hand: the rule, when it was done, what it rests on, how many.

    `reference` is where more of the evidence is kept, such as the number of a slip.
    """

    code: str
    person_id: int
    at: datetime
    evidence: str
    points: int | None = None
    reference: str = ""

    @property
    def source(self) -> str:
        """Return by what a second click is known: the same deed, told in the same words."""
        told = [self.code, self.person_id, self.at.isoformat(), self.evidence.strip()]
        if self.reference.strip():
            told.append(self.reference.strip())
        return f"hand:{ledger.mark(told)[:32]}"

    def by(self, person_id: int, approved_by: int | None = None) -> Award:
        """Return the award that is made of it, by who has seen the deed."""
        given = self.code, self.person_id, self.source, self.at, person_id
        return Award(*given, points=self.points, approved_by=approved_by)


class Looked(NamedTuple):
    """What a wish comes to: its rule, how many points, and the area that answers for its rider."""

    found: InForce
    points: int
    area: Area

    @property
    def takes_two(self) -> bool:
        """Tell whether a second person must allow it."""
        return self.found.rule.takes_two(self.points)


def look(session: Session, reach: Reach, wish: Wish, now: datetime) -> Looked:
    """Return what a wish comes to, or refuse what these staff may not give, or nobody can."""
    if not wish.evidence.strip():
        raise ReasonNeeded
    if wish.at > now:
        raise NotYet
    if wish.person_id == reach.person_id:
        raise OwnAward
    found = rules.in_force(session, wish.code, local_day(wish.at))
    points = found.rule.points_for(1, wish.points)
    area = accounts.area_of(session, wish.person_id)
    reach.require(_right(found.rule), area.path)
    return Looked(found, points, area)


def award(session: Session, reach: Reach, wish: Wish, now: datetime) -> Grant | None:
    """Give points for what staff have seen themselves; None where a second person is asked first.

    A rule that takes two persons may be proposed by whoever holds the right below its own.
    """
    looked = look(session, reach, wish, now)
    if looked.takes_two:
        _ask(session, reach, wish, looked, now)
        return None
    grant = earning.earn(session, wish.by(reach.person_id), now)
    told = Evidence(wish.evidence, wish.reference)
    evidence.keep(session, grant.transaction_id, told)
    seconding.tell(session, grant, looked.found.rule, wish.person_id, now)
    subject = ("points_transaction", grant.transaction_id)
    trail.record(
        session,
        reach.person_id,
        "points.awarded",
        subject,
        now,
        area_path=looked.area.path,
        reason=told.cleaned.words,
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
    path = accounts.area_of(session, person_id).path
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


def may_vouch(reach: Reach, rule: Rule) -> bool:
    """Tell whether somebody may give points by this rule, or propose them, anywhere at all."""
    right = Right.AWARD_POINTS if rule.two_persons else RIGHT_OF.get(rule.verifier)
    return right is not None and reach.may(right)


def _right(rule: Rule) -> Right:
    if rule.two_persons:
        return Right.AWARD_POINTS
    right = RIGHT_OF.get(rule.verifier)
    if right is None:
        raise NotAllowed
    return right


def _ask(session: Session, reach: Reach, wish: Wish, looked: Looked, now: datetime) -> None:
    asked = reach.person_id, KIND, f"points:{wish.source}", looked.area, wish.evidence, now
    approvals.ask(
        session,
        *asked,
        code=wish.code,
        person=wish.person_id,
        at=wish.at.isoformat(),
        points=wish.points,
        given=looked.points,
        source=wish.source,
        reference=Evidence("", wish.reference).cleaned.reference,
    )

"""A branch decides: on the facts as drafted or as it knows better, always a person's own word."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReview, ReviewState
from server.party.reviews import deciders, evidence, grades, steps, terms, verdicts
from server.party.reviews.grades import OUTERMOST, Fact, Grade, Mark, Marks
from server.party.reviews.refusals import DecidedMeanwhile, ReasonNeeded
from server.party.reviews.terms import Rules
from server.party.reviews.verdicts import Verdict
from server.party.standing import trace
from server.party.texts import as_written
from server.people.vault import Vault
from server.staff.reach import Reach

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """What a branch has decided: a grade, which facts hold, and why where it is not the draft.

    `revision` is that of the decision that is changed, 0 for the first.
    """

    grade: Grade
    holds: Collection[Fact]
    reason: str = ""
    revision: int = 0


def decide(  # noqa: PLR0913  a verb of staff with the rules and both keys
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    decision: Decision,
    now: datetime,
    *,
    rules: Rules,
    vault: PartyVault,
    names: Vault,
) -> PartyReview:
    """Decide about a member's quarter, frozen with its facts; until it is shown it may be changed.

    The same again is the same. Of two who decide at once the second is told so and changes
    nothing.
    """
    wanted = terms.due(quarter, now, rules)
    file = deciders.held(session, reach, file_id, wanted, now)
    deciders.require_other(session, reach, file, vault=vault, names=names)
    drafted = evidence.of(session, [file], wanted, now, rules=rules.reports, vault=vault)
    verdict = _verdict(drafted[file_id], decision, rules)
    by = reach.person_id
    begun = {} if decision.revision else steps.begin(session, [file_id], wanted, by, now)
    _seal(session, dict.fromkeys(begun.values(), verdict), vault)
    review = steps.find(session, file_id, wanted)
    if review is None:
        raise DecidedMeanwhile
    known = decision.revision
    if begun or (known and _change(session, review, verdict, known, by, now, vault)):
        trace(session, by, "party.review_decided", file_id, now)
    elif review.decided_by != by or verdicts.of(review, vault) != verdict:
        raise DecidedMeanwhile
    return review


def accept(  # noqa: PLR0913  a verb of staff with the rules and both keys
    session: Session,
    reach: Reach,
    quarter: str,
    seen: Mapping[int, Grade],
    now: datetime,
    *,
    rules: Rules,
    vault: PartyVault,
    names: Vault,
) -> int:
    """Decide as proposed about all these members, by the proposal seen for each; return how many.

    Left out is who has no proposal, or by now another one, whom this person does not decide
    about, and who was decided about meanwhile. Twice is the same as once.
    """
    wanted = terms.due(quarter, now, rules)
    mine = deciders.conditions(reach, now, list(seen))
    locked = select(PartyFile).where(*mine).order_by(PartyFile.id).with_for_update(of=PartyFile)
    files = [file for file in session.scalars(locked) if terms.concerns(file, wanted)]
    own = deciders.selves(session, reach, files, vault=vault, names=names)
    drafted = evidence.of(session, files, wanted, now, rules=rules.reports, vault=vault)
    verdicts_of = {}
    for file_id, marks in drafted.items():
        proposal = grades.propose(marks, rules.reviews)
        if proposal.grade is seen[file_id] and file_id not in own:
            verdicts_of[file_id] = Verdict(
                proposal.grade, "", marks, proposal.grade, proposal.points
            )
    if not verdicts_of:
        return 0
    begun = steps.begin(session, list(verdicts_of), wanted, reach.person_id, now)
    _seal(session, {begun[file_id]: verdicts_of[file_id] for file_id in begun}, vault)
    for file_id in sorted(begun):
        trace(session, reach.person_id, "party.review_decided", file_id, now)
    return len(begun)


def _verdict(drafted: Marks, decision: Decision, rules: Rules) -> Verdict:
    """Return what is decided, with the reason that it needs where it is not as drafted."""
    proposal = grades.propose(drafted, rules.reviews)
    marks = {fact: _mark(drafted[fact], fact in decision.holds) for fact in Fact}
    reason = as_written(decision.reason, LONGEST)
    as_drafted = marks == drafted and decision.grade is proposal.grade
    if not reason and (decision.grade in OUTERMOST or not as_drafted):
        raise ReasonNeeded
    return Verdict(decision.grade, reason, marks, proposal.grade, proposal.points)


def _mark(drafted: Mark, holds: bool) -> Mark:
    """Return a fact as the branch sees it; where that is otherwise, the reason tells why."""
    return drafted if drafted.holds == holds else Mark(holds, say("party.fact_edited"))


def _change(  # noqa: PLR0913  what a decision consists of
    session: Session,
    review: PartyReview,
    verdict: Verdict,
    revision: int,
    by: int,
    now: datetime,
    vault: PartyVault,
) -> bool:
    """Decide otherwise about a review that nobody has changed since, nor shown."""
    state = ReviewState.BRANCH_DECIDED
    content = verdicts.sealed(verdict, review.id, vault)
    told = {"content": content, "decided_by": by, "decided_at": now}
    return steps.take(session, review, state, steps.unchanged(state, revision), **told)


def _seal(session: Session, decided: Mapping[int, Verdict], vault: PartyVault) -> None:
    """Write the content of reviews just begun, sealed at the place that their ids name."""
    if not decided:
        return
    table = PartyReview.__table__
    filled = update(table).where(table.c.id == bindparam("this")).values(content=bindparam("what"))
    rows = [
        {"this": review_id, "what": verdicts.sealed(verdict, review_id, vault)}
        for review_id, verdict in decided.items()
    ]
    session.execute(filled, rows)

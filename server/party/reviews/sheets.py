"""One member's review of a quarter, as a branch reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import access, contents
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile, PartyReview
from server.party.quarters import Quarter
from server.party.reviews import deciders, evidence, grades, steps, terms, verdicts
from server.party.reviews.grades import Marks, Proposal
from server.party.reviews.terms import Rules
from server.party.reviews.verdicts import Verdict
from server.people import profile
from server.people.vault import Vault
from server.staff.reach import Reach


@dataclass(frozen=True, slots=True)
class Sheet:
    """One member's review, as a branch reads it; `drafted` are the facts as they stand now.

    `concerned` is false where they joined after the quarter. `decides` and `answers` tell whether
    whoever reads may decide, and may put down what the member says; `own` that it is about
    themselves.
    """

    file: PartyFile
    name: str
    quarter: Quarter
    review: PartyReview | None
    drafted: Marks
    proposed: Proposal
    verdict: Verdict | None
    answer: str
    reply: str
    decided_by: str
    deadline: datetime | None
    concerned: bool
    decides: bool
    answers: bool
    own: bool


def show(  # noqa: PLR0913  a page of staff with the rules and both keys
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    now: datetime,
    *,
    rules: Rules,
    vault: PartyVault,
    names: Vault,
) -> Sheet:
    """Return one member's review of a quarter, and note that it was read."""
    wanted = terms.due(quarter, now, rules)
    file = access.read(session, reach, file_id, Look.REVIEW, now)
    review = steps.find(session, file_id, wanted)
    drafted = evidence.of(session, [file], wanted, now, rules=rules.reports, vault=vault)[file_id]
    own = bool(deciders.selves(session, reach, [file], vault=vault, names=names))
    concerned = terms.concerns(file, wanted)
    open_ = concerned and file.state in LIVE and file.withdrawn_at is None
    by = review.decided_by if review else None
    return Sheet(
        file=file,
        name=contents.text_of(file, "name", vault),
        quarter=wanted,
        review=review,
        drafted=drafted,
        proposed=grades.propose(drafted, rules.reviews),
        verdict=verdicts.of(review, vault) if review else None,
        answer=verdicts.text_of(review, "answer", vault) if review else "",
        reply=verdicts.text_of(review, "reply", vault) if review else "",
        decided_by=profile.names_of(session, {by}, vault=names).get(by, "") if by else "",
        deadline=terms.deadline(wanted, review, rules) if open_ else None,
        concerned=concerned,
        decides=open_ and not own and deciders.decides(session, reach, file_id, now),
        answers=open_ and _answers(session, reach, file_id, now),
        own=own,
    )


def _answers(session: Session, reach: Reach, file_id: int, now: datetime) -> bool:
    """Tell whether somebody may put down what this member says: the contact, and the keepers."""
    mine = select(PartyFile.id).where(PartyFile.id == file_id, access.keeps_in_touch(reach, now))
    return session.scalar(mine) is not None or access.keeps(session, reach, file_id, now)

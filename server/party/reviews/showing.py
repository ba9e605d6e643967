"""What a branch does after it has decided: shows it, replies to an objection, and ends it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import telling
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyReview, ReviewState
from server.party.quarters import Quarter
from server.party.refusals import NothingThere, WordsNeeded
from server.party.reviews import deciders, steps, terms, verdicts
from server.party.reviews.grades import Grade
from server.party.reviews.refusals import (
    AnswerAwaited,
    DecidedMeanwhile,
    NotShownYet,
    ObjectionOpen,
    ReviewPast,
)
from server.party.reviews.terms import Rules
from server.party.standing import trace
from server.party.texts import as_written
from server.people.vault import Vault
from server.staff.reach import Reach

LONGEST = 500
DECIDED = ReviewState.BRANCH_DECIDED


def show(  # noqa: PLR0913  a verb of staff with both keys
    session: Session,
    reach: Reach,
    quarter: str,
    file_ids: list[int],
    now: datetime,
    *,
    vault: PartyVault,
    names: Vault,
) -> int:
    """Show members what was decided about them, and tell each that something waits.

    Return how many were shown just now: whoever was shown before, or is for others to decide
    about, is left out. Twice is the same as once.
    """
    wanted = terms.named(quarter)
    mine = deciders.conditions(reach, now, file_ids)
    decided = PartyReview.quarter == str(wanted), PartyReview.state == DECIDED
    pairs = session.execute(
        select(PartyFile, PartyReview)
        .join(PartyReview, PartyReview.file_id == PartyFile.id)
        .where(*mine, *decided)
        .order_by(PartyFile.id)
        .with_for_update(of=PartyFile)
        .execution_options(populate_existing=True)
    ).all()
    own = deciders.selves(session, reach, [pair[0] for pair in pairs], vault=vault, names=names)
    shown = 0
    for file, review in pairs:
        here = steps.stands(DECIDED)
        if file.id in own or not steps.take(session, review, ReviewState.SHOWN, here, shown_at=now):
            continue
        shown += 1
        trace(session, reach.person_id, "party.review_given", file.id, now)
        telling.member(session, file, about(wanted), now, vault=vault)
    return shown


def reply(  # noqa: PLR0913  a verb of staff with both keys
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    words: str,
    now: datetime,
    *,
    grade: Grade | None,
    revision: int,
    vault: PartyVault,
    names: Vault,
) -> None:
    """Reply to an objection as it was read at `revision`, and tell the member so.

    Another grade is given with it where `grade` is one; the former stays behind it. The same again
    is the same.
    """
    file, wanted, review = _held(session, reach, file_id, quarter, now)
    deciders.require_other(session, reach, file, vault=vault, names=names)
    said = as_written(words, LONGEST)
    if not said:
        raise WordsNeeded
    if review.state in (ReviewState.REVIEWED, ReviewState.FINAL):
        if verdicts.text_of(review, "reply", vault) == said:
            return
        raise DecidedMeanwhile
    verdict = verdicts.of(review, vault)
    decided = verdicts.changed(verdict, grade or verdict.grade, said, now)
    told = {
        "reply": vault.seal(said, verdicts.place(review.id, "reply")),
        "content": verdicts.sealed(decided, review.id, vault),
        "replied_at": now,
    }
    as_read = steps.unchanged(ReviewState.OBJECTED, revision)
    if not steps.take(session, review, ReviewState.REVIEWED, as_read, **told):
        raise DecidedMeanwhile
    trace(session, reach.person_id, "party.review_replied", file_id, now)
    telling.member(session, file, about(wanted), now, vault=vault)


def finish(
    session: Session, reach: Reach, file_id: int, quarter: str, now: datetime, *, rules: Rules
) -> None:
    """End a review that was answered, or that nobody answered in time; twice is the same as once.

    While an objection waits for its reply nothing ends (M5).
    """
    _file, _quarter, review = _held(session, reach, file_id, quarter, now)
    if review.state is ReviewState.FINAL:
        return
    ready = steps.may_be_final(now, rules.reviews)
    if not steps.take(session, review, ReviewState.FINAL, ready, final_at=now):
        _refuse(review, rules)
    trace(session, reach.person_id, "party.review_ended", file_id, now)


def about(quarter: Quarter) -> str:
    """Return what a member is told of, as `telling` keeps apart how often."""
    return f"review:{quarter}"


def _held(
    session: Session, reach: Reach, file_id: int, quarter: str, now: datetime
) -> tuple[PartyFile, Quarter, PartyReview]:
    wanted = terms.named(quarter)
    file = deciders.held(session, reach, file_id, wanted, now)
    review = steps.find(session, file_id, wanted)
    if review is None:
        raise NothingThere
    return file, wanted, review


def _refuse(review: PartyReview, rules: Rules) -> None:
    """Say why a review cannot end yet."""
    if review.state is ReviewState.OBJECTED:
        raise ObjectionOpen
    if review.state is ReviewState.SHOWN and review.shown_at:
        until = review.shown_at + timedelta(days=rules.reviews.answer_days)
        raise AnswerAwaited(until=until)
    raise NotShownYet if review.state is DECIDED else ReviewPast

"""What a member does about their reviews: reads them, has nothing to say, or objects in words.

Before a review is shown its member reads the facts as they stand, and no grade.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import access, telling
from server.party.keys import PartyVault
from server.party.models import Look, Office, Organiser, PartyFile, PartyReview, ReviewState
from server.party.quarters import Quarter
from server.party.refusals import NothingThere, TooLong, WordsNeeded
from server.party.reviews import evidence, steps, terms, verdicts
from server.party.reviews.grades import Marks
from server.party.reviews.refusals import NotShownYet, ObjectionOpen, ReviewPast
from server.party.reviews.terms import Rules
from server.party.reviews.verdicts import Verdict
from server.party.standing import require_consent
from server.party.texts import as_written
from server.people.models import Channel

LONGEST = 500
MOST_TIMES = 5
MOST = 8
"""So many quarters are shown, the latest first: two years."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A quarter's review as its member reads it; before it is shown, without a verdict.

    `until` is when it ends by itself if they say nothing.
    """

    quarter: Quarter
    state: ReviewState | None
    marks: Marks
    verdict: Verdict | None = None
    answer: str = ""
    reply: str = ""
    until: datetime | None = None
    final_at: datetime | None = None


def mine(
    session: Session, person_id: int, now: datetime, *, rules: Rules, vault: PartyVault
) -> list[Shown]:
    """Return a member's reviews, the latest first, and note that they looked.

    The latest quarter is there once its report is due, drafted before it was decided and shown.
    """
    file = access.read_own(session, person_id, Look.REVIEW, now)
    shown = PartyReview.file_id == file.id, PartyReview.shown_at.is_not(None)
    latest = select(PartyReview).where(*shown).order_by(PartyReview.quarter.desc()).limit(MOST)
    rows = session.scalars(latest.execution_options(populate_existing=True)).all()
    found = [_shown(review, rules, vault) for review in rows]
    quarter = terms.latest(now, rules)
    told = {one.quarter for one in found}
    if quarter in told or file.withdrawn_at or not terms.concerns(file, quarter):
        return found
    drafted = evidence.of(session, [file], quarter, now, rules=rules.reports, vault=vault)
    return [Shown(quarter, None, drafted[file.id]), *found]


def acknowledge(
    session: Session, person_id: int, quarter: str, now: datetime, *, channel: Channel
) -> None:
    """Have nothing to say against a review; twice is the same as once.

    Until the review is final, or the branch has replied, one may still object.
    """
    note_acknowledged(session, _own(session, person_id), terms.named(quarter), now, channel)


def object_to(  # noqa: PLR0913  a verb with the key that seals
    session: Session,
    person_id: int,
    quarter: str,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Object to a review in words, which blocks its end until the branch replies (M5).

    The same words again are the same; other words are added until the branch has replied.
    """
    file, wanted = _own(session, person_id), terms.named(quarter)
    note_objected(session, file, wanted, words, now, channel=channel, vault=vault)


def note_acknowledged(
    session: Session, file: PartyFile, quarter: Quarter, now: datetime, channel: Channel
) -> None:
    """Write down, on a file that is held, that its member has nothing to say."""
    review = _answerable(session, file, quarter)
    told = {"channel": channel, "answered_at": now}
    here = steps.stands(ReviewState.SHOWN)
    taken = steps.take(session, review, ReviewState.ACKNOWLEDGED, here, **told)
    if not taken and review.state is ReviewState.OBJECTED:
        raise ObjectionOpen


def note_objected(  # noqa: PLR0913  what an objection consists of
    session: Session,
    file: PartyFile,
    quarter: Quarter,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> None:
    """Write down, on a file that is held, what its member says to a review, and tell the branch."""
    said = as_written(words, LONGEST)
    if not said:
        raise WordsNeeded
    review = _answerable(session, file, quarter)
    lines = verdicts.text_of(review, "answer", vault).splitlines()
    if said in lines:
        return
    if len(lines) == MOST_TIMES:
        raise TooLong(most=LONGEST * MOST_TIMES)
    sealed = vault.seal("\n".join([*lines, said]), verdicts.place(review.id, "answer"))
    told = {"answer": sealed, "channel": channel, "answered_at": now}
    here = steps.stands(*steps.ANSWERABLE)
    if not steps.take(session, review, ReviewState.OBJECTED, here, **told):
        raise ReviewPast
    _tell_branch(session, file, now)


def _own(session: Session, person_id: int) -> PartyFile:
    """Return one's own file, held until the transaction ends, or the usual nothing."""
    file = access.own(session, person_id, held=True)
    if file is None:
        raise NothingThere
    return file


def _answerable(session: Session, file: PartyFile, quarter: Quarter) -> PartyReview:
    """Return a review that was shown, or refuse; who took consent back is asked nothing more."""
    require_consent(file)
    review = steps.find(session, file.id, quarter)
    if review is None or review.state is ReviewState.BRANCH_DECIDED:
        raise NotShownYet
    return review


def _tell_branch(session: Session, file: PartyFile, now: datetime) -> None:
    seats = Organiser.branch_id == file.home_id, Organiser.until.is_(None)
    led = select(Organiser.person_id).where(*seats, Organiser.office == Office.SECRETARY)
    for secretary_id in session.scalars(led):
        if secretary_id != file.person_id:
            telling.staff(session, secretary_id, now)


def _shown(review: PartyReview, rules: Rules, vault: PartyVault) -> Shown:
    verdict, quarter = verdicts.of(review, vault), terms.named(review.quarter)
    waits = review.state is ReviewState.SHOWN
    return Shown(
        quarter=quarter,
        state=review.state,
        marks=verdict.marks,
        verdict=verdict,
        answer=verdicts.text_of(review, "answer", vault),
        reply=verdicts.text_of(review, "reply", vault),
        until=terms.deadline(quarter, review, rules) if waits else None,
        final_at=review.final_at,
    )

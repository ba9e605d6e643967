"""What anybody may say against a published star; until it is answered nothing is awarded."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.calendar import workdays
from server.errors import Invalid, Missing
from server.notices import outbox
from server.people import identities
from server.people.models import Channel
from server.people.vault import Vault
from server.volunteers.models import ObjectionState, StarAward, StarObjection, StarState

LONGEST = 400
"""Characters of an objection; whoever has more to say is called back."""
ANSWER_DAYS = 5
"""Working days until an objection is answered, as a dispute of hours is."""

Said = tuple[int, str]
"""Who answers, and in which words."""

award = StarAward.__table__.c
objection = StarObjection.__table__.c


class NotPublished(Missing):
    """Nothing of this number is published just now."""

    code = "stars.not_published"


class ObjectionWordsNeeded(Invalid):
    """An objection says what is wrong."""

    code = "stars.objection_words_needed"


def object_to(  # noqa: PLR0913  who objects to what, in which words, by which door
    session: Session,
    person_id: int,
    award_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> StarObjection:
    """Object to a published star in one's own words; a repeat is the same, answered or not.

    The star's row is changed first, so that whoever awards at the same time either is through or
    sees the objection.
    """
    words = words.strip()[:LONGEST]
    if not words:
        raise ObjectionWordsNeeded
    known = _of(session, person_id, award_id)
    if known is not None:
        return known
    _stop(session, award_id)
    due = workdays.add(session, now.astimezone(LOCAL).date(), ANSWER_DAYS)
    raised = StarObjection(
        award_id=award_id,
        person_id=person_id,
        channel=channel,
        words=b"",
        state=ObjectionState.OPEN,
        raised_at=now,
        due=due,
    )
    session.add(raised)
    session.flush()
    raised.words = vault.seal(words, _place(raised.id))
    session.flush()
    return raised


def settle(
    session: Session, objection_id: int, becomes: ObjectionState, said: Said, now: datetime
) -> bool:
    """Close one open objection and tell whoever raised it; False when somebody was quicker."""
    one = objection.id == objection_id
    ended = _end(session, one, becomes, said, now)
    for award_id in ended:
        _release(session, award_id)
    return bool(ended)


def close(
    session: Session, award_id: int, becomes: ObjectionState, said: Said | None, now: datetime
) -> None:
    """Close whatever is open against an award, and tell those who raised it what is said."""
    _end(session, objection.award_id == award_id, becomes, said, now)
    session.execute(update(StarAward.__table__).where(award.id == award_id).values(objections=0))


def take_back(session: Session, person_id: int, now: datetime) -> None:
    """Take back whatever somebody still objects to."""
    mine = objection.person_id == person_id
    for award_id in sorted(_end(session, mine, ObjectionState.WITHDRAWN, None, now)):
        _release(session, award_id)


def words_of(raised: StarObjection, *, vault: Vault) -> str:
    """Return the words of an objection, opened; nothing once their writer was forgotten."""
    return vault.open(raised.words, _place(raised.id)) if raised.words else ""


def _of(session: Session, person_id: int, award_id: int) -> StarObjection | None:
    """Return what this person said before; the person is locked, so that they say it once."""
    identities.lock(session, person_id)
    return session.scalars(
        select(StarObjection)
        .where(StarObjection.award_id == award_id, StarObjection.person_id == person_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _stop(session: Session, award_id: int) -> None:
    """Count one more objection against a published star, or refuse."""
    published = award.id == award_id, award.state == StarState.PUBLISHED
    counted = session.execute(
        update(StarAward.__table__)
        .where(*published)
        .values(objections=award.objections + 1)
        .returning(award.id)
    ).first()
    if counted is None:
        raise NotPublished


def _release(session: Session, award_id: int) -> None:
    session.execute(
        update(StarAward.__table__)
        .where(award.id == award_id)
        .values(objections=award.objections - 1)
    )


def _end(
    session: Session,
    which: ColumnElement[bool],
    becomes: ObjectionState,
    said: Said | None,
    now: datetime,
) -> list[int]:
    """End the open objections among these and return against which awards they were."""
    by, answer = said or (None, None)
    ended = session.execute(
        update(StarObjection.__table__)
        .where(which, objection.state == ObjectionState.OPEN)
        .values(state=becomes, answer=answer, answered_by=by, answered_at=now)
        .returning(objection.id, objection.award_id, objection.person_id)
    ).all()
    for row in ended if answer else ():
        key = f"stars.objection_answered:{row.id}"
        facts = {"answer": answer, "at": now}
        outbox.queue(session, row.person_id, "stars.objection_answered", key, now, facts)
    return [row.award_id for row in ended]


def _place(objection_id: int) -> str:
    return f"star_objection:{objection_id}:words"

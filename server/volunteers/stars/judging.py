"""Answering what somebody said against a star: by staff who had no hand in it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Missing
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import ObjectionState, StarAward, StarObjection
from server.volunteers.stars import awards, objections, steps
from server.volunteers.stars.steps import NotWaiting


class ObjectionMissing(Missing):
    """There is no such objection, or not for this person."""

    code = "stars.objection_missing"


class Waiting(NamedTuple):
    """An objection with the star it is about and the path of its area."""

    raised: StarObjection
    award: StarAward
    path: str


def object_to(  # noqa: PLR0913  who objects to what, in which words, by which door
    session: Session,
    reach: Reach,
    award_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> StarObjection:
    """Object as staff, to a star of any area: what is published is for everybody to judge."""
    reach.require_any(Right.SEE_STARS)
    raised = objections.object_to(
        session, reach.person_id, award_id, words, now, channel=channel, vault=vault
    )
    subject = ("star_award", award_id)
    trail.record(session, reach.person_id, "stars.objected", subject, now, objection=raised.id)
    return raised


def locate(session: Session, reach: Reach, objection_id: int) -> Waiting:
    """Return an objection and what it is about, if this person may see it."""
    raised = session.get(StarObjection, objection_id)
    if raised is None:
        raise ObjectionMissing
    try:
        award, path = steps.of(session, reach, raised.award_id, Right.AWARD_STARS)
    except OutOfReach:
        raise ObjectionMissing from None
    return Waiting(raised, award, path)


def against(session: Session, award_id: int) -> list[StarObjection]:
    """Return what was said against a star, the oldest first."""
    found = select(StarObjection).where(StarObjection.award_id == award_id)
    return list(session.scalars(found.order_by(StarObjection.id)))


def read(session: Session, reach: Reach, objection_id: int, now: datetime, *, vault: Vault) -> str:
    """Return what was written, never by whom; that it was read is kept in the trail."""
    found = locate(session, reach, objection_id)
    subject = ("star_objection", objection_id)
    who = reach.person_id
    trail.record(session, who, "stars.objection_words_seen", subject, now, area_path=found.path)
    return objections.words_of(found.raised, vault=vault)


def may_answer(reach: Reach, found: Waiting) -> bool:
    """Tell whether this person had no hand in the star and did not object to it."""
    award = found.award
    involved = (award.person_id, award.reviewed_by, award.published_by, found.raised.person_id)
    return reach.person_id not in involved


def dismiss(session: Session, reach: Reach, objection_id: int, answer: str, now: datetime) -> None:
    """Answer that nothing is wrong: the star is awarded once no other objection is open."""
    found = _answer(session, reach, objection_id, ObjectionState.DISMISSED, answer, now)
    _note(session, reach, found, "stars.objection_dismissed", answer, now)


def uphold(session: Session, reach: Reach, objection_id: int, answer: str, now: datetime) -> None:
    """Answer that something is wrong: the application is declined with that reason.

    What else was said against it is answered by the same words.
    """
    found = _answer(session, reach, objection_id, ObjectionState.UPHELD, answer, now)
    _note(session, reach, found, "stars.objection_upheld", answer, now)
    awards.decline(session, reach, found.award.id, answer, now)


def _answer(
    session: Session,
    reach: Reach,
    objection_id: int,
    becomes: ObjectionState,
    answer: str,
    now: datetime,
) -> Waiting:
    found = locate(session, reach, objection_id)
    if not answer.strip():
        raise ReasonNeeded
    if not may_answer(reach, found):
        raise SecondPersonNeeded
    said = (reach.person_id, answer.strip()[: objections.LONGEST])
    if not objections.settle(session, objection_id, becomes, said, now):
        raise NotWaiting
    return found


def _note(
    session: Session, reach: Reach, found: Waiting, action: str, answer: str, now: datetime
) -> None:
    trail.record(
        session,
        reach.person_id,
        action,
        ("star_objection", found.raised.id),
        now,
        area_path=found.path,
        reason=answer.strip()[:400],
        award=found.award.id,
    )

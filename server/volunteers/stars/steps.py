"""The steps of an application for a star: who may take one, that it is taken once, its trace."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict
from server.notices import outbox
from server.staff.approvals import SecondPersonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.hours import hours, records
from server.volunteers.models import StarAward, StarScheme, StarState
from server.volunteers.stars.stars import TooFewHours

RIGHT_AT = {
    StarState.APPLIED: Right.REVIEW_STARS,
    StarState.REVIEWED: Right.AWARD_STARS,
    StarState.PUBLISHED: Right.AWARD_STARS,
}
"""Who takes the next step from each state."""


class NotWaiting(Conflict):
    """Somebody has decided meanwhile."""

    code = "stars.not_waiting"


def of(session: Session, reach: Reach, award_id: int, right: Right) -> tuple[StarAward, str]:
    """Return an application and the path of its area, if the right reaches it."""
    award = session.get(StarAward, award_id)
    if award is None:
        raise OutOfReach
    path = session.get_one(Area, award.area_id).path
    reach.require(right, path)
    return award, path


def assure_hours(session: Session, award: StarAward) -> None:
    """Refuse when corrections have taken hours away meanwhile."""
    minutes = records.totals(session, award.person_id).final
    needed = session.get_one(StarScheme, award.scheme_id).levels[str(award.level)]
    if minutes < needed * 60:
        raise TooFewHours(hours=hours.spelled(minutes), needed=needed, level=award.level)


def assure_other(reach: Reach, *others: int | None) -> None:
    """Refuse whoever applied, or took the step before."""
    if reach.person_id in others:
        raise SecondPersonNeeded


def take(
    session: Session, award: StarAward, was: StarState, becomes: StarState, **marked: object
) -> None:
    """Take one step by one conditional write: of two at once only one does."""
    taken = session.execute(
        update(StarAward)
        .where(StarAward.id == award.id, StarAward.state == was)
        .values(state=becomes, **marked)
        .returning(StarAward.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise NotWaiting
    session.refresh(award)


def celebrate(session: Session, award: StarAward, by: int | None, path: str, now: datetime) -> None:
    """Note and tell that a star was awarded; `by` None is the timetable."""
    note(session, by, award, "stars.awarded", path, now)
    tell(session, award, "stars.awarded", now)


def note(  # noqa: PLR0913  what an assessor asks of each deed
    session: Session,
    by: int | None,
    award: StarAward,
    action: str,
    path: str,
    now: datetime,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    """Put a step into the trail."""
    trail.record(
        session,
        by,
        action,
        ("star_award", award.id),
        now,
        area_path=path,
        reason=reason,
        level=award.level,
        minutes=award.minutes,
        **facts,
    )


def tell(session: Session, award: StarAward, kind: str, now: datetime, *, reason: str = "") -> None:
    """Tell the applicant, once."""
    facts = {"level": award.level, "at": now, "note": reason}
    outbox.queue(session, award.person_id, kind, f"{kind}:{award.id}", now, facts)

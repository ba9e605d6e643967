"""What staff do with applications for stars: review, award (another person), or decline."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict
from server.notices import outbox
from server.staff import queue
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded
from server.staff.queue import Task
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.hours import hours, records
from server.volunteers.models import StarAward, StarScheme, StarState
from server.volunteers.stars.stars import TooFewHours

RIGHT_AT = {StarState.APPLIED: Right.REVIEW_STARS, StarState.REVIEWED: Right.AWARD_STARS}
"""Who takes the next step from each state."""


class NotWaiting(Conflict):
    """Somebody has decided meanwhile."""

    code = "stars.not_waiting"


def review(session: Session, reach: Reach, award_id: int, now: datetime) -> None:
    """Find the hours in order and hand the application on; whoever applied cannot review it."""
    award, path = of(session, reach, award_id, Right.REVIEW_STARS)
    _assure_hours(session, award)
    _assure_other(reach, award.person_id)
    marked = {"reviewed_by": reach.person_id, "reviewed_at": now}
    _step(session, award, StarState.APPLIED, StarState.REVIEWED, **marked)
    _note(session, reach, award, "stars.reviewed", path, now)


def award(session: Session, reach: Reach, award_id: int, now: datetime) -> None:
    """Award the star; neither whoever reviewed it nor whoever applied may do so."""
    award, path = of(session, reach, award_id, Right.AWARD_STARS)
    _assure_hours(session, award)
    _assure_other(reach, award.person_id, award.reviewed_by)
    marked = {"awarded_by": reach.person_id, "awarded_at": now}
    _step(session, award, StarState.REVIEWED, StarState.AWARDED, **marked)
    _note(session, reach, award, "stars.awarded", path, now)
    _tell(session, award, "stars.awarded", now, note="")


def decline(session: Session, reach: Reach, award_id: int, reason: str, now: datetime) -> None:
    """Turn the application down with a reason, which the applicant reads."""
    award, path = of(session, reach, award_id, Right.SEE_STARS)
    if not reason.strip():
        raise ReasonNeeded
    if award.state not in RIGHT_AT:
        raise NotWaiting
    reach.require(RIGHT_AT[award.state], path)
    note = reason.strip()[:400]
    _step(session, award, award.state, StarState.DECLINED, note=note)
    _note(session, reach, award, "stars.declined", path, now, reason=note)
    _tell(session, award, "stars.declined", now, note=note)


def waiting(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the applications that this person can take a step further."""
    found: list[Task] = []
    for state, right in RIGHT_AT.items():
        rows = session.execute(
            select(StarAward.id, StarAward.level, Area.name.label("area"))
            .join(Area, Area.id == StarAward.area_id)
            .where(StarAward.state == state, reach.inside(right))
            .order_by(StarAward.id)
            .limit(limit)
        )
        why = "核对时长" if state is StarState.APPLIED else "审核已通过，请授予"
        found += [
            Task("star", row.id, f"{row.level}星申请", why, "志愿者本人", row.area, None)
            for row in rows
        ]
    return found


queue.SOURCES.append(waiting)


def of(session: Session, reach: Reach, award_id: int, right: Right) -> tuple[StarAward, str]:
    """Return an application and the path of its area, if the right reaches it."""
    award = session.get(StarAward, award_id)
    if award is None:
        raise OutOfReach
    path = session.get_one(Area, award.area_id).path
    reach.require(right, path)
    return award, path


def _assure_hours(session: Session, award: StarAward) -> None:
    """Refuse when corrections have taken hours away meanwhile."""
    minutes = records.totals(session, award.person_id).final
    needed = session.get_one(StarScheme, award.scheme_id).levels[str(award.level)]
    if minutes < needed * 60:
        raise TooFewHours(hours=hours.spelled(minutes), needed=needed, level=award.level)


def _assure_other(reach: Reach, *others: int | None) -> None:
    if reach.person_id in others:
        raise SecondPersonNeeded


def _step(
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


def _note(  # noqa: PLR0913  what an assessor asks of each deed
    session: Session,
    reach: Reach,
    award: StarAward,
    action: str,
    path: str,
    now: datetime,
    *,
    reason: str | None = None,
) -> None:
    trail.record(
        session,
        reach.person_id,
        action,
        ("star_award", award.id),
        now,
        area_path=path,
        reason=reason,
        level=award.level,
        minutes=award.minutes,
    )


def _tell(session: Session, award: StarAward, kind: str, now: datetime, *, note: str) -> None:
    facts = {"level": award.level, "at": now, "note": note}
    outbox.queue(session, award.person_id, kind, f"{kind}:{award.id}", now, facts)

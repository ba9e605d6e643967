"""What staff do with applications for stars: review, publish (another person), or decline."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.calendar import workdays
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import ObjectionState, StarScheme, StarState
from server.volunteers.stars import objections, steps
from server.volunteers.stars.steps import RIGHT_AT, NotWaiting


def review(session: Session, reach: Reach, award_id: int, now: datetime) -> None:
    """Find the hours in order and hand the application on; whoever applied cannot review it."""
    award, path = steps.of(session, reach, award_id, Right.REVIEW_STARS)
    steps.assure_hours(session, award)
    steps.assure_other(reach, award.person_id)
    marked = {"reviewed_by": reach.person_id, "reviewed_at": now}
    steps.take(session, award, StarState.APPLIED, StarState.REVIEWED, **marked)
    steps.note(session, reach.person_id, award, "stars.reviewed", path, now)


def publish(session: Session, reach: Reach, award_id: int, now: datetime) -> StarState:
    """Publish the application, and return how it stands then.

    Neither whoever reviewed it nor whoever applied may do so. The timetable awards the star after
    the working days that its scheme asks for (see `publication.award_due`); under a scheme that
    asks for none it is awarded here.
    """
    award, path = steps.of(session, reach, award_id, Right.AWARD_STARS)
    steps.assure_hours(session, award)
    steps.assure_other(reach, award.person_id, award.reviewed_by)
    days = session.get_one(StarScheme, award.scheme_id).publish_days
    marked = {"published_by": reach.person_id, "published_at": now}
    if days == 0:
        done = {"awarded_by": reach.person_id, "awarded_at": now}
        steps.take(session, award, StarState.REVIEWED, StarState.AWARDED, **marked, **done)
        steps.celebrate(session, award, reach.person_id, path, now)
        return StarState.AWARDED
    until = workdays.add(session, now.astimezone(LOCAL).date(), days)
    shown = {"published_until": until, **marked}
    steps.take(session, award, StarState.REVIEWED, StarState.PUBLISHED, **shown)
    steps.note(session, reach.person_id, award, "stars.published", path, now, until=until)
    return StarState.PUBLISHED


def decline(session: Session, reach: Reach, award_id: int, reason: str, now: datetime) -> None:
    """Turn the application down with a reason, which the applicant and whoever objected read."""
    award, path = steps.of(session, reach, award_id, Right.SEE_STARS)
    if not reason.strip():
        raise ReasonNeeded
    if award.state not in RIGHT_AT:
        raise NotWaiting
    reach.require(RIGHT_AT[award.state], path)
    note = reason.strip()[:400]
    steps.take(session, award, award.state, StarState.DECLINED, note=note)
    objections.close(session, award.id, ObjectionState.UPHELD, (reach.person_id, note), now)
    steps.note(session, reach.person_id, award, "stars.declined", path, now, reason=note)
    steps.tell(session, award, "stars.declined", now, reason=note)

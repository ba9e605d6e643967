"""One activity in the hands of staff: within their reach, held, and not changed meanwhile.

It is held as a person is, so that others may go on naming it: PostgreSQL looks at it once more
whenever a shift of it is counted twice in one transaction, and would have two wait for each other.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Shift
from server.volunteers.refusals import ChangedMeanwhile


def held(session: Session, reach: Reach, right: Right, activity_id: int) -> tuple[Activity, Area]:
    """Return the activity, locked, if the right reaches it; what lies outside is not there."""
    found = session.execute(
        select(Activity, Area)
        .join(Area, Area.id == Activity.area_id)
        .where(Activity.id == activity_id)
        .with_for_update(of=Activity, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    reach.require(right, found[1].path if found else None)
    assert found is not None
    return found[0], found[1]


def held_shift(
    session: Session, reach: Reach, right: Right, shift_id: int
) -> tuple[Activity, Area, Shift]:
    """Return the shift with its activity and area, all locked but the area."""
    activity_id = session.scalar(select(Shift.activity_id).where(Shift.id == shift_id))
    if activity_id is None:
        reach.require(right, None)
        raise OutOfReach
    activity, area = held(session, reach, right, activity_id)
    alone = {"key_share": True}
    shift = session.get_one(Shift, shift_id, with_for_update=alone, populate_existing=True)
    return activity, area, shift


def claim(session: Session, activity: Activity, seen: int) -> None:
    """Count the activity's version up, unless it is no longer the one that was seen.

    One conditional write: of two who change it at once, the second is told and loses nothing.
    """
    taken = session.execute(
        update(Activity)
        .where(Activity.id == activity.id, Activity.revision == seen)
        .values(revision=seen + 1)
        .execution_options(synchronize_session=False)
        .returning(Activity.id)
    ).first()
    if taken is None:
        raise ChangedMeanwhile(title=activity.title)
    session.refresh(activity, ["revision"])


def note(
    session: Session,
    reach: Reach,
    action: str,
    activity: Activity,
    area: Area,
    now: datetime,
    **more: object,
) -> None:
    """Write a deed into the audit trail; `more` may hold a reason and facts."""
    subject = ("activity", activity.id)
    reason = str(more.pop("reason")) if more.get("reason") else None
    trail.record(
        session,
        reach.person_id,
        action,
        subject,
        now,
        area_path=area.path,
        reason=reason,
        **more,
    )

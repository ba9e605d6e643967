"""What an open activity says about itself, put better; nobody need be told of that."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import desk, drafts
from server.volunteers.models import Activity, ActivityState
from server.volunteers.refusals import BadDraft, NotInThisState
from server.volunteers.signups import reminders

CHANGEABLE = ("title", "leader_name", "risk_note", "insurance_ref", "command_contact")
NEEDED = ("title", "leader_name", "risk_note")


def rewrite(
    session: Session,
    reach: Reach,
    activity_id: int,
    seen: int,
    words: dict[str, str],
    now: datetime,
) -> Activity:
    """Change the words of an open activity; time, place and gates are not among them.

    Whoever saw an older version is told, and nothing of either is lost.
    """
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    if activity.state is not ActivityState.OPEN:
        raise NotInThisState(title=activity.title)
    given = {name: words[name].strip() for name in CHANGEABLE if name in words}
    if not all(given.get(name, "kept") for name in NEEDED):
        raise BadDraft
    desk.claim(session, activity, seen)
    for name, text in given.items():
        setattr(activity, name, text or None)
    drafts.check_safety(
        activity.field, activity.risk, activity.insurance_ref, activity.command_contact
    )
    session.flush()
    reminders.reword(session, activity)
    desk.note(session, reach, "activity.reworded", activity, area, now)
    return activity

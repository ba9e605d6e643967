"""Plain functions that make what a test needs, with only what matters named."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from server.areas import tree
from server.people import identities
from server.people.models import App
from server.volunteers.activities import staffing
from server.volunteers.policy import Policy
from server.volunteers.views import ActivityView

POLICY = Policy()
_openids = (f"o-invented-{number:018}" for number in count())


def a_person(session: Session, now: datetime, openid: str = "", app: App = App.OFFICIAL) -> int:
    """Return the id of somebody who follows the official account."""
    known = identities.welcome(session, app, openid or next(_openids), now)
    if app is App.OFFICIAL:
        identities.set_following(session, known.account_id, True, now)
    return known.person_id


def people(session: Session, now: datetime, how_many: int) -> list[int]:
    """Return the ids of several persons."""
    return [a_person(session, now) for _ in range(how_many)]


def an_activity(
    session: Session,
    now: datetime,
    *,
    capacity: int = 1,
    title: str = "社区图书角整理",
    starts_in: timedelta = timedelta(hours=48),
    **more: object,
) -> ActivityView:
    """Return a published activity with one shift of two hours."""
    starts_at = now + starts_in
    time = staffing.Time(starts_at, starts_at + timedelta(hours=2), capacity)
    given = {
        "title": title,
        "area_code": tree.root(session).code,
        "place": "示例社区活动室",
        "leader_name": "示例·王芳",
        "risk_note": "搬书注意腰部，重箱两人同抬。",
        "times": (time,),
    }
    draft = staffing.Draft(**(given | more))  # type: ignore[arg-type]
    return staffing.publish(session, draft, now, policy=POLICY)


def a_shift(session: Session, now: datetime, **facts: object) -> int:
    """Return the id of the only shift of a new activity."""
    return an_activity(session, now, **facts).shifts[0].id  # type: ignore[arg-type]

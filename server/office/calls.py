"""Whom staff call: people without WeChat who would hear of nothing otherwise."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.office import sight
from server.people.models import Account, Person
from server.staff.queue import SOURCES, Task
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Shift, Signup, SignupState


def offers(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the offered places of people of these areas who have no WeChat here."""
    if not reach.may(Right.EDIT_PEOPLE):
        return []
    met = exists().where(Account.person_id == Signup.person_id)
    rows = session.execute(
        select(Signup.person_id, Signup.offer_ends_at, Activity.title, Area.name.label("area"))
        .join(Person, Person.id == Signup.person_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .where(
            Signup.state == SignupState.OFFERED,
            Signup.offer_ends_at > now,
            ~met,
            sight.at_home(reach, Right.EDIT_PEOPLE),
        )
        .order_by(Signup.offer_ends_at, Signup.id)
        .limit(limit)
    )
    why, whose = "有名额了，本人不用微信，请打电话问来不来", "候补的志愿者"
    return [
        Task("call", row.person_id, row.title, why, whose, row.area, row.offer_ends_at)
        for row in rows
    ]


SOURCES.append(offers)

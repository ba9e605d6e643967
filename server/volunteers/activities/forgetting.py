"""Whoever led activities is named to others: in the activity, and in what these were told of it."""

from datetime import datetime

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.notices.models import Notice
from server.people import erasing
from server.people.models import KeyedRequest
from server.volunteers.models import Activity, Shift, Signup
from server.wechat.models import Inbound

SHORTEST = 2
"""Characters of a name that is looked for in what others were told."""


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Take the name of who led out of the activities, and out of what others were told of them.

    Every chat reply that is still kept is looked through, which takes its time: few people lead,
    and fewer of them leave.
    """
    led = Activity.leader_id == person_id
    nobody = say("privacy.nobody")
    names = session.scalars(select(Activity.leader_name).where(led).distinct()).all()
    session.execute(update(Activity).where(led).values(leader_name=nobody))
    told = select(Signup.person_id).join(Shift).join(Activity).where(led)
    for name in names:
        if len(name) >= SHORTEST and name != nobody:
            _out_of_replies(session, name, nobody)
            _out_of_notices(session, name, nobody, told)
    # answers to repeated requests are sealed; whoever repeats one now is answered anew
    session.execute(delete(KeyedRequest).where(KeyedRequest.person_id.in_(told)))


def _out_of_replies(session: Session, name: str, nobody: str) -> None:
    session.execute(
        update(Inbound)
        .where(Inbound.reply.contains(name, autoescape=True))
        .values(reply=func.replace(Inbound.reply, name, nobody))
        .execution_options(synchronize_session=False)
    )


def _out_of_notices(session: Session, name: str, nobody: str, told: "Select[int]") -> None:
    for notice in session.scalars(select(Notice).where(Notice.person_id.in_(told))):
        notice.facts = {
            key: fact.replace(name, nobody) if isinstance(fact, str) else fact
            for key, fact in notice.facts.items()
        }


erasing.FOLLOWERS.append(forget)

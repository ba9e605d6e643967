"""What waits for whoever decides, as one task without a name: objections, and what is undecided."""

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.reviews import Reviews
from config.wording import say
from server.party.keys import OFF
from server.party.models import PartyFile, PartyReview, ReviewState
from server.party.reviews import deciders, desk, terms
from server.party.reviews.terms import REVIEW_RULES, Rules
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "party.review"
_USUAL = Rules(Reports(), Reviews())


def waiting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever has objections to reply to, or members to decide about.

    One statement: of the latest quarter that is due, since an older one was told of in its time.
    """
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    rules = session.info.get(REVIEW_RULES, _USUAL)
    quarter = terms.latest(now, rules)
    mine = deciders.may_decide(reach, now), PartyFile.person_id != reach.person_id
    this = and_(PartyReview.file_id == PartyFile.id, PartyReview.quarter == str(quarter))
    counted = select(func.count()).select_from(PartyFile).where(*mine)
    objected = counted.join(PartyReview, PartyReview.file_id == PartyFile.id).where(
        PartyReview.state == ReviewState.OBJECTED, PartyFile.withdrawn_at.is_(None)
    )
    drafted = counted.outerjoin(PartyReview, this).where(
        PartyReview.id.is_(None), *desk.concerning(quarter)
    )
    asked = select(objected.scalar_subquery(), drafted.scalar_subquery())
    objections, drafts = session.execute(asked).one()
    if not objections and not drafts:
        return []
    said = [
        say(f"party.review_task_{name}", count=count)
        for name, count in (("objections", objections), ("drafts", drafts))
        if count
    ]
    return [
        Task(
            kind=KIND,
            subject_id=0,
            title=say("party.review_task", what="，".join(said)),
            why=say("party.review_task_why", year=quarter.year, number=quarter.number),
            whose=say("party.task_whose"),
            area="",
            due_at=terms.deadline(quarter, None, rules),
        )
    ]


queue.SOURCES.append(waiting)

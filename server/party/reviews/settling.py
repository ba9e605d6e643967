"""Reviews end by themselves once they are answered, or nobody has answered them in time."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.reviews import Reviews
from server.party.models import PartyFile, PartyReview, ReviewState
from server.party.reviews import steps


def settle(session: Session, now: datetime, rules: Reviews) -> int:
    """End all reviews for which nothing is awaited any more, and return how many.

    One statement. An objection is never overtaken (M5), and of whoever took their consent back
    nothing new is written.
    """
    agrees = select(PartyFile.id).where(PartyFile.withdrawn_at.is_(None))
    ready = steps.may_be_final(now, rules), PartyReview.file_id.in_(agrees)
    ended = {"state": ReviewState.FINAL, "final_at": now, "revision": PartyReview.revision + 1}
    step = update(PartyReview).where(*ready).values(ended).returning(PartyReview.id)
    done = session.execute(step.execution_options(synchronize_session=False))
    return len(done.all())

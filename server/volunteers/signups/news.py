"""What a person is told of a sign-up that they did not make in the chat."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.notices import outbox
from server.volunteers.models import SignupState
from server.volunteers.views import Outcome


def tell(session: Session, person_id: int, signup_id: int, outcome: Outcome, now: datetime) -> None:
    """Queue the news for somebody who does not get it as the reply in chat."""
    kind = "signed_up" if outcome.state is SignupState.CONFIRMED else "waitlisted"
    outbox.queue(
        session,
        person_id,
        f"volunteers.{kind}",
        f"volunteers.signed_up:{signup_id}",
        now,
        {
            "number": outcome.number,
            "title": outcome.title,
            "place": outcome.place,
            "starts_at": outcome.starts_at,
            "position": outcome.position or "",
        },
        not_after=outcome.starts_at,
    )

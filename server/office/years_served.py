"""What members did as volunteers, for the letter of a year: works side by side do not ask that."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import say
from server.party.letters import facts
from server.volunteers.hours import hours
from server.volunteers.models import RecordState, ServiceRecord


def served(
    session: Session, people: Sequence[int], begins: datetime, ends: datetime
) -> dict[int, str]:
    """Return in words how often and how long persons served between two moments, hours final.

    One statement; who did not serve is absent.
    """
    record = ServiceRecord
    final = record.person_id.in_(people), record.state == RecordState.FINAL
    within = record.starts_at >= begins, record.starts_at < ends
    rows = session.execute(
        select(record.person_id, func.count(), func.sum(record.minutes))
        .where(*final, *within)
        .group_by(record.person_id)
    )
    return {
        person_id: say("party.letter_service", count=count, hours=hours.spelled(int(minutes)))
        for person_id, count, minutes in rows
    }


facts.SERVICE.append(served)

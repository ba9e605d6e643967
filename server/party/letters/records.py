"""What is kept of a year of some members: their reports, calls, final reviews and needs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.wording import sentences
from server.party.keys import PartyVault
from server.party.letters import years
from server.party.models import (
    ContactLog,
    PartyNeed,
    PartyReport,
    PartyReview,
    ReviewState,
    Way,
)
from server.party.quarters import Quarter


@dataclass(slots=True)
class Record:
    """What a year has brought for one member; `last` is the last call that reached them."""

    reports: dict[str, PartyReport] = field(default_factory=dict)
    touches: int = 0
    last: tuple[date, Way] | None = None
    reviews: list[PartyReview] = field(default_factory=list)
    needs: list[PartyNeed] = field(default_factory=list)


def of(session: Session, file_ids: Sequence[int], year: int) -> dict[int, Record]:
    """Return what is kept of a year of these files. Four statements, however many they are."""
    found = {file_id: Record() for file_id in file_ids}
    quarters = [str(Quarter(year, number)) for number in range(1, 5)]
    told = PartyReport.file_id.in_(file_ids), PartyReport.quarter.in_(quarters)
    for report in session.scalars(select(PartyReport).where(*told)):
        found[report.file_id].reports[report.quarter] = report
    _call(session, found, year)
    for review in final_reviews(session, file_ids, quarters):
        found[review.file_id].reviews.append(review)
    begins, ends = years.begins(year), years.ends(year)
    meant = PartyNeed.file_id.in_(file_ids), PartyNeed.opened_at < ends
    still = or_(PartyNeed.solved_at.is_(None), PartyNeed.solved_at >= begins)
    rows = select(PartyNeed).where(*meant, still).order_by(PartyNeed.id)
    for need in session.scalars(rows):
        found[need.file_id].needs.append(need)
    return found


def _call(session: Session, found: dict[int, Record], year: int) -> None:
    """Add on how many days each member was reached, and when last."""
    line, first, last = ContactLog, date(year, 1, 1), date(year, 12, 31)
    within = line.file_id.in_(found), line.day.between(first, last), line.reached
    wanted = select(line.file_id, line.day, line.way).where(*within).order_by(line.day, line.id)
    for file_id, day, way in session.execute(wanted):
        record = found[file_id]
        record.touches += record.last is None or record.last[0] != day
        record.last = day, way


def final_reviews(
    session: Session, file_ids: Sequence[int], quarters: Sequence[str]
) -> list[PartyReview]:
    """Return what was said of quarters and is not open to change any more, in their order."""
    final = PartyReview.state == ReviewState.FINAL
    meant = PartyReview.file_id.in_(file_ids), PartyReview.quarter.in_(quarters), final
    return list(session.scalars(select(PartyReview).where(*meant).order_by(PartyReview.quarter)))


def grade(review: PartyReview, vault: PartyVault) -> str:
    """Return the grade of a review as words, "" where none was given."""
    content = json.loads(vault.open(review.content, f"party_review:{review.id}:content"))
    given = str(content.get("grade") or "")
    return sentences().get(f"party.grade_{given}", given)

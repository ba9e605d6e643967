"""What a branch has said of a member's reports, for the copy of their own data."""

from sqlalchemy import select

from server.party.keys import WING
from server.party.models import PartyFile, PartyReport
from server.party.reports import sheets
from server.people.copies import PARTS, Part

DECISIONS = Part(
    "party_report_decisions",
    (),
    lambda person: (
        select(
            PartyReport.id.label("_id"),
            PartyReport.quarter.label("quarter"),
            PartyReport.late.label("late"),
            PartyReport.question.label("question"),
            PartyReport.returned_at.label("question_at"),
            PartyReport.accepted_at.label("accepted_at"),
            PartyReport.excuse.label("excuse"),
            PartyReport.excused_at.label("excused_at"),
        )
        .join(PartyFile, PartyFile.id == PartyReport.file_id)
        .where(PartyFile.person_id == person)
        .order_by(PartyReport.id)
    ),
    {
        "question": sheets.question_place("{_id}"),
        "excuse": sheets.excuse_place("{_id}"),
    },
    wing=WING,
)

PARTS.append(DECISIONS)

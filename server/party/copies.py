"""What this work adds to the copy of a person's own data: shown to nobody but themselves."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from server.party import access
from server.party.keys import WING
from server.party.models import (
    Branch,
    ContactLog,
    FileRead,
    Look,
    Organiser,
    PartyFile,
    PartyReport,
    ReportRevision,
)
from server.party.reports import answers
from server.people.copies import ELSEWHERE, PARTS, Part

_HOST = aliased(Branch)


def seen(session: Session, person_id: int, now: datetime) -> None:
    """Note that the member has read their file, if there is one."""
    file = access.own(session, person_id)
    if file is not None:
        access.note(session, person_id, [file.id], Look.COPY, now, access.OWN)


FILE = Part(
    "party_file",
    ("party_file.person_id",),
    lambda person: (
        select(
            PartyFile.id.label("_id"),
            *(
                getattr(PartyFile, field).label(field)
                for field in ("name", "phone", "place", "employer", "reason", "card_no", "note")
            ),
            Branch.name.label("branch"),
            _HOST.name.label("host_branch"),
            PartyFile.state.label("state"),
            PartyFile.left_on.label("left_on"),
            PartyFile.arrived_on.label("arrived_on"),
            PartyFile.channel.label("channel"),
            PartyFile.agreed_at.label("granted_at"),
            PartyFile.withdrawn_at.label("withdrawn_at"),
            PartyFile.confirmed_at.label("confirmed_at"),
            PartyFile.reported_at.label("at"),
        )
        .join(Branch, Branch.id == PartyFile.home_id)
        .outerjoin(_HOST, _HOST.id == PartyFile.host_id)
        .where(PartyFile.person_id == person)
        .order_by(PartyFile.id)
    ),
    {
        field: f"party_file:{{_id}}:{field}"
        for field in ("name", "phone", "place", "employer", "reason", "card_no", "note")
    },
    wing=WING,
    seen=seen,
)
TOUCHES = Part(
    "party_touches",
    (),
    lambda person: (
        select(
            ContactLog.id.label("_id"),
            ContactLog.day.label("day"),
            ContactLog.way.label("way"),
            ContactLog.reached.label("reached"),
            ContactLog.note.label("note"),
        )
        .join(PartyFile, PartyFile.id == ContactLog.file_id)
        .where(PartyFile.person_id == person)
        .order_by(ContactLog.id)
    ),
    {"note": "party_contact_log:{_id}:note"},
    wing=WING,
)
REPORTS = Part(
    "party_reports",
    (),
    lambda person: (
        select(
            PartyReport.id.label("_report"),
            ReportRevision.number.label("_number"),
            PartyReport.quarter.label("quarter"),
            ReportRevision.answers.label("answers"),
            ReportRevision.channel.label("channel"),
            ReportRevision.at.label("at"),
        )
        .join(PartyReport, PartyReport.id == ReportRevision.report_id)
        .join(PartyFile, PartyFile.id == PartyReport.file_id)
        .where(PartyFile.person_id == person)
        .order_by(ReportRevision.id)
    ),
    {"answers": answers.place_of("{_report}", "{_number}")},
    wing=WING,
)
DRAFTS = Part(
    "party_drafts",
    (),
    lambda person: (
        select(
            PartyReport.id.label("_id"),
            PartyReport.quarter.label("quarter"),
            PartyReport.draft.label("answers"),
            PartyReport.changed_at.label("at"),
        )
        .join(PartyFile, PartyFile.id == PartyReport.file_id)
        .where(PartyFile.person_id == person, PartyReport.draft.is_not(None))
        .order_by(PartyReport.id)
    ),
    {"answers": "party_report:{_id}:draft"},
    wing=WING,
)
READS = Part(
    "party_reads",
    (),
    lambda person: (
        select(FileRead.part.label("part"), FileRead.at.label("at"))
        .join(PartyFile, PartyFile.id == FileRead.file_id)
        .where(PartyFile.person_id == person, FileRead.reader_id != person)
        .order_by(FileRead.id)
    ),
    wing=WING,
)
SEATS = Part(
    "party_seats",
    ("party_organiser.person_id",),
    lambda person: (
        select(
            Branch.name.label("branch"),
            Organiser.office.label("office"),
            Organiser.since.label("since"),
            Organiser.until.label("until"),
        )
        .join(Branch, Branch.id == Organiser.branch_id)
        .where(Organiser.person_id == person)
        .order_by(Organiser.id)
    ),
    wing=WING,
)

PARTS += (FILE, TOUCHES, REPORTS, DRAFTS, READS, SEATS)

_DEED = "what somebody did for others in a branch"
ELSEWHERE |= dict.fromkeys(
    (
        *("party_contact.contact_id", "party_contact.named_by", "party_contact_log.by_id"),
        *("party_report_revision.by_id", "party_review.decided_by"),
        *("party_letter.made_by", "party_need.opened_by"),
        *("party_read.reader_id", "party_upload.made_by"),
        *("party_list.asked_by", "party_list.first_by", "party_list.second_by"),
    ),
    _DEED,
)

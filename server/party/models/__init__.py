"""The tables of floating Party members."""

from server.party.models.branches import (
    Branch,
    Office,
    Organiser,
    PartyKeeping,
    PartyList,
    PartyUpload,
    UploadState,
)
from server.party.models.contacts import Contact, ContactLog, FileRead, Look, Way
from server.party.models.files import LIVE, FileState, PartyFile
from server.party.models.letters import NeedSource, PartyLetter, PartyNeed
from server.party.models.reports import PartyReport, ReportRevision
from server.party.models.reviews import PartyReview, ReviewState

__all__ = [
    "LIVE",
    "Branch",
    "Contact",
    "ContactLog",
    "FileRead",
    "FileState",
    "Look",
    "NeedSource",
    "Office",
    "Organiser",
    "PartyFile",
    "PartyKeeping",
    "PartyLetter",
    "PartyList",
    "PartyNeed",
    "PartyReport",
    "PartyReview",
    "PartyUpload",
    "ReportRevision",
    "ReviewState",
    "UploadState",
    "Way",
]

"""The tables of floating Party members."""

from server.party.models.branches import (
    Branch,
    Office,
    Organiser,
    PartyList,
    PartyUpload,
    UploadState,
)
from server.party.models.contacts import Contact, ContactLog, FileRead, Look, Way
from server.party.models.files import LIVE, FileState, PartyFile
from server.party.models.reports import PartyReport, ReportRevision

__all__ = [
    "LIVE",
    "Branch",
    "Contact",
    "ContactLog",
    "FileRead",
    "FileState",
    "Look",
    "Office",
    "Organiser",
    "PartyFile",
    "PartyList",
    "PartyReport",
    "PartyUpload",
    "ReportRevision",
    "UploadState",
    "Way",
]

"""How a file stands: what may be done to it, what the member has agreed to, and its trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import trail
from server.party.models import FileState, PartyFile
from server.party.refusals import ConsentWithdrawn, OtherState

CONSENT = 1
"""The version of the text that members agree to; a changed text gets the next number."""


def agrees(file: PartyFile) -> bool:
    """Tell whether the member agrees to the text in force."""
    return file.consent_version == CONSENT and file.withdrawn_at is None


def require(file: PartyFile, *states: FileState) -> None:
    """Refuse where a file stands otherwise."""
    if file.state not in states:
        raise OtherState


def require_consent(file: PartyFile) -> None:
    """Refuse to write anything new of somebody who has taken their consent back."""
    if file.withdrawn_at is not None:
        raise ConsentWithdrawn


def agree(file: PartyFile, now: datetime) -> None:
    """Put down that the member agrees to the text in force; who agrees already still does."""
    if not agrees(file):
        file.consent_version, file.agreed_at, file.withdrawn_at = CONSENT, now, None


def confirm(file: PartyFile, now: datetime) -> None:
    """Put down that what stands there is right; what was only reported counts from here on."""
    if file.state is FileState.REPORTED:
        file.state = FileState.ACTIVE
    file.confirmed_at = now
    changed(file, now)


def changed(file: PartyFile, now: datetime) -> None:
    """Count the change, so that nobody writes over it unseen."""
    file.changed_at = now
    file.revision += 1


def trace(session: Session, actor: int, action: str, file_id: int, now: datetime) -> None:
    """Leave a line in the trail that names a file by its number, and nothing else."""
    trail.record(session, actor, action, ("party_file", file_id), now)


def trace_branch(
    session: Session, actor: int, action: str, branch_id: int, now: datetime, **facts: str
) -> None:
    """Leave a line in the trail that names a branch by its number."""
    trail.record(session, actor, action, ("party_branch", branch_id), now, **facts)

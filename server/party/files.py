"""The file of a floating member, as the branch keeps it: reported, linked to a host, and ended."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, branches, contacts, contents, silence, telling
from server.party.contents import Facts
from server.party.keys import PartyVault
from server.party.models import LIVE, FileState, PartyFile
from server.party.refusals import (
    ChangedMeanwhile,
    Listed,
    NoSuchBranch,
    NotSilent,
    OtherState,
    TooFewAttempts,
)
from server.party.silence import ATTEMPTS as ATTEMPTS
from server.party.standing import changed, require, require_consent, trace
from server.people import identities
from server.people.models import Channel
from server.staff.reach import Reach

ENDED = {
    FileState.RETURNED: "party.file_returned",
    FileState.TRANSFERRED: "party.file_transferred",
}
ENDS = tuple(ENDED)


def report(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    home_id: int,
    facts: Facts,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> PartyFile:
    """Put down that somebody of a branch lives elsewhere; asked twice it is the same file.

    It never looks whether the service knows somebody of this name: a person is made for the file,
    and the member joins it with their own account by a code (see `linking.offer`).
    """
    branch = branches.kept(session, reach, home_id, now, held=True)
    told = contents.checked_facts(facts, now)
    known = listed(session, branch.id, told, vault)
    if known is not None:
        return known
    file = PartyFile(
        person_id=identities.put_down(session, now),
        home_id=branch.id,
        state=FileState.REPORTED,
        name=b"",
        name_mark="",
        channel=channel,
        reported_at=now,
        changed_at=now,
        revision=1,
    )
    session.add(file)
    session.flush()
    contents.put(file, told, vault)
    trace(session, reach.person_id, "party.file_reported", file.id, now)
    return file


def listed(session: Session, branch_id: int, facts: Facts, vault: PartyVault) -> PartyFile | None:
    """Return the live file of this name and number in a branch.

    Refused when only the name is the same and no number tells whether the person is.
    """
    probe = PartyFile.name_mark == contents.mark_of(facts, vault)
    same = PartyFile.home_id == branch_id, PartyFile.state.in_(LIVE), probe
    mark = contents.phone_mark(facts.phone, vault)
    for file in session.scalars(select(PartyFile).where(*same)):
        if mark is None or file.phone_mark is None:
            raise Listed
        if file.phone_mark == mark:
            return file
    return None


def correct(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    facts: Facts,
    revision: int,
    now: datetime,
    *,
    vault: PartyVault,
) -> PartyFile:
    """Write a file anew, unless somebody has changed it since it was opened at `revision`."""
    file = access.keep(session, reach, file_id, now)
    require_consent(file)
    if file.revision != revision:
        raise ChangedMeanwhile
    contents.put(file, contents.checked_facts(facts, now), vault)
    changed(file, now)
    trace(session, reach.person_id, "party.file_corrected", file.id, now)
    return file


def link_host(
    session: Session, reach: Reach, file_id: int, host_id: int | None, now: datetime
) -> None:
    """Name the branch where the member lives now, or none; twice is the same as once."""
    file = access.keep(session, reach, file_id, now)
    known = {branch.id for branch in branches.hosts(session, reach)} - {file.home_id}
    if host_id is not None and host_id not in known:
        raise NoSuchBranch
    if file.host_id == host_id:
        return
    require(file, *LIVE)
    file.host_id = host_id
    changed(file, now)
    trace(session, reach.person_id, "party.host_linked", file.id, now)


def end(
    session: Session,
    reach: Reach,
    file_id: int,
    becomes: FileState,
    now: datetime,
) -> None:
    """Close a file: the member came back, or the national system has moved their membership.

    This only notes what has happened there; twice is the same as once.
    """
    file = access.keep(session, reach, file_id, now)
    if file.state is becomes:
        return
    require(file, *LIVE)
    if becomes not in ENDS:
        raise OtherState
    file.state, file.closed_at = becomes, now
    changed(file, now)
    telling.hush(session, file.person_id, now)
    trace(session, reach.person_id, ENDED[becomes], file.id, now)


def call_broken(
    session: Session, reach: Reach, file_id: int, now: datetime, *, rules: Reports
) -> None:
    """Say that contact is broken: only ever a person's deed, after three tries written down.

    The tries count since somebody was last reached, and the reports of the last two quarters must
    have been missed. It is a note for the branch; nothing follows from it by itself.
    """
    file = access.keep(session, reach, file_id, now)
    if file.state is FileState.CONTACT_BROKEN:
        return
    require(file, FileState.ACTIVE, FileState.REPORTED)
    if contacts.attempts(session, file_id) < ATTEMPTS:
        raise TooFewAttempts(needed=ATTEMPTS)
    if not silence.is_silent(session, file_id, now, rules):
        raise NotSilent
    file.state = FileState.CONTACT_BROKEN
    changed(file, now)
    trace(session, reach.person_id, "party.contact_broken", file.id, now)


def resume(session: Session, reach: Reach, file_id: int, now: datetime) -> None:
    """Say that contact was found again; twice is the same as once."""
    file = access.keep(session, reach, file_id, now)
    if file.state is FileState.ACTIVE:
        return
    require(file, FileState.CONTACT_BROKEN)
    file.state = FileState.ACTIVE
    changed(file, now)
    trace(session, reach.person_id, "party.contact_resumed", file.id, now)

"""What the desk does for a member: puts down that they agree or take it back, gives a code."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.party import access, quarters, telling
from server.party.models import LIVE, FileState
from server.party.refusals import AgreementNeeded
from server.party.standing import agree, agrees, confirm, require, trace
from server.people import linking
from server.people.linking import Offered
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.reach import Reach


def activate(
    session: Session,
    reach: Reach,
    file_id: int,
    now: datetime,
    *,
    agreed: bool,
    channel: Channel,
) -> None:
    """Put down that the member has confirmed their file by phone or on paper, and agrees to it.

    Once a quarter; whoever has taken their consent back meanwhile gives it anew.
    """
    file = access.keep(session, reach, file_id, now)
    is_checked = file.confirmed_at is not None and file.confirmed_at >= quarters.of(now).begins
    if file.state is FileState.ACTIVE and is_checked and agrees(file):
        return
    if not agreed:
        raise AgreementNeeded
    require(file, FileState.REPORTED, FileState.ACTIVE)
    agree(file, now)
    confirm(file, now)
    file.channel = channel
    trace(session, reach.person_id, "party.file_confirmed", file.id, now)


def withdraw(session: Session, reach: Reach, file_id: int, now: datetime) -> None:
    """Put down that the member takes their agreement back, said by phone or in person."""
    file = access.keep(session, reach, file_id, now)
    if file.withdrawn_at is None:
        file.withdrawn_at = now
        telling.hush(session, file.person_id, now)
        trace(session, reach.person_id, "party.consent_withdrawn", file.id, now)


def offer_code(
    session: Session, reach: Reach, file_id: int, now: datetime, *, vault: Vault
) -> Offered:
    """Give a code by which the member joins the file with their own account, in their own chat.

    `vault` is the general one, under which all such codes are marked.
    """
    file = access.keep(session, reach, file_id, now)
    require(file, *LIVE)
    trace(session, reach.person_id, "party.code_given", file.id, now)
    return linking.offer(session, file.person_id, now, vault=vault)

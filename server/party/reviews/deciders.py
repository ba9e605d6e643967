"""Who decides about a member: secretary and committee of the home branch, and nobody themselves.

The host branch and the contact are heard as the facts show; the officer keeps data, and judges
nobody.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.party import contents
from server.party.access import is_me, may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Organiser, PartyFile
from server.party.quarters import Quarter
from server.party.refusals import NothingThere
from server.party.reviews import terms
from server.party.reviews.refusals import NotDecider, OwnReview
from server.party.standing import require, require_consent
from server.people import profile
from server.people.models import Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right


def may_decide(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody sits in a file's home branch, or stands in there."""
    if not reach.may(Right.SEE_PARTY):
        return PartyFile.id.is_(None)
    seats = Organiser.until.is_(None), is_me(Organiser.person_id, reach, now)
    led = select(Organiser.branch_id).where(*seats).correlate(None)
    return PartyFile.home_id.in_(led)


def held(
    session: Session, reach: Reach, file_id: int, quarter: Quarter, now: datetime
) -> PartyFile:
    """Return a file about which this person decides, held until the transaction ends.

    Refused where nothing new is written down of the member, or they joined after the quarter.
    """
    file = session.scalar(
        select(PartyFile)
        .where(PartyFile.id == file_id, may_read(reach, now))
        .with_for_update(of=PartyFile)
        .execution_options(populate_existing=True)
    )
    if file is None or not terms.concerns(file, quarter):
        raise NothingThere
    if not decides(session, reach, file_id, now):
        raise NotDecider
    require(file, *LIVE)
    require_consent(file)
    return file


def decides(session: Session, reach: Reach, file_id: int, now: datetime) -> bool:
    """Tell whether somebody sits in the home branch of a file."""
    mine = select(PartyFile.id).where(PartyFile.id == file_id, may_decide(reach, now))
    return session.scalar(mine) is not None


def require_other(
    session: Session, reach: Reach, file: PartyFile, *, vault: PartyVault, names: Vault
) -> None:
    """Refuse whoever would decide about themselves, by this account or another of theirs."""
    if selves(session, reach, [file], vault=vault, names=names):
        raise OwnReview


def selves(
    session: Session, reach: Reach, files: Sequence[PartyFile], *, vault: PartyVault, names: Vault
) -> set[int]:
    """Return which files are this person's own: their account's, or of the same phone number.

    The number is compared with that of the member's account, and with that in the file, which
    somebody may have who never used this service. Two statements.
    """
    me = session.get_one(Person, reach.person_id)
    own = {file.id for file in files if file.person_id == me.id}
    if me.phone_mark is None:
        return own
    theirs = Person.id.in_([file.person_id for file in files])
    same = select(Person.id).where(theirs, Person.phone_mark == me.phone_mark)
    persons = set(session.scalars(same))
    phone = profile.read_phone(me.id, me.phone, vault=names) or ""
    mark = contents.phone_mark(phone, vault)
    return own | {
        file.id
        for file in files
        if file.person_id in persons or (mark is not None and file.phone_mark == mark)
    }


def conditions(reach: Reach, now: datetime, file_ids: Sequence[int]) -> list[ColumnElement[bool]]:
    """Return the conditions under which this person decides about any of these files now."""
    return [
        PartyFile.id.in_(file_ids),
        may_read(reach, now),
        may_decide(reach, now),
        PartyFile.state.in_(LIVE),
        PartyFile.withdrawn_at.is_(None),
    ]

"""Who may read a member's file: the member, both branches, the contact, and the party-data officer.

All of the rule is `may_read`, a condition that every query of files bears; so a file that is not
there and one that is not for these eyes are looked for, and not found, in the very same way.
Whatever reads one leaves a line that the member sees, in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from server.areas.models import Area
from server.party.models import (
    LIVE,
    Branch,
    Contact,
    FileRead,
    FileState,
    Look,
    Office,
    Organiser,
    PartyFile,
)
from server.party.refusals import NothingThere, NotKeeper
from server.people.models import Post, Role
from server.staff.reach import Reach
from server.staff.rights import Right

STANDING_IN = (Role.CONTACT_PERSON, Role.BRANCH_SECRETARY)
DESK = "desk"
OWN = "own"
"""Why somebody has read: at the desk of the branch, or as the member themselves."""


def may_read(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody may read a file as an organiser, a contact or the officer.

    Whoever's post is over reads nothing any more, however they are named in a branch.
    """
    if not reach.may(Right.SEE_PARTY):
        return PartyFile.id.is_(None)
    return or_(*_of_branches(reach, now, tuple(Office)), keeps_in_touch(reach, now))


def may_keep(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody may change a file: its secretaries, and the officer."""
    if not reach.may(Right.SEE_PARTY):
        return PartyFile.id.is_(None)
    return or_(*_of_branches(reach, now, (Office.SECRETARY,)))


def keeps_in_touch(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody is a member's contact, or stands in for them."""
    active = Contact.until.is_(None), is_me(Contact.contact_id, reach, now)
    return PartyFile.id.in_(select(Contact.file_id).where(*active).correlate(None))


def near(
    session: Session, reach: Reach, now: datetime, states: Sequence[FileState]
) -> ColumnElement[bool]:
    """Return the same as `may_read` does, way by way over indexes, for lists out of many files.

    A list bears both: this only finds what it may read without going through all files. It asks
    for the branches first, since a database that knows how few they are uses the index.
    """
    here = session.scalars(select(Branch.id).where(leads(reach, now, tuple(Office)))).all()
    other = aliased(PartyFile)
    active = Contact.until.is_(None), is_me(Contact.contact_id, reach, now)
    stands = other.state.in_(states)
    ways = (
        select(other.id).where(other.home_id.in_(here), stands).correlate(None),
        select(other.id).where(other.host_id.in_(here), stands).correlate(None),
        select(Contact.file_id).where(*active).correlate(None),
    )
    return PartyFile.id.in_(union_all(*ways))


def read(
    session: Session, reach: Reach, file_id: int, part: Look, now: datetime, why: str = DESK
) -> PartyFile:
    """Return a file that this person may read, and note that they did; else there is none."""
    found = session.scalar(select(PartyFile).where(PartyFile.id == file_id, may_read(reach, now)))
    if found is None:
        raise NothingThere
    note(session, reach.person_id, [found.id], part, now, why)
    return found


def read_own(session: Session, person_id: int, part: Look, now: datetime) -> PartyFile:
    """Return somebody's own live file, and note that they looked; else there is none."""
    found = own(session, person_id)
    if found is None:
        raise NothingThere
    note(session, person_id, [found.id], part, now, OWN)
    return found


def own(session: Session, person_id: int, *, held: bool = False) -> PartyFile | None:
    """Return somebody's own live file, if they have one: one statement, whoever asks.

    `held`, until the transaction ends.
    """
    mine = PartyFile.person_id == person_id, PartyFile.state.in_(LIVE)
    wanted = select(PartyFile).where(*mine).execution_options(populate_existing=True)
    return session.scalar(wanted.with_for_update() if held else wanted)


def keep(session: Session, reach: Reach, file_id: int, now: datetime) -> PartyFile:
    """Return a file that this person may change, held until the transaction ends.

    Whoever may not even read it learns no more than of one that does not exist.
    """
    found = session.scalar(
        select(PartyFile)
        .where(PartyFile.id == file_id, may_read(reach, now))
        .with_for_update(of=PartyFile)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NothingThere
    if not keeps(session, reach, file_id, now):
        raise NotKeeper
    return found


def keeps(session: Session, reach: Reach, file_id: int, now: datetime) -> bool:
    """Tell whether somebody may change a file."""
    kept = select(PartyFile.id).where(PartyFile.id == file_id, may_keep(reach, now))
    return session.scalar(kept) is not None


def note(
    session: Session,
    reader_id: int,
    file_ids: Sequence[int],
    part: Look,
    now: datetime,
    why: str = DESK,
) -> None:
    """Write down that somebody has read a part of each of these files. One statement."""
    rows = [
        {"file_id": file_id, "reader_id": reader_id, "part": part, "why": why[:60], "at": now}
        for file_id in file_ids
    ]
    if rows:
        session.execute(insert(FileRead.__table__), rows)


def _of_branches(
    reach: Reach, now: datetime, offices: Sequence[Office]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a file is at home, or hosted, where somebody holds an office."""
    here = select(Branch.id).where(leads(reach, now, offices)).correlate(None)
    return PartyFile.home_id.in_(here), PartyFile.host_id.in_(here)


def leads(reach: Reach, now: datetime, offices: Sequence[Office]) -> ColumnElement[bool]:
    """Return the condition that somebody holds an office in a branch, or is its officer."""
    led = select(Organiser.branch_id).where(
        Organiser.office.in_(offices),
        Organiser.until.is_(None),
        is_me(Organiser.person_id, reach, now),
    )
    return or_(Branch.id.in_(led.correlate(None)), answers_for(reach))


def answers_for(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that a branch lies where this person is the party-data officer."""
    within = select(Area.id).where(reach.inside(Right.KEEP_PARTY_DATA))
    return Branch.area_id.in_(within.correlate(None))


def is_me(column: InstrumentedAttribute[int], reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a column names this person, or a colleague they stand in for."""
    stands_in = (
        select(Post.stands_in_for)
        .where(
            Post.person_id == reach.person_id,
            Post.stands_in_for.is_not(None),
            Post.role.in_(STANDING_IN),
            and_(Post.since <= now, or_(Post.until.is_(None), Post.until > now)),
        )
        .correlate(None)
    )
    return or_(column == reach.person_id, column.in_(stands_in))

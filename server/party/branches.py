"""Branches: founded by the officer, led by a secretary and a committee who hold posts here."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.party.access import answers_for, leads
from server.party.models import Branch, Office, Organiser
from server.party.refusals import BranchNameTaken, NameNeeded, NoSuchBranch, NotInPost
from server.party.standing import trace_branch
from server.party.texts import checked
from server.people.models import Post
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import RIGHTS, Right

LONGEST_NAME = 60
MOST = 300


class Seat(NamedTuple):
    """Somebody who leads a branch."""

    person_id: int
    office: Office
    since: datetime


def found(
    session: Session,
    reach: Reach,
    area_code: str,
    name: str,
    now: datetime,
    *,
    outside: bool = False,
) -> Branch:
    """Put a branch down; one of the same name in the same area is returned as it is."""
    area = reaches.area(session, reach, Right.KEEP_PARTY_DATA, area_code)
    said = checked(name, LONGEST_NAME)
    if not said:
        raise NameNeeded
    known = session.scalar(select(Branch).where(Branch.name == said))
    if known is not None:
        if (known.area_id, known.outside) != (area.id, outside):
            raise BranchNameTaken
        return known
    branch = Branch(name=said, area_id=area.id, outside=outside, created_at=now)
    try:
        with session.begin_nested():
            session.add(branch)
    except IntegrityError:
        raise BranchNameTaken from None
    trace_branch(session, reach.person_id, "party.branch_founded", branch.id, now)
    return branch


def of(session: Session, reach: Reach, now: datetime) -> list[Branch]:
    """Return the branches that this person organises, or answers for as the officer."""
    if not reach.may(Right.SEE_PARTY):
        return []
    wanted = select(Branch).where(leads(reach, now, tuple(Office))).order_by(Branch.name)
    return list(session.scalars(wanted))


def kept(
    session: Session, reach: Reach, branch_id: int, now: datetime, *, held: bool = False
) -> Branch:
    """Return a branch whose files this person may add to: its secretary, or the officer.

    `held`, nobody else adds to it until the transaction ends.
    """
    if reach.may(Right.SEE_PARTY):
        mine = Branch.id == branch_id, leads(reach, now, (Office.SECRETARY,))
        wanted = select(Branch).where(*mine)
        branch = session.scalar(wanted.with_for_update(of=Branch) if held else wanted)
        if branch is not None:
            return branch
    raise NoSuchBranch


def managed(session: Session, reach: Reach, branch_id: int) -> Branch:
    """Return a branch that the officer answers for, held until the transaction ends."""
    mine = Branch.id == branch_id, answers_for(reach)
    wanted = select(Branch).where(*mine).with_for_update(of=Branch)
    branch = session.scalar(wanted)
    if branch is None:
        raise NoSuchBranch
    return branch


def hosts(session: Session, reach: Reach) -> list[Branch]:
    """Return the branches that may be named as a host: all that were put down here."""
    if not reach.may(Right.SEE_PARTY):
        return []
    return list(session.scalars(select(Branch).order_by(Branch.name)))


def seats(session: Session, branch_ids: Sequence[int]) -> dict[int, list[Seat]]:
    """Return who leads each of these branches now. One statement."""
    led: dict[int, list[Seat]] = {branch_id: [] for branch_id in branch_ids}
    held = Organiser.branch_id.in_(branch_ids), Organiser.until.is_(None)
    for row in session.scalars(select(Organiser).where(*held).order_by(Organiser.id)):
        led[row.branch_id].append(Seat(row.person_id, row.office, row.since))
    return led


def entrust(
    session: Session,
    reach: Reach,
    branch_id: int,
    person_id: int,
    office: Office,
    now: datetime,
) -> None:
    """Let somebody lead a branch; twice is the same as once. A new secretary follows the old one.

    They must hold a post here already: who may sign in is decided elsewhere, by two people.
    """
    branch = managed(session, reach, branch_id)
    if branch.outside or not reaches.of(session, person_id, now).may(Right.SEE_PARTY):
        raise NotInPost
    seat = Organiser.branch_id == branch_id, Organiser.office == office, Organiser.until.is_(None)
    mine = *seat, Organiser.person_id == person_id
    if session.scalar(select(Organiser.id).where(*mine)) is not None:
        return
    if office is Office.SECRETARY:
        session.execute(update(Organiser).where(*seat).values(until=now))
    row = Organiser(branch_id=branch_id, person_id=person_id, office=office, since=now)
    session.add(row)
    session.flush()
    who = session, reach.person_id
    trace_branch(*who, "party.organiser_named", branch_id, now, office=office.value)


def relieve(session: Session, reach: Reach, branch_id: int, person_id: int, now: datetime) -> None:
    """Let somebody lead a branch no more; twice is the same as once."""
    managed(session, reach, branch_id)
    held = (
        Organiser.branch_id == branch_id,
        Organiser.person_id == person_id,
        Organiser.until.is_(None),
    )
    ended = update(Organiser).where(*held).values(until=now).returning(Organiser.id)
    if session.execute(ended).first():
        trace_branch(session, reach.person_id, "party.organiser_relieved", branch_id, now)


def candidates(session: Session, now: datetime) -> list[int]:
    """Return who holds a post for it, and so may lead a branch or be a contact."""
    wanted = in_post(now).distinct().order_by(Post.person_id)
    return list(session.scalars(wanted.limit(MOST)))


def in_post(now: datetime) -> Select[int]:
    """Select who holds a post now by which they may see members."""
    roles = tuple(
        role
        for role, rights in RIGHTS.items()
        if Right.SEE_PARTY in rights and Right.KEEP_PARTY_DATA not in rights
    )
    in_force = Post.since <= now, or_(Post.until.is_(None), Post.until > now)
    held = Post.role.in_(roles), Post.stands_in_for.is_(None), *in_force
    return select(Post.person_id).where(*held)

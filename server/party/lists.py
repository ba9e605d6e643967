"""A branch's list taken along as a file: allowed by two people besides whoever asks, for a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.party import access, branches, contents
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Branch, Look, PartyFile, PartyList
from server.party.refusals import NotAllowedYet, NothingThere
from server.party.standing import trace_branch
from server.people import profile
from server.staff import approvals
from server.staff.approvals import Kind, SecondPersonNeeded
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import Right

FIRST, SECOND = "party.list", "party.list_again"
LIFE = timedelta(days=1)


class Purpose(StrEnum):
    """What a list is wanted for; chosen and never written, so that no name gets into a reason."""

    RECHECK = "recheck"
    REGISTER = "register"
    HAND_OVER = "hand_over"


class Row(NamedTuple):
    """A member in the file that is taken along."""

    name: str
    phone: str
    state: str
    left_on: str
    arrived_on: str
    place: str
    employer: str


def ask(
    session: Session, reach: Reach, branch_id: int, purpose: Purpose, now: datetime
) -> Approval:
    """Ask for a branch's list; nothing is given out before two others have allowed it."""
    branch = branches.kept(session, reach, branch_id, now)
    area = session.get_one(Area, branch.area_id)
    key = f"{FIRST}:{branch_id}:{reach.person_id}"
    facts, reason = {"branch": branch_id}, say(f"party.list_for_{purpose}")
    return approvals.ask(session, reach.person_id, FIRST, key, area, reason, now, **facts)


def allowed(session: Session, reach: Reach, now: datetime) -> list[PartyList]:
    """Return the lists that this person may still take along."""
    mine = PartyList.asked_by == reach.person_id, PartyList.ends_at > now
    wanted = select(PartyList).where(*mine, PartyList.taken_at.is_(None)).order_by(PartyList.id)
    return list(session.scalars(wanted))


def take(
    session: Session, reach: Reach, list_id: int, now: datetime, *, vault: PartyVault
) -> Iterator[Row]:
    """Return the rows of a list, once; each member sees that it was taken along.

    Refused once the day is over, or when whoever asked keeps the branch no more.
    """
    mine = PartyList.id == list_id, PartyList.asked_by == reach.person_id
    found = session.scalar(select(PartyList).where(*mine))
    if found is None:
        raise NothingThere
    branch = branches.kept(session, reach, found.branch_id, now)
    free = *mine, PartyList.taken_at.is_(None), PartyList.ends_at > now
    taken = update(PartyList).where(*free).values(taken_at=now).returning(PartyList.id)
    if session.execute(taken).first() is None:
        raise NotAllowedYet
    here = PartyFile.home_id == branch.id, PartyFile.state.in_(LIVE), may_read(reach, now)
    files = session.scalars(select(PartyFile).where(*here).order_by(PartyFile.id)).all()
    access.note(session, reach.person_id, [file.id for file in files], Look.EXPORT, now)
    trace_branch(session, reach.person_id, "party.list_taken", branch.id, now)
    return (_row(file, vault) for file in files)


def _row(file: PartyFile, vault: PartyVault) -> Row:
    facts = contents.opened(file, vault)
    return Row(
        name=facts.name,
        phone=profile.masked(facts.phone) if facts.phone else "",
        state=say(f"copies.filestate_{file.state}"),
        left_on=facts.left_on.isoformat() if facts.left_on else "",
        arrived_on=facts.arrived_on.isoformat() if facts.arrived_on else "",
        place=facts.place,
        employer=facts.employer,
    )


def _ask_second(session: Session, approval: Approval, by: int, now: datetime) -> None:
    """Let a third person decide as well: who asked and who allowed first cannot be that."""
    area = session.get_one(Area, approval.area_id)
    facts = {"branch": approval.facts["branch"], "first": by}
    key = f"{SECOND}:{approval.id}"
    asked = (session, approval.asked_by, SECOND, key, area, approval.reason, now)
    approvals.ask(*asked, **facts)


def _allow(session: Session, approval: Approval, by: int, now: datetime) -> None:
    first = int(approval.facts["first"])
    if by == first:
        raise SecondPersonNeeded
    session.add(
        PartyList(
            branch_id=int(approval.facts["branch"]),
            asked_by=approval.asked_by,
            first_by=first,
            second_by=by,
            allowed_at=now,
            ends_at=now + LIFE,
        )
    )
    session.flush()


def _still(session: Session, approval: Approval, reach: Reach) -> None:
    branches.kept(session, reach, int(approval.facts["branch"]), approval.asked_at)


def _told(session: Session, found: Sequence[Approval]) -> Mapping[int, str]:
    wanted = {int(approval.facts["branch"]) for approval in found}
    rows = session.execute(select(Branch.id, Branch.name).where(Branch.id.in_(wanted)))
    names = {row.id: row.name for row in rows}
    said = {one.id: names.get(int(one.facts["branch"]), "") for one in found}
    return {number: say("party.list_asked", branch=name) for number, name in said.items()}


approvals.register(Kind(FIRST, Right.APPROVE_PARTY_LISTS, _still, _ask_second, tell=_told))
approvals.register(Kind(SECOND, Right.APPROVE_PARTY_LISTS, _still, _allow, tell=_told))

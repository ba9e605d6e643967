"""A branch and its members, as tests need them. Everything is invented."""

import base64
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.party import contacts, files
from server.party.contents import Facts
from server.party.keys import PartyVault
from server.party.models import Branch, FileRead, Office, Organiser, PartyFile
from server.people import posts, profile
from server.people.models import Channel, Role
from server.people.vault import Vault
from server.staff import reach as reaches
from server.staff.reach import Reach
from tests.factories import a_person

VAULT = PartyVault(base64.b64encode(b"p" * 32).decode())
GENERAL = Vault(base64.b64encode(b"d" * 32).decode(), {"party": VAULT})

NAME, PHONE = "示例·金丝雀", "13912345678"
PLACE, EMPLOYER, REASON = "示例路金丝雀巷1号", "示例金丝雀物流", "示例金丝雀务工"
"""Canaries: none of it may be seen where a file is not."""

_numbers = count(1)


@dataclass
class Cell:
    """A branch, who leads it, and the file of one member with their contact."""

    branch: int
    secretary: Reach
    contact: Reach
    file: int
    member: int


def holder(session: Session, now: datetime, role: Role, area: str = "") -> Reach:
    """Return somebody who holds a post, and has a name."""
    person = a_person(session, now)
    where = tree.by_code(session, area) if area else tree.root(session)
    posts.appoint(session, person, role, where, now, until=None)
    profile.rename(session, person, f"示例·组织{next(_numbers)}", vault=GENERAL)
    return reaches.of(session, person, now)


def a_branch(session: Session, now: datetime, area: str = "", outside: bool = False) -> int:
    """Return a branch that nobody leads yet."""
    where = tree.by_code(session, area) if area else tree.root(session)
    name = f"示例第{next(_numbers)}党支部"
    branch = Branch(name=name, area_id=where.id, outside=outside, created_at=now)
    session.add(branch)
    session.flush()
    return branch.id


def seated(session: Session, branch: int, who: Reach, office: Office, now: datetime) -> Reach:
    """Let somebody lead a branch."""
    seat = Organiser(branch_id=branch, person_id=who.person_id, office=office, since=now)
    session.add(seat)
    session.flush()
    return who


def secretary(session: Session, branch: int, now: datetime, area: str = "") -> Reach:
    """Return a branch's secretary."""
    who = holder(session, now, Role.BRANCH_SECRETARY, area)
    return seated(session, branch, who, Office.SECRETARY, now)


def facts(**more: Any) -> Facts:
    told = {"name": NAME, "phone": PHONE, "place": PLACE, "employer": EMPLOYER, "reason": REASON}
    return Facts(**(told | more))


def a_file(session: Session, who: Reach, branch: int, now: datetime, **more: Any) -> PartyFile:
    """Return the file of a member of a branch, put down by its secretary."""
    how: dict[str, Any] = {"channel": Channel.CONSOLE, "vault": VAULT}
    return files.report(session, who, branch, facts(**more), now, **how)


def a_cell(session: Session, now: datetime, area: str = "") -> Cell:
    """Return a branch with a secretary, a contact and one member."""
    branch = a_branch(session, now, area)
    leads = secretary(session, branch, now, area)
    contact = holder(session, now, Role.CONTACT_PERSON, area)
    file = a_file(session, leads, branch, now)
    contacts.name(session, leads, file.id, contact.person_id, now)
    return Cell(branch, leads, contact, file.id, file.person_id)


def given_to(session: Session, file_id: int, person_id: int) -> None:
    """Let a file be somebody's, as after they joined it by a code."""
    session.get_one(PartyFile, file_id).person_id = person_id
    session.flush()


def looks(session: Session, file_id: int) -> int:
    """Return how many lines of looks a file has."""
    found = select(func.count()).where(FileRead.file_id == file_id)
    return session.scalar(found) or 0

"""Certificates at the counter: for somebody without WeChat, with the same effect (paper, phone)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from config.issuer import Issuer
from server.areas.models import Area
from server.audit import trail
from server.errors import Missing
from server.people import directory, masking, profile
from server.people.models import Channel, Person
from server.people.vault import Vault
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.certificates import certificates, papers
from server.volunteers.certificates.certificates import Issued
from server.volunteers.certificates.papers import Paper
from server.volunteers.models import Certificate, ServiceRecord

MOST = 50


class NotFoundHere(Missing):
    """Nobody in reach is called, numbered or reached so, or several are."""

    code = "certificates.not_found_here"


class Row(NamedTuple):
    """A certificate as staff see it; the name is masked."""

    id: int
    number: str
    name: str
    volunteer_no: str | None
    area: str
    minutes: int
    records: int
    issued_at: datetime
    channel: Channel
    superseded_at: datetime | None


def find(session: Session, reach: Reach, right: Right, said: str, vault: Vault) -> int:
    """Return the one person in reach with this volunteer number, phone or name, or refuse.

    In reach is whoever lives there or has served there: 谁记录谁证明.
    """
    known = directory.clue(said, vault=vault)
    if known is None:
        raise NotFoundHere
    mine = known, Person.erased_at.is_(None), _in_reach(reach, right)
    found = session.scalars(select(Person.id).where(*mine).limit(2)).all()
    if len(found) != 1:
        raise NotFoundHere
    return found[0]


def issue_for(
    session: Session, reach: Reach, said: str, now: datetime, *, issuer: Issuer, vault: Vault
) -> Issued:
    """Issue a certificate for somebody at the counter, named by volunteer or phone number."""
    person_id = find(session, reach, Right.EDIT_PEOPLE, said, vault)
    handler = profile.name_of(session, reach.person_id, vault=vault) or issuer.handler
    issued = certificates.issue(
        session,
        person_id,
        now,
        channel=Channel.PAPER,
        issuer=issuer.model_copy(update={"handler": handler}),
        vault=vault,
    )
    _note(session, reach, issued.id, "certificate.issued", now)
    return issued


def listed(session: Session, reach: Reach, vault: Vault, *, before: int | None = None) -> list[Row]:
    """Return the certificates of areas in reach, the newest first, a page of `MOST`."""
    found = (
        select(Certificate, Person.name, Person.volunteer_no, Area.name.label("area"))
        .join(Person, Person.id == Certificate.person_id)
        .join(Area, Area.id == Certificate.area_id)
        .where(reach.inside(Right.SEE_PEOPLE))
        .order_by(Certificate.id.desc())
        .limit(MOST)
    )
    if before is not None:
        found = found.where(Certificate.id < before)
    rows = []
    for row in session.execute(found):
        one = row.Certificate
        name = profile.read_name(one.person_id, row.name, vault=vault)
        rows.append(
            Row(
                id=one.id,
                number=papers.spaced(one.number),
                name=masking.masked(name) if name else "—",
                volunteer_no=row.volunteer_no,
                area=row.area,
                minutes=one.minutes,
                records=one.records,
                issued_at=one.issued_at,
                channel=one.channel,
                superseded_at=one.superseded_at,
            )
        )
    return rows


def print_out(
    session: Session, reach: Reach, certificate_id: int, now: datetime, *, vault: Vault
) -> Paper:
    """Return the paper of a certificate in reach, and note that its name was seen whole."""
    row = session.get(Certificate, certificate_id)
    if row is None:
        raise OutOfReach
    lives = session.get_one(Area, row.area_id).path
    if not reach.covers(Right.EDIT_PEOPLE, lives):
        within = Person.id == row.person_id, _in_reach(reach, Right.EDIT_PEOPLE)
        if session.scalar(select(Person.id).where(*within)) is None:
            raise OutOfReach
    paper = papers.opened(row.number, row.snapshot, vault)
    if paper is None:
        raise OutOfReach
    _note(session, reach, row.id, "certificate.printed", now)
    return paper


def _in_reach(reach: Reach, right: Right) -> ColumnElement[bool]:
    lives_here = Person.area_id.in_(select(Area.id).where(reach.inside(right)))
    served_here = (
        select(ServiceRecord.id)
        .join(Area, Area.id == ServiceRecord.area_id)
        .where(ServiceRecord.person_id == Person.id, reach.inside(right))
        .exists()
    )
    return or_(lives_here, served_here)


def _note(session: Session, reach: Reach, certificate_id: int, action: str, now: datetime) -> None:
    row = session.get_one(Certificate, certificate_id)
    path = session.get_one(Area, row.area_id).path
    subject = ("certificate", certificate_id)
    trail.record(session, reach.person_id, action, subject, now, area_path=path)

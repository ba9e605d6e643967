"""Certificates of hours: free, on request, from final records only; anyone may verify them.

What changes a record afterwards supersedes every certificate that counts it. More hours do not:
a paper stays true of its day. Another name supersedes all papers in the earlier one, so that
the same hours never stand under two names.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from config.issuer import Issuer
from config.wording import LOCAL
from server.areas import tree
from server.notices import outbox
from server.people import identities, profile, volunteer_numbers
from server.people.models import Channel, Person
from server.people.readable import random_word
from server.people.vault import Vault
from server.volunteers.certificates import papers
from server.volunteers.certificates.papers import Line, Paper
from server.volunteers.certificates.refusals import NameUnknown as NameUnknown
from server.volunteers.certificates.refusals import NothingFinal as NothingFinal
from server.volunteers.hours import hours, versions
from server.volunteers.models import Certificate, CertificateLine, RecordState, ServiceRecord

PREFIX = "NF"
RANDOM_LETTERS = 10
"""50 random bits: at a thousand guesses a second a number is hit once in some thousand years."""
SALT_BYTES = 16


class Issued(NamedTuple):
    """A certificate as its holder sees it: `minutes` in all of so many `records`."""

    id: int
    number: str
    person_id: int
    minutes: int
    records: int
    issued_at: datetime
    superseded_at: datetime | None
    fresh: bool = False

    @property
    def state(self) -> str:
        """Return `valid` or `superseded`."""
        return "valid" if self.superseded_at is None else "superseded"


_SHOWN = (
    Certificate.id,
    Certificate.number,
    Certificate.person_id,
    Certificate.minutes,
    Certificate.records,
    Certificate.issued_at,
    Certificate.superseded_at,
)


def issue(
    session: Session,
    person_id: int,
    now: datetime,
    *,
    channel: Channel,
    issuer: Issuer,
    vault: Vault,
) -> Issued:
    """Issue a certificate of all final hours; with nothing changed it is the same as before.

    Person and records are locked, so that whoever amends a record comes wholly before or after.
    """
    identities.lock(session, person_id)
    counted = hours.held(session, person_id)
    if counted is None:
        raise NothingFinal
    name = profile.name_of(session, person_id, vault=vault)
    if name is None:
        raise NameUnknown
    standing = _standing(session, person_id, name, now, vault)
    if standing and _is_same(session, standing.id, counted.lines):
        return standing
    number = f"{PREFIX}{now.astimezone(LOCAL).year}{random_word(RANDOM_LETTERS)}"
    paper = Paper(
        number=number,
        name=name,
        volunteer_no=volunteer_numbers.of(session, person_id, now),
        lines=counted.lines,
        minutes=sum(line.minutes for line in counted.lines),
        issued_on=now.astimezone(LOCAL).date().isoformat(),
        issuer=issuer.name or tree.root(session).name,
        in_charge=issuer.in_charge,
        handler=issuer.handler,
        contact=issuer.contact,
        salt=secrets.token_hex(SALT_BYTES),
    )
    area_id = session.scalar(select(Person.area_id).where(Person.id == person_id))
    return _keep(session, person_id, paper, area_id or counted.area_id, channel, now, vault)


def mine(session: Session, person_id: int, limit: int = 50) -> list[Issued]:
    """Return a person's certificates, the newest first; more than `limit` nobody needs."""
    found = select(*_SHOWN).where(Certificate.person_id == person_id)
    rows = session.execute(found.order_by(Certificate.id.desc()).limit(limit))
    return [Issued(*row) for row in rows]


def supersede(session: Session, record_id: int, now: datetime) -> None:
    """Take back every certificate that counts this record as it no longer is, and say so.

    Whoever changes a record calls this in the same transaction; a repeat changes nothing.
    """
    session.flush()
    outdated = (
        select(CertificateLine.certificate_id)
        .join(ServiceRecord, ServiceRecord.id == CertificateLine.record_id)
        .where(
            CertificateLine.record_id == record_id,
            or_(
                ServiceRecord.state != RecordState.FINAL,
                ServiceRecord.version != CertificateLine.version,
                ServiceRecord.minutes != CertificateLine.minutes,
            ),
        )
    )
    _supersede(session, Certificate.id.in_(outdated), now)


def _standing(
    session: Session, person_id: int, name: str, now: datetime, vault: Vault
) -> Issued | None:
    """Return the newest certificate that still stands; those in another name end here."""
    valid = (Certificate.person_id == person_id, Certificate.superseded_at.is_(None))
    rows = session.execute(
        select(*_SHOWN, Certificate.snapshot).where(*valid).order_by(Certificate.id.desc())
    ).all()
    foreign = [row.id for row in rows if _name_on(row.number, row.snapshot, vault) != name]
    if foreign:
        _supersede(session, Certificate.id.in_(foreign), now)
    return next((Issued(*row[:-1]) for row in rows if row.id not in foreign), None)


def _name_on(number: str, sealed: bytes, vault: Vault) -> str | None:
    paper = papers.opened(number, sealed, vault)
    return paper.name if paper else None


def _supersede(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    gone = session.execute(
        update(Certificate)
        .where(which, Certificate.superseded_at.is_(None))
        .values(superseded_at=now)
        .returning(Certificate.id, Certificate.person_id, Certificate.number)
        .execution_options(synchronize_session="fetch")
    ).all()
    for row in gone:
        key = f"certificates.superseded:{row.id}"
        facts = {"number": papers.spaced(row.number), "at": now}
        outbox.queue(session, row.person_id, "certificates.superseded", key, now, facts)


def _is_same(session: Session, certificate_id: int, lines: Sequence[Line]) -> bool:
    counted = select(CertificateLine.record_id, CertificateLine.version)
    rows = session.execute(counted.where(CertificateLine.certificate_id == certificate_id))
    return {tuple(row) for row in rows} == {(line.record_id, line.version) for line in lines}


def _keep(  # noqa: PLR0913  what is kept of one paper
    session: Session,
    person_id: int,
    paper: Paper,
    area_id: int,
    channel: Channel,
    now: datetime,
    vault: Vault,
) -> Issued:
    row = Certificate(
        number=paper.number,
        person_id=person_id,
        area_id=area_id,
        minutes=paper.minutes,
        records=len(paper.lines),
        issued_at=now,
        channel=channel,
        issuer=paper.issuer[:80],
        snapshot=papers.seal(paper, vault),
        snapshot_hash=paper.hash(),
    )
    session.add(row)
    session.flush()
    counted = [
        {
            "certificate_id": row.id,
            "record_id": line.record_id,
            "version": line.version,
            "minutes": line.minutes,
        }
        for line in paper.lines
    ]
    session.execute(insert(CertificateLine.__table__), counted)
    return Issued(*(getattr(row, column.key) for column in _SHOWN))._replace(fresh=True)


versions.CHANGED.append(supersede)

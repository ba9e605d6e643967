"""The branch's desk: its members, by what is due; and one member's file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, defer

from config.reports import Reports
from server.party import access, contacts, contents, dues, own, quarters
from server.party.access import may_read
from server.party.dues import Due as Due
from server.party.keys import PartyVault
from server.party.models import (
    LIVE,
    Branch,
    Contact,
    ContactLog,
    FileState,
    Look,
    PartyFile,
    PartyReport,
    Way,
)
from server.party.own import Own, Seen
from server.party.reports import windows
from server.party.reports.windows import Standing
from server.people import profile
from server.people.vault import Vault
from server.staff.reach import Reach

PAGE = 50
ENDED = tuple(state for state in FileState if state not in LIVE)
LINES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A member in a list."""

    file_id: int
    name: str
    state: FileState
    home: str
    host: str | None
    contact: str | None
    in_touch: bool
    checked: bool
    report: Standing


class Page(NamedTuple):
    """Some members, and after which file the next begin."""

    lines: list[Line]
    after: int | None


class Touched(NamedTuple):
    """That somebody was in touch with a member, or tried to."""

    day: date
    way: Way
    reached: bool
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A member's file as a branch reads it."""

    own: Own
    contact_id: int | None
    contact: str | None
    log: list[Touched]
    attempts: int
    keeps: bool


def members(  # noqa: PLR0913  a list of staff with both keys
    session: Session,
    reach: Reach,
    due: Due,
    now: datetime,
    *,
    after: int = 0,
    rules: Reports,
    vault: PartyVault,
    names: Vault,
) -> Page:
    """Return the members whom this person may see, each noted as seen in a list.

    Four statements. `names` is the general vault, under which contacts told theirs.
    """
    wanted = _listed(session, reach, due, now, after, rules)
    rows = session.execute(wanted).all()
    shown, more = rows[:PAGE], rows[PAGE:]
    who = profile.names_of(session, {row[3] for row in shown}, vault=names)
    access.note(session, reach.person_id, [row[0].id for row in shown], Look.LIST, now)
    begins, window = quarters.of(now).begins, windows.current(now, rules)
    lines = [
        Line(
            file.id,
            contents.text_of(file, "name", vault),
            file.state,
            home,
            host_name,
            who.get(contact_id, "") if contact_id else None,
            in_touch,
            file.confirmed_at is not None and file.confirmed_at >= begins,
            windows.standing(file, report, window, now, rules),
        )
        for file, home, host_name, contact_id, in_touch, report in shown
    ]
    return Page(lines, shown[-1][0].id if more else None)


def member(  # noqa: PLR0913  a page of staff with both keys
    session: Session,
    reach: Reach,
    file_id: int,
    now: datetime,
    *,
    vault: PartyVault,
    names: Vault,
    why: str = access.DESK,
) -> Sheet:
    """Return a member's file, and note that it was read; what is not for these eyes is not there.

    `names` is the general vault, under which organisers told their names.
    """
    file = access.read(session, reach, file_id, Look.FILE, now, why)
    contact = select(Contact.contact_id).where(Contact.file_id == file_id, Contact.until.is_(None))
    contact_id = session.scalar(contact)
    lines = select(ContactLog).where(ContactLog.file_id == file_id)
    latest = lines.order_by(ContactLog.day.desc(), ContactLog.id.desc()).limit(LINES)
    log = list(session.scalars(latest))
    who = profile.names_of(session, {contact_id, *(line.by_id for line in log)}, vault=names)
    return Sheet(
        own=own.opened(session, file, vault),
        contact_id=contact_id,
        contact=who.get(contact_id, "") if contact_id else None,
        log=[_touched(line, who, vault) for line in log],
        attempts=contacts.attempts(session, file_id),
        keeps=access.keeps(session, reach, file_id, now),
    )


def reads(
    session: Session, reach: Reach, file_id: int, now: datetime, *, names: Vault
) -> list[Seen]:
    """Return who has looked at a file, as the member sees it; this look is noted as well."""
    file = access.read(session, reach, file_id, Look.READS, now)
    return own.seen(session, file, names)


def untouched(session: Session, reach: Reach, now: datetime, *, limit: int) -> Sequence[PartyFile]:
    """Return the members this person is contact of, whom nobody has reached this quarter."""
    mine = access.keeps_in_touch(reach, now), may_read(reach, now)
    wanted = select(PartyFile).where(*mine, PartyFile.state.in_(LIVE), ~dues.in_touch(now))
    return session.scalars(wanted.order_by(PartyFile.id).limit(limit)).all()


def to_touch(
    session: Session, reach: Reach, now: datetime, *, limit: int, vault: PartyVault
) -> list[tuple[int, str]]:
    """Return the same with their names, each noted as seen in a list."""
    files = untouched(session, reach, now, limit=limit)
    access.note(session, reach.person_id, [file.id for file in files], Look.LIST, now)
    return [(file.id, contents.text_of(file, "name", vault)) for file in files]


def _listed(
    session: Session, reach: Reach, due: Due, now: datetime, after: int, rules: Reports
) -> Select[*tuple[Any, ...]]:
    """Return what a list reads: file, home, host, contact, whether in touch, and the report."""
    host, states = aliased(Branch), ENDED if due is Due.ENDED else LIVE
    quarter = PartyReport.quarter == str(windows.current(now, rules).quarter)
    return (
        select(
            PartyFile, Branch.name, host.name, Contact.contact_id, dues.in_touch(now), PartyReport
        )
        .join(Branch, Branch.id == PartyFile.home_id)
        .outerjoin(host, host.id == PartyFile.host_id)
        .outerjoin(Contact, (Contact.file_id == PartyFile.id) & Contact.until.is_(None))
        .outerjoin(PartyReport, (PartyReport.file_id == PartyFile.id) & quarter)
        .where(
            access.near(session, reach, now, states),
            may_read(reach, now),
            PartyFile.id > after,
            *dues.of(due, now, rules),
        )
        .options(defer(PartyReport.draft))
        .order_by(PartyFile.id)
        .limit(PAGE + 1)
    )


def _touched(line: ContactLog, who: dict[int, str], vault: PartyVault) -> Touched:
    note = vault.open(line.note, contacts.note_place(line.id)) if line.note else ""
    return Touched(line.day, line.way, line.reached, who.get(line.by_id, ""), note)

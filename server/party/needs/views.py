"""Needs as they are read: by the member, and by whoever may read the file; each look is noted."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.party import access, contents
from server.party.access import may_keep, may_read
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, NeedSource, PartyFile, PartyNeed
from server.party.needs import words
from server.people.models import Channel
from server.staff.reach import Reach

PAGE = 50
SHOWN = 50


class Need(NamedTuple):
    """A need, and what became of it; `outcome` is "" while it is open."""

    id: int
    words: str
    source: NeedSource
    period: str
    channel: Channel
    opened_at: datetime
    outcome: str
    solved_at: datetime | None


class Line(NamedTuple):
    """A need in a list, and whose it is."""

    file_id: int
    name: str
    need: Need


class Page(NamedTuple):
    """Some needs, and after which number the next begin."""

    lines: list[Line]
    after: int | None


class Sheet(NamedTuple):
    """All needs of a member, the open ones first; `acts` tells who may write any down."""

    name: str
    needs: list[Need]
    acts: bool


def mine(session: Session, person_id: int, now: datetime, *, vault: PartyVault) -> list[Need]:
    """Return somebody's own needs, the open ones first, then the latest."""
    file = access.read_own(session, person_id, Look.NEED, now)
    return of_file(session, file.id, vault)


def show(
    session: Session, reach: Reach, file_id: int, now: datetime, *, vault: PartyVault
) -> Sheet:
    """Return the needs of a member whose file this person may read. Three statements."""
    file = access.read(session, reach, file_id, Look.NEED, now)
    acts = select(PartyFile.id).where(PartyFile.id == file_id, acting(reach, now))
    found = of_file(session, file_id, vault)
    name = contents.text_of(file, "name", vault)
    return Sheet(name, found, session.scalar(acts) is not None)


def listed(
    session: Session,
    reach: Reach,
    now: datetime,
    *,
    solved: bool = False,
    after: int = 0,
    vault: PartyVault,
) -> Page:
    """Return the open needs this person may see, the oldest first; or those solved, latest first.

    Each file is noted as read once, however many needs of it are on the page.
    """
    order, beyond = PartyNeed.id.asc(), PartyNeed.id > after
    if solved:
        order, beyond = PartyNeed.id.desc(), PartyNeed.id < after if after else PartyNeed.id > 0
    wanted = (
        select(PartyNeed, PartyFile)
        .join(PartyFile, PartyFile.id == PartyNeed.file_id)
        .where(
            access.near(session, reach, now, LIVE),
            may_read(reach, now),
            *_live(solved=solved),
            beyond,
        )
        .order_by(order)
        .limit(PAGE + 1)
    )
    rows = session.execute(wanted).all()
    shown, more = rows[:PAGE], rows[PAGE:]
    seen = dict.fromkeys(file.id for _need, file in shown)
    access.note(session, reach.person_id, list(seen), Look.NEED, now)
    lines = [
        Line(file.id, contents.text_of(file, "name", vault), _opened(need, vault))
        for need, file in shown
    ]
    return Page(lines, shown[-1][0].id if more else None)


def acting(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody sees to a file's needs: its contact, or who keeps it."""
    return or_(access.keeps_in_touch(reach, now), may_keep(reach, now))


def waiting(session: Session, reach: Reach, now: datetime, *, limit: int) -> int:
    """Return how many open needs this person sees to, at most `limit`."""
    wanted = (
        select(PartyNeed.id)
        .join(PartyFile, PartyFile.id == PartyNeed.file_id)
        .where(
            access.near(session, reach, now, LIVE),
            may_read(reach, now),
            acting(reach, now),
            *_live(solved=False),
        )
        .limit(limit)
    )
    return len(session.scalars(wanted).all())


def of_file(session: Session, file_id: int, vault: PartyVault) -> list[Need]:
    """Return the needs of a file that was read, the open ones first."""
    mine = select(PartyNeed).where(PartyNeed.file_id == file_id)
    rows = session.scalars(
        mine.order_by(PartyNeed.solved_at.is_not(None), PartyNeed.id.desc()).limit(SHOWN)
    )
    return opened(rows, vault)


def opened(rows: Iterable[PartyNeed], vault: PartyVault) -> list[Need]:
    """Return needs as they are read; whoever calls this has noted that the file is."""
    return [_opened(row, vault) for row in rows]


def _opened(row: PartyNeed, vault: PartyVault) -> Need:
    outcome = vault.open(row.outcome, words.outcome_place(row.id)) if row.outcome else ""
    return Need(
        row.id,
        vault.open(row.words, words.place(row.id)),
        row.source,
        row.period,
        row.channel,
        row.opened_at,
        outcome,
        row.solved_at,
    )


def _live(*, solved: bool) -> list[ColumnElement[bool]]:
    """Return the conditions of a list: of whoever ended or took consent back nothing is to do."""
    still = PartyFile.state.in_(LIVE)
    if solved:
        return [still, PartyNeed.solved_at.is_not(None)]
    return [still, PartyNeed.solved_at.is_(None), PartyFile.withdrawn_at.is_(None)]

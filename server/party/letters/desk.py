"""The letters of a year at the desk of a branch: whose is written, sent, read and answered."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents
from server.party.access import may_read
from server.party.keys import PartyVault
from server.party.letters import facts, letters, writing, years
from server.party.letters.letters import Letter
from server.party.models import LIVE, Look, PartyFile, PartyLetter
from server.party.needs import views
from server.party.needs.views import Need
from server.staff.reach import Reach

PAGE = 50


class State(StrEnum):
    """How far a member's letter of a year has come."""

    UNWRITTEN = "unwritten"
    WRITTEN = "written"
    SENT = "sent"
    READ = "read"
    ANSWERED = "answered"


class Line(NamedTuple):
    """A member in the list, and how their letter stands."""

    file_id: int
    name: str
    state: State


class Page(NamedTuple):
    """Some members, and after which file the next begin."""

    lines: list[Line]
    after: int | None


class Sheet(NamedTuple):
    """A letter at the desk. `shown` tells whether it may be seen: until it is sent, by its writers.

    `seen` is the mark of what is shown, `acts` whether an answer or a need may be put down.
    """

    name: str
    state: State
    letter: Letter
    shown: bool
    writes: bool
    acts: bool
    seen: str
    needs: list[Need]


def listed(  # noqa: PLR0913  a list of staff with the key
    session: Session,
    reach: Reach,
    branch_id: int,
    year: int,
    now: datetime,
    *,
    after: int = 0,
    vault: PartyVault,
) -> Page:
    """Return the members of a branch, or of all for 0, whom this person may see, with their letter.

    Each is noted as seen in a list. Three statements.
    """
    here = or_(PartyFile.home_id == branch_id, PartyFile.host_id == branch_id)
    its = and_(PartyLetter.file_id == PartyFile.id, PartyLetter.year == year)
    wanted = (
        select(PartyFile, PartyLetter)
        .outerjoin(PartyLetter, its)
        .where(
            access.near(session, reach, now, LIVE),
            may_read(reach, now),
            PartyFile.state.in_(LIVE),
            PartyFile.reported_at < years.ends(year),
            PartyFile.id > after,
            *([here] if branch_id else []),
        )
        .order_by(PartyFile.id)
        .limit(PAGE + 1)
    )
    rows = session.execute(wanted).all()
    shown, more = rows[:PAGE], rows[PAGE:]
    access.note(session, reach.person_id, [file.id for file, _row in shown], Look.LIST, now)
    lines = [
        Line(file.id, contents.text_of(file, "name", vault), state(row)) for file, row in shown
    ]
    return Page(lines, shown[-1][0].id if more else None)


def show(  # noqa: PLR0913  a page of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    year: int,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> Sheet:
    """Return a member's letter of a year as whoever may read the file sees it: one look.

    Before it is sent, its facts are those of this moment, and only its writers see any of it.
    """
    file = access.read(session, reach, file_id, Look.LETTER, now)
    row = letters.of(session, file_id, year)
    if row is None or row.sent_at is None:
        years.require(file, year, now)
    stands, writes = state(row), writing.writes(session, reach, file_id, now)
    is_sent = row is not None and row.sent_at is not None
    known = {}
    if writes and not is_sent:
        known = facts.gather(session, [file], year, now, rules=rules, vault=vault)[file_id]
    shown = writes or is_sent
    letter = (
        letters.opened(row, vault, known) if row and shown else Letter(year, known, letters.NEW)
    )
    acts = select(PartyFile.id).where(PartyFile.id == file_id, views.acting(reach, now))
    return Sheet(
        contents.text_of(file, "name", vault),
        stands,
        letter,
        shown,
        writes and not is_sent,
        session.scalar(acts) is not None,
        letters.mark(letter, vault),
        views.of_file(session, file_id, vault),
    )


def state(row: PartyLetter | None) -> State:
    """Return how far a letter has come."""
    if row is None or row.words is None:
        return State.UNWRITTEN
    if row.sent_at is None:
        return State.WRITTEN
    if row.answered_at is not None:
        return State.ANSWERED
    return State.READ if row.read_at is not None else State.SENT

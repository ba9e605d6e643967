"""A member's need: opened once however often it is told, and solved once, in words.

No day is set for it. One that comes back is a new need.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from server.db import insert_into
from server.party import contacts, quarters, telling
from server.party.keys import PartyVault
from server.party.models import (
    LIVE,
    NeedSource,
    PartyFile,
    PartyNeed,
    PartyReport,
    ReportRevision,
)
from server.party.needs import words
from server.party.needs.refusals import NeedSolved, NoNeedTold
from server.party.reports import answers
from server.party.standing import require, require_consent, trace
from server.people.models import Channel
from server.staff.reach import Reach

OPEN = sql("solved_at IS NULL")


@dataclass(frozen=True, slots=True)
class Told:
    """A need as it was told: by whom it is put down, by which door, and where it stood."""

    words: str
    source: NeedSource
    period: str
    by: int
    channel: Channel


def put_down(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    said: str,
    now: datetime,
    *,
    channel: Channel,
    vault: PartyVault,
) -> int:
    """Open a need that a member told on the phone or in person; return its number.

    The contact may, whoever stands in for them, and the secretary. The same words twice while it
    is open are one need.
    """
    file = contacts.touched(session, reach, file_id, now)
    period, by = str(quarters.of(now)), reach.person_id
    told = Told(said, NeedSource.CONTACT, period, by, channel)
    need_id = opened(session, file, told, now, vault=vault)
    trace(session, by, "party.need_put_down", file_id, now)
    return need_id


def from_report(
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    now: datetime,
    *,
    vault: PartyVault,
) -> int:
    """Open the need that a member told in the report of a quarter, in their own words.

    Refused where the report in force tells of none.
    """
    file = contacts.touched(session, reach, file_id, now)
    revision = session.scalar(
        select(ReportRevision)
        .join(PartyReport, PartyReport.id == ReportRevision.report_id)
        .where(
            PartyReport.file_id == file_id,
            PartyReport.quarter == quarter,
            ReportRevision.number == PartyReport.number,
        )
    )
    said = answers.of(revision, vault).get("needs", "") if revision else ""
    if revision is None or not words.tells(said):
        raise NoNeedTold
    told = Told(said, NeedSource.REPORT, quarter, reach.person_id, revision.channel)
    need_id = opened(session, file, told, now, vault=vault)
    trace(session, reach.person_id, "party.need_put_down", file_id, now)
    return need_id


def opened(
    session: Session, file: PartyFile, told: Told, now: datetime, *, vault: PartyVault
) -> int:
    """Open a need of a file that is held, or find the open one of the same words."""
    require(file, *LIVE)
    require_consent(file)
    said = words.kept(told.words)
    row = {
        "file_id": file.id,
        "source": told.source,
        "period": told.period,
        "mark": words.mark(said, vault),
        "words": b"",
        "opened_by": told.by,
        "channel": told.channel,
        "opened_at": now,
    }
    fresh = insert_into(session, PartyNeed).values(row)
    known = fresh.on_conflict_do_update(
        index_elements=["file_id", "mark"],
        index_where=OPEN,
        set_={"mark": fresh.excluded.mark},
    )
    need_id: int = session.execute(known.returning(PartyNeed.__table__.c.id)).scalar_one()
    sealed = vault.seal(said, words.place(need_id))
    new = PartyNeed.id == need_id, PartyNeed.words == b""
    session.execute(update(PartyNeed).where(*new).values(words=sealed))
    return need_id


def solve(
    session: Session,
    reach: Reach,
    need_id: int,
    outcome: str,
    now: datetime,
    *,
    vault: PartyVault,
) -> int:
    """Write down what became of a need, once, and let the member know that there is word.

    Return the number of its file. Whoever is later with other words is told so.
    """
    # what is not there is looked for like what is another's
    file_id = session.scalar(select(PartyNeed.file_id).where(PartyNeed.id == need_id)) or 0
    file = contacts.touched(session, reach, file_id, now)
    require_consent(file)
    said = words.kept(outcome, words.LONGEST_OUTCOME)
    sealed = vault.seal(said, words.outcome_place(need_id))
    still = PartyNeed.id == need_id, PartyNeed.solved_at.is_(None)
    done = update(PartyNeed).where(*still).values(outcome=sealed, solved_at=now)
    if session.execute(done.returning(PartyNeed.id)).first() is None:
        if _outcome(session, need_id, vault) != said:
            raise NeedSolved
        return file_id
    trace(session, reach.person_id, "party.need_solved", file_id, now)
    telling.member(session, file, f"need:{need_id}", now, vault=vault)
    return file_id


def _outcome(session: Session, need_id: int, vault: PartyVault) -> str:
    sealed = session.scalar(select(PartyNeed.outcome).where(PartyNeed.id == need_id)) or b""
    return vault.open(sealed, words.outcome_place(need_id))

"""Forgetting what is not needed any longer, a bounded piece at a time.

`KEPT` is the whole truth about how long rows live, each span with its reason; docs/operations.md
says the same in a table, which a test holds against this one. What is not named lives as long as
the person it belongs to does (see `people.erasing`), and the audit trail at least three years: no
job ever deletes from it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.db import Base
from server.notices.models import Notice
from server.office.imports.models import ImportBatch
from server.party.models import FileRead, PartyFile, PartyKeeping, PartyList, PartyUpload
from server.people.models import ApiSession, BirthYearClaim, Dialogue, KeyedRequest, LinkCode
from server.photos.forgetting import KEPT_FOR as PHOTOS_KEPT
from server.photos.models import Photo
from server.riders.hazards import course
from server.riders.hazards.models import Hazard, HazardCase, HazardPhoto, HazardSpot
from server.riders.models import PointsOddity
from server.riders.rewards.models import VoucherCode
from server.staff.models import ConsoleSession, Invitation, ScanTicket
from server.timetable import JobRun
from server.volunteers import forgetting
from server.volunteers.models import Need, Oddity, OwnCode, PlaceHint
from server.wechat.models import Inbound, Waiting

MOST = 2_000
AT_ONCE = timedelta()
NEEDS_KEPT = timedelta(days=365)
"""What a closed need tells of a home is kept for complaints of a year, then emptied."""


class Kept(NamedTuple):
    """How long the rows of a table live after the moment in one of their columns, and why."""

    table: type[Base]
    since: InstrumentedAttribute[Any]
    span: timedelta
    reason: str


KEPT: tuple[Kept, ...] = (
    Kept(Inbound, Inbound.received_at, timedelta(days=30), "raw chat"),
    Kept(Waiting, Waiting.received_at, timedelta(days=30), "raw chat that got no answer"),
    Kept(Dialogue, Dialogue.expires_at, timedelta(days=1), "what a number meant"),
    Kept(KeyedRequest, KeyedRequest.created_at, timedelta(days=7), "clients repeat for days"),
    Kept(ApiSession, ApiSession.expires_at, AT_ONCE, "over"),
    Kept(LinkCode, LinkCode.expires_at, AT_ONCE, "over"),
    Kept(OwnCode, OwnCode.expires_at, AT_ONCE, "over"),
    Kept(ScanTicket, ScanTicket.expires_at, AT_ONCE, "over"),
    Kept(Invitation, Invitation.expires_at, AT_ONCE, "over"),
    Kept(BirthYearClaim, BirthYearClaim.asked_at, timedelta(days=90), "nobody came to show it"),
    Kept(ConsoleSession, ConsoleSession.expires_at, AT_ONCE, "over"),
    Kept(PlaceHint, PlaceHint.at, timedelta(days=7), "a place is a hint; many make a track"),
    Kept(HazardSpot, HazardSpot.at, timedelta(days=7), "where a hazard is; its words stay"),
    Kept(HazardCase, HazardCase.since, timedelta(days=30), "who was first, within 72 hours"),
    Kept(HazardPhoto, HazardPhoto.at, timedelta(days=180), "which photo belongs to which report"),
    Kept(ImportBatch, ImportBatch.made_at, timedelta(hours=24), "an upload not applied is stale"),
    Kept(Notice, Notice.settled_at, timedelta(days=90), "what was told, for questions"),
    Kept(VoucherCode, VoucherCode.expires_at, timedelta(days=90), "who shows it late is told so"),
    Kept(Oddity, Oddity.settled_at, timedelta(days=365), "a judgement, for complaints"),
    Kept(PointsOddity, PointsOddity.settled_at, timedelta(days=365), "a judgement, for complaints"),
    Kept(PartyFile, PartyFile.closed_at, timedelta(days=3 * 365), "the branch may ask back"),
    Kept(FileRead, FileRead.at, timedelta(days=3 * 365), "as long as logs are asked for"),
    Kept(PartyUpload, PartyUpload.made_at, timedelta(hours=24), "a list not applied is stale"),
    Kept(PartyKeeping, PartyKeeping.until, AT_ONCE, "over"),
    Kept(PartyList, PartyList.ends_at, timedelta(days=180), "who allowed what"),
    Kept(JobRun, JobRun.slot, timedelta(days=30), "for the operator"),
)


class Line(NamedTuple):
    """One line of the table in the documents; `hours` is the span."""

    table: str
    column: str
    hours: int


def lines() -> Iterator[Line]:
    """Yield what the documents must say."""
    for kept in KEPT:
        hours = int(kept.span.total_seconds() // 3600)
        yield Line(kept.table.__tablename__, kept.since.key, hours)
    yield Line(Need.__tablename__, "changed_at", int(NEEDS_KEPT.total_seconds() // 3600))
    yield Line(Photo.__tablename__, "noted_at", int(PHOTOS_KEPT.total_seconds() // 3600))
    yield Line(Hazard.__tablename__, "changed_at", int(course.KEPT.total_seconds() // 3600))


def forget(session: Session, now: datetime, most: int = MOST) -> int:
    """Delete at most so many old rows of each table, the oldest first; return how many went."""
    return sum(_forget(session, kept, now, most) for kept in KEPT)


def empty_needs(session: Session, now: datetime, most: int = MOST) -> int:
    """Empty what needs that closed long ago still hold of homes and persons."""
    old = (
        select(Need.id)
        .where(
            Need.state.in_(forgetting.ENDED_NEEDS),
            Need.changed_at < now - NEEDS_KEPT,
            Need.words != b"",
        )
        .order_by(Need.changed_at)
        .limit(most)
    )
    return forgetting.empty_needs(session, Need.id.in_(old.scalar_subquery()))


def _forget(session: Session, kept: Kept, now: datetime, most: int) -> int:
    [key] = kept.table.__table__.primary_key.columns
    old = kept.since < now - kept.span
    chosen = select(key).where(old).order_by(kept.since).limit(most).scalar_subquery()
    # asked again of each row: one that was renewed meanwhile stays
    gone = delete(kept.table).where(key.in_(chosen), old).returning(key)
    return len(session.execute(gone).all())

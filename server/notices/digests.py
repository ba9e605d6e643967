"""One message for several notices: what goes along in it, how it reads, and what becomes of each.

A notice that goes along is claimed by whoever sends its carrier and marked as begun, so that after
a crash each is treated by its own promise, like any other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from config.wording import say
from server.notices import due, rendering, templates
from server.notices.claims import LEASE, UNKNOWN, Claimed, Passenger
from server.notices.kinds import Way
from server.notices.lately import DIGEST
from server.notices.models import Notice, NoticeState
from server.notices.politeness import Verdict
from server.notices.rendering import Letter
from server.notices.versions import Version

_notice = Notice.__table__.c
_riding = and_(_notice.state == NoticeState.SENDING, _notice.channel == DIGEST)


def take(
    session: Session,
    verdicts: Mapping[int, Verdict],
    claimed: Sequence[Claimed],
    now: datetime,
) -> list[Claimed]:
    """Take what goes along with these notices, and return them with it. Three statements, or none.

    What was dropped or taken meanwhile stays behind.
    """
    by = {each.id: each.by for each in claimed}
    carriers = {
        notice: verdict.carrier
        for notice, verdict in verdicts.items()
        if verdict.carrier is not None and verdict.carrier in by
    }
    if not carriers:
        return [replace(each, along=()) if each.along else each for each in claimed]
    claims = {notice: by[carrier] for notice, carrier in carriers.items()}
    free = {row.id: row.kind for row in session.execute(_free(carriers, claims, now))}
    if not free:
        return [replace(each, along=()) for each in claimed]
    said = templates.in_force(session, set(free.values()))
    taken = session.execute(_taken(free, said, carriers, claims, now)).all()
    order = list(carriers)
    along: dict[int, list[Passenger]] = {}
    for row in sorted(taken, key=lambda row: order.index(row.id)):
        passenger = Passenger(row.id, row.facts, said[row.kind])
        along.setdefault(row.digest_id, []).append(passenger)
    return [replace(each, along=tuple(along.get(each.id, ()))) for each in claimed]


def _free(carriers: dict[int, int], claims: dict[int, str], now: datetime) -> Select[Any]:
    """Select what may be taken; what somebody else is changing just now stays behind."""
    ours = and_(
        _notice.state == NoticeState.SENDING,
        _notice.claimed_by == case(claims, value=_notice.id),
        _notice.claimed_until >= now,
    )
    return (
        select(_notice.id, _notice.kind)
        .where(_notice.id.in_(carriers), or_(_notice.state == NoticeState.QUEUED, ours))
        .order_by(_notice.id)
        .with_for_update(skip_locked=True, key_share=True)
    )


def _taken(
    free: Mapping[int, str],
    said: Mapping[str, Version],
    carriers: dict[int, int],
    claims: dict[int, str],
    now: datetime,
) -> ReturningUpdate[tuple[Any, ...]]:
    numbers = {name: version.number for name, version in said.items()}
    return (
        update(Notice.__table__)
        .where(_notice.id.in_(list(free)))
        .values(
            state=NoticeState.SENDING,
            claimed_by=case(claims, value=_notice.id),
            claimed_until=now + LEASE,
            channel=DIGEST,
            digest_id=case(carriers, value=_notice.id),
            version=case(numbers, value=_notice.kind),
        )
        .returning(_notice.id, _notice.digest_id, _notice.kind, _notice.facts)
    )


def arrive(session: Session, carriers: Collection[int], now: datetime) -> None:
    """Close what went along in messages that WeChat has taken. One statement, or none."""
    if not carriers:
        return
    session.execute(
        update(Notice.__table__)
        .where(_notice.digest_id.in_(carriers), _riding)
        .values(state=NoticeState.SENT, settled_at=now, outcome="sent along")
    )


def scatter(
    session: Session, carriers: Collection[int], now: datetime, *, unknown: bool = False
) -> None:
    """Put back what should have gone along in messages that did not go.

    When such a message may have arrived (`unknown`), what is told at most once is closed. At most
    two statements, or none.
    """
    if not carriers:
        return
    theirs = _notice.digest_id.in_(carriers), _riding
    if unknown:
        session.execute(
            update(Notice.__table__)
            .where(*theirs, _notice.kind.in_(due.AT_MOST_ONCE))
            .values(state=NoticeState.DEAD, settled_at=now, outcome=UNKNOWN)
        )
    session.execute(
        update(Notice.__table__)
        .where(*theirs)
        .values(state=NoticeState.QUEUED, channel=None, digest_id=None)
    )


def gathered(letter: Letter, version: Version, way: Way, claimed: Claimed) -> Letter:
    """Return a letter with what goes along: in chat all of it, in a template how much there is."""
    if not claimed.along:
        return letter
    if not way.is_typed:
        return replace(letter, text=_chat_text(version, claimed))
    things = [key for key in letter.data if key.startswith("thing")]
    if not things:
        return letter
    more = say("notices.and_more", count=len(claimed.along))
    return replace(letter, data={**letter.data, things[-1]: more})


def _chat_text(version: Version, claimed: Claimed) -> str:
    """Return all that is told, numbered; by first lines where that is more than WeChat takes.

    How one puts off or stops what comes is said once.
    """
    every = [(version, claimed.facts), *((one.said, one.facts) for one in claimed.along)]
    bare = {rendering.HOW: ""}
    texts = [rendering.chat_text(said, {**facts, **bare}) for said, facts in every]
    told = (facts.get(rendering.HOW) for _said, facts in every)
    how = next(filter(None, told), rendering.how_to_stop())
    whole = _numbered(texts, how)
    if len(whole.encode()) <= rendering.TEXT_BYTES:
        return whole
    return _numbered([text.partition("\n")[0] for text in texts], how)


def _numbered(texts: list[str], how: str) -> str:
    lines = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    return say("notices.digest", count=len(texts), lines=lines, how=how)

"""What politeness must know of people: who is talking to us, what they were told, what waits.

Each of these is one statement for any number of persons.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from server.lists import dialect_of, named
from server.notices import quiet
from server.notices.claims import UNKNOWN
from server.notices.kinds import PRIVATE
from server.notices.models import Notice, NoticeState
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Account, ApiSession, App, Person
from server.wechat.models import Inbound

DIGEST = "digest"
"""The `channel` of a notice that went along in another's message."""

TALKING = ("click", "scan", "subscribe", "view")
"""Events of somebody who looks at the chat just now, as good as a word of theirs."""

_notice = Notice.__table__.c
_person = Person.__table__.c
_account = Account.__table__.c
_inbound = Inbound.__table__.c
_session = ApiSession.__table__.c

_spoke = and_(
    _inbound.openid == _account.openid,
    _inbound.app == App.OFFICIAL,
    or_(_inbound.kind != "event", _inbound.event.in_(TALKING)),
)
GONE = or_(
    _notice.state == NoticeState.SENT,
    and_(_notice.state == NoticeState.DEAD, _notice.outcome == UNKNOWN),
    and_(_notice.state == NoticeState.SENDING, _notice.channel.is_not(None)),
)
"""What a person was told, or may have been."""


class Standing(NamedTuple):
    """How somebody stands: do they want notices, are they talking to us, are they a rider.

    `once`: they want to be reminded of one thing once at most.
    """

    wanted: bool
    awake: bool
    rider: bool
    once: bool


class Waits(NamedTuple):
    """A notice that waits for somebody."""

    id: int
    person_id: int
    kind: str
    key: str
    due_at: datetime
    not_after: datetime | None
    obligation: str | None
    broadcast_id: int | None


def standings(
    session: Session, persons: Collection[int], now: datetime, awake: timedelta
) -> dict[int, Standing]:
    """Return how each person stands; somebody heard of within `awake` is awake.

    A word in chat counts, and the mini-program in use. One statement, and those of the works that
    know riders.
    """
    asked = {"persons": list(persons), "since": now - awake}
    rows = session.execute(_standings(dialect_of(session)), asked)
    riding = quiet.riders(session, persons)
    return {
        person: Standing((version or 0) >= 0, bool(is_awake), person in riding, once)
        for person, version, is_awake, once in rows
    }


def waiting(
    session: Session, claimed: Collection[int], persons: Collection[int], until: datetime
) -> Sequence[Waits]:
    """Return the notices that were claimed, and what falls due for the same persons before then.

    The claimed ones stand in front, then what is due first; what is private comes last, so that it
    goes along where there is anything else.
    """
    asked = {"claimed": list(claimed), "persons": list(persons), "until": until}
    ours = frozenset(claimed)
    rows = [Waits(*row) for row in session.execute(_waiting(dialect_of(session)), asked)]
    return sorted(rows, key=lambda each: _place(each, ours))


def _place(one: Waits, ours: Collection[int]) -> tuple[bool, bool, datetime, int]:
    return one.kind in PRIVATE, one.id not in ours, one.due_at, one.id


def told_today(
    session: Session,
    claimed: Collection[int],
    persons: Collection[int],
    midnight: datetime,
    awake: timedelta,
) -> dict[int, Counter[str]]:
    """Count by kind the messages each person got since midnight without being in a conversation.

    What went along in another's message is no message; what is being sent just now counts.
    """
    asked = {
        "claimed": list(claimed),
        "persons": list(persons),
        "midnight": midnight,
        "since": midnight - awake,
    }
    told: dict[int, Counter[str]] = {}
    for person, kind, at, word in session.execute(_told_today(dialect_of(session)), asked):
        in_conversation = at is not None and word is not None and at - word < awake
        told.setdefault(person, Counter())[kind] += not in_conversation
    return told


def told_of(
    session: Session,
    claimed: Collection[int],
    persons: Collection[int],
    obligations: Collection[str],
) -> Counter[tuple[str, int]]:
    """Count how often each person was told of each obligation, as `(obligation, person)`."""
    if not obligations:
        return Counter()
    asked = {"claimed": list(claimed), "persons": list(persons), "about": list(obligations)}
    rows = session.execute(_told_of(dialect_of(session)), asked)
    return Counter({(about, person): number for about, person, number in rows})


# built once: to put such a statement together takes longer than the database does


@cache
def _standings(dialect: str) -> Select[Any]:
    spoken = exists().where(
        _account.person_id == _person.id,
        _account.app == App.OFFICIAL,
        _spoke,
        _inbound.received_at > bindparam("since"),
    )
    used = exists().where(_session.person_id == _person.id, _session.seen_at > bindparam("since"))
    agreed = consents.stands(_person.id, Purpose.NOTICES)
    mine = named(dialect, _person.id, "persons")
    return select(_person.id, agreed, or_(spoken, used), _person.remind_once).where(mine)


@cache
def _waiting(dialect: str) -> Select[Any]:
    ours = named(dialect, _notice.id, "claimed")
    queued = and_(_notice.state == NoticeState.QUEUED, _notice.due_at < bindparam("until"))
    mine = named(dialect, _notice.person_id, "persons")
    return select(*(_notice[name] for name in Waits._fields)).where(mine, or_(ours, queued))


@cache
def _told_today(dialect: str) -> Select[Any]:
    last_word = (
        select(func.max(_inbound.received_at))
        .join(Account.__table__, _spoke)
        .where(
            _account.person_id == _notice.person_id,
            _account.app == App.OFFICIAL,
            _inbound.received_at > bindparam("since"),
            _inbound.received_at <= _notice.settled_at,
        )
        .scalar_subquery()
    )
    return select(_notice.person_id, _notice.kind, _notice.settled_at, last_word).where(
        named(dialect, _notice.person_id, "persons"),
        ~named(dialect, _notice.id, "claimed"),
        GONE,
        _notice.channel != DIGEST,
        or_(_notice.settled_at >= bindparam("midnight"), _notice.settled_at.is_(None)),
    )


@cache
def _told_of(dialect: str) -> Select[Any]:
    return (
        select(_notice.obligation, _notice.person_id, func.count())
        .where(
            named(dialect, _notice.obligation, "about"),
            named(dialect, _notice.person_id, "persons"),
            ~named(dialect, _notice.id, "claimed"),
            GONE,
        )
        .group_by(_notice.obligation, _notice.person_id)
    )

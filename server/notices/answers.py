"""What becomes of a notice after WeChat's answer, each class of answer in its own way."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from server.notices import claims, credits, digests
from server.notices.channels import Route
from server.notices.claims import UNKNOWN, Claimed
from server.notices.kinds import KINDS, Promise
from server.notices.models import NoticeState
from server.notices.politeness import Verdict
from server.notices.retries import Chance, next_attempt
from server.people import identities
from server.people.models import App
from server.wechat.errors import CallRejected, RateLimited, Transient, WechatError

log = logging.getLogger(__name__)

NOT_SUBSCRIBED = 43101
NOT_FOLLOWING = 43004
BUG_ATTEMPTS = 3


def sent(session: Session, claimed: Claimed, way: str, message_id: str, now: datetime) -> str:
    """Close a notice that WeChat has taken."""
    facts = {"message_id": message_id[:64] or None, "outcome": "sent", "credit_id": None}
    claims.settle(session, claimed, NoticeState.SENT, now, **facts)
    if claimed.along:
        digests.arrive(session, [claimed.id], now)
    return f"sent {way}"


def held(session: Session, claimed: Claimed, verdict: Verdict, now: datetime) -> str:
    """Do with a notice that may not go now what its verdict says; no attempt is counted."""
    assert verdict.why is not None
    word = verdict.why.name.lower()
    if verdict.until is None:
        claims.settle(session, claimed, NoticeState.DROPPED, now, outcome=verdict.why)
        return f"dropped {word}"
    attempts = claimed.attempts - 1
    claims.postpone(session, claimed, verdict.until, outcome=verdict.why, attempts=attempts)
    return f"waits {word}"


def kept_back(session: Session, claimed: Claimed, credit_id: int | None, now: datetime) -> str:
    """Put back a notice that had begun and did not leave in time, with all that it held."""
    if credit_id is not None:
        credits.give_back(session, credit_id)
    _let_go(session, claimed, now)
    facts = {"channel": None, "credit_id": None, "attempts": claimed.attempts - 1}
    claims.postpone(session, claimed, now, **facts)
    return "left paused"


def refused(
    session: Session,
    claimed: Claimed,
    route: Route,
    credit_id: int | None,
    error: CallRejected,
    now: datetime,
) -> None:
    """Learn from a refusal what we believed wrongly of this person, and keep the credit.

    The notice lets go of the credit in the same stroke, so that it is never used twice.
    """
    claims.begin(session, claimed, route.way, now)
    _let_go(session, claimed, now)
    if error.code == NOT_SUBSCRIBED:
        credits.reject(session, route.account_id, route.template_id)
    elif credit_id is not None:
        credits.give_back(session, credit_id)
    if error.code == NOT_FOLLOWING and route.app is App.OFFICIAL:
        identities.set_following(session, route.account_id, False, now)


def misspelt(session: Session, claimed: Claimed, error: CallRejected, now: datetime) -> str:
    """Close a notice that WeChat does not understand: a mistake of ours, never repeated."""
    log.error("notice %s (%s) is not what WeChat takes: %s", claimed.id, claimed.kind, error)
    outcome = f"refused: {error} rid {error.rid}"[:200]
    claims.settle(session, claimed, NoticeState.DEAD, now, outcome=outcome, credit_id=None)
    return "dead refused"


def unreachable(session: Session, claimed: Claimed, closed: list[str], now: datetime) -> str:
    """Close a notice for which every way is closed, with the reason of each."""
    outcome = "; ".join(closed)[:200]
    claims.settle(
        session,
        claimed,
        NoticeState.UNREACHABLE,
        now,
        outcome=outcome,
        channel=None,
        credit_id=None,
    )
    return "unreachable all"


def late(session: Session, claimed: Claimed, now: datetime) -> str:
    """Close a notice that is not worth sending any more."""
    claims.settle(session, claimed, NoticeState.DROPPED, now, outcome="too late")
    return "dropped late"


def failed(
    session: Session,
    claimed: Claimed,
    error: WechatError,
    credit_id: int | None,
    now: datetime,
    chance: Chance,
) -> str:
    """Try again later by the plan; give up when it is over.

    When the notice may have arrived, one that is sent at most once is closed as unknown; for the
    others the credit stays taken, and is used again.
    """
    unknown = isinstance(error, Transient) and error.outcome_unknown
    _let_go(session, claimed, now, unknown=unknown)
    if unknown and KINDS[claimed.kind].promise is Promise.AT_MOST_ONCE:
        claims.settle(session, claimed, NoticeState.DEAD, now, outcome=UNKNOWN, credit_id=None)
        return "dead unknown"
    if credit_id is not None and not unknown:
        credits.give_back(session, credit_id)
        credit_id = None
    due_at = next_attempt(claimed.attempts, now, chance)
    left = {"outcome": str(error)[:200], "credit_id": credit_id}
    why = type(error).__name__.lower()
    if due_at is None:
        claims.settle(session, claimed, NoticeState.DEAD, now, **left)
        return f"dead {why}"
    if isinstance(error, RateLimited):
        due_at = max(due_at, error.until)
    claims.postpone(session, claimed, due_at, **left)
    return f"retried {why}"


def stumbled(session: Session, claimed: Claimed, now: datetime, chance: Chance) -> str:
    """Put aside a notice over which our own code stumbles, for good after the third time."""
    digests.scatter(session, [claimed.id], now)
    due_at = next_attempt(claimed.attempts, now, chance)
    if due_at is None or claimed.attempts >= BUG_ATTEMPTS:
        claims.settle(session, claimed, NoticeState.DEAD, now, outcome="a mistake of ours")
        return "dead bug"
    claims.postpone(session, claimed, due_at)
    return "retried bug"


def put_back(session: Session, claimed: Claimed, now: datetime) -> str:
    """Leave a notice that was not begun to whoever comes next."""
    claims.postpone(session, claimed, now, attempts=claimed.attempts - 1)
    return "left stopping"


def _let_go(session: Session, claimed: Claimed, now: datetime, *, unknown: bool = False) -> None:
    """Let what should have gone along look for another message."""
    if claimed.along:
        digests.scatter(session, [claimed.id], now, unknown=unknown)

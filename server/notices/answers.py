"""What becomes of a notice after WeChat's answer, each class of answer in its own way."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from server.notices import circuits
from server.notices.channels import Route
from server.notices.claims import UNKNOWN, Held
from server.notices.due import AT_MOST_ONCE
from server.notices.errands import Errand, Outcome
from server.notices.lessons import Lessons
from server.notices.models import NoticeState
from server.notices.retries import Chance, next_attempt
from server.people.models import App
from server.wechat.errors import (
    CallRejected,
    KeptBack,
    RateLimited,
    Transient,
    WechatError,
)

log = logging.getLogger(__name__)

NOT_SUBSCRIBED = frozenset({43101, 50001})
NOT_FOLLOWING = 43004
NOT_BOUND = 40256
BUG_ATTEMPTS = 3
WORDS = 200


class Ending(NamedTuple):
    """What is to be written of a notice; `word` counts it: what became of it, and by what."""

    word: str
    values: Mapping[str, Any]


def read(
    errand: Errand, held: Held, outcome: Outcome, now: datetime, chance: Chance, lessons: Lessons
) -> Ending | None:
    """Return what an answer makes of the notice, or None when another way is open to it.

    What else the answer teaches is noted in `lessons`.
    """
    assert errand.sending is not None
    route = errand.sending.route
    if isinstance(outcome, str):
        return sent(held, route, outcome, now)
    if isinstance(outcome, Transient):
        return _failed(errand, held, outcome, now, chance, lessons)
    if isinstance(outcome, CallRejected) and outcome.code in NOT_SUBSCRIBED:
        lessons.refusals.append(route)
    elif held.credit_id is not None:
        lessons.unspent.append(held.credit_id)
    if isinstance(outcome, KeptBack):
        return None
    if not isinstance(outcome, WechatError):
        log.error("notice %s (%s) cannot be sent", errand.id, errand.claimed.kind, exc_info=outcome)
        ending = stumbled(errand, now, chance)
        return Ending(ending.word, {"channel": None, "credit_id": None, **ending.values})
    errand.tried.add((route.way, route.account_id))
    errand.closed[route.way] = str(outcome.code)
    return _refused(errand, held, outcome, now, lessons)


def sent(held: Held, route: Route, message_id: str, now: datetime) -> Ending:
    """Close a notice that WeChat has taken.

    The event about it may have been here already (`results`), and then stays.
    """
    values: dict[str, Any] = {
        "state": NoticeState.SENT,
        "settled_at": now,
        "outcome": "sent",
        "credit_id": None,
        "message_id": message_id or held.message_id,
    }
    if message_id and held.message_id not in (None, message_id):
        values |= {"result": None, "result_at": None}
    return Ending(f"sent {route.way}", values)


def stumbled(errand: Errand, now: datetime, chance: Chance) -> Ending:
    """Put aside a notice over which our own code stumbles, for good after the third time."""
    due_at = next_attempt(errand.claimed.attempts, now, chance)
    if due_at is None or errand.claimed.attempts >= BUG_ATTEMPTS:
        return Ending("dead bug", settled(NoticeState.DEAD, now, "a mistake of ours"))
    return Ending("retried bug", {"state": NoticeState.QUEUED, "due_at": due_at})


def cut_short(errand: Errand, now: datetime, chance: Chance) -> Ending:
    """Put aside a notice over which a turn stumbles, also one that had been sent by then.

    What may have arrived, of a kind that is sent at most once, is closed as unknown.
    """
    if errand.sending is not None and errand.claimed.kind in AT_MOST_ONCE:
        return Ending("dead unknown", settled(NoticeState.DEAD, now, UNKNOWN))
    return stumbled(errand, now, chance)


def settled(state: NoticeState, now: datetime, outcome: str) -> dict[str, Any]:
    """Return what closes a notice that is not on its way."""
    return {"state": state, "settled_at": now, "outcome": outcome[:WORDS], "credit_id": None}


def waits(held: Held, until: datetime, outcome: str) -> dict[str, Any]:
    """Return what queues a notice again that could not be tried: no attempt is counted."""
    return {
        "state": NoticeState.QUEUED,
        "due_at": until,
        "attempts": held.attempts - 1,
        "channel": None,
        "credit_id": None,
        "outcome": outcome[:WORDS],
    }


def _refused(
    errand: Errand, held: Held, error: WechatError, now: datetime, lessons: Lessons
) -> Ending | None:
    """Learn what we believed wrongly of this person or this way; None: there may be another."""
    assert errand.sending is not None
    route = errand.sending.route
    closure = circuits.closure_of(route, error, now)
    if closure is not None:
        lessons.closures[closure.way] = closure
        return None
    if isinstance(error, RateLimited):
        lessons.paced[errand.claimed.person_id] = error.until
        return Ending("waits pace", waits(held, error.until, str(error)))
    if isinstance(error, CallRejected) and error.dead_for_user:
        if error.code == NOT_FOLLOWING and route.app is App.OFFICIAL:
            lessons.gone.append(route.account_id)
        if error.code == NOT_BOUND:
            lessons.unbound.append(route.account_id)
        return None
    return _misspelt(errand, error, now)


def _misspelt(errand: Errand, error: WechatError, now: datetime) -> Ending:
    """Close a notice that WeChat does not understand: a mistake of ours, never repeated.

    WeChat's words may repeat what was sent, so they stand with the notice and in no log.
    """
    kind = errand.claimed.kind
    log.error("notice %s (%s): code %s, rid %s", errand.id, kind, error.code, error.rid)
    outcome = f"refused: {str(error)[: WORDS - 70]} rid {error.rid}"
    return Ending("dead refused", settled(NoticeState.DEAD, now, outcome))


def _failed(
    errand: Errand,
    held: Held,
    error: Transient,
    now: datetime,
    chance: Chance,
    lessons: Lessons,
) -> Ending:
    """Try again later by the plan; give up when it is over.

    When the notice may have arrived, one that is sent at most once is closed as unknown; for the
    others the credit stays taken, and is used again.
    """
    unknown = error.outcome_unknown
    if unknown and errand.claimed.kind in AT_MOST_ONCE:
        return Ending("dead unknown", settled(NoticeState.DEAD, now, UNKNOWN))
    left: dict[str, Any] = {"outcome": str(error)[:WORDS]}
    if not unknown:
        left |= {"channel": None, "credit_id": None}
        if held.credit_id is not None:
            lessons.unspent.append(held.credit_id)
    why = type(error).__name__.lower()
    due_at = next_attempt(errand.claimed.attempts, now, chance)
    if due_at is None:
        return Ending(f"dead {why}", {**left, "state": NoticeState.DEAD, "settled_at": now})
    return Ending(f"retried {why}", {**left, "state": NoticeState.QUEUED, "due_at": due_at})

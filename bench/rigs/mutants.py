"""The service with one of its guards taken off, or slowed down: what a rig must notice.

`BENCH_MUTANT` names the guard. A rig that finds nothing here proves nothing elsewhere.
"""

import os
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import wsgi
from server.people import identities
from server.people.models import Channel
from server.runtime import Runtime
from server.volunteers import signups
from server.volunteers.models import HOLDING, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.shifts import standing
from server.volunteers.views import Outcome
from server.wechat import inbound
from server.wechat.messages import Incoming

LATE_SECONDS = 0.15
SLOW_SECONDS = 0.02


def reply_before_commit(runtime: Runtime) -> None:
    """Answer first and commit a little later, in another thread."""
    real = runtime.db.transaction

    @contextmanager
    def late() -> Iterator[Session]:
        given: list[Session] = []
        opened, left = threading.Event(), threading.Event()

        def keep() -> None:
            with real() as session:
                given.append(session)
                opened.set()
                left.wait()
                time.sleep(LATE_SECONDS * random.random())

        threading.Thread(target=keep, daemon=True).start()
        opened.wait(10)
        try:
            yield given[0]
        finally:
            left.set()

    runtime.db.transaction = late  # type: ignore[method-assign]


def no_dedupe(_runtime: Runtime) -> None:
    """Take every delivery for a new message."""
    real = inbound.claim

    def claim(session: Session, incoming: Incoming, now: datetime) -> int | None:
        return real(session, replace(incoming, key=incoming.key + secrets.token_hex(4)), now)

    inbound.claim = claim


def count_then_insert(_runtime: Runtime) -> None:
    """Count the places taken, think for a moment, then enter: no conditional write."""

    def sign_up(
        session: Session,
        person_id: int,
        shift_id: int,
        now: datetime,
        *,
        channel: Channel,
        policy: Policy,
    ) -> Outcome:
        del policy
        identities.lock(session, person_id)
        where = standing(session, person_id, shift_id)
        if where.state is not None:
            return signups.as_it_stands(session, where)
        held = select(func.count()).where(Signup.shift_id == shift_id, Signup.state.in_(HOLDING))
        capacity = session.scalar(select(Shift.capacity).where(Shift.id == shift_id))
        free = (capacity or 0) - (session.scalar(held) or 0) > 0
        if session.get_bind().dialect.name == "sqlite":
            free = True  # one writer at a time: counting is safe there, so do not even count
        time.sleep(SLOW_SECONDS * random.random())
        state = SignupState.CONFIRMED if free else SignupState.WAITLISTED
        session.add(
            Signup(
                shift_id=shift_id,
                person_id=person_id,
                state=state,
                channel=channel,
                created_at=now,
                changed_at=now,
            )
        )
        session.flush()
        return where.outcome(state)

    signups.sign_up = sign_up


def slow(_runtime: Runtime) -> None:
    """Keep every guard, but pause at random between looking and taking."""
    real: Callable[..., Any] = standing

    def look(session: Session, person_id: int, shift_id: int) -> Any:
        found = real(session, person_id, shift_id)
        time.sleep(SLOW_SECONDS * random.random())
        return found

    # `signups` does not export it, and that is right: only a mutant reaches in
    signups.standing = look  # type: ignore[attr-defined]


ALL = {each.__name__: each for each in (reply_before_commit, no_dedupe, count_then_insert, slow)}

app = wsgi.app
ALL[os.environ["BENCH_MUTANT"]](app.extensions["runtime"])

"""A worker that delivers notices until it is killed, with leases of a few seconds."""

import random
import threading
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench import hosts
from config.settings import load_settings
from server.notices import answers, beginning, circuits, claims, credits, delivery, pipeline
from server.notices.claims import Claimed, Held
from server.notices.models import Notice, NoticeState
from server.notices.writing import WRITTEN
from server.runtime import Runtime

LEASE, RESERVE = timedelta(seconds=4), timedelta(seconds=3)
"""Long enough for an answer in time, short enough that a rig sees many run out."""

LATE_SECONDS = 0.3


def no_claim_row(_runtime: Runtime) -> None:
    """Keep nobody from taking what somebody has taken, and ask nobody whose it is."""
    claim = claims.claim

    def take(session: Session, now: datetime, limit: int) -> Sequence[Claimed]:
        found = claim(session, now, limit)
        ids = [each.id for each in found]
        session.execute(update(Notice).where(Notice.id.in_(ids)).values(state=NoticeState.QUEUED))
        return found

    def hold(session: Session, claimed: Collection[Claimed]) -> dict[int, Held]:
        columns = Notice.__table__.c
        ids = [each.id for each in claimed]
        rows = session.execute(
            select(columns.id, columns.claimed_by, *(columns[name] for name in WRITTEN)).where(
                columns.id.in_(ids)
            )
        )
        return {row.id: row for row in rows}

    claims.claim, claims.hold = take, hold


def settle_before_send(_runtime: Runtime) -> None:
    """Write that a notice was sent when its send begins, and send it a little later."""
    go, send = beginning.Beginning._go, pipeline.Pipeline._send

    def gone(self: Any, errand: Any, begun: Any) -> None:
        go(self, errand, begun)
        _, values = self.going.pop()
        sent = answers.settled(NoticeState.SENT, self._now, "sent")
        self.going.append((errand, {**values, **sent}))

    def dawdle(self: Any, going: Any) -> None:
        time.sleep(LATE_SECONDS * random.random())
        send(self, going)

    beginning.Beginning._go = gone  # type: ignore[method-assign]
    pipeline.Pipeline._send = dawdle  # type: ignore[method-assign]


def credit_not_held(_runtime: Runtime) -> None:
    """Look at a credit, and take none."""
    credits.take = lambda session, credit_ids: frozenset(credit_ids)


def no_circuit(_runtime: Runtime) -> None:
    """Knock wherever somebody has found closed doors."""
    circuits.closed = lambda session, now: {}


GUARDS = (no_claim_row, settle_before_send, credit_not_held, no_circuit)
ALL = {each.__name__: each for each in GUARDS}


def run(ready: Barrier, mutant: str) -> None:
    """Wait until all is ready, then deliver until killed; `mutant` names the guard that is off."""
    claims.LEASE = beginning.LEASE = LEASE  # type: ignore[attr-defined]
    beginning.RESERVE = RESERVE
    delivery.PAUSE = pipeline.PAUSE = delivery.AFTER_FAULT = 0.1
    runtime = Runtime.open(load_settings())
    if mutant:
        ALL[mutant](runtime)
    # nobody may let it go any more: then it ends
    ready.wait(hosts.PATIENCE_SECONDS)
    delivery.keep(runtime, threading.Event())

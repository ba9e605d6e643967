"""What a worker does, step by step, and what is handed to WeChat meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

from sqlalchemy import select

from server.notices import claims, delivery, outbox, pipeline, turns
from server.notices.claims import Claimed
from server.notices.errands import Errand
from server.notices.models import Credit, Notice, NoticeState
from server.notices.turns import Work
from server.runtime import Runtime
from tests.server.notices.people import a_person, an_account


def claim(runtime: Runtime, limit: int = 20) -> list[Claimed]:
    with runtime.db.transaction() as session:
        return list(claims.claim(session, runtime.now(), limit))


def take(runtime: Runtime, **work: object) -> turns.Done:
    return turns.take(runtime, Work(**work), lambda: 0.5)  # type: ignore[arg-type]


def begin(runtime: Runtime, claimed: Claimed) -> Errand:
    """Begin a send, as a worker does right before it dies."""
    errand = Errand(claimed)
    assert take(runtime, fresh=[errand]).going == [errand]
    return errand


def deliver(runtime: Runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime, chance=lambda: 0.5))


def queue_for_many(runtime: Runtime, people: int) -> None:
    with runtime.db.transaction() as session:
        for number in range(people):
            person = a_person(session)
            an_account(session, person)
            moment = runtime.now() + timedelta(days=1)
            facts = {"number": 1, "title": "一", "starts_at": moment}
            outbox.queue(
                session, person, "volunteers.cancelled", f"k{number}", runtime.now(), facts
            )


def drain_together(runtime: Runtime, workers: int) -> None:
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(delivery.deliver, runtime) for _ in range(workers)]:
            done.result()


def send(runtime: Runtime, claimed: Claimed) -> list[str]:
    """Do with one claimed notice all that a worker does."""
    worker = pipeline.Pipeline(runtime, lambda: 0.5, threading.Event())
    with closing(worker):
        worker._waiting.append(Errand(claimed))
        return sorted(worker.drain(rounds=0).elements())


def balance(runtime: Runtime) -> int:
    with runtime.db.reading() as session:
        return session.scalars(select(Credit.balance)).one()


def states(runtime: Runtime) -> set[NoticeState]:
    with runtime.db.reading() as session:
        return set(session.scalars(select(Notice.state)))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = threading.Event()
    for _ in range(3_000):
        if true():
            return
        deadline.wait(0.01)
    raise AssertionError("it did not come to pass within half a minute")

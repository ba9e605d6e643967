"""The service with one of its guards taken off, or slowed down: what a rig must notice."""

import random
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import bindparam, case, event, func, literal, select, text
from sqlalchemy.orm import Session, sessionmaker

from bot import exchange
from miniprogram_api import call
from server import chains, db
from server.console import pages
from server.people import consents, dialogues, identities
from server.people.consents import Purpose
from server.people.dialogues import Met
from server.people.models import App
from server.runtime import Runtime
from server.volunteers.attendance import coming
from server.volunteers.models import HOLDING, Shift, Signup
from server.volunteers.signups import eligibility, places
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
    meet, record = dialogues.meet, inbound.record

    def strange(key: str) -> str:
        return key + secrets.token_hex(4)

    def meet_anew(session: Session, app: App, openid: str, key: str) -> Met:
        return meet(session, app, openid, strange(key))

    def record_anew(session: Session, incoming: Incoming, reply: str, now: datetime) -> bool:
        return record(session, replace(incoming, key=strange(incoming.key)), reply, now)

    dialogues.meet, inbound.record = meet_anew, record_anew


def count_then_insert(runtime: Runtime) -> None:
    """Count the places given instead of taking one by a conditional write; then enter.

    Counting is safe on SQLite, which has one writer at a time: there it does not even count.
    """
    held = (
        select(func.count())
        .where(Signup.shift_id == Shift.id, Signup.state.in_(HOLDING))
        .scalar_subquery()
    )
    free = literal(True) if runtime.db.is_sqlite else held < Shift.capacity
    agreed = consents.stands(bindparam("person"), Purpose.SERVICE)
    count = select(case((free, 0), else_=1), agreed).where(Shift.id == bindparam("this"))
    _replace(places, "_TAKE", count)


def two_at_once(runtime: Runtime) -> None:
    """Let somebody be present at two places: no unique index, and nobody looks elsewhere."""
    with runtime.db.transaction() as session:
        session.execute(text("DROP INDEX IF EXISTS uq_attendance_open"))
    _replace(coming, "leave_elsewhere", lambda *_given: None)


def audit_apart(runtime: Runtime) -> None:
    """Write the trail a little later, in a transaction of its own."""
    real = runtime.db.transaction
    append = chains._chain
    event.remove(Session, "before_commit", append)

    def write(waiting: Any) -> None:
        time.sleep(LATE_SECONDS * random.random())
        with real() as session:
            session.info["chains"] = waiting
            append(session)

    @event.listens_for(Session, "after_commit")
    def _later(session: Session) -> None:
        waiting = session.info.pop("chains", ())
        if waiting:
            threading.Thread(target=write, args=(waiting,), daemon=True).start()


def slow(_runtime: Runtime) -> None:
    """Keep every guard, but pause at random between looking and taking."""
    real = eligibility.judge

    def judge(*given: Any, **more: Any) -> eligibility.Verdict:
        verdict = real(*given, **more)
        time.sleep(SLOW_SECONDS * random.random())
        return verdict

    _replace(eligibility, "judge", judge)


def _replace(where: ModuleType, name: str, by: object) -> None:
    """Replace a name that must be there: a mutant of nothing proves nothing."""
    if not hasattr(where, name):
        raise AttributeError(f"{where.__name__} has no {name} any more: mend this mutant")
    setattr(where, name, by)


def crossed(runtime: Runtime) -> None:
    """Lock shifts before people, in no order, and never do again what another one crossed.

    On SQLite, whose one writer is all the order there is: look first, and ask to write only then.
    """
    for where in (call, pages, exchange):
        _replace(where, "TRIES", 1)
    if runtime.db.is_sqlite:
        _write_late(runtime)
        return
    real = identities.lock

    def lock(session: Session, person_id: int) -> None:
        newest = session.scalars(select(Shift.id).order_by(Shift.id.desc()).limit(4)).all()
        for shift_id in random.sample(newest, min(2, len(newest))):
            session.execute(select(Shift.id).where(Shift.id == shift_id).with_for_update())
        real(session, person_id)

    _replace(identities, "lock", lock)


def _write_late(runtime: Runtime) -> None:
    engine = db._open_sqlite(runtime.db.url, "BEGIN")

    @event.listens_for(engine, "connect")
    def _may_write(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = OFF")

    runtime.db._writing = sessionmaker(engine, expire_on_commit=False)
    runtime.db._turn = nullcontext  # type: ignore[method-assign, assignment]


GUARDS = (
    reply_before_commit,
    no_dedupe,
    count_then_insert,
    two_at_once,
    audit_apart,
    slow,
    crossed,
)
ALL = {each.__name__: each for each in GUARDS}

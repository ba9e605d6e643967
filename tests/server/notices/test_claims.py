"""Many workers at one queue, and workers that die in the middle."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from server.db import Database
from server.notices import beginning, claims, credits, due, turns
from server.notices.claims import Claimed
from server.notices.errands import Errand
from server.notices.models import Credit, Notice, NoticeState
from server.runtime import Runtime
from server.wechat.calls import Post
from server.wechat.dispatch import Dispatch
from server.wechat.errors import CallRejected, KeptBack
from server.wechat.lines import Heard
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Sent, Tell
from tests.server.notices.people import a_person
from tests.server.notices.workers import (
    balance,
    begin,
    claim,
    deliver,
    drain_together,
    queue_for_many,
    send,
    states,
    take,
)


def test_several_workers_send_each_notice_once(runtime: Runtime, sent: Sent) -> None:
    queue_for_many(runtime, 60)

    drain_together(runtime, 4)
    while deliver(runtime):
        pass

    assert len(sent) == 60
    assert set(sent.values()) == {1}
    assert states(runtime) == {NoticeState.SENT}


def test_without_claims_they_send_twice(
    runtime: Runtime, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: a claim that keeps nobody from taking the notice too."""
    hold = claims.hold

    def hold_anybodys(session: Session, claimed: Sequence[Claimed]) -> dict:
        ids = [each.id for each in claimed]
        rows = session.execute(select(Notice.id, Notice.claimed_by).where(Notice.id.in_(ids)))
        session.execute(update(Notice).where(Notice.id.in_(ids)).values(state=NoticeState.SENDING))
        by = {row.id: row.claimed_by for row in rows}
        return hold(session, [replace(each, by=by[each.id]) for each in claimed])

    monkeypatch.setattr(claims, "hold", hold_anybodys)
    queue_for_many(runtime, 5)
    ours = claim(runtime)
    with runtime.db.transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.QUEUED, claimed_until=None))
    theirs = claim(runtime)

    for each in (*ours, *theirs):
        send(runtime, each)

    assert set(sent.values()) == {2}


def test_what_a_dead_worker_had_claimed_is_rescued(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone)
    claim(runtime)

    clock.advance(seconds=59)
    assert deliver(runtime) == {}
    clock.advance(seconds=2)
    assert deliver(runtime) == {"sent template": 1}
    assert look(notice).attempts == 2


def test_control_a_claim_that_never_runs_out_keeps_its_notice_for_ever(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE", timedelta(days=3650))
    tell(phone)
    claim(runtime)

    clock.advance(hours=47)
    assert deliver(runtime) == {}


def test_a_send_that_had_begun_is_repeated_at_least_once(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone, "volunteers.offered")
    [mine] = claim(runtime)
    begin(runtime, mine)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent template": 1}


def test_a_send_that_had_begun_is_not_repeated_at_most_once(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone, "volunteers.reminder")
    [mine] = claim(runtime)
    begin(runtime, mine)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"dead unknown": 1}
    assert look(notice).state is NoticeState.DEAD
    assert str(look(notice).outcome).startswith("unknown")


def test_a_reminder_that_was_only_claimed_is_still_sent(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone, "volunteers.reminder")
    claim(runtime)

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent template": 1}


def test_what_went_along_when_a_worker_died_is_taken_up_by_itself(
    runtime: Runtime, clock: Clock
) -> None:
    queue_for_many(runtime, 2)
    carrier, along = sorted(each.id for each in claim(runtime))
    with runtime.db.transaction() as session:
        riding = {"digest_id": carrier, "channel": "digest"}
        session.execute(update(Notice).where(Notice.id == along).values(**riding))
    clock.advance(minutes=2)

    claim(runtime)

    with runtime.db.reading() as session:
        row = session.get_one(Notice, along)
        assert (row.state, row.channel, row.digest_id) == (NoticeState.SENDING, None, None)


def test_a_worker_paused_past_its_claim_neither_sends_nor_settles(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice = tell(phone)
    [paused] = claim(runtime)
    begun = begin(runtime, paused)
    clock.advance(seconds=61)
    deliver(runtime)

    assert take(runtime, fresh=[Errand(paused)]) == turns.Done([], ["lost claim"])
    late = begun, CallRejected(47003, "a mistake of ours")
    assert take(runtime, heard=[late]).ended == ["lost claim"]

    assert look(notice).state is NoticeState.SENT


def test_a_claim_that_ran_out_is_not_begun_even_if_nobody_took_it(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone)
    [paused] = claim(runtime)
    clock.advance(seconds=61)

    assert take(runtime, fresh=[Errand(paused)]) == turns.Done([], ["lost claim"])


def test_what_began_and_was_paused_leaves_only_while_nobody_else_may_send_it(
    runtime: Runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    tell(phone)
    [mine] = claim(runtime)
    sending = begin(runtime, mine).sending
    assert sending is not None

    assert clock() + claims.LEASE - sending.until == beginning.RESERVE


def test_what_was_kept_back_goes_again_or_is_somebody_elses(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)
    clock.advance(seconds=55)

    assert take(runtime, heard=[(begun, KeptBack(None, "late"))]).going == [begun]
    assert balance(runtime) == 0
    clock.advance(seconds=61)
    assert take(runtime, heard=[(begun, KeptBack(None, "late"))]).ended == ["lost claim"]
    assert deliver(runtime) == {"sent notification": 1}
    assert look(notice).state is NoticeState.SENT


def test_two_notices_of_one_person_are_never_on_their_way_at_once(
    runtime: Runtime, phone: Phone, tell: Tell
) -> None:
    tell(phone, key="a")
    tell(phone, key="b")

    assert [len(claim(runtime)), len(claim(runtime))] == [1, 0]


def test_racing_claims_never_take_two_notices_of_one_person(
    runtime: Runtime, phone: Phone, tell: Tell
) -> None:
    for number in range(8):
        tell(phone, key=f"k{number}")
    together = threading.Barrier(4)

    def at_once(_number: int) -> int:
        together.wait(10)
        return len(claim(runtime, 1))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(at_once, range(4))) <= 1


def test_the_credit_of_a_send_that_died_is_used_again(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    notice = tell(phone)
    [mine] = claim(runtime)
    begin(runtime, mine)
    assert look(notice).credit_id is not None

    clock.advance(seconds=61)

    assert deliver(runtime) == {"sent notification": 1}
    assert look(notice).credit_id is None


def test_a_credit_given_back_is_no_longer_the_notice_s(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    """Whatever is written of a refusal is written once, though nobody knows whether it was."""
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)
    first = begun.sending
    banned = CallRejected(43107, "banned")

    for _ in range(2):
        begun.sending = first
        assert take(runtime, heard=[(begun, banned)]).going == [begun]

    assert look(notice).credit_id is None
    assert look(notice).channel == "template"
    assert balance(runtime) == 1


def test_a_credit_that_somebody_else_has_spent_closes_that_way(
    runtime: Runtime, phone: Phone, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    tell(phone)
    take_credits = credits.take

    def spent_meanwhile(session: Session, ids: Sequence[int]) -> object:
        session.execute(update(Credit).values(balance=0))
        return take_credits(session, ids)

    monkeypatch.setattr(credits, "take", spent_meanwhile)

    assert deliver(runtime) == {"sent template": 1}


def test_control_a_credit_looked_at_and_not_taken_is_used_twice(
    runtime: Runtime, phone: Phone, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.do("subscription", template_id="tpl-offer", answer="accept", app="official")
    for key in ("a", "b"):
        tell(phone, key=key)
    monkeypatch.setattr(credits, "take", lambda _session, ids: frozenset(ids))
    seen: list[str] = []

    def send(_self: object, post: Post, heard: Heard, _may_leave: object) -> None:
        seen.append(post.path)
        heard({"errcode": 0})

    monkeypatch.setattr(Dispatch, "send", send)

    assert deliver(runtime) == {"sent notification": 2}
    assert len(seen) == 2


def test_the_queue_is_measured(runtime: Runtime, clock: Clock) -> None:
    queue_for_many(runtime, 3)
    clock.advance(seconds=90)

    with runtime.db.reading() as session:
        assert due.backlog(session, clock()) == (3, timedelta(seconds=90))


def test_what_is_due_is_found_by_the_index_of_open_notices(db: Database, clock: Clock) -> None:
    """However many notices were sent before: a claim reads only what is open."""
    with db.transaction() as session:
        person = a_person(session)
        old = {
            "person_id": person,
            "kind": "volunteers.cancelled",
            "facts": {},
            "state": NoticeState.SENT,
            "queued_at": clock(),
            "due_at": clock(),
            "attempts": 1,
        }
        session.execute(insert(Notice), [old | {"key": f"old{n}"} for n in range(3_000)])
    with db.transaction() as session:
        if not db.is_sqlite:
            session.execute(text("ANALYZE notice"))
        plan = explained(session, db, clock())

    assert "ix_notice_due" in plan


def explained(session: Session, db: Database, now: datetime) -> str:
    words = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
    query = due.select_due(now, 20).compile(db.engine, compile_kwargs={"literal_binds": True})
    return str(session.execute(text(f"{words} {query}".replace(":", "\\:"))).all())

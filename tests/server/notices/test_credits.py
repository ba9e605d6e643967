"""What people allow us to send is counted as WeChat counts it: sends never exceed grants (M3)."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.settings import Settings, Templates
from server.db import Database
from server.notices import credits, delivery, outbox
from server.notices.models import Credit, Notice, Source
from server.people import identities
from server.people.models import Account, App, Person
from server.runtime import Runtime
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.people import a_person, an_account

TEMPLATE = "tpl-offer"
SEND = "/cgi-bin/message/subscribe/send"
CLIENT, EVENT = Source.CLIENT, Source.EVENT


@pytest.fixture
def account(db: Database) -> int:
    with db.transaction() as session:
        return an_account(session, a_person(session), App.MINIPROGRAM, following=False).id


def told(db: Database, account: int, clock: Clock, *reports: tuple[Source, float]) -> int:
    """Let both tell of acceptances, each so many seconds from now; return the balance."""
    with db.transaction() as session:
        for source, seconds in reports:
            now = clock() + timedelta(seconds=seconds)
            credits.accept(session, account, TEMPLATE, now, source)
    return kept(db, account).balance


def kept(db: Database, account: int) -> Credit:
    with db.reading() as session:
        return session.scalars(select(Credit).where(Credit.account_id == account)).one()


ORDERS = sorted(set(itertools.permutations([CLIENT, CLIENT, EVENT, EVENT])))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_two_acceptances_told_twice_count_twice_in_any_order(
    db: Database, account: int, clock: Clock, order: tuple[Source, ...]
) -> None:
    reports = [(source, number) for number, source in enumerate(order)]

    assert told(db, account, clock, *reports) == 2


def test_what_only_one_tells_of_counts(db: Database, account: int, clock: Clock) -> None:
    assert told(db, account, clock, (CLIENT, 0), (CLIENT, 5)) == 2
    assert told(db, account, clock, (EVENT, 600), (EVENT, 605)) == 4


def test_a_minute_later_it_is_another_acceptance(db: Database, account: int, clock: Clock) -> None:
    assert told(db, account, clock, (CLIENT, 0), (EVENT, 50)) == 1
    assert told(db, account, clock, (CLIENT, 200), (EVENT, 261)) == 3


def test_a_clock_a_little_behind_changes_nothing(db: Database, account: int, clock: Clock) -> None:
    assert told(db, account, clock, (EVENT, 20), (CLIENT, 0)) == 1


def test_turning_it_off_takes_all_back_and_a_late_report_brings_none(
    db: Database, account: int, clock: Clock
) -> None:
    told(db, account, clock, (EVENT, 0), (EVENT, 1), (CLIENT, 2))
    with db.transaction() as session:
        credits.reject(session, account, TEMPLATE, clock())

    assert told(db, account, clock, (CLIENT, 3)) == 0
    assert told(db, account, clock, (CLIENT, 90)) == 1


def test_a_failed_send_gives_back_unless_it_was_turned_off_meanwhile(
    db: Database, account: int, clock: Clock
) -> None:
    told(db, account, clock, (EVENT, 0), (EVENT, 1))
    with db.transaction() as session:
        [first], [second] = (credits.take(session, [kept(db, account).id]) for _ in range(2))
        credits.give_back(session, first)
    assert kept(db, account).balance == 1

    with db.transaction() as session:
        credits.reject(session, account, TEMPLATE, clock())
        credits.give_back(session, second)
    assert kept(db, account).balance == 0


def test_what_is_allowed_for_good_is_never_used_up(
    db: Database, account: int, clock: Clock
) -> None:
    with db.transaction() as session:
        for source in (CLIENT, EVENT):
            credits.accept(session, account, TEMPLATE, clock(), source, lasting=True)
    credit = kept(db, account).id
    with db.transaction() as session:
        assert all(credits.take(session, [credit]) for _ in range(3))
        credits.give_back(session, credit)
    assert (kept(db, account).balance, kept(db, account).lasting) == (0, True)

    with db.transaction() as session:
        credits.reject(session, account, TEMPLATE, clock())
        assert not credits.take(session, [credit])


def test_many_are_taken_in_one_statement_and_none_twice(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        ids = []
        for number in range(5):
            account = an_account(session, a_person(session), App.MINIPROGRAM)
            credits.accept(session, account.id, f"tpl-{number}", clock(), CLIENT)
        ids = list(session.scalars(select(Credit.id)))
        assert credits.take(session, ids) == set(ids)
        assert credits.take(session, ids) == set()
        assert credits.take(session, []) == set()


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_the_last_message_is_spent_by_one_of_many(
    db: Database, account: int, clock: Clock, guarded: bool
) -> None:
    """The control looks first and writes afterwards, as one would without the condition."""
    told(db, account, clock, (EVENT, 0))
    credit = kept(db, account).id
    looked = threading.Barrier(4)

    def guarded_take() -> bool:
        looked.wait(10)
        with db.transaction() as session:
            return bool(credits.take(session, [credit]))

    def naive_take() -> bool:
        may = kept(db, account).balance > 0
        looked.wait(10)
        with db.transaction() as session:
            session.execute(update(Credit).values(balance=0))
        return may

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(lambda _: (guarded_take if guarded else naive_take)(), range(4)))

    assert (taken == 1) is guarded


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.sampled_from(["both", "both", "event", "client"])),
        st.tuples(st.sampled_from(["reject", "turn_off", "send", "send", "send"]), st.just("")),
        st.tuples(st.just("wait"), st.integers(1, 90)),
        st.tuples(st.just("fault"), st.sampled_from(["errcode", "drop_before"])),
    ),
    max_size=14,
)


class Book:
    """A person, the emulator's own book of what they allow, and ours."""

    def __init__(self, runtime: Runtime, emulator: Emulator, clock: Clock) -> None:
        self.runtime, self.emulator, self.clock = runtime, emulator, clock
        self.phone: Phone = emulator.person("示例·李雷")
        self.openid: str = self.phone.person["miniprogram_openid"]
        with runtime.db.transaction() as session:
            known = identities.welcome(session, App.MINIPROGRAM, self.openid, clock())
        self.person, self.account = known.person_id, known.account_id
        self.sent = itertools.count()

    def do(self, deed: str, how: Any) -> None:
        if deed == "wait":
            self.clock.advance(seconds=how)
        elif deed == "send":
            self.send()
        elif deed == "fault":
            fault = {"path": SEND, "kind": how, "value": -1, "times": 1}
            self.emulator.ask("POST", "/_/faults", fault)
        else:
            self.answer(deed, how)

    def answer(self, answer: str, how: str) -> None:
        """Answer in the pop-up, or the settings; its event may be lost, or the client silent."""
        step = "subscription" if how != "client" else "subscription?hold=true"
        given = {"template_id": TEMPLATE, "answer": answer, "app": "miniprogram"}
        self.emulator.ask("POST", f"/_/people/{self.phone.id}/{step}", given)
        self.clock.advance(seconds=1)
        if answer == "accept" and how != "event":
            with self.runtime.db.transaction() as session:
                now = self.clock()
                credits.accept(session, self.account, TEMPLATE, now, Source.CLIENT)

    def send(self) -> None:
        now = self.clock()
        facts = {"number": 1, "title": "读书", "starts_at": now, "place": "室", "until": now}
        key = f"k{self.person}:{next(self.sent)}"
        with self.runtime.db.transaction() as session:
            kind, later = "volunteers.offered", now + timedelta(hours=9)
            outbox.queue(session, self.person, kind, key, now, facts, not_after=later)
        delivery.deliver(self.runtime, chance=lambda: 0.5)

    def theirs(self) -> int:
        items = self.emulator.ask("GET", "/_/ledger")["items"]
        return sum(each["credits"] for each in items if each["openid"] == self.openid)

    def ours(self) -> int:
        with self.runtime.db.reading() as session:
            mine = select(Credit.balance).where(Credit.account_id == self.account)
            return session.scalar(mine) or 0

    def refused(self) -> int:
        errors = self.emulator.ask("GET", "/_/journal")["errors"]
        return int(errors.get(f"{SEND} 43101", 0))

    def close(self) -> None:
        with self.runtime.db.transaction() as session:
            mine = Notice.person_id == self.person
            session.execute(update(Notice).where(mine).values(credit_id=None))
            session.execute(delete(Notice).where(mine))
            session.execute(delete(Credit).where(Credit.account_id == self.account))
            session.execute(delete(Account).where(Account.id == self.account))
            session.execute(delete(Person).where(Person.id == self.person))
        self.emulator.ask("DELETE", "/_/faults")


def overspent(book: Book, deeds: list[tuple[str, Any]]) -> bool:
    """Tell whether we ever thought that more was allowed than was."""
    before = book.refused()
    wrong = False
    for deed, how in deeds:
        book.do(deed, how)
        wrong = wrong or book.ours() > book.theirs()
    wrong = wrong or book.refused() > before
    book.close()
    return wrong


@limits(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_no_history_makes_us_send_more_than_was_allowed(
    deeds: list[tuple[str, Any]], runtime: Runtime, emulator: Emulator, service: str, clock: Clock
) -> None:
    assert not overspent(Book(runtime, emulator, clock), deeds)


def test_control_counting_both_reports_would_send_more(
    runtime: Runtime,
    emulator: Emulator,
    service: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accept = credits.accept

    def twice(session: Session, account: int, template: str, now: Any, _: Source, **more: Any):
        accept(session, account, template, now, Source.CLIENT, **more)

    monkeypatch.setattr(credits, "accept", twice)

    deeds = [("accept", "both"), ("send", ""), ("send", "")]
    assert overspent(Book(runtime, emulator, clock), deeds)


class TestForGood:
    """A template that is allowed once for all messages to come (长期), at WeChat and with us."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"templates": Templates(lasting=TEMPLATE)})

    def test_one_yes_is_enough_until_it_is_turned_off(
        self, runtime: Runtime, emulator: Emulator, service: str, clock: Clock
    ) -> None:
        owned = emulator.ask("GET", "/_/settings")["templates"]
        lasting = [each | {"lasting": each["id"] == TEMPLATE} for each in owned]
        emulator.ask("POST", "/_/settings", {"templates": lasting})
        book = Book(runtime, emulator, clock)

        book.do("accept", "both")
        for _ in range(3):
            book.do("send", "")
        assert len(book.phone.pushed()) == 3

        book.do("turn_off", "")
        book.do("send", "")
        assert len(book.phone.pushed()) == 3
        assert book.refused() == 0

"""A person's inbox holds all that was told them, or could not be, and nothing before its time."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from server import followers
from server.notices import inbox, outbox, templates, versions
from server.notices.inbox import BadCursor, Message, MessageMissing, Unread
from server.notices.models import Notice, NoticeState
from server.notices.results import Result
from server.notices.verdicts import Why
from server.people import consents, erasing, joining
from server.people.consents import Purpose
from server.people.models import Channel, Role
from server.runtime import Runtime
from server.staff.reach import Reach
from tests.clock import Clock
from tests.phone import Phone
from tests.server.notices.conftest import FACTS, Tell, person_of
from tests.server.notices.people import a_person
from tests.server.notices.workers import deliver

assert followers

REMINDER, OFFERED, NEWS = "volunteers.reminder", "volunteers.offered", "needs.accepted"
HOUR = timedelta(hours=1)
TABLE = re.compile(r"SCAN notice(?! USING)")
SORTED = "USE TEMP B-TREE FOR ORDER BY"

Queue = Callable[..., int]


@pytest.fixture
def zhao(runtime: Runtime) -> int:
    """Somebody whom no way reaches."""
    with runtime.db.transaction() as session:
        return a_person(session)


@pytest.fixture
def tell_zhao(runtime: Runtime, zhao: int, clock: Clock) -> Queue:
    """Queue a notice for them, to be told now unless said otherwise."""

    def queue(key: str = "k", kind: str = OFFERED, person: int = zhao, **more: object) -> int:
        moments = {"at": clock(), "starts_at": clock() + 24 * HOUR, "until": clock() + 2 * HOUR}
        facts = FACTS | moments | {"title": f"活动{key}"}
        with runtime.db.transaction() as session:
            outbox.queue(session, person, kind, key, clock(), facts, **more)
            return session.scalars(select(Notice.id).where(Notice.key == key)).one()

    return queue


def shown(runtime: Runtime, person: int, **page: object) -> tuple[Message, ...]:
    with runtime.db.reading() as session:
        return inbox.browse(session, person, **page).items


def count(runtime: Runtime, person: int) -> Unread:
    with runtime.db.reading() as session:
        return inbox.unread(session, person)


def read(runtime: Runtime, person: int, message: int) -> None:
    with runtime.db.transaction() as session:
        inbox.mark_read(session, person, message, runtime.now())


def one(runtime: Runtime, person: int, message: int) -> Message:
    with runtime.db.reading() as session:
        return inbox.one(session, person, message)


def many(runtime: Runtime, person: int, number: int, clock: Clock) -> None:
    """Tell somebody so many things at one moment, each by itself."""
    with runtime.db.transaction() as session:
        row = {"person_id": person, "kind": NEWS, "state": NoticeState.SENT, "attempts": 1}
        moments = dict.fromkeys(("queued_at", "due_at", "settled_at"), clock())
        facts = {"number": "7", "title": "读报"}
        rows = [{**row, **moments, "key": f"m{each}", "facts": facts} for each in range(number)]
        session.execute(Notice.__table__.insert(), rows)


def test_what_no_way_could_carry_is_found_here(runtime, zhao, tell_zhao, clock) -> None:
    told = tell_zhao()
    assert shown(runtime, zhao) == ()

    assert deliver(runtime) == {"unreachable all": 1}

    [message] = shown(runtime, zhao)
    assert (message.id, message.kind, message.at) == (told, OFFERED, clock())
    assert message.title == "有名额了，请确认"
    assert message.text.startswith("有名额了：活动k\n时间：3月10日（周二）09:00")
    assert (message.read, message.reached) == (False, False)
    assert count(runtime, zhao) == Unread(1, 1)


def test_what_wechat_took_is_here_too_until_wechat_says_it_failed(
    runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    told, person = tell(phone), person_of(runtime.db, phone)
    deliver(runtime)
    assert [each.reached for each in shown(runtime, person)] == [True]
    assert count(runtime, person) == Unread(1, 0)

    with runtime.db.transaction() as session:
        failed = {"result": Result.BLOCKED, "result_at": clock()}
        session.execute(update(Notice).where(Notice.id == told).values(**failed))

    assert [each.reached for each in shown(runtime, person)] == [False]
    assert count(runtime, person) == Unread(1, 1)


def test_what_waits_for_its_moment_or_for_the_morning_is_not_shown_before(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    later = tell_zhao("later", due_at=clock() + 5 * HOUR)
    assert deliver(runtime) == {}
    assert shown(runtime, zhao) == ()
    clock.advance(hours=5)
    deliver(runtime)
    assert [each.id for each in shown(runtime, zhao)] == [later]

    clock.advance(hours=8, minutes=30)
    night = tell_zhao("night", not_after=clock() + 24 * HOUR)
    assert [each.id for each in shown(runtime, zhao)] == [later]
    assert deliver(runtime) == {"waits quiet": 1}
    assert [each.id for each in shown(runtime, zhao)] == [later]
    clock.advance(hours=9, minutes=50)
    deliver(runtime)
    assert [each.id for each in shown(runtime, zhao)] == [night, later]


@pytest.mark.parametrize(
    ("outcome", "is_shown"),
    [
        (Why.LATE, True),
        (Why.QUIET, True),
        (Why.DAY, True),
        (Why.OBLIGATION, False),
        (outbox.NOT_WANTED, False),
        ("erased", False),
    ],
)
def test_what_could_not_be_told_in_time_is_shown_and_what_became_needless_is_not(
    runtime, zhao, tell_zhao, clock: Clock, outcome: str, is_shown: bool
) -> None:
    told = tell_zhao()
    with runtime.db.transaction() as session:
        dropped = {"state": NoticeState.DROPPED, "settled_at": clock(), "outcome": outcome}
        session.execute(update(Notice).where(Notice.id == told).values(**dropped))

    assert len(shown(runtime, zhao)) == is_shown
    assert count(runtime, zhao) == Unread(is_shown, is_shown)


def test_what_a_night_keeps_from_being_told_in_time_is_shown(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    clock.advance(hours=13, minutes=30)
    told = tell_zhao(not_after=clock() + HOUR)

    assert deliver(runtime) == {"dropped quiet": 1}
    assert [each.id for each in shown(runtime, zhao)] == [told]


def test_whoever_stopped_notices_finds_them_here(runtime, zhao, tell_zhao, clock) -> None:
    with runtime.db.transaction() as session:
        consents.withdraw(session, zhao, Purpose.NOTICES, clock())
    told = tell_zhao()
    deliver(runtime)

    assert [each.id for each in shown(runtime, zhao)] == [told]


def test_several_told_in_one_message_are_one_with_all_of_it(
    runtime, phone: Phone, tell: Tell, clock: Clock
) -> None:
    phone.say("活动")
    clock.advance(hours=1)
    first = tell(phone, REMINDER, key="now")
    tell(phone, NEWS, key="later", due_at=clock() + 5 * HOUR)
    assert deliver(runtime) == {"sent service": 1}

    [message] = shown(runtime, person_of(runtime.db, phone))

    assert (message.id, message.title) == (first, "2件事")
    assert message.text.startswith("有2件事告诉您：\n1. 活动提醒：社区图书角整理\n")
    assert "\n2. 您的求助7号“社区图书角整理”有队伍接单了" in message.text
    assert "停止提醒" not in message.text
    assert count(runtime, person_of(runtime.db, phone)) == Unread(1, 0)


def test_control_without_that_rule_each_would_stand_here_twice(
    runtime, phone: Phone, tell: Tell, clock: Clock, monkeypatch
) -> None:
    phone.say("活动")
    clock.advance(hours=1)
    tell(phone, REMINDER, key="now")
    tell(phone, NEWS, key="later", due_at=clock() + 5 * HOUR)
    deliver(runtime)
    monkeypatch.setattr(inbox, "TOLD", "state = 'sent'")

    assert len(shown(runtime, person_of(runtime.db, phone))) == 2


def test_what_should_have_gone_along_is_shown_by_itself_when_nobody_knows_whether_it_did(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    told = tell_zhao("reminder", REMINDER)
    with runtime.db.transaction() as session:
        along = {"state": NoticeState.DEAD, "settled_at": clock(), "channel": "digest"}
        session.execute(update(Notice).where(Notice.id == told).values(**along))

    assert [each.id for each in shown(runtime, zhao)] == [told]


def test_it_is_told_in_the_words_in_which_it_was_sent(
    runtime, zhao, phone: Phone, tell: Tell, tell_zhao
) -> None:
    def reword(chat: str, seen: int) -> None:
        given = replace(versions.of(OFFERED), chat=chat, text=chat)
        with runtime.db.transaction() as session:
            operator = Reach(zhao, ((Role.DISTRICT_OPERATOR, "/D/"),))
            templates.make(session, operator, given, seen, runtime.now())

    reword("甲{title}", 0)
    phone.say("活动")
    tell(phone)
    tell_zhao("never sent")
    deliver(runtime)
    reword("乙{title}", 1)

    [sent] = shown(runtime, person_of(runtime.db, phone))
    [never] = shown(runtime, zhao)
    assert (sent.text, never.text) == ("甲社区图书角整理", "乙活动never sent")


def test_pages_hold_each_message_once_the_newest_first_whatever_comes_in_meanwhile(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    clock.advance(microseconds=123457)
    many(runtime, zhao, 5, clock)
    clock.advance(minutes=1)
    newest = tell_zhao()
    deliver(runtime)

    with runtime.db.reading() as session:
        first = inbox.browse(session, zhao, limit=2)
    clock.advance(minutes=1)
    tell_zhao("meanwhile")
    deliver(runtime)
    seen, cursor = list(first.items), first.next_cursor
    while cursor:
        with runtime.db.reading() as session:
            page = inbox.browse(session, zhao, cursor, limit=2)
        seen, cursor = seen + list(page.items), page.next_cursor

    assert seen[0].id == newest
    assert len(seen) == len({each.id for each in seen}) == 6
    assert [(each.at, each.id) for each in seen] == sorted(
        ((each.at, each.id) for each in seen), reverse=True
    )


@pytest.mark.once
@pytest.mark.parametrize("cursor", ["", "-", "1-", "x-1", "1", "9" * 17 + "-1", "１-1", "-1-1"])
def test_a_cursor_that_is_none_of_ours_is_refused(runtime, zhao, cursor: str) -> None:
    with pytest.raises(BadCursor):
        shown(runtime, zhao, cursor=cursor)


def test_what_was_seen_stays_seen_and_what_comes_later_is_new(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    older = tell_zhao("older")
    deliver(runtime)
    clock.advance(minutes=1)
    newer = tell_zhao("newer")
    deliver(runtime)

    for message, left in ((older, 1), (newer, 0), (older, 0), (newer, 0)):
        clock.advance(minutes=1)
        read(runtime, zhao, message)
        assert count(runtime, zhao) == Unread(left, left)
    with runtime.db.reading() as session:
        first = session.get_one(Notice, newer).read_at
    assert first == clock() - timedelta(minutes=2)

    tell_zhao("newest")
    deliver(runtime)
    assert [each.read for each in shown(runtime, zhao)] == [False, True, True]


def test_what_was_settled_before_and_is_kept_after_the_mark_is_still_new(
    runtime, zhao, tell_zhao, clock: Clock
) -> None:
    tell_zhao("slow")
    seen = tell_zhao("seen", due_at=clock())
    with runtime.db.transaction() as session:
        told = {"state": NoticeState.SENT, "settled_at": clock()}
        session.execute(update(Notice).where(Notice.id == seen).values(**told))
    read(runtime, zhao, seen)

    with runtime.db.transaction() as session:
        late = {"state": NoticeState.SENT, "settled_at": clock() - timedelta(seconds=1)}
        session.execute(update(Notice).where(Notice.key == "slow").values(**late))

    assert count(runtime, zhao) == Unread(1, 0)


def test_marks_made_at_once_end_as_the_furthest_of_them(runtime, zhao, clock: Clock) -> None:
    many(runtime, zhao, 30, clock)
    ids = [each.id for each in shown(runtime, zhao, limit=100)]

    with ThreadPoolExecutor(6) as phones:
        for done in [phones.submit(read, runtime, zhao, each) for each in ids[5::4]]:
            done.result()

    assert [each.read for each in shown(runtime, zhao, limit=100)] == [False] * 5 + [True] * 25
    assert count(runtime, zhao) == Unread(5, 0)


def test_another_s_message_is_as_if_it_did_not_exist(runtime, zhao, tell_zhao) -> None:
    told = tell_zhao()
    deliver(runtime)
    with runtime.db.transaction() as session:
        stranger = a_person(session)

    for refused in (read, lambda _runtime, person, each: one(runtime, person, each)):
        with pytest.raises(MessageMissing):
            refused(runtime, stranger, told)
    assert count(runtime, zhao) == Unread(1, 1)
    assert one(runtime, zhao, told).id == told


def test_what_is_not_shown_cannot_be_marked(runtime, zhao, tell_zhao, clock) -> None:
    waits = tell_zhao(due_at=clock() + HOUR)

    with pytest.raises(MessageMissing):
        read(runtime, zhao, waits)


def test_nothing_is_left_of_whoever_was_erased(runtime, zhao, tell_zhao, clock) -> None:
    told = tell_zhao()
    deliver(runtime)
    read(runtime, zhao, told)

    with runtime.db.transaction() as session:
        assert erasing.erase(session, zhao, clock(), channel=Channel.CHAT, vault=runtime.vault)

    assert shown(runtime, zhao) == ()
    assert count(runtime, zhao) == Unread(0, 0)
    with runtime.db.reading() as session:
        kept = session.get_one(Notice, told)
        assert (kept.facts, kept.read_at) == ({}, None)


def test_two_persons_who_prove_to_be_one_have_one_inbox(runtime, zhao, tell_zhao, clock) -> None:
    with runtime.db.transaction() as session:
        other = a_person(session)
    mine, theirs = tell_zhao("mine"), tell_zhao("theirs", person=other)
    deliver(runtime)
    read(runtime, other, theirs)

    with runtime.db.transaction() as session:
        keep = joining.join(session, zhao, other, clock())

    assert {each.id: each.read for each in shown(runtime, keep)} == {mine: False, theirs: True}


def test_a_page_costs_the_same_few_statements_however_long_it_is(
    runtime, zhao, clock: Clock, statements
) -> None:
    costs = []
    for more in (5, 45):
        with runtime.db.transaction() as session:
            session.execute(Notice.__table__.delete())
        many(runtime, zhao, more + 5, clock)
        with statements() as seen:
            assert len(shown(runtime, zhao, limit=100)) == more + 5
        costs.append(len([each for each in seen if each.startswith(("SELECT", "WITH"))]))

    assert costs[0] == costs[1] <= 4


def plans(runtime: Runtime, person: int) -> list[str]:
    """Return how the database goes about a page, a count and a mark that read too much."""
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    with runtime.db.transaction() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        try:
            inbox.browse(session, person, "1773018000000000-9", 5)
            inbox.unread(session, person)
            newest = inbox.browse(session, person).items[0].id
            inbox.mark_read(session, person, newest, runtime.now())
        finally:
            event.remove(engine, "before_cursor_execute", note)
        explain = session.connection().exec_driver_sql
        found = [
            "\n".join(row[-1] for row in explain(f"EXPLAIN QUERY PLAN {statement}", parameters))
            for statement, parameters in asked
            if statement.startswith(("SELECT", "UPDATE"))
        ]
    return [
        plan
        for plan in found
        if TABLE.search(plan)
        or (" notice " in plan and SORTED in plan and "ix_notice_digest_id" not in plan)
    ]


# PostgreSQL reads small tables whole whatever their indexes
@pytest.mark.once
def test_an_inbox_is_read_from_its_index_in_order(runtime, zhao, clock) -> None:
    many(runtime, zhao, 3, clock)

    assert plans(runtime, zhao) == []


@pytest.mark.once
def test_control_without_the_index_all_that_was_told_is_put_in_order(runtime, zhao, clock) -> None:
    many(runtime, zhao, 3, clock)
    with runtime.db.transaction() as session:
        session.execute(text("DROP INDEX ix_notice_told"))

    assert plans(runtime, zhao) != []

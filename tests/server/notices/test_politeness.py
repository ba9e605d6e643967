"""Nobody is disturbed at a bad time, too often, or against their will (M4, G8)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from server.notices import (
    channels,
    claims,
    oftenness,
    outbox,
    politeness,
    quiet,
    tallies,
)
from server.notices.models import NoticeTemplate
from server.notices.politeness import Saying, Why
from server.people import consents
from server.people.consents import Purpose
from server.wechat.dispatch import Dispatch
from tests.clock import Clock
from tests.phone import Phone
from tests.server.notices.conftest import FACTS, Look, Sent, Tell, person_of
from tests.server.notices.people import a_person, an_account
from tests.server.notices.workers import deliver

HOUR = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)
ORDINARY = "volunteers.reminder"
URGENT = "volunteers.cancelled"


def at(hour: int, minute: int = 0, day: int = 9, slip: timedelta = timedelta()) -> datetime:
    """Return a moment of March 2026 in Shanghai's time."""
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute) + slip


def wait_for_it(look: Look, notice: int, clock: Clock) -> None:
    """Move on to when the notice is due again."""
    clock.set(look(notice).due_at)


@pytest.mark.parametrize("kind", [ORDINARY, URGENT])
@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (at(21, 59, slip=59_999 * MILLISECOND), True),
        (at(22), False),
        (at(22, slip=MILLISECOND), False),
        (at(2, day=10), False),
        (at(8, slip=-MILLISECOND, day=10), False),
        (at(8, day=10), True),
        (at(8, slip=MILLISECOND, day=10), True),
    ],
)
def test_nothing_leaves_at_night(
    runtime, phone, tell: Tell, look: Look, clock: Clock, kind: str, moment: datetime, goes: bool
) -> None:
    notice = tell(phone, kind)
    clock.set(moment)

    result = deliver(runtime)

    assert result == ({"sent template": 1} if goes else {"waits quiet": 1})
    assert len(phone.pushed()) == goes
    if not goes:
        assert look(notice).outcome == Why.QUIET
        assert look(notice).attempts == 0
        wait_for_it(look, notice, clock)
        assert at(8, day=10) <= clock() < at(8, 20, day=10)
        assert deliver(runtime) == {"sent template": 1}


def test_a_clock_that_jumps_through_a_year_sends_nothing_at_night(
    runtime, clock: Clock, sent: Sent
) -> None:
    """One day of every third month, each hour; `test_quiet` works out all the others."""
    went: list[int] = []
    with runtime.db.transaction() as session:
        an_account(session, person := a_person(session))
    for month in range(0, 12, 3):
        for hour in range(24):
            clock.set(at(hour) + timedelta(days=30 * month + 1))
            facts, key = FACTS | {"starts_at": clock()}, f"{month}:{hour}"
            until, before = clock() + 2 * HOUR, sent.total()
            with runtime.db.transaction() as session:
                outbox.queue(session, person, URGENT, key, clock(), facts, not_after=until)
            deliver(runtime)
            went += [hour] * (sent.total() - before)

    assert set(went) == set(range(8, 22))
    assert went.count(12) == 4


def test_control_without_quiet_hours_it_leaves_at_night(
    runtime, phone, tell: Tell, clock: Clock, monkeypatch
) -> None:
    monkeypatch.setattr(quiet, "is_open", lambda *_given: True)
    monkeypatch.setattr(quiet, "closes", lambda *_given: None)
    tell(phone, URGENT)
    clock.set(at(2, day=10))

    assert deliver(runtime) == {"sent template": 1}


def test_who_is_talking_to_us_is_not_woken_by_an_answer(
    runtime, phone, tell: Tell, clock: Clock
) -> None:
    clock.set(at(23))
    phone.say("活动")
    tell(phone, ORDINARY)
    clock.advance(minutes=14)
    assert deliver(runtime) == {"sent service": 1}

    tell(phone, ORDINARY, key="later")
    clock.advance(minutes=2)
    assert deliver(runtime) == {"waits quiet": 1}


def test_who_uses_the_mini_program_is_awake_too(runtime, phone, tell: Tell, clock: Clock) -> None:
    code = phone.call("POST", "/api/v1/me/link-code")["body"]["code"]
    phone.say(f"绑定 {code}")
    clock.set(at(23))
    tell(phone, ORDINARY, key="asleep")
    asleep = deliver(runtime)

    phone.call("GET", "/api/v1/me")
    tell(phone, ORDINARY, key="awake")

    assert (asleep, deliver(runtime)) == ({"waits quiet": 1}, {"sent service": 1})


def test_what_was_asked_for_comes_at_any_hour(runtime, phone, tell: Tell, clock: Clock) -> None:
    phone.say("活动")
    tell(phone, "chat.late_reply")
    clock.set(at(23))

    assert deliver(runtime) == {"sent service": 1}


def test_a_kind_may_be_let_through_by_the_district(runtime, phone, tell: Tell, clock) -> None:
    tell(phone, URGENT)
    clock.set(at(23))
    with runtime.db.transaction() as session:
        row = {"kind": URGENT, "version": 1, "content": {"quiet": "pass"}}
        person = person_of(runtime.db, phone)
        session.add(NoticeTemplate(**row, made_by=person, made_at=clock()))

    assert deliver(runtime) == {"sent template": 1}


def test_riders_are_told_only_between_the_rushes(
    runtime, phone, tell: Tell, look: Look, clock: Clock, monkeypatch
) -> None:
    rider = person_of(runtime.db, phone)
    monkeypatch.setattr(quiet, "RIDERS", [lambda _session, persons: {rider} & set(persons)])
    clock.set(at(12))
    notice = tell(phone, URGENT)

    assert deliver(runtime) == {"waits quiet": 1}
    wait_for_it(look, notice, clock)
    assert at(14) <= clock() < at(14, 20)
    assert deliver(runtime) == {"sent template": 1}


def test_control_for_others_noon_is_as_good_as_any(runtime, phone, tell: Tell, clock) -> None:
    clock.set(at(12))
    tell(phone, URGENT)

    assert deliver(runtime) == {"sent template": 1}


def test_what_would_come_too_late_after_the_night_is_dropped_and_says_why(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(23))
    notice = tell(phone, URGENT, not_after=at(7, day=10))

    assert deliver(runtime) == {"dropped quiet": 1}
    assert look(notice).outcome == Why.QUIET


def test_a_worker_paused_before_the_send_lets_the_night_pass(
    runtime, phone, tell: Tell, look: Look, clock: Clock, monkeypatch
) -> None:
    clock.set(at(21, 59, slip=59_000 * MILLISECOND))
    notice = tell(phone, ORDINARY)
    pause_before_sends(monkeypatch, clock, seconds=2)

    assert deliver(runtime) == {"waits quiet": 1}
    assert phone.pushed() == []
    assert look(notice).channel is None

    monkeypatch.undo()
    wait_for_it(look, notice, clock)
    assert deliver(runtime) == {"sent template": 1}


def test_control_a_send_that_is_not_bounded_leaves_at_night(
    runtime, phone, tell: Tell, clock: Clock, monkeypatch
) -> None:
    clock.set(at(21, 59, slip=59_000 * MILLISECOND))
    tell(phone, ORDINARY)
    pause_before_sends(monkeypatch, clock, seconds=2)
    monkeypatch.setattr(quiet, "closes", lambda *_given: None)

    assert deliver(runtime) == {"sent template": 1}


def pause_before_sends(monkeypatch: pytest.MonkeyPatch, clock: Clock, seconds: int) -> None:
    """Let a worker rest between the moment a send begins and the moment it leaves."""
    send = Dispatch.send

    def later(self: Dispatch, *call) -> None:
        clock.advance(seconds=seconds)
        send(self, *call)

    monkeypatch.setattr(Dispatch, "send", later)


def test_who_stops_notices_at_the_last_moment_gets_none(
    runtime, phone: Phone, tell: Tell, look: Look, monkeypatch
) -> None:
    notice = tell(phone, ORDINARY)
    judge = politeness.judge

    def say_so_first(session, claimed, now, hours):
        consents.withdraw(session, claimed[0].person_id, Purpose.NOTICES, now)
        return judge(session, claimed, now, hours)

    monkeypatch.setattr(politeness, "judge", say_so_first)

    assert deliver(runtime) == {"unreachable all": 1}
    assert phone.pushed() == []
    assert channels.UNWANTED in str(look(notice).outcome)


def test_one_ordinary_message_a_day_and_the_next_in_the_morning(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    tell(phone, ORDINARY, key="first")
    assert deliver(runtime) == {"sent template": 1}

    second = tell(phone, ORDINARY, key="second")
    assert deliver(runtime) == {"waits day": 1}
    assert look(second).outcome == Why.DAY
    wait_for_it(look, second, clock)
    assert at(8, day=10) <= clock() < at(8, 20, day=10)
    assert deliver(runtime) == {"sent template": 1}


def test_control_with_more_a_day_the_second_goes(
    runtime, phone, tell: Tell, clock: Clock, monkeypatch
) -> None:
    clock.set(at(10))
    tell(phone, ORDINARY, key="first")
    deliver(runtime)
    monkeypatch.setattr(politeness, "_is_capped", lambda *_given: False)
    tell(phone, ORDINARY, key="second")

    assert deliver(runtime) == {"sent template": 1}


def test_urgent_news_neither_counts_nor_waits(runtime, phone, tell: Tell, clock: Clock) -> None:
    clock.set(at(10))
    for number in range(3):
        tell(phone, URGENT, key=f"u{number}")
    assert deliver(runtime) == {"sent template": 3}

    tell(phone, ORDINARY)
    assert deliver(runtime) == {"sent template": 1}

    tell(phone, URGENT, key="u4")
    assert deliver(runtime) == {"sent template": 1}


def test_a_conversation_knows_no_cap_and_does_not_count_afterwards(
    runtime, phone, tell: Tell, clock: Clock
) -> None:
    clock.set(at(10))
    phone.say("活动")
    for number in range(2):
        tell(phone, ORDINARY, key=f"k{number}")
    assert deliver(runtime) == {"sent service": 2}

    clock.advance(hours=3)
    tell(phone, ORDINARY, key="unasked")
    assert deliver(runtime) == {"sent service": 1}
    tell(phone, ORDINARY, key="unasked too")
    assert deliver(runtime) == {"waits day": 1}


def test_what_the_cap_makes_too_late_is_dropped(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    tell(phone, ORDINARY, key="first")
    deliver(runtime)
    second = tell(phone, ORDINARY, key="second", not_after=at(20))

    assert deliver(runtime) == {"dropped day": 1}
    assert look(second).outcome == Why.DAY


def test_nobody_is_reminded_of_one_thing_more_than_twice(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    results = []
    for day in (9, 10, 11):
        clock.set(at(10, day=day))
        tell(phone, ORDINARY, key=f"k{day}", obligation="signup:1")
        results.append(deliver(runtime))

    assert results == [{"sent template": 1}, {"sent template": 1}, {"dropped obligation": 1}]


def test_control_another_obligation_is_another_count(
    runtime, phone, tell: Tell, clock: Clock
) -> None:
    for day in (9, 10, 11):
        clock.set(at(10, day=day))
        tell(phone, ORDINARY, key=f"k{day}", obligation=f"signup:{day}")
        assert deliver(runtime) == {"sent template": 1}


def test_it_costs_the_same_few_statements_for_any_number(runtime, clock: Clock) -> None:
    counts = []
    for number in (2, 60):
        with runtime.db.transaction() as session:
            for each in range(number):
                person = a_person(session)
                an_account(session, person)
                facts = FACTS | {"starts_at": clock() + HOUR}
                about = {"obligation": f"signup:{person}"}
                outbox.queue(session, person, ORDINARY, f"{number}:{each}", clock(), facts, **about)
        with runtime.db.transaction() as session:
            mine = claims.claim(session, clock(), 100)
            assert len(mine) == number
            with_statements: list[str] = []
            note = _noting(with_statements)
            event.listen(runtime.db.engine, "before_cursor_execute", note)
            verdicts = politeness.judge(session, mine, clock(), runtime.settings.notices)
            event.remove(runtime.db.engine, "before_cursor_execute", note)
            counts.append(len(with_statements))
            assert {each.says for each in verdicts.values()} == {Saying.GO}

    # one of them asks a work that is not there in every program
    assert counts[0] == counts[1] <= 6


def _noting(seen: list[str]) -> Callable[..., None]:
    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    return note


PRIVATE = "office.note"


def test_what_is_private_holds_up_nobody_elses_message(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    tell(phone, PRIVATE, key="private")
    assert deliver(runtime) == {"sent template": 1}

    clock.set(at(11))
    other = tell(phone, ORDINARY, key="other")

    assert deliver(runtime) == {"sent template": 1}
    assert look(other).outcome == "sent"


def test_control_counted_like_others_it_would_show_on_them(
    runtime, phone, tell: Tell, look: Look, clock: Clock, monkeypatch
) -> None:
    monkeypatch.setattr(tallies, "PRIVATE", ())
    clock.set(at(10))
    tell(phone, PRIVATE, key="private")
    deliver(runtime)

    clock.set(at(11))
    other = tell(phone, ORDINARY, key="other")
    deliver(runtime)

    assert look(other).outcome == Why.DAY


def test_it_waits_itself_where_somebody_was_told_something_today(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    tell(phone, ORDINARY, key="other")
    deliver(runtime)

    private = tell(phone, PRIVATE, key="private")
    assert deliver(runtime) == {"waits day": 1}

    wait_for_it(look, private, clock)
    assert deliver(runtime) == {"sent template": 1}


def test_it_goes_along_in_anothers_message_and_nothing_of_it_shows_there(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    ids = [tell(phone, kind, key=kind) for kind in (ORDINARY, PRIVATE)]

    deliver(runtime)

    other, private = (look(one) for one in ids)
    assert (other.outcome, other.channel, other.digest_id) == ("sent", "template", None)
    assert (private.outcome, private.digest_id) == ("sent along", other.id)


def test_nothing_goes_along_in_its_own_message(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    clock.set(at(10))
    ids = [tell(phone, kind, key=kind) for kind in (PRIVATE, ORDINARY)]

    deliver(runtime)

    assert [look(one).digest_id for one in ids] == [None, None]
    assert [look(one).outcome for one in ids] == ["sent", "sent"]


def test_two_private_ones_go_on_two_days(runtime, phone, tell: Tell, clock: Clock) -> None:
    clock.set(at(10))
    tell(phone, PRIVATE, key="first")
    assert deliver(runtime) == {"sent template": 1}

    tell(phone, PRIVATE, key="second")

    assert deliver(runtime) == {"waits day": 1}


def test_who_wants_to_be_reminded_once_is_reminded_once(
    runtime, phone, tell: Tell, look: Look, clock: Clock
) -> None:
    person = person_of(runtime.db, phone)
    with runtime.db.transaction() as session:
        oftenness.choose(session, person, once=True)
    clock.set(at(10))
    tell(phone, ORDINARY, key="first", obligation="signup:1")
    assert deliver(runtime) == {"sent template": 1}
    clock.set(at(9, day=10))

    second = tell(phone, ORDINARY, key="second", obligation="signup:1")
    deliver(runtime)

    assert look(second).outcome == Why.OBLIGATION


def test_control_whoever_did_not_ask_for_that_is_reminded_twice(
    runtime, phone, tell: Tell, clock: Clock
) -> None:
    for day in (9, 10):
        clock.set(at(9, day=day))
        tell(phone, ORDINARY, key=str(day), obligation="signup:1")
        assert deliver(runtime) == {"sent template": 1}


def test_what_they_put_off_themselves_comes_all_the_same(
    runtime, phone, tell: Tell, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        oftenness.choose(session, person_of(runtime.db, phone), once=True)
    clock.set(at(10))
    tell(phone, ORDINARY, key="first", obligation="signup:1")
    deliver(runtime)

    tell(phone, ORDINARY, key=f"first{politeness.AGAIN}", obligation="signup:1")

    assert deliver(runtime) == {"sent template": 1}

"""Reminders of the quarterly report: two at most, none once it is handed in, and never what of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from config.notices import Notices
from config.reports import Reports
from config.wording import LOCAL
from server import party_jobs
from server.firing import fire
from server.notices import oftenness, snoozing
from server.notices.claims import UNKNOWN
from server.notices.models import Notice, NoticeState
from server.notices.snoozing import NothingToSnooze
from server.party import by_hand, files, overdue, own, reminders, telling
from server.party.joining import follow
from server.party.models import FileState, Office, PartyFile
from server.party.reports import handing, proxies, reports
from server.people.models import Channel, Post, Role
from server.slots import DONE_ALREADY
from tests.factories import a_person
from tests.server.party.acts import VAULT, a_cell, a_file, given_to, holder, seated

RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": VAULT}
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}
QUARTER = "2026Q2"


def shanghai(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


OPENS, BEFORE, DUE, GRACE = shanghai(6, 11), shanghai(7, 5), shanghai(7, 10), shanghai(7, 20)


@pytest.fixture
def cell(db, clock):
    """A branch whose member has agreed long before the quarter ends, and can be told."""
    with db.transaction() as session:
        made = a_cell(session, clock.now())
        given_to(session, made.file, a_person(session, clock.now()))
        made.member = session.get_one(PartyFile, made.file).person_id
        own.agree(session, made.member, clock.now())
    return made


def run(db, now) -> None:
    """Do what the job does, in a transaction for each piece."""
    after: int | None = 0
    while after is not None:
        with db.transaction() as session:
            after = reminders.remind(session, now, after, **KEYS)


def told(db, person: int, *states: NoticeState) -> list[Notice]:
    with db.reading() as session:
        mine = Notice.person_id == person, Notice.kind == telling.MEMBER
        found = select(Notice).where(*mine).order_by(Notice.id)
        return [one for one in session.scalars(found) if not states or one.state in states]


def settle(db, state: NoticeState, outcome: str = "sent") -> None:
    """Let whatever waits have ended so."""
    with db.transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.state == NoticeState.QUEUED, Notice.kind == telling.MEMBER)
            .values(state=state, settled_at=Notice.due_at, outcome=outcome, channel="service")
        )


def hand_in(db, cell, now) -> None:
    with db.transaction() as session:
        who = session, cell.member, QUARTER, now
        reports.submit(*who, said=SAID, channel=Channel.CHAT, **KEYS)


def test_who_is_silent_is_reminded_at_the_opening_and_five_days_before_and_no_more(db, cell):
    for now in (OPENS - timedelta(days=1), OPENS, BEFORE, DUE, GRACE, GRACE + timedelta(days=2)):
        for _ in range(3):
            run(db, now)
        settle(db, NoticeState.SENT)

    assert [one.queued_at for one in told(db, cell.member)] == [OPENS, BEFORE]


def test_control_without_counting_the_due_day_would_be_a_third(db, cell, monkeypatch) -> None:
    monkeypatch.setattr(reminders, "MOST", 3)

    for now in (OPENS, BEFORE, DUE):
        run(db, now)
        settle(db, NoticeState.SENT)

    assert len(told(db, cell.member)) == 3


@pytest.mark.parametrize("end", [NoticeState.DROPPED, NoticeState.UNREACHABLE])
def test_the_due_day_makes_good_what_reached_nobody(db, cell, end) -> None:
    run(db, OPENS)
    settle(db, end, "window closed")
    run(db, BEFORE)
    settle(db, NoticeState.SENT)

    run(db, DUE)
    run(db, DUE + timedelta(days=1))

    assert [one.queued_at for one in told(db, cell.member)] == [OPENS, BEFORE, DUE]
    assert len(told(db, cell.member, NoticeState.SENT, NoticeState.QUEUED)) == 2


def test_what_may_have_arrived_counts_and_what_waits_as_well(db, cell) -> None:
    run(db, OPENS)
    settle(db, NoticeState.DEAD, UNKNOWN)
    run(db, BEFORE)

    run(db, DUE)

    assert [one.queued_at for one in told(db, cell.member)] == [OPENS, BEFORE]


def test_control_what_certainly_did_not_arrive_does_not_count(db, cell) -> None:
    run(db, OPENS)
    settle(db, NoticeState.DEAD, "refused: 40037")
    run(db, BEFORE)

    run(db, DUE)

    assert [one.queued_at for one in told(db, cell.member)] == [OPENS, BEFORE, DUE]


def test_a_day_on_which_nobody_kept_the_timetable_is_made_good(db, cell) -> None:
    run(db, BEFORE + timedelta(days=2))

    [one] = told(db, cell.member)

    assert one.not_after == shanghai(7, 11, 0)
    run(db, DUE + timedelta(days=3))
    assert [one.not_after for one in told(db, cell.member)][1] == shanghai(7, 21, 0)


def test_a_file_that_begins_later_is_reminded_on_the_due_day_as_well(db, cell, clock) -> None:
    with db.transaction() as session:
        session.get_one(PartyFile, cell.file).consent_version = None
    run(db, OPENS)
    assert told(db, cell.member) == []
    with db.transaction() as session:
        own.agree(session, cell.member, BEFORE)

    for now in (BEFORE, DUE):
        run(db, now)
        settle(db, NoticeState.SENT)

    assert [one.queued_at for one in told(db, cell.member)] == [BEFORE, DUE]


def test_who_wants_one_reminder_gets_the_second_alone(db, cell) -> None:
    with db.transaction() as session:
        oftenness.choose(session, cell.member, once=True)

    for now in (OPENS, BEFORE, DUE):
        run(db, now)
        settle(db, NoticeState.SENT)

    assert [one.queued_at for one in told(db, cell.member)] == [BEFORE]


def test_who_wants_one_and_was_not_reached_is_told_on_the_due_day(db, cell) -> None:
    with db.transaction() as session:
        oftenness.choose(session, cell.member, once=True)
    run(db, BEFORE)
    settle(db, NoticeState.UNREACHABLE, "window closed")

    run(db, DUE)

    assert len(told(db, cell.member, NoticeState.QUEUED)) == 1


def test_who_has_handed_in_is_not_reminded_by_whatever_door(db, cell) -> None:
    run(db, OPENS)
    [first] = told(db, cell.member)
    assert first.state is NoticeState.QUEUED

    with db.transaction() as session:
        who = session, cell.contact, cell.file, QUARTER, SAID, OPENS
        proxies.submit(*who, channel=Channel.PHONE, **KEYS)
    run(db, BEFORE)
    run(db, DUE)

    assert [one.state for one in told(db, cell.member)] == [NoticeState.DROPPED]


def test_control_of_another_quarter_it_is_reminded_all_the_same(db, cell) -> None:
    hand_in(db, cell, OPENS)

    run(db, OPENS + timedelta(days=92))

    assert len(told(db, cell.member, NoticeState.QUEUED)) == 1


def test_what_waits_is_dropped_by_the_next_run_whatever_settled_it(db, cell) -> None:
    run(db, OPENS)
    with db.transaction() as session:
        report = handing.begun(session, cell.file, QUARTER, OPENS)
        report.excused_at, report.excuse = OPENS, b"sealed"

    run(db, OPENS + timedelta(hours=1))

    assert [one.state for one in told(db, cell.member)] == [NoticeState.DROPPED]


def test_who_is_exempt_or_took_consent_back_or_cannot_be_told_is_left_alone(db, cell) -> None:
    with db.transaction() as session:
        alone = a_file(session, cell.secretary, cell.branch, OPENS, name="示例·没号")
        alone.reported_at -= timedelta(days=200)
        alone.consent_version, alone.agreed_at = 1, OPENS
        late = a_file(session, cell.secretary, cell.branch, OPENS, name="示例·刚来")
        given_to(session, late.id, a_person(session, OPENS))
        late.consent_version, late.agreed_at = 1, OPENS
        persons = alone.person_id, late.person_id
        own.withdraw(session, cell.member, OPENS)

    run(db, OPENS)

    assert [told(db, person) for person in (cell.member, *persons)] == [[], [], []]


@pytest.mark.parametrize("how", ["withdrawn", "by_hand", "ended"])
def test_whoever_is_a_member_no_more_or_takes_consent_back_hears_nothing(db, cell, how) -> None:
    run(db, OPENS)

    with db.transaction() as session:
        if how == "withdrawn":
            own.withdraw(session, cell.member, OPENS)
        elif how == "by_hand":
            by_hand.withdraw(session, cell.secretary, cell.file, OPENS)
        else:
            files.end(session, cell.secretary, cell.file, FileState.RETURNED, OPENS)

    assert [one.state for one in told(db, cell.member)] == [NoticeState.DROPPED]


def test_neither_key_nor_obligation_says_what_it_is(db, cell) -> None:
    run(db, OPENS)

    [one] = told(db, cell.member)

    words = f"{one.key} {one.obligation} {one.anchor} {one.facts}"
    assert "Q2" not in words
    assert not [word for word in ("report", "party", "汇报", "季度", "党") if word in words]
    assert set(one.facts) == {"at", "at.time"}


def test_it_is_put_off_by_a_word_and_not_once_it_is_handed_in(db, cell) -> None:
    hours = Notices()
    run(db, OPENS)
    settle(db, NoticeState.SENT)
    with db.transaction() as session:
        later = snoozing.snooze(session, cell.member, None, OPENS, hours=hours)
    assert later.things == 1
    assert len(told(db, cell.member, NoticeState.QUEUED)) == 1

    hand_in(db, cell, OPENS + timedelta(minutes=5))

    assert told(db, cell.member, NoticeState.QUEUED) == []
    with db.transaction() as session, pytest.raises(NothingToSnooze):
        snoozing.snooze(session, cell.member, None, OPENS + timedelta(minutes=9), hours=hours)


def test_a_join_takes_the_count_along(db, cell, clock) -> None:
    run(db, OPENS)
    settle(db, NoticeState.SENT)
    with db.transaction() as session:
        keep = a_person(session, clock.now())
        follow(session, keep, cell.member, OPENS)
        session.execute(
            update(Notice).where(Notice.person_id == cell.member).values(person_id=keep)
        )
        given_to(session, cell.file, keep)

    for now in (OPENS + timedelta(hours=1), BEFORE, DUE):
        run(db, now)
        settle(db, NoticeState.SENT)

    assert [one.queued_at for one in told(db, keep)] == [OPENS, BEFORE]


def test_it_goes_piece_by_piece_and_a_run_that_was_killed_is_made_good(db, cell, monkeypatch):
    monkeypatch.setattr(reminders, "PIECE", 2)
    with db.transaction() as session:
        for number in range(4):
            more = {"name": f"示例·成员{number}", "phone": f"1380000000{number}"}
            one = a_file(session, cell.secretary, cell.branch, OPENS, **more)
            one.reported_at -= timedelta(days=200)
            one.consent_version, one.agreed_at = 1, OPENS
            given_to(session, one.id, a_person(session, OPENS))
    with db.transaction() as session:
        after = reminders.remind(session, OPENS, **KEYS)
    assert _count(db) == 2
    assert after is not None

    for _ in range(2):
        run(db, OPENS + timedelta(hours=1))

    assert _count(db) == 5


def _count(db) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).where(Notice.kind == telling.MEMBER)) or 0


def words_of(db, now) -> list[int]:
    with db.transaction() as session:
        found = overdue.to_tell(session, now, **KEYS)
        overdue.tell(session, found, now)
    return [word.person_id for word in found]


def test_contacts_hear_once_after_the_due_day_and_secretaries_after_the_grace_day(db, cell) -> None:
    after_due, after_grace = shanghai(7, 11), shanghai(7, 21)

    assert words_of(db, DUE) == []
    assert words_of(db, after_due) == [cell.contact.person_id]
    assert words_of(db, after_due + timedelta(days=1)) == []
    assert words_of(db, after_grace) == [cell.secretary.person_id]
    assert words_of(db, after_grace + timedelta(days=1)) == []
    assert words_of(db, after_grace + overdue.MADE_GOOD) == []


def test_where_all_is_handed_in_nobody_hears_of_it(db, cell) -> None:
    hand_in(db, cell, OPENS)

    assert words_of(db, shanghai(7, 11)) == []
    assert words_of(db, shanghai(7, 21)) == []


def test_who_has_heard_of_something_else_today_hears_of_it_tomorrow(db, cell) -> None:
    now = shanghai(7, 11)
    with db.transaction() as session:
        telling.staff(session, cell.contact.person_id, now)

    words_of(db, now + timedelta(hours=1))
    words_of(db, now + timedelta(days=1))

    with db.reading() as session:
        mine = Notice.person_id == cell.contact.person_id, Notice.queued_at >= now
        at = session.scalars(select(Notice.queued_at).where(*mine).order_by(Notice.id)).all()
    assert at == [now, now + timedelta(days=1)]


def test_whoever_holds_no_post_any_more_is_told_nothing(db, cell, clock) -> None:
    with db.transaction() as session:
        other = holder(session, clock.now(), Role.BRANCH_SECRETARY)
        seated(session, cell.branch, other, Office.COMMITTEE, clock.now())
        post = Post.person_id == cell.contact.person_id
        session.execute(update(Post).where(post).values(until=clock.now()))

    assert words_of(db, shanghai(7, 11)) == []


def test_the_job_does_it_all_and_says_how_many_to_nobody(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        cell = a_cell(session, clock.now())
        given_to(session, cell.file, a_person(session, clock.now()))
        member = session.get_one(PartyFile, cell.file).person_id
        own.agree(session, member, clock.now())

    for now in (OPENS, BEFORE, shanghai(7, 11)):
        clock.set(now)
        party_jobs.remind_of_reports(runtime)
        done = party_jobs.remind_of_reports(runtime)

    assert done == ""
    assert len(told(runtime.db, member)) == 2
    with runtime.db.reading() as session:
        mine = Notice.person_id == cell.contact.person_id, Notice.queued_at == clock.now()
        assert len(session.scalars(select(Notice).where(*mine)).all()) == 1


def test_three_schedulers_with_a_day_missed_remind_at_most_twice(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        cell = a_cell(session, clock.now())
        given_to(session, cell.file, a_person(session, clock.now()))
        member = session.get_one(PartyFile, cell.file).person_id
        own.agree(session, member, clock.now())
    job = next(job for job in party_jobs.JOBS if job.name == "remind-of-reports")

    for now in (OPENS, OPENS + timedelta(hours=1), BEFORE + timedelta(days=1), DUE, GRACE):
        clock.set(now)
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda _: fire(runtime, job), range(3)))
        assert set(done) == {"", DONE_ALREADY}
        settle(runtime.db, NoticeState.SENT)

    assert len(told(runtime.db, member)) == 2


def test_runs_of_two_slots_at_once_remind_once(runtime, clock, cell) -> None:
    clock.set(OPENS)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: party_jobs.remind_of_reports(runtime), range(4)))

    assert len(told(runtime.db, cell.member)) == 1

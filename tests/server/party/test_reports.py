"""A member's report of a quarter: its window, its revisions, and who may hand it in."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from config.reports import Reports
from config.wording import LOCAL
from server.party import own
from server.party.joining import follow
from server.party.models import (
    FileRead,
    FileState,
    Look,
    Office,
    PartyFile,
    PartyReport,
    ReportRevision,
)
from server.party.quarters import Quarter
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    NotKeeper,
    OtherQuarter,
    ReportNotOpen,
    TooLong,
    Unanswered,
)
from server.party.reports import answers, handing, proxies, reports, sheets, windows
from server.party.reports.windows import Standing
from server.people.models import Channel, Role
from tests.factories import a_person
from tests.server.party.acts import VAULT, a_cell, a_file, holder, seated

RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": VAULT}
MS = timedelta(milliseconds=1)
QUARTER = "2026Q2"
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}
CROWD = 20


def shanghai(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


OPENS, DUE, GRACE = shanghai(6, 11), shanghai(7, 11), shanghai(7, 21)


@pytest.fixture
def cell(db, clock):
    """A branch whose member has joined long before the quarter ends; its report is open."""
    with db.transaction() as session:
        made = a_cell(session, clock.now())
    clock.set(shanghai(6, 20, 9))
    return made


def hand_in(session, cell, now, said=None, channel=Channel.MINIPROGRAM, quarter=QUARTER):
    told = SAID if said is None else said
    who = session, cell.member, quarter, now
    return reports.submit(*who, said=told, channel=channel, **KEYS)


def revisions(db) -> list[ReportRevision]:
    with db.reading() as session:
        return list(session.scalars(select(ReportRevision).order_by(ReportRevision.number)))


def standing(db, cell, now) -> Standing:
    with db.transaction() as session:
        return reports.show(session, cell.member, now, **KEYS).standing


def test_a_window_begins_and_ends_at_midnight_in_shanghai(db, cell) -> None:
    told = [
        standing(db, cell, moment) for edge in (OPENS, DUE, GRACE) for moment in (edge - MS, edge)
    ]

    assert told[:5] == ["not_open", "open", "open", "late_open", "late_open"]
    assert windows.current(GRACE - MS, RULES).quarter == Quarter(2026, 2)
    assert windows.current(GRACE, RULES).quarter == Quarter(2026, 3)
    assert windows.of(Quarter(2026, 4), RULES).due == datetime(2027, 1, 10, 16, tzinfo=UTC)


def test_control_reckoned_by_utc_it_would_end_at_eight_in_the_morning(monkeypatch) -> None:
    monkeypatch.setattr(windows, "LOCAL", UTC)

    assert windows.of(Quarter(2026, 2), RULES).due.astimezone(LOCAL).hour == 8


def test_what_comes_after_the_grace_day_was_missed(db, cell) -> None:
    window = windows.of(Quarter(2026, 2), RULES)
    with db.reading() as session:
        file = session.get_one(PartyFile, cell.file)
    assert windows.standing(file, None, window, GRACE, RULES) is Standing.MISSED


@pytest.mark.parametrize(
    ("moment", "becomes"),
    [(OPENS, "submitted"), (DUE - MS, "submitted"), (DUE, "submitted_late")],
)
def test_when_it_comes_decides_whether_it_is_late(db, cell, moment, becomes) -> None:
    with db.transaction() as session:
        assert hand_in(session, cell, moment).standing == becomes

    with db.transaction() as session:
        again = hand_in(session, cell, GRACE - MS, SAID | {"needs": "找工作"})
    assert (again.standing, again.handed_in) == (becomes, SAID | {"needs": "找工作"})


@pytest.mark.parametrize("moment", [OPENS - MS, GRACE])
def test_outside_its_window_nothing_is_taken(db, cell, moment) -> None:
    with pytest.raises(ReportNotOpen), db.transaction() as session:
        hand_in(session, cell, moment)


def test_a_report_that_names_another_quarter_is_refused(db, cell) -> None:
    for quarter in ("2026Q1", "2026Q3"):
        with pytest.raises(OtherQuarter), db.transaction() as session:
            hand_in(session, cell, OPENS, quarter=quarter)


def test_who_joined_late_need_not_report_and_may(db, clock, cell) -> None:
    joined = Quarter(2026, 2).ends - timedelta(days=30) + MS
    with db.transaction() as session:
        session.execute(update(PartyFile).values(reported_at=joined))
    assert standing(db, cell, GRACE - MS) is Standing.EXEMPT

    with db.transaction() as session:
        assert hand_in(session, cell, OPENS).standing is Standing.SUBMITTED


def test_control_a_day_earlier_it_would_be_missed(db, cell) -> None:
    joined = Quarter(2026, 2).ends - timedelta(days=30)
    with db.transaction() as session:
        session.execute(update(PartyFile).values(reported_at=joined))
    assert standing(db, cell, DUE) is Standing.LATE_OPEN


def test_the_same_again_is_no_revision_and_other_words_are_one(db, cell, clock) -> None:
    for said in (SAID, SAID, SAID | {"work": "换了单位"}):
        with db.transaction() as session:
            hand_in(session, cell, clock.now(), said)

    assert [each.number for each in revisions(db)] == [1, 2]


def test_a_draft_waits_for_days_and_fills_the_next_quarter_in(db, cell, clock) -> None:
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, {"work": "在示例物流"}, OPENS, **KEYS)
    with db.transaction() as session:
        week = OPENS + timedelta(days=7)
        reports.draft(session, cell.member, QUARTER, {"thought": "都好"}, week, **KEYS)
    with db.transaction() as session:
        kept = reports.show(session, cell.member, week, **KEYS)
        later = reports.show(session, cell.member, GRACE, **KEYS)

    assert kept.said == later.said == {"work": "在示例物流", "thought": "都好"}
    assert (kept.drafted, later.drafted) == (True, False)


def test_words_kept_for_later_stay_when_others_are_handed_in(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, SAID | {"needs": "住房"}, now, **KEYS)
        assert hand_in(session, cell, now).drafted
        whole = reports.submit(session, cell.member, QUARTER, now, channel=Channel.CHAT, **KEYS)

    assert (whole.handed_in, whole.drafted) == (SAID | {"needs": "住房"}, False)
    assert [each.channel for each in revisions(db)] == ["miniprogram", "chat"]


def test_some_answers_are_completed_by_what_was_kept_and_by_nobody_elses(db, cell, clock) -> None:
    now, some = clock.now(), {"work": "在", "needs": "没有"}
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, SAID | {"needs": "住房"}, now, **KEYS)
    who = cell.contact, cell.file, QUARTER, some, now
    with pytest.raises(Unanswered), db.transaction() as session:
        proxies.submit(session, *who, channel=Channel.PHONE, **KEYS)

    for _time in range(2):
        with db.transaction() as session:
            whole = hand_in(session, cell, now, some)
    assert (whole.handed_in, whole.drafted) == (SAID | some, False)
    assert len(revisions(db)) == 1


def test_what_cannot_be_kept_is_refused_and_nothing_is_lost(db, cell, clock) -> None:
    now, some = clock.now(), {one: SAID[one] for one in ("work", "thought")}
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, some, now, **KEYS)
    for words, refusal in (("说" * 20_000, TooLong), ("证号14010619900101123X", LooksLikeId)):
        with pytest.raises(refusal), db.transaction() as session:
            reports.draft(session, cell.member, QUARTER, {"life": words}, now, **KEYS)
    with pytest.raises(Unanswered), db.transaction() as session:
        hand_in(session, cell, now, {"work": "在"})

    with db.transaction() as session:
        assert reports.show(session, cell.member, now, **KEYS).said == some


def test_whoever_took_consent_back_hands_nothing_in(db, cell, clock) -> None:
    with db.transaction() as session:
        own.withdraw(session, cell.member, clock.now())
    with pytest.raises(ConsentWithdrawn), db.transaction() as session:
        hand_in(session, cell, clock.now())


def test_a_contact_puts_down_what_was_told_and_it_counts_the_same(db, cell, clock) -> None:
    who = cell.contact, cell.file, QUARTER, SAID, clock.now()
    with db.transaction() as session:
        proxies.submit(session, *who, channel=Channel.PHONE, **KEYS)

    [one] = revisions(db)
    assert (one.channel, one.by_id) == (Channel.PHONE, cell.contact.person_id)
    assert standing(db, cell, clock.now()) is Standing.SUBMITTED


def test_nobody_else_puts_a_report_down_or_reads_one(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        stranger = holder(session, now, Role.CONTACT_PERSON)
        office = holder(session, now, Role.PARTY_DATA_OFFICER)
    who = cell.file, QUARTER, SAID, now
    with pytest.raises(NothingThere), db.transaction() as session:
        proxies.submit(session, stranger, *who, channel=Channel.PHONE, **KEYS)
    with pytest.raises(NothingThere), db.transaction() as session:
        proxies.show(session, stranger, cell.file, now, **KEYS)
    with pytest.raises(NothingThere), db.transaction() as session:
        reports.show(session, office.person_id, now, **KEYS)


def test_whoever_may_read_a_file_and_is_not_its_contact_puts_nothing_down(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        session.execute(update(PartyFile).values(host_id=cell.branch))
        committee = holder(session, now, Role.CONTACT_PERSON)
        seated(session, cell.branch, committee, Office.COMMITTEE, now)
    who = committee, cell.file, QUARTER, SAID, now
    with pytest.raises(NotKeeper), db.transaction() as session:
        proxies.submit(session, *who, channel=Channel.PHONE, **KEYS)


def test_every_look_at_a_report_leaves_one_line(db, cell, clock) -> None:
    now = clock.now()
    looks = (
        lambda session: reports.show(session, cell.member, now, **KEYS),
        lambda session: reports.draft(session, cell.member, QUARTER, SAID, now, **KEYS),
        lambda session: hand_in(session, cell, now),
        lambda session: proxies.show(session, cell.secretary, cell.file, now, **KEYS),
    )
    for count, look in enumerate(looks, 1):
        with db.transaction() as session:
            look(session)
        with db.reading() as session:
            lines = select(func.count()).where(FileRead.part == Look.REPORT)
            assert session.scalar(lines) == count


def test_reports_go_over_when_two_accounts_prove_to_be_one(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        hand_in(session, cell, now)
        other = a_file(session, cell.secretary, cell.branch, now, name="示例·同人", phone="")
        other.person_id, other.state = a_person(session, now), FileState.ACTIVE
        session.flush()
        follow(session, cell.member, other.person_id, now)
        session.execute(update(PartyFile).values(person_id=cell.member))
    assert standing(db, cell, now) is Standing.SUBMITTED
    assert len(revisions(db)) == 1


def test_reports_sent_at_once_by_many_doors_are_one_and_every_revision_stays(
    db, clock, cell, race
) -> None:
    now = clock.now()
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, SAID | {"needs": "聊天里写的"}, now, **KEYS)

    def chat(session):
        who = session, cell.member, QUARTER, now
        return reports.submit(*who, channel=Channel.CHAT, **KEYS)

    def rest(session, number):
        return hand_in(session, cell, now, SAID | {"needs": f"第{number}版"})

    got = race([chat, *(partial(rest, number=number) for number in range(1, CROWD))])

    assert all(isinstance(each, sheets.Sheet) for each in got)
    with db.reading() as session:
        [report] = session.scalars(select(PartyReport))
    assert report.number == CROWD
    assert [each.number for each in revisions(db)] == list(range(1, CROWD + 1))
    with db.transaction() as session:
        assert not reports.show(session, cell.member, now, **KEYS).drafted


def test_the_same_report_sent_twice_at_once_is_one_revision(db, clock, cell, race) -> None:
    race([lambda session: hand_in(session, cell, clock.now())] * CROWD)

    assert len(revisions(db)) == 1


def test_control_without_the_counted_write_a_second_report_would_begin(
    db, clock, cell, race, monkeypatch
) -> None:
    def plainly(session, file_id, quarter, now):
        row = {"file_id": file_id, "quarter": quarter, "step": 0, "number": 0, "late": False}
        made = insert(PartyReport).values(row | {"changed_at": now}).returning(PartyReport)
        return session.scalars(made).one()

    monkeypatch.setattr(handing, "begun", plainly)

    with pytest.raises(IntegrityError):
        race([lambda session: hand_in(session, cell, clock.now())] * 2)


def test_what_was_written_keeps_its_signs() -> None:
    assert answers.kept({"work": "搬到示例路，换了工作（快餐）"}) == {
        "work": "搬到示例路，换了工作（快餐）"
    }

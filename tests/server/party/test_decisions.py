"""What a branch decides about a report: accepted, asked about once, excused; decided once."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from config.reports import Reports
from config.wording import LOCAL
from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.party import contacts, files, own
from server.party.models import FileRead, FileState, Look, Office, PartyFile, PartyReport
from server.party.refusals import ConsentWithdrawn, NothingThere, NotKeeper, OtherState, Unanswered
from server.party.reports import decisions, excuses, handing, histories, proxies, reports, sheets
from server.party.reports.refusals import (
    ExcusedAlready,
    NewerRevision,
    NotHandedIn,
    NothingAsked,
    NotMissed,
    OwnReport,
    QuarterOver,
    QuestionNeeded,
    ReasonNeeded,
    ReportAccepted,
    ReturnedOnce,
    StillOpen,
)
from server.people import copies
from server.people.models import Channel, Role
from tests.server.party.acts import GENERAL, VAULT, a_cell, given_to, holder, seated

RULES = Reports()
KEYS: dict[str, Any] = {"rules": RULES, "vault": VAULT}
MS = timedelta(milliseconds=1)
QUARTER, NEXT = "2026Q2", "2026Q3"
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "孩子入学"}
ASKED, ANSWER, WHY = "示例金丝雀入学办好了吗", "示例金丝雀办好了", "示例金丝雀住院"


def shanghai(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


OPEN, GRACE, AUTUMN = shanghai(6, 20, 9), shanghai(7, 21), shanghai(9, 20, 9)


@pytest.fixture
def cell(db, clock):
    """A branch whose member joined long before the quarter ends; the report is open."""
    with db.transaction() as session:
        made = a_cell(session, clock.now())
    clock.set(OPEN)
    return made


@pytest.fixture
def told(db, cell):
    """The same, with a report handed in."""
    hand_in(db, cell, OPEN)
    return cell


def hand_in(db, cell, now, **more: str) -> None:
    who = cell.member, QUARTER, now
    with db.transaction() as session:
        reports.submit(session, *who, said=SAID | more, channel=Channel.CHAT, **KEYS)


def accept(db, cell, now, number=1, who=None) -> None:
    with db.transaction() as session:
        decisions.accept(session, who or cell.contact, cell.file, QUARTER, number, now)


def ask(db, cell, now, question=ASKED, number=1, who=None) -> None:
    said = cell.file, QUARTER, number, question, now
    with db.transaction() as session:
        decisions.ask(session, who or cell.contact, *said, vault=VAULT)


def answer(db, cell, now, words=ANSWER) -> None:
    who = cell.member, QUARTER, words, now
    with db.transaction() as session:
        reports.answer(session, *who, channel=Channel.CHAT, **KEYS)


def excuse(db, cell, now, why=WHY, quarter=QUARTER, who=None, **more: Any) -> None:
    what = cell.file, quarter, why, now
    with db.transaction() as session:
        by = who or cell.contact
        excuses.excuse(session, by, *what, **more, channel=Channel.PHONE, **KEYS)


def history(db, cell, now, quarter=QUARTER) -> histories.History:
    who = cell.secretary, cell.file, quarter, now
    with db.transaction() as session:
        return histories.of(session, *who, **KEYS, names=GENERAL)


def sheet(db, cell, now):
    with db.transaction() as session:
        return reports.show(session, cell.member, now, **KEYS)


@pytest.mark.parametrize("who", ["contact", "secretary"])
def test_the_contact_or_the_secretary_accepts_what_they_have_read(db, told, who) -> None:
    for _time in range(2):
        accept(db, told, OPEN, who=getattr(told, who))

    found = history(db, told, OPEN)
    assert (found.standing, found.said.accepted_at) == ("accepted", OPEN)
    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("party.report_accepted") == 1


def test_what_was_accepted_stays_as_it_is_and_the_same_again_is_no_mistake(db, told) -> None:
    accept(db, told, OPEN)

    hand_in(db, told, OPEN)
    for deed in (
        partial(hand_in, db, told, OPEN, needs="别的"),
        partial(ask, db, told, OPEN),
    ):
        with pytest.raises(ReportAccepted):
            deed()
    who = told.member, QUARTER, {"work": "别的"}, OPEN
    with pytest.raises(ReportAccepted), db.transaction() as session:
        reports.draft(session, *who, **KEYS)
    assert [one.number for one in history(db, told, OPEN).versions] == [1]


def test_words_stay_as_they_were_written_with_their_chinese_signs(db, cell) -> None:
    question, answered, why = (
        "入学办好了吗？（请说一说）",
        "办好了，谢谢！",
        "住院，联系不方便；已出院。",
    )
    hand_in(db, cell, OPEN, needs="没有，都好！")
    ask(db, cell, OPEN, question)
    answer(db, cell, OPEN, answered)

    found = history(db, cell, OPEN)
    assert found.said.question == question
    assert (found.versions[0].said["answer"], found.versions[1].said["needs"]) == (
        answered,
        "没有，都好！",
    )
    october = shanghai(10, 21)
    excuse(db, cell, october, why, NEXT)
    assert history(db, cell, october, NEXT).said.excuse == why


def test_whoever_read_an_older_revision_decides_on_nothing(db, told) -> None:
    hand_in(db, told, OPEN, needs="别的")

    for deed in (accept, ask):
        with pytest.raises(NewerRevision):
            deed(db, told, OPEN)
    assert sheet(db, told, OPEN).standing == "submitted"


def test_control_named_by_the_newest_number_it_is_decided(db, told) -> None:
    hand_in(db, told, OPEN, needs="别的")

    accept(db, told, OPEN, number=2)
    assert sheet(db, told, OPEN).standing == "accepted"


def test_a_report_goes_back_once_with_one_question_and_comes_again(db, told) -> None:
    for _time in range(2):
        ask(db, told, OPEN)
    assert (sheet(db, told, OPEN).standing, sheet(db, told, OPEN).question) == ("returned", ASKED)
    with pytest.raises(ReturnedOnce):
        ask(db, told, OPEN, "还有一个问题")

    for _time in range(2):
        answer(db, told, OPEN)

    found = history(db, told, OPEN)
    assert (found.standing, found.said.question) == ("submitted", ASKED)
    assert [one.said for one in found.versions] == [SAID | {"answer": ANSWER}, SAID]
    with pytest.raises(ReturnedOnce):
        ask(db, told, OPEN, "还有一个问题", number=2)
    accept(db, told, OPEN, number=2)


def test_control_without_the_condition_it_would_go_back_twice(db, told) -> None:
    ask(db, told, OPEN)
    with db.transaction() as session:
        session.execute(update(PartyReport).values(returned_at=None))

    ask(db, told, OPEN, "还有一个问题")
    assert sheet(db, told, OPEN).question == "还有一个问题"


def test_the_member_is_told_once_that_something_waits_and_not_what(db, told) -> None:
    for _time in range(2):
        ask(db, told, OPEN)

    with db.reading() as session:
        [notice] = session.scalars(select(Notice).where(Notice.person_id == told.member))
    said = f"{notice.kind}{notice.facts}{notice.key}{notice.obligation}"
    for word in ("金丝雀", "report", "2026Q2"):
        assert word not in said


def test_another_text_answers_a_question_too_and_the_answer_outlives_the_next(db, told) -> None:
    ask(db, told, OPEN)
    hand_in(db, told, OPEN, needs="入学办好了")
    assert sheet(db, told, OPEN).standing == "submitted"

    hand_in(db, told, OPEN, answer=ANSWER)
    hand_in(db, told, OPEN, work="换了单位")
    assert (sheet(db, told, OPEN).handed_in or {})["answer"] == ANSWER


def test_a_question_is_answered_after_the_grace_day_and_in_the_next_window(db, told) -> None:
    ask(db, told, OPEN)

    for moment in (GRACE, AUTUMN):
        found = sheet(db, told, moment)
        assert (str(found.window.quarter), found.standing) == (QUARTER, "returned")
    answer(db, told, AUTUMN)
    answer(db, told, AUTUMN)
    assert str(sheet(db, told, AUTUMN).window.quarter) == NEXT
    assert history(db, told, AUTUMN).standing == "submitted"


def test_once_it_is_answered_after_the_grace_day_nothing_more_is_taken(db, told) -> None:
    ask(db, told, OPEN)
    answer(db, told, GRACE)

    with pytest.raises(NothingAsked):
        answer(db, told, GRACE, "又想起一件")
    with pytest.raises(QuarterOver):
        hand_in(db, told, GRACE, needs="别的")
    hand_in(db, told, GRACE, answer=ANSWER)
    assert history(db, told, GRACE).number == 2


def test_the_next_quarter_is_written_beside_a_question_that_waits(db, told) -> None:
    ask(db, told, OPEN)
    who = told.member, NEXT, AUTUMN
    with db.transaction() as session:
        mine = reports.submit(session, *who, said=SAID, channel=Channel.CHAT, **KEYS)

    assert (str(mine.window.quarter), mine.standing) == (NEXT, "submitted")
    assert sheet(db, told, AUTUMN).standing == "returned"


def test_a_contact_puts_down_the_answer_told_by_telephone(db, told) -> None:
    ask(db, told, OPEN)
    what = told.file, QUARTER, ANSWER, GRACE
    with db.transaction() as session:
        proxies.answer(session, told.contact, *what, channel=Channel.PHONE, **KEYS)

    found = history(db, told, GRACE)
    assert (found.standing, found.versions[0].channel) == ("submitted", Channel.PHONE)
    assert found.versions[0].who
    assert found.versions[1].who is None


def test_what_comes_late_stays_late_whatever_becomes_of_it(db, cell) -> None:
    late = shanghai(7, 15)
    hand_in(db, cell, late)
    ask(db, cell, late)
    answer(db, cell, late)
    assert sheet(db, cell, late).standing == "submitted_late"
    accept(db, cell, late, number=2)

    found = history(db, cell, late)
    assert (found.standing, found.said.late) == ("accepted", True)
    assert [turn.late for turn in found.turns if str(turn.quarter) == QUARTER] == [True]


def test_control_only_what_was_kept_tells_that_it_was_late(db, cell) -> None:
    hand_in(db, cell, shanghai(7, 15))
    with db.transaction() as session:
        session.execute(update(PartyReport).values(late=False))

    assert sheet(db, cell, shanghai(7, 15)).standing == "submitted"


def test_a_question_is_written_in_words_and_an_unwritten_report_has_none(db, cell) -> None:
    with pytest.raises(NotHandedIn):
        ask(db, cell, OPEN)
    with pytest.raises(NotHandedIn):
        accept(db, cell, OPEN)
    hand_in(db, cell, OPEN)
    with pytest.raises(QuestionNeeded):
        ask(db, cell, OPEN, "  ")
    with pytest.raises(NothingAsked):
        answer(db, cell, OPEN)


def test_nobody_decides_on_their_own_report(db, told) -> None:
    with db.transaction() as session:
        given_to(session, told.file, told.secretary.person_id)
    mine = {"who": told.secretary}

    for deed in (accept, ask):
        with pytest.raises(OwnReport):
            deed(db, told, OPEN, **mine)
    with pytest.raises(OwnReport):
        excuse(db, told, GRACE, quarter="2026Q1", **mine)
    assert not history(db, told, OPEN).decides


def test_control_somebody_else_of_the_branch_does(db, told) -> None:
    with db.transaction() as session:
        given_to(session, told.file, told.secretary.person_id)

    accept(db, told, OPEN)
    assert history(db, told, OPEN).standing == "accepted"


def test_the_committee_reads_and_strangers_find_nothing(db, told) -> None:
    with db.transaction() as session:
        able = holder(session, OPEN, Role.CONTACT_PERSON)
        committee = seated(session, told.branch, able, Office.COMMITTEE, OPEN)
        stranger = holder(session, OPEN, Role.BRANCH_SECRETARY)

    for who, refusal in ((committee, NotKeeper), (stranger, NothingThere)):
        for deed in (accept, ask):
            with pytest.raises(refusal):
                deed(db, told, OPEN, who=who)
        with pytest.raises(refusal):
            excuse(db, told, GRACE, who=who)


def test_whoever_took_consent_back_or_has_left_is_decided_on_no_more(db, told) -> None:
    with db.transaction() as session:
        own.withdraw(session, told.member, OPEN)
    for deed in (accept, ask):
        with pytest.raises(ConsentWithdrawn):
            deed(db, told, OPEN)
    with db.transaction() as session:
        own.agree(session, told.member, OPEN)
        files.end(session, told.secretary, told.file, FileState.RETURNED, OPEN)
    with pytest.raises(OtherState):
        accept(db, told, OPEN)
    assert not history(db, told, OPEN).writes


def test_of_two_who_decide_at_once_the_second_is_told_kindly(db, told, race) -> None:
    what = told.file, QUARTER, 1

    def asking(session, who, question):
        return decisions.ask(session, who, *what, question, OPEN, vault=VAULT)

    got = race(
        [
            partial(asking, who=told.contact, question="甲"),
            partial(asking, who=told.secretary, question="乙"),
            lambda session: decisions.accept(session, told.secretary, *what, OPEN),
        ]
    )

    kind = (ReturnedOnce, ReportAccepted)
    assert all(each is None or isinstance(each, kind) for each in got)
    found = history(db, told, OPEN)
    assert found.standing == "accepted"
    asked = [each is None for each in got[:2]]
    assert sum(asked) == (1 if found.said.question else 0)


def test_accepted_or_written_anew_at_once_it_is_one_of_the_two(db, told, race) -> None:
    def anew(session):
        who = session, told.member, QUARTER, OPEN
        return reports.submit(*who, said=SAID | {"needs": "别的"}, channel=Channel.CHAT, **KEYS)

    def accepted(session):
        return decisions.accept(session, told.contact, told.file, QUARTER, 1, OPEN)

    written, decided = race([anew, accepted])

    refused = [isinstance(written, ReportAccepted), isinstance(decided, NewerRevision)]
    assert sum(refused) == 1
    assert history(db, told, OPEN).number == (1 if refused[0] else 2)


def test_control_read_first_and_written_after_an_unread_text_would_be_accepted(db, told) -> None:
    with db.transaction() as session:
        read = session.scalars(select(PartyReport)).one().number
    hand_in(db, told, OPEN, needs="没人读过")
    with db.transaction() as session:
        session.execute(update(PartyReport).values(accepted_at=OPEN))

    found = history(db, told, OPEN)
    assert found.standing == "accepted"
    assert found.number != read


@pytest.mark.parametrize("said", [None, SAID])
def test_a_missed_report_is_excused_with_a_reason_and_what_was_told(db, cell, said) -> None:
    assert history(db, cell, GRACE).excuses
    for _time in range(2):
        excuse(db, cell, GRACE, said=said)

    found = history(db, cell, GRACE)
    assert (found.standing, found.said.excuse, found.number) == ("excused", WHY, 1 if said else 0)
    assert found.known == (said or {})
    with pytest.raises(ExcusedAlready):
        excuse(db, cell, GRACE, why="别的原因")
    with db.reading() as session:
        kept = session.scalars(select(PartyReport.excuse)).one()
        actions = session.scalars(select(AuditEntry.action)).all()
    assert "金丝雀".encode() not in kept
    assert actions.count("party.report_excused") == 1


def test_before_the_grace_day_it_is_put_down_and_not_excused(db, cell) -> None:
    with pytest.raises(StillOpen) as refused:
        excuse(db, cell, GRACE - MS)
    assert refused.value.facts == {"number": 2, "grace": GRACE}
    for quarter in ("2026Q4", "2027Q1", "天书"):
        with pytest.raises(NothingThere):
            excuse(db, cell, GRACE, quarter=quarter)


def test_control_at_the_grace_moment_it_is(db, cell) -> None:
    excuse(db, cell, GRACE)
    assert history(db, cell, GRACE).standing == "excused"


def test_an_excuse_needs_words_and_all_answers_or_none(db, cell) -> None:
    with pytest.raises(ReasonNeeded):
        excuse(db, cell, GRACE, why=" ")
    with pytest.raises(Unanswered):
        excuse(db, cell, GRACE, said={"work": "在"})
    assert history(db, cell, GRACE).standing == "missed"


def test_what_was_told_or_never_was_due_is_not_excused(db, told) -> None:
    with pytest.raises(NotMissed):
        excuse(db, told, GRACE)
    joined = shanghai(7, 1) - timedelta(days=30) + MS
    with db.transaction() as session:
        session.execute(update(PartyFile).values(reported_at=joined))
    with pytest.raises(NotMissed):
        excuse(db, told, GRACE, quarter="2026Q1")


def test_who_excuses_at_once_with_other_words_is_told(db, cell, race) -> None:
    def put(session, who, why):
        what = cell.file, QUARTER, why, GRACE
        return excuses.excuse(session, who, *what, channel=Channel.PHONE, **KEYS)

    got = race(
        [partial(put, who=cell.contact, why="甲"), partial(put, who=cell.secretary, why="乙")]
    )

    assert sorted(type(each).__name__ for each in got) == ["ExcusedAlready", "NoneType"]


def test_a_report_of_long_ago_is_read_with_every_revision_by_one_look(db, told) -> None:
    hand_in(db, told, OPEN, needs="别的")
    long_after = datetime(2029, 5, 1, tzinfo=UTC)

    found = history(db, told, long_after)

    assert [one.said["needs"] for one in found.versions] == ["别的", "孩子入学"]
    assert (found.writes, found.excuses) == (False, False)
    by_quarter = {str(turn.quarter): turn.standing for turn in found.turns}
    assert by_quarter["2026Q2"] == "submitted"
    assert by_quarter["2026Q3"] == "missed"
    assert (len(by_quarter), min(by_quarter)) == (14, "2026Q1")
    with db.reading() as session:
        lines = select(func.count()).where(FileRead.part == Look.REPORT)
        mine = lines.where(FileRead.reader_id == told.secretary.person_id)
        assert session.scalar(mine) == 1


def test_what_is_no_quarter_or_still_to_come_is_not_there(db, told) -> None:
    for quarter in ("2026Q3", "2026Q5", "天书", "2026"):
        with pytest.raises(NothingThere):
            history(db, told, OPEN, quarter)


def test_what_a_member_is_writing_nobody_else_reads(db, cell) -> None:
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, SAID, OPEN, **KEYS)
        name, shown = proxies.show(session, cell.contact, cell.file, OPEN, **KEYS)

    assert name
    assert (shown.said, shown.drafted, shown.step) == ({}, False, 0)
    assert history(db, cell, OPEN).known == {}
    assert sheet(db, cell, OPEN).said == SAID


def test_control_shown_as_to_the_member_it_would_be_read(db, cell) -> None:
    with db.transaction() as session:
        reports.draft(session, cell.member, QUARTER, SAID, OPEN, **KEYS)
        file = session.get_one(PartyFile, cell.file)

        assert sheets.opened(session, file, OPEN, **KEYS).said == SAID


def test_the_next_contact_goes_on_where_the_first_left_off(db, told) -> None:
    ask(db, told, OPEN)
    with db.transaction() as session:
        other = holder(session, OPEN, Role.CONTACT_PERSON)
        contacts.name(session, told.secretary, told.file, other.person_id, OPEN)
    what = told.file, QUARTER, ANSWER, OPEN
    with pytest.raises(NothingThere), db.transaction() as session:
        proxies.answer(session, told.contact, *what, channel=Channel.PHONE, **KEYS)

    with db.transaction() as session:
        proxies.answer(session, other, *what, channel=Channel.PHONE, **KEYS)
    accept(db, told, OPEN, number=2, who=other)
    assert history(db, told, OPEN).standing == "accepted"


def test_answers_sent_at_once_after_the_grace_day_are_one_revision(db, told, race) -> None:
    ask(db, told, OPEN)

    def put(session, number):
        who = session, told.member, QUARTER, f"回答{number}", GRACE
        return reports.answer(*who, channel=Channel.CHAT, **KEYS)

    got = race([partial(put, number=number) for number in range(6)])

    assert sum(not isinstance(each, NothingAsked) for each in got) == 1
    assert history(db, told, GRACE).number == 2


def test_control_without_the_question_looked_at_all_would_be_taken(
    db, told, race, monkeypatch
) -> None:
    ask(db, told, OPEN)
    monkeypatch.setattr(handing.windows, "is_asked", lambda _report: True)

    def put(session, number):
        who = session, told.member, QUARTER, f"回答{number}", GRACE
        return reports.answer(*who, channel=Channel.CHAT, **KEYS)

    race([partial(put, number=number) for number in range(6)])

    assert history(db, told, GRACE).number == 7


def test_ones_own_copy_tells_what_the_branch_has_said_and_the_desks_does_not(db, told) -> None:
    ask(db, told, OPEN)
    excuse(db, told, shanghai(10, 21), quarter=NEXT)

    with db.transaction() as session:
        copied = [
            json.dumps(made.sections, ensure_ascii=False, default=str)
            for made in (
                copies.make(session, told.member, OPEN, vault=GENERAL, own=True),
                copies.make(session, told.member, OPEN, vault=GENERAL),
            )
        ]

    assert [(ASKED in each, WHY in each) for each in copied] == [(True, True), (False, False)]

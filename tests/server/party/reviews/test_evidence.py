"""The four facts of a quarter, with their reasons, and what is proposed from them."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import update

from config.reports import Reports
from config.reviews import Reviews
from server.party import quarters
from server.party.models import PartyFile, PartyReport, Way
from server.party.reviews import evidence, grades
from server.party.reviews.grades import OUTERMOST, Fact, Grade, Mark
from server.people.models import Channel
from server.riders.hazards.models import Hazard, HazardState, RejectReason
from server.riders.points import reversing
from server.volunteers.models import RecordState
from tests.server.party.acts import VAULT, a_cell, a_file
from tests.server.party.reviews.acts import (
    JULY,
    QUARTER,
    RULES,
    a_good_quarter,
    report,
    shanghai,
    touch,
)
from tests.server.riders.acts import earn, riding
from tests.server.volunteers.served import a_record

Q2 = quarters.of(shanghai(5, 1))


def marks(session, cell, at=JULY, rules=RULES.reports):
    file = session.get_one(PartyFile, cell.file, populate_existing=True)
    return evidence.of(session, [file], Q2, at, rules=rules, vault=VAULT)[cell.file]


def holds(session, cell, **more) -> str:
    """Return the facts that hold as letters, A to D."""
    found = marks(session, cell, **more)
    return "".join(letter for letter, fact in zip("ABCD", Fact, strict=True) if found[fact].holds)


def test_of_an_empty_quarter_no_fact_holds_and_each_says_why(db, cell) -> None:
    with db.reading() as session:
        found = marks(session, cell)

    assert not any(mark.holds for mark in found.values())
    assert all(mark.why for mark in found.values())


def test_a_report_and_a_call_are_found(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        assert holds(session, cell) == "ABC"
        found = marks(session, cell)
    assert found[Fact.REPORT] == Mark(True, "按时交了")
    assert found[Fact.CONTACT] == Mark(True, "联系上1次")


def test_late_within_grace_counts_and_stays_late(db, cell) -> None:
    with db.transaction() as session:
        report(session, cell, at=shanghai(7, 15))
        session.execute(update(PartyReport).values(accepted_at=JULY))
        [told] = {
            marks(session, cell, rules=rules)[Fact.REPORT]
            for rules in (RULES.reports, Reports(due_day=16, grace_day=20))
        }
    assert told.holds
    assert "补交" in told.why


def test_control_without_the_mark_that_was_kept_it_would_be_on_time(db, cell) -> None:
    with db.transaction() as session:
        report(session, cell, at=shanghai(7, 15))
        session.execute(update(PartyReport).values(late=False))
        assert "补交" not in marks(session, cell)[Fact.REPORT].why


def test_a_missing_report_may_still_come_until_the_grace_day(db, cell) -> None:
    with db.reading() as session:
        assert "还可以补交" in marks(session, cell, at=shanghai(7, 15))[Fact.REPORT].why
        assert marks(session, cell)[Fact.REPORT] == Mark(False, "没有收到")


def test_who_was_excused_or_joined_late_is_not_held_to_it(db, cell) -> None:
    with db.transaction() as session:
        row = {"file_id": cell.file, "quarter": QUARTER, "step": 0, "number": 0, "late": False}
        excuse = {"excused_at": JULY, "excuse": b"x", "changed_at": JULY}
        session.add(PartyReport(**row, **excuse))
        session.flush()
        assert holds(session, cell) == "A"
        late = a_file(session, cell.secretary, cell.branch, shanghai(6, 2), phone="13800000007")
        cell.file = late.id
        assert marks(session, cell)[Fact.REPORT] == Mark(True, "刚加入，这一季不用交")


def test_a_try_in_vain_or_another_quarter_is_no_contact(db, cell) -> None:
    with db.transaction() as session:
        touch(session, cell, reached=False)
        assert holds(session, cell) == ""
        touch(session, cell, Way.MESSAGE)
        assert holds(session, cell) == "B"
        file = session.get_one(PartyFile, cell.file)
        other = evidence.of(session, [file], Q2.before, JULY, rules=RULES.reports, vault=VAULT)
        assert not other[cell.file][Fact.CONTACT].holds


def test_a_meeting_is_organisational_life(db, cell) -> None:
    with db.transaction() as session:
        touch(session, cell, Way.MEETING)
        assert holds(session, cell) == "BC"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("没有", False),
        ("无。", False),
        ("暂无", False),
        ("没参加", False),
        ("本季度没有参加任何组织生活", False),
        ("都没参加过，", False),
        ("线上学习", True),
        ("没去成会议，补看了录像", True),
        ("参加了两次主题党日", True),
    ],
)
def test_an_answer_that_names_any_organisational_life_counts(db, cell, answer, says) -> None:
    with db.transaction() as session:
        report(session, cell, life=answer)
        assert holds(session, cell) == ("AC" if says else "A")


def test_hours_served_count_without_being_told_again(db, cell) -> None:
    with db.transaction() as session:
        told = {"day": date(2026, 5, 30), "minutes": 90}
        for more in ({"state": RecordState.CONFIRMED}, {"day": date(2026, 7, 1)}, {"minutes": 0}):
            a_record(session, cell.member, JULY, **(told | more))
        assert holds(session, cell) == ""
        a_record(session, cell.member, JULY, **told)
        assert marks(session, cell)[Fact.DEED] == Mark(True, "志愿服务1小时30分钟")


def a_hazard(session, cell, state, received) -> None:
    where = session.get_one(PartyFile, cell.file)
    hazard = Hazard(reporter_id=where.person_id, channel=Channel.CHAT, state=state, kind="other")
    hazard.area_id = 1
    hazard.created_at = hazard.received_at = hazard.changed_at = received
    if state is HazardState.REJECTED:
        hazard.reason_code, hazard.reason = RejectReason.SLIGHT, "示例"
    session.add(hazard)
    session.flush()


def test_true_hazard_reports_count_and_others_do_not(db, cell) -> None:
    with db.transaction() as session:
        a_hazard(session, cell, HazardState.REJECTED, JULY)
        a_hazard(session, cell, HazardState.RECEIVED, shanghai(5, 1))
        a_hazard(session, cell, HazardState.FIXED, JULY)
        assert holds(session, cell) == ""
        a_hazard(session, cell, HazardState.FIXED, shanghai(5, 1))
        assert marks(session, cell)[Fact.DEED] == Mark(True, "随手拍属实1件")


def test_adopted_suggestions_count_once_by_the_points_given_for_them(db, cell) -> None:
    with db.transaction() as session:
        riding(session, cell.member, shanghai(4, 2))
        earn(session, cell.member, shanghai(7, 2), "idea:1", code="SUGGEST_ADOPTED")
        earn(session, cell.member, shanghai(5, 2), "hazard:1")
        assert holds(session, cell) == ""
        given = earn(session, cell.member, shanghai(5, 3), "idea:2", code="SUGGEST_ADOPTED")
        assert marks(session, cell)[Fact.DEED] == Mark(True, "建议被采纳1条")
        reversing.reverse(session, given.transaction_id, "示例", shanghai(5, 4))
        assert holds(session, cell) == ""


def test_a_whole_branch_takes_as_many_statements_as_one_member(db, cell, statements) -> None:
    def look(session):
        files = list(session.query(PartyFile).order_by(PartyFile.id))
        with statements() as asked:
            evidence.of(session, files, Q2, JULY, rules=RULES.reports, vault=VAULT)
        return len(files), len(asked)

    with db.transaction() as session:
        one = look(session)
        for number in range(12):
            a_file(session, cell.secretary, cell.branch, JULY, phone=f"138000000{number:02}")
        many = look(session)

    assert (one[0], many[0]) == (1, 13)
    assert one[1] == many[1] == 2 + len(evidence.DEEDS)


def test_other_branches_members_are_not_mixed_up(db, cell, clock) -> None:
    with db.transaction() as session:
        other = a_cell(session, shanghai(3, 9))
        a_good_quarter(session, cell)
        assert holds(session, other) == ""


def proposed(letters: str, **rules) -> grades.Proposal:
    told = {fact: Mark(letter in letters, "") for letter, fact in zip("ABCD", Fact, strict=True)}
    return grades.propose(told, Reviews(**rules))


@pytest.mark.parametrize(
    ("letters", "grade"),
    [
        ("ABCD", Grade.QUALIFIED),
        ("ABC", Grade.QUALIFIED),
        ("ABD", Grade.QUALIFIED),
        ("AB", Grade.BASIC),
        ("ACD", Grade.BASIC),
        ("A", Grade.BASIC),
        ("BCD", Grade.BASIC),
        ("B", Grade.BASIC),
        ("CD", None),
        ("", None),
    ],
)
def test_what_is_proposed_follows_the_facts(letters, grade) -> None:
    assert proposed(letters).grade == grade
    assert proposed(letters).may_raise == (letters == "ABCD")


@pytest.mark.parametrize(
    ("letters", "grade", "points"),
    [
        ("ABCD", Grade.QUALIFIED, 100),
        ("ABC", Grade.QUALIFIED, 85),
        ("ABD", Grade.QUALIFIED, 75),
        ("AB", Grade.BASIC, 60),
        ("A", None, 40),
        ("", None, 0),
    ],
)
def test_counted_it_follows_the_floors(letters, grade, points) -> None:
    found = proposed(letters, numeric=True)
    assert (found.grade, found.points) == (grade, points)
    assert found.may_raise == (letters == "ABCD")


def all_proposals() -> set[Grade | None]:
    return {
        proposed("".join(letters), numeric=numeric).grade
        for numeric in (False, True)
        for letters in product(("A", ""), ("B", ""), ("C", ""), ("D", ""))
    }


def test_the_machine_never_proposes_the_outermost_grades() -> None:
    assert not all_proposals() & set(OUTERMOST)


def test_control_a_machine_that_does_is_seen(monkeypatch) -> None:
    fails = lambda _marks, _rules: grades.Proposal(Grade.UNQUALIFIED, False)  # noqa: E731
    monkeypatch.setattr(grades, "propose", fails)

    assert all_proposals() & set(OUTERMOST)


@pytest.mark.parametrize(
    "wrong", [{"deed_weight": 16}, {"basic_floor": 80}, {"excellent_floor": 70}]
)
def test_settings_that_do_not_add_up_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"WEIGHT|FLOOR"):
        Reviews(**wrong)

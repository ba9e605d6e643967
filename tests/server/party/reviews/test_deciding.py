"""A branch decides about a quarter: when, who, with which reason, and nobody about themselves."""

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.party import own
from server.party.joining import follow
from server.party.models import (
    FileRead,
    FileState,
    Look,
    Office,
    PartyFile,
    PartyReview,
    ReviewState,
)
from server.party.refusals import ConsentWithdrawn, LooksLikeId, NothingThere, OtherState, TooLong
from server.party.reviews import deciders, deciding, desk, sheets, terms, verdicts
from server.party.reviews.desk import Stage
from server.party.reviews.grades import Fact, Grade, Mark
from server.party.reviews.refusals import (
    DecidedMeanwhile,
    NotDecider,
    OwnReview,
    ReasonNeeded,
    ReviewNotDue,
)
from server.people import profile
from server.people.models import Role
from tests.factories import a_person
from tests.server.party.acts import (
    GENERAL,
    PHONE,
    VAULT,
    a_branch,
    a_file,
    given_to,
    holder,
    seated,
)
from tests.server.party.reviews.acts import (
    DESK,
    DUE,
    JULY,
    QUARTER,
    RULES,
    a_good_quarter,
    decide,
    report,
    review_of,
    shanghai,
    show,
    touch,
)

ALL = frozenset(Fact)


def members(session, cell, who=None, **more):
    asked = {"stage": Stage.ALL} | more
    return desk.members(session, who or cell.secretary, QUARTER, now=JULY, **asked, **DESK).lines


def reviews(db) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(PartyReview)) or 0


def test_a_quarter_is_decided_once_its_report_is_due_and_never_before(db, cell) -> None:
    early = shanghai(7, 10, 23)
    with pytest.raises(ReviewNotDue) as refused, db.transaction() as session:
        decide(session, cell, at=early)
    assert refused.value.facts["due"] == DUE
    for look in (
        lambda s: desk.members(s, cell.secretary, QUARTER, Stage.ALL, early, **DESK),
        lambda s: sheets.show(s, cell.secretary, cell.file, QUARTER, early, **DESK),
        lambda s: deciding.accept(s, cell.secretary, QUARTER, {}, early, **DESK),
    ):
        with pytest.raises(ReviewNotDue), db.transaction() as session:
            look(session)

    with db.transaction() as session:
        a_good_quarter(session, cell)
        assert decide(session, cell, at=DUE).state is ReviewState.BRANCH_DECIDED


def test_control_without_the_due_moment_it_would_be_decided_early(db, cell, monkeypatch) -> None:
    monkeypatch.setattr(terms, "is_due", lambda *_: True)

    with db.transaction() as session:
        a_good_quarter(session, cell)
        assert decide(session, cell, at=shanghai(7, 10, 23)).id


@pytest.mark.parametrize("name", ["2026Q5", "2026", "", "1999Q4", "２０２６Q2", "2026Q2 "])
def test_what_names_no_quarter_is_not_there(db, cell, name) -> None:
    with pytest.raises(NothingThere), db.transaction() as session:
        desk.members(session, cell.secretary, name, Stage.ALL, JULY, **DESK)


def test_a_missing_report_fails_nobody_by_itself(db, cell) -> None:
    with db.transaction() as session:
        [line] = members(session, cell)
        assert line.proposed.grade is None
        touch(session, cell)
        [line] = members(session, cell)
        assert line.proposed.grade is Grade.BASIC
    assert reviews(db) == 0


def test_a_decision_freezes_the_facts_and_their_reasons(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell)
    with db.transaction() as session:
        touch(session, cell)
        report(session, cell, at=shanghai(7, 15), life="没有")
        kept = verdicts.of(review_of(session, cell), VAULT)
    assert kept.grade is kept.proposed is Grade.QUALIFIED
    assert kept.marks[Fact.LIFE] == Mark(True, "汇报里说了参加的内容")
    assert review_of(session, cell).content.find("示例".encode()) < 0


@pytest.mark.parametrize(
    ("grade", "holds"),
    [
        (Grade.EXCELLENT, (Fact.REPORT, Fact.CONTACT, Fact.LIFE)),
        (Grade.UNQUALIFIED, (Fact.REPORT, Fact.CONTACT, Fact.LIFE)),
        (Grade.BASIC, (Fact.REPORT, Fact.CONTACT, Fact.LIFE)),
        (Grade.QUALIFIED, ALL),
        (Grade.QUALIFIED, (Fact.REPORT, Fact.CONTACT)),
    ],
)
def test_what_is_not_the_draft_needs_a_reason_in_words(db, cell, grade, holds) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
    with pytest.raises(ReasonNeeded), db.transaction() as session:
        decide(session, cell, grade, holds=holds, reason=" \n")
    with db.transaction() as session:
        kept = verdicts.of(decide(session, cell, grade, holds=holds, reason="示例理由"), VAULT)
    assert (kept.grade, kept.reason) == (grade, "示例理由")
    assert {fact for fact, mark in kept.marks.items() if mark.holds} == set(holds)


def test_control_as_drafted_it_needs_none(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        assert verdicts.of(decide(session, cell), VAULT).reason == ""


def test_all_four_facts_raise_nobody_without_a_reason(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
    with pytest.raises(ReasonNeeded), db.transaction() as session:
        decide(session, cell, Grade.EXCELLENT)


def test_where_nothing_is_proposed_the_branch_speaks_first_with_a_reason(db, cell) -> None:
    with pytest.raises(ReasonNeeded), db.transaction() as session:
        decide(session, cell, Grade.BASIC, holds=())
    with db.transaction() as session:
        assert decide(session, cell, Grade.BASIC, holds=(), reason="当面了解过").id


def test_words_are_kept_short_and_without_identity_cards(db, cell) -> None:
    for reason, refusal in (("理" * 501, TooLong), ("14010619900101123X", LooksLikeId)):
        with pytest.raises(refusal), db.transaction() as session:
            decide(session, cell, Grade.BASIC, reason=reason)


def test_twice_is_the_same_as_once_and_until_it_is_shown_it_may_be_changed(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        first = decide(session, cell)
        assert decide(session, cell).id == first.id
        changed = decide(session, cell, Grade.BASIC, reason="示例", revision=first.revision)
        assert (changed.id, changed.revision) == (first.id, 2)
        decide(session, cell, Grade.BASIC, reason="示例", revision=1)
        for more in ({"revision": 1}, {"revision": 0}, {"revision": 3}):
            with pytest.raises(DecidedMeanwhile):
                decide(session, cell, Grade.QUALIFIED, **more)
        show(session, cell)
        with pytest.raises(DecidedMeanwhile):
            decide(session, cell, revision=3)
    with db.reading() as session:
        traces = select(func.count()).where(AuditEntry.action == "party.review_decided")
        assert session.scalar(traces) == 2


def test_a_change_of_what_was_never_decided_is_refused(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        with pytest.raises(DecidedMeanwhile):
            decide(session, cell, revision=1)


def test_the_home_branch_decides_and_nobody_else(db, cell, clock) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        committee = holder(session, JULY, Role.CONTACT_PERSON)
        seated(session, cell.branch, committee, Office.COMMITTEE, JULY)
        host = a_branch(session, JULY)
        session.get_one(PartyFile, cell.file).host_id = host
        hosting = holder(session, JULY, Role.BRANCH_SECRETARY)
        seated(session, host, hosting, Office.SECRETARY, JULY)
        officer = holder(session, JULY, Role.PARTY_DATA_OFFICER)
        stranger = holder(session, JULY, Role.BRANCH_SECRETARY)
    for who in (hosting, cell.contact, officer):
        with pytest.raises(NotDecider), db.transaction() as session:
            decide(session, cell, by=who)
        with db.transaction() as session:
            assert not members(session, cell, who)[0].decides
            seen = {cell.file: Grade.QUALIFIED}
            assert deciding.accept(session, who, QUARTER, seen, JULY, **DESK) == 0
    with pytest.raises(NothingThere), db.transaction() as session:
        decide(session, cell, by=stranger)

    with db.transaction() as session:
        assert decide(session, cell, by=committee).decided_by == committee.person_id


def own_account(session, cell) -> None:
    given_to(session, cell.file, cell.secretary.person_id)


def same_phone_of_account(session, cell) -> None:
    for person in (cell.secretary.person_id, cell.member):
        profile.set_phone(session, person, "13800000042", vault=GENERAL)


def same_phone_as_in_the_file(session, cell) -> None:
    profile.set_phone(session, cell.secretary.person_id, PHONE, vault=GENERAL)


LINKS = (own_account, same_phone_of_account, same_phone_as_in_the_file)


@pytest.mark.parametrize("link", LINKS)
def test_nobody_decides_about_themselves_nor_by_another_account(db, cell, link) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        link(session, cell)
    with pytest.raises(OwnReview), db.transaction() as session:
        decide(session, cell)
    with db.transaction() as session:
        [line] = members(session, cell)
        seen = {cell.file: Grade.QUALIFIED}
        assert not line.decides
        assert deciding.accept(session, cell.secretary, QUARTER, seen, JULY, **DESK) == 0
    assert reviews(db) == 0


@pytest.mark.parametrize("link", LINKS)
def test_control_without_the_look_for_links_one_would(db, cell, monkeypatch, link) -> None:
    monkeypatch.setattr(deciders, "selves", lambda *_args, **_keys: set())
    with db.transaction() as session:
        a_good_quarter(session, cell)
        link(session, cell)
        assert decide(session, cell).id


def test_a_decision_about_oneself_as_it_proves_later_is_void(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell)
        follow(session, cell.secretary.person_id, cell.member, JULY)
    assert reviews(db) == 0


def test_control_a_join_with_anybody_else_leaves_it(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell)
        follow(session, a_person(session, JULY), cell.member, JULY)
    assert reviews(db) == 1


def test_reviews_go_over_when_two_accounts_prove_to_be_one(db, cell, clock) -> None:
    with db.transaction() as session:
        session.get_one(PartyFile, cell.file).state = FileState.REPORTED
        a_good_quarter(session, cell)
        decide(session, cell)
        other = a_file(session, cell.secretary, cell.branch, JULY, name="示例·同人", phone="")
        other.person_id, other.state = a_person(session, JULY), FileState.ACTIVE
        session.flush()
        follow(session, other.person_id, cell.member, JULY)
        review = session.scalars(select(PartyReview)).one()
        assert review.file_id == other.id
        assert verdicts.of(review, VAULT).grade is Grade.QUALIFIED


def test_consent_taken_back_stops_the_review(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        own.withdraw(session, cell.member, JULY)
        assert members(session, cell) == []
        seen = {cell.file: Grade.QUALIFIED}
        assert deciding.accept(session, cell.secretary, QUARTER, seen, JULY, **DESK) == 0
        with pytest.raises(ConsentWithdrawn):
            decide(session, cell)


def test_whoever_came_after_the_quarter_or_has_gone_is_not_reviewed(db, cell) -> None:
    with db.transaction() as session:
        late = a_file(session, cell.secretary, cell.branch, shanghai(7, 1), phone="13800000008")
        with pytest.raises(NothingThere):
            decide(session, cell, file=late.id)
        session.get_one(PartyFile, cell.file).state = FileState.RETURNED
        session.flush()
        assert members(session, cell) == []
        with pytest.raises(OtherState):
            decide(session, cell)


def test_many_drafts_are_accepted_at_once_as_they_were_seen(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        basic = a_file(session, cell.secretary, cell.branch, shanghai(6, 9), phone="13800000001")
        none = a_file(session, cell.secretary, cell.branch, shanghai(3, 9), phone="13800000002")
        other = a_file(session, cell.secretary, cell.branch, shanghai(6, 9), phone="13800000003")
        seen = {
            cell.file: Grade.QUALIFIED,
            basic.id: Grade.BASIC,
            none.id: Grade.BASIC,
            other.id: Grade.QUALIFIED,
            999_999: Grade.QUALIFIED,
        }
        who = session, cell.secretary, QUARTER, seen, JULY
        assert deciding.accept(*who, **DESK) == 2
        assert deciding.accept(*who, **DESK) == 0
        stands = {line.file_id: line.grade for line in members(session, cell)}
    assert stands == {
        cell.file: Grade.QUALIFIED,
        basic.id: Grade.BASIC,
        none.id: None,
        other.id: None,
    }


def test_a_proposal_that_has_changed_since_it_was_seen_is_left_out(db, cell) -> None:
    with db.transaction() as session:
        touch(session, cell)
        [line] = members(session, cell)
        seen = {cell.file: line.proposed.grade}
        report(session, cell, at=shanghai(7, 15))
        assert deciding.accept(session, cell.secretary, QUARTER, seen, JULY, **DESK) == 0


def test_objections_come_first_and_pages_go_on_behind_them(db, cell, monkeypatch) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    with db.transaction() as session:
        a_good_quarter(session, cell)
        for number in range(4):
            a_file(session, cell.secretary, cell.branch, JULY, phone=f"1380000001{number}")
        ids = list(session.scalars(select(PartyFile.id).order_by(PartyFile.id)))
        for file in session.scalars(select(PartyFile)):
            file.reported_at = shanghai(3, 9)
        for file_id in (ids[2], ids[4]):
            decide(session, cell, Grade.BASIC, reason="示例", file=file_id, holds=())
            review = session.scalars(
                select(PartyReview).where(PartyReview.file_id == file_id)
            ).one()
            review.state, review.answer = (
                ReviewState.OBJECTED,
                VAULT.seal("有话", verdicts.place(review.id, "answer")),
            )
        session.flush()
        seen, after = [], 0
        while after is not None:
            page = desk.members(
                session, cell.secretary, QUARTER, Stage.ALL, JULY, after=after, **DESK
            )
            seen += [line.file_id for line in page.lines]
            after = page.after
        assert seen == [ids[2], ids[4], ids[0], ids[1], ids[3]]
        stages = {stage: len(members(session, cell, stage=stage)) for stage in Stage}
    assert stages[Stage.OBJECTED] == 2
    assert stages[Stage.DECIDED] == stages[Stage.FINAL] == 0


def test_every_look_at_the_desk_leaves_a_line_of_each_member(db, cell) -> None:
    def looks(session) -> int:
        return session.scalar(select(func.count()).where(FileRead.part == Look.REVIEW)) or 0

    with db.transaction() as session:
        a_good_quarter(session, cell)
        members(session, cell)
        assert looks(session) == 1
        sheets.show(session, cell.secretary, cell.file, QUARTER, JULY, **DESK)
        assert looks(session) == 2
        decide(session, cell)
        assert looks(session) == 2


def test_the_list_asks_the_database_as_often_for_many_as_for_one(db, cell, statements) -> None:
    def asked(session) -> int:
        session.expire_all()
        with statements() as few:
            members(session, cell)
        return len(few)

    with db.transaction() as session:
        profile.set_phone(session, cell.secretary.person_id, "13800000077", vault=GENERAL)
        a_good_quarter(session, cell)
        one = asked(session)
        for number in range(20):
            new = a_file(session, cell.secretary, cell.branch, JULY, phone=f"138000001{number:02}")
            new.reported_at = shanghai(3, 9)
        session.flush()
        decide(session, cell)
        assert len(members(session, cell)) == 21
        assert asked(session) == one


def test_a_numeric_district_sees_the_points(db, cell) -> None:
    counted = terms.Rules(RULES.reports, RULES.reviews.model_copy(update={"numeric": True}))
    keys = DESK | {"rules": counted}
    with db.transaction() as session:
        a_good_quarter(session, cell)
        [line] = desk.members(session, cell.secretary, QUARTER, Stage.ALL, JULY, **keys).lines
        assert (line.proposed.grade, line.proposed.points) == (Grade.QUALIFIED, 85)
        kept = verdicts.of(decide(session, cell, rules=counted), VAULT)
        assert kept.points == 85

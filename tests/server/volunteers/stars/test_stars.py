"""Stars take two persons and are never taken away; no scheme changes what was awarded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people import joining
from server.people.models import Channel, Role
from server.staff import queue
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers.models import RecordState, ServiceRecord, StarAward, StarState
from server.volunteers.stars import awards, lists, objections, schemes, stars, steps
from server.volunteers.stars.stars import HighestAlready, TooFewHours
from tests.factories import a_person
from tests.server.volunteers.stars.acts import apply, award_now

TODAY = date(2026, 3, 9)


def test_one_applies_for_the_highest_star_reached_once(session, now, volunteer) -> None:
    person = volunteer(304)

    first, again = apply(session, person, now), apply(session, person, now)

    assert (first.level, first.state, first.id) == (2, StarState.APPLIED, again.id)


def test_hours_that_are_not_final_do_not_count(session, now, volunteer) -> None:
    person = volunteer(104)
    for record in session.scalars(select(ServiceRecord)).all()[:2]:
        record.state = RecordState.CONFIRMED
    session.flush()

    with pytest.raises(TooFewHours):
        apply(session, person, now)


def test_review_and_publication_need_two_persons(session, now, volunteer, staff, vault) -> None:
    street, other = staff(Role.STREET_OPERATOR, "A"), staff(Role.STREET_OPERATOR, "A")
    award = apply(session, volunteer(104), now).id

    awards.review(session, street, award, now)
    with pytest.raises(SecondPersonNeeded):
        awards.publish(session, street, award, now)
    awards.publish(session, other, award, now)

    assert lists.shown(session, other, award, vault).state is StarState.PUBLISHED
    with pytest.raises(steps.NotWaiting):
        awards.publish(session, other, award, now)


def test_control_without_the_second_person_one_would_do(
    session, now, volunteer, staff, monkeypatch
):
    street = staff(Role.STREET_OPERATOR, "A")
    award = apply(session, volunteer(104), now).id
    monkeypatch.setattr(steps, "assure_other", lambda *_: None)

    awards.review(session, street, award, now)
    awards.publish(session, street, award, now)


def test_publication_cannot_skip_the_review(session, now, volunteer, staff) -> None:
    award = apply(session, volunteer(104), now).id

    with pytest.raises(steps.NotWaiting):
        awards.publish(session, staff(Role.STREET_OPERATOR, "A"), award, now)


def test_staff_elsewhere_neither_see_nor_decide(session, now, volunteer, staff, vault) -> None:
    award = apply(session, volunteer(104), now).id
    stranger = staff(Role.STREET_OPERATOR, "B")

    for deed in (awards.review, awards.publish):
        with pytest.raises(OutOfReach):
            deed(session, stranger, award, now)
    with pytest.raises(OutOfReach):
        awards.decline(session, stranger, award, "不行", now)
    assert lists.listed(session, stranger, vault) == []
    assert queue.tasks(session, stranger, now) == []


def test_corrected_hours_stop_a_review(session, now, volunteer, staff) -> None:
    award = apply(session, volunteer(104), now).id
    session.scalars(select(ServiceRecord).limit(1)).one().state = RecordState.VOID
    session.flush()

    with pytest.raises(TooFewHours):
        awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)


def test_who_is_declined_reads_why_and_may_apply_again(session, now, volunteer, staff) -> None:
    person = volunteer(104)
    award = apply(session, person, now).id
    worker = staff(Role.COMMUNITY_WORKER, "A1")

    with pytest.raises(ReasonNeeded):
        awards.decline(session, worker, award, "  ", now)
    awards.decline(session, worker, award, "有两次时长还在核对", now)

    [facts] = session.scalars(select(Notice.facts)).all()
    assert facts["note"] == "有两次时长还在核对"
    assert apply(session, person, now).id != award


def test_no_later_scheme_takes_a_star_away(session, now, volunteer, staff, clock) -> None:
    person = volunteer(104)
    award = apply(session, person, now).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)
    award_now(session, staff(Role.STREET_OPERATOR, "A"), award, now)
    district = staff(Role.DISTRICT_OPERATOR, "D")

    schemes.make(
        session, district, "新标准", TODAY + timedelta(days=1), (500, 900), now, today=TODAY
    )
    later = clock.advance(days=2)

    where = stars.standing(session, person, later)
    assert (where.level, where.next_level, where.needed, where.ready) == (1, 2, 900, False)
    assert [each.version for each in schemes.all_of(session)] == [2, 1]


def test_the_highest_star_has_none_above_it(session, now, volunteer, staff, clock) -> None:
    person = volunteer(104)
    district = staff(Role.DISTRICT_OPERATOR, "D")
    schemes.make(session, district, "一级", TODAY + timedelta(days=1), (8,), now, today=TODAY)
    later = clock.advance(days=2)
    award = apply(session, person, later).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, later)
    award_now(session, staff(Role.STREET_OPERATOR, "A"), award, later)

    with pytest.raises(HighestAlready):
        apply(session, person, later)


def test_joining_two_accounts_takes_no_star_away(session, now, volunteer, staff) -> None:
    stays, goes = volunteer(104), volunteer(104)
    apply(session, stays, now)
    award = apply(session, goes, now).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)
    award_now(session, staff(Role.STREET_OPERATOR, "A"), award, now)

    joining.join(session, stays, goes, now)

    assert stars.standing(session, stays, now).level == 1
    assert stars.standing(session, stays, now).pending is None


@pytest.mark.parametrize(
    ("hours", "since"),
    [((), TODAY + timedelta(1)), ((3, 2), TODAY + timedelta(1)), ((1, 2), TODAY), ((0,), TODAY)],
)
def test_a_scheme_that_makes_no_sense_is_refused(session, now, staff, hours, since) -> None:
    with pytest.raises(schemes.BadScheme):
        schemes.make(
            session, staff(Role.DISTRICT_OPERATOR, "D"), "x", since, hours, now, today=TODAY
        )


def test_only_the_district_makes_schemes(session, now, staff) -> None:
    ahead = TODAY + timedelta(days=1)
    with pytest.raises(NotAllowed):
        schemes.make(
            session, staff(Role.STREET_OPERATOR, "A"), "x", ahead, (1, 2), now, today=TODAY
        )


def test_each_step_is_in_the_trail(session, db, now, volunteer, staff) -> None:
    award = apply(session, volunteer(104), now).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)
    awards.publish(session, staff(Role.STREET_OPERATOR, "A"), award, now)
    session.commit()

    with db.reading() as later:
        actions = later.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in actions if action.startswith("stars.")] == [
        "stars.reviewed",
        "stars.published",
    ]


def test_who_can_take_the_next_step_has_it_in_the_queue(session, now, volunteer, staff) -> None:
    award = apply(session, volunteer(104), now).id
    worker, street = staff(Role.COMMUNITY_WORKER, "A1"), staff(Role.STREET_OPERATOR, "A")

    before = [task.subject_id for task in queue.tasks(session, worker, now)]
    awards.review(session, worker, award, now)

    assert before == [award]
    assert [task.kind for task in queue.tasks(session, worker, now)] == []
    assert [task.kind for task in queue.tasks(session, street, now)] == ["star"]


def test_what_was_said_against_either_of_two_accounts_is_still_heard(
    session, now, volunteer, staff, vault
) -> None:
    worker, street = staff(Role.COMMUNITY_WORKER, "A1"), staff(Role.STREET_OPERATOR, "A")
    stays, goes, witness = volunteer(104), volunteer(104), a_person(session, now)
    ours, theirs = (apply(session, person, now).id for person in (stays, goes))
    for award in (ours, theirs):
        awards.review(session, worker, award, now)
        awards.publish(session, street, award, now)
    said = {"channel": Channel.CHAT, "vault": vault}
    objections.object_to(session, witness, ours, "不对", now, **said)
    objections.object_to(session, witness, theirs, "不对", now, **said)
    objections.object_to(session, a_person(session, now), theirs, "也不对", now, **said)

    joining.join(session, stays, goes, now)

    kept = session.get_one(StarAward, ours, populate_existing=True)
    assert (kept.state, kept.objections) == (StarState.PUBLISHED, 2)
    assert session.get(StarAward, theirs) is None


def test_two_accounts_that_objected_to_one_star_object_once(
    session, now, volunteer, staff, vault
) -> None:
    award = apply(session, volunteer(104), now).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)
    awards.publish(session, staff(Role.STREET_OPERATOR, "A"), award, now)
    stays, goes = a_person(session, now), a_person(session, now)
    for person in (stays, goes):
        objections.object_to(session, person, award, "不对", now, channel=Channel.CHAT, vault=vault)

    joining.join(session, stays, goes, now)

    kept = session.get_one(StarAward, award, populate_existing=True)
    assert (kept.state, kept.objections) == (StarState.PUBLISHED, 1)

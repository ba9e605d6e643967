"""A star is published for five working days; whatever is said against it is answered first."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people.models import Channel, Role
from server.staff import queue
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded
from server.volunteers.models import (
    ObjectionState,
    RecordState,
    ServiceRecord,
    StarAward,
    StarObjection,
    StarScheme,
    StarState,
)
from server.volunteers.stars import (
    awards,
    judging,
    lists,
    objections,
    publication,
    schemes,
    stars,
    steps,
)
from server.volunteers.stars.judging import ObjectionMissing
from server.volunteers.stars.objections import NotPublished, ObjectionWordsNeeded
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.stars.acts import a_published_star, apply

LAST = date(2026, 3, 16)
"""Published on Monday the 9th: Tuesday to Friday, and the next Monday."""
WEEK = timedelta(days=7)


@pytest.fixture
def published(session, now, volunteer, staff):
    """An application that was reviewed by the community and published by the street."""
    award = apply(session, volunteer(104), now).id
    awards.review(session, staff(Role.COMMUNITY_WORKER, "A1"), award, now)
    awards.publish(session, staff(Role.STREET_OPERATOR, "A"), award, now)
    return award


@pytest.fixture
def judge(staff):
    return staff(Role.DISTRICT_OPERATOR, "D")


def state_of(session, award) -> StarState:
    return session.get_one(StarAward, award, populate_existing=True).state


def against(session, award, now, vault, person=None) -> StarObjection:
    who = person or a_person(session, now)
    words = "那天他不在"
    return objections.object_to(session, who, award, words, now, channel=Channel.CHAT, vault=vault)


def told(session) -> list[str]:
    return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_it_is_awarded_by_the_timetable_after_five_working_days_once(
    session, now, clock, published
) -> None:
    kept = session.get_one(StarAward, published)
    assert (kept.published_until, told(session)) == (LAST, [])

    days = [publication.award_due(session, clock.advance(days=1)) for _ in range(7)]
    again = publication.award_due(session, clock.advance(days=1))

    assert (days, again) == ([0] * 7, 1)
    assert state_of(session, published) is StarState.AWARDED
    assert publication.award_due(session, clock.advance(days=1)) == 0
    assert told(session) == ["stars.awarded"]


def test_control_without_the_period_it_would_be_awarded_at_once(session, now, published) -> None:
    session.execute(update(StarAward).values(published_until=LAST - 2 * WEEK))

    assert publication.award_due(session, now) == 1


def test_an_objection_stops_the_award_until_it_is_answered(
    session, now, clock, published, judge, vault
) -> None:
    raised = against(session, published, now, vault)
    later = clock.advance(days=30)

    stopped = publication.award_due(session, later)
    judging.dismiss(session, judge, raised.id, "核查过，签到表上有他", later)

    assert stopped == 0
    assert publication.award_due(session, later) == 1
    assert told(session) == ["stars.objection_answered", "stars.awarded"]


def test_control_without_the_count_an_objection_stops_nothing(
    session, now, clock, published, vault
) -> None:
    against(session, published, now, vault)
    session.execute(update(StarAward).values(objections=0))

    assert publication.award_due(session, clock.advance(days=30)) == 1


def test_an_objection_that_is_right_declines_and_is_told(
    session, now, published, judge, vault
) -> None:
    first, second = against(session, published, now, vault), against(session, published, now, vault)

    judging.uphold(session, judge, first.id, "那次活动他没有来", now)

    assert state_of(session, published) is StarState.DECLINED
    for one in (first, second):
        session.refresh(one)
    assert (first.state, second.state) == (ObjectionState.UPHELD, ObjectionState.UPHELD)
    assert sorted(told(session)) == ["stars.declined", *["stars.objection_answered"] * 2]
    assert session.get_one(StarAward, published).objections == 0


def test_who_objects_twice_objects_once(session, now, published, judge, vault) -> None:
    person = a_person(session, now)
    first = against(session, published, now, vault, person)
    judging.dismiss(session, judge, first.id, "没有问题", now)

    again = against(session, published, now, vault, person)

    assert (again.id, again.state) == (first.id, ObjectionState.DISMISSED)
    assert session.get_one(StarAward, published, populate_existing=True).objections == 0


def test_nothing_is_said_against_what_is_not_published(session, now, volunteer, vault) -> None:
    award = apply(session, volunteer(104), now).id

    for missing in (award, award + 999):
        with pytest.raises(NotPublished):
            against(session, missing, now, vault)
    with pytest.raises(NotPublished):
        publication.one(session, vault, award)


def test_an_objection_says_what_is_wrong(session, now, published, vault) -> None:
    who = a_person(session, now)
    with pytest.raises(ObjectionWordsNeeded):
        objections.object_to(session, who, published, " ", now, channel=Channel.CHAT, vault=vault)


@pytest.mark.parametrize("involved", ["person_id", "reviewed_by", "published_by"])
def test_whoever_had_a_hand_in_it_answers_nothing(
    session, now, published, judge, vault, involved
) -> None:
    raised = against(session, published, now, vault)
    setattr(session.get_one(StarAward, published), involved, judge.person_id)
    session.flush()

    with pytest.raises(SecondPersonNeeded):
        judging.dismiss(session, judge, raised.id, "没有问题", now)
    assert "star_objection" not in {task.kind for task in queue.tasks(session, judge, now)}


def test_whoever_objected_answers_nothing(session, now, published, judge, vault) -> None:
    raised = judging.object_to(
        session, judge, published, "不对", now, channel=Channel.CONSOLE, vault=vault
    )

    with pytest.raises(SecondPersonNeeded):
        judging.uphold(session, judge, raised.id, "我说的", now)


def test_control_without_the_other_person_one_would_judge_oneself(
    session, now, published, judge, vault, monkeypatch
) -> None:
    raised = against(session, published, now, vault, judge.person_id)
    monkeypatch.setattr(judging, "may_answer", lambda *_: True)

    judging.uphold(session, judge, raised.id, "我说的", now)


def test_an_answer_is_given_in_words_by_who_may_and_once(
    session, now, published, judge, staff, vault
) -> None:
    raised = against(session, published, now, vault)

    with pytest.raises(ReasonNeeded):
        judging.dismiss(session, judge, raised.id, "  ", now)
    for outside in (staff(Role.STREET_OPERATOR, "B"), staff(Role.DISTRICT_OPERATOR, "A")):
        number = raised.id if outside.paths(judging.Right.AWARD_STARS) == ("D/B/",) else 999
        with pytest.raises(ObjectionMissing):
            judging.dismiss(session, outside, number, "没有问题", now)
    judging.dismiss(session, judge, raised.id, "没有问题", now)
    with pytest.raises(steps.NotWaiting):
        judging.dismiss(session, judge, raised.id, "没有问题", now)


def test_the_words_are_read_with_a_trace_and_never_with_a_name(
    session, db, now, published, judge, vault
) -> None:
    raised = against(session, published, now, vault)

    words = judging.read(session, judge, raised.id, now, vault=vault)
    session.commit()

    assert words == "那天他不在"
    with db.reading() as later:
        actions = later.scalars(select(AuditEntry.action)).all()
    assert "stars.objection_words_seen" in actions


def test_who_may_answer_has_it_in_the_queue(session, now, published, judge, vault) -> None:
    raised = against(session, published, now, vault)

    [task] = [one for one in queue.tasks(session, judge, now) if one.kind == "star_objection"]

    assert (task.subject_id, task.why) == (raised.id, "公示期间有人提出异议，请核查答复")
    assert task.due_at is not None


def test_hours_lost_meanwhile_wait_for_a_person(session, now, clock, published, judge) -> None:
    record = session.scalars(select(ServiceRecord).limit(1)).one()
    record.state = RecordState.VOID
    session.flush()
    later = clock.advance(days=10)

    assert publication.award_due(session, later) == 0
    [task] = [one for one in queue.tasks(session, judge, later) if one.kind == "star"]
    assert (task.subject_id, task.why) == (published, "公示已满，但时长有更正，请核对")

    record.state = RecordState.FINAL
    session.flush()
    assert publication.award_due(session, later) == 1


def test_a_scheme_may_publish_longer_or_not_at_all(session, now, clock, volunteer, staff) -> None:
    person, street = volunteer(104), staff(Role.STREET_OPERATOR, "A")
    district, worker = staff(Role.DISTRICT_OPERATOR, "D"), staff(Role.COMMUNITY_WORKER, "A1")
    for since, days in ((10, 0), (11, 10)):
        schemes.make(
            session,
            district,
            "新",
            date(2026, 3, since),
            (10, 20),
            now,
            today=date(2026, 3, 9),
            publish_days=days,
        )
    silent = apply(session, person, clock.advance(days=1)).id
    awards.review(session, worker, silent, clock.now())

    assert awards.publish(session, street, silent, clock.now()) is StarState.AWARDED
    assert told(session) == ["stars.awarded"]
    other = apply(session, volunteer(24), clock.advance(days=1)).id
    awards.review(session, worker, other, clock.now())
    assert awards.publish(session, street, other, clock.now()) is StarState.PUBLISHED
    assert session.get_one(StarAward, other).published_until == date(2026, 3, 25)
    with pytest.raises(schemes.BadScheme):
        schemes.make(
            session,
            district,
            "x",
            date(2026, 4, 1),
            (1,),
            now,
            today=date(2026, 3, 9),
            publish_days=31,
        )


def test_anybody_sees_a_masked_name_and_until_when(session, now, published, vault) -> None:
    page = publication.shown(session, vault, 10)

    [star] = page.items
    assert (star.id, star.level, star.until, page.has_more) == (published, 1, LAST, False)
    assert "*" in star.name
    assert publication.shown(session, vault, 10, below="D/B/").items == ()
    assert publication.shown(session, vault, 10, after=published).items == ()
    assert [one.id for one in publication.shown(session, vault, 10, below="D/A/").items] == [
        published
    ]


def test_where_one_stands_tells_until_when(session, now, published) -> None:
    person = session.get_one(StarAward, published).person_id

    where = stars.standing(session, person, now)

    assert (where.pending, where.published_until, where.ready) == (1, LAST, False)


def test_a_published_star_may_still_be_declined(session, now, published, judge, vault) -> None:
    awards.decline(session, judge, published, "本人要求撤回", now)

    assert lists.shown(session, judge, published, vault).state is StarState.DECLINED


def test_an_objection_and_the_award_at_one_time_leave_one_of_the_two(
    db, now, vault, race, clock
) -> None:
    with db.transaction() as session:
        plant_district(session)
        star = a_published_star(session, now, vault, tree.by_code(session, "A1").id)
        session.execute(update(StarScheme).values(levels={"1": 0}))
        witness = a_person(session, now)
    later = clock.advance(days=30)

    race(
        [
            lambda mine: publication.award_due(mine, later),
            lambda mine: against(mine, star, later, vault, witness),
            lambda mine: publication.award_due(mine, later),
        ]
    )

    with db.reading() as session:
        raised = session.scalars(select(StarObjection)).all()
        assert (state_of(session, star) is StarState.AWARDED) == (not raised)
        assert told(session) == ([] if raised else ["stars.awarded"])

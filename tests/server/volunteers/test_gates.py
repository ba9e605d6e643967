"""V12 and V13 at sign-up, at the acceptance of an offer, and for walk-ins alike."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from server.people import guardian_codes, guardians, profile
from server.people.models import Channel
from server.volunteers.models import Activity, Risk, Shift, Signup, SignupState, SkillKind
from server.volunteers.refusals import (
    CompanyNeeded,
    GuardianNeeded,
    NotInsured,
    SkillNeeded,
    TooOld,
    TooYoung,
    YearUnknown,
    YearUnseen,
)
from server.volunteers.signups import gates, minors, signups
from server.volunteers.stars import skills
from tests.factories import POLICY, a_person, an_activity, people
from tests.server.volunteers.acts import accept, sign_up, state_of
from tests.server.volunteers.staff import a_reach, born

SEEN = skills.Seen(
    SkillKind.QUALIFICATION, "护士执业证", date(2020, 1, 1), date(2026, 3, 11), "原件"
)


@pytest.fixture
def vault(runtime):
    return runtime.vault


def guarded(session, minor, guardian, now, vault):
    """Let a guardian agree for a minor."""
    born(session, guardian, 1980)
    code = guardian_codes.offer(session, minor, now, vault=vault).code
    minors.agree_by_code(session, guardian, code, now, channel=Channel.CHAT, vault=vault)


def by_sign_up(session, person, activity, now):
    return sign_up(session, person, activity.shifts[0].id, now)


def by_walking_in(session, person, activity, now):
    return gates.judge(session, person, activity.id, now)


def by_offer(session, person, activity, now):
    """Accept an offer that was made before the rule was known."""
    shift = activity.shifts[0].id
    moments = {"created_at": now, "changed_at": now, "offer_ends_at": now + timedelta(hours=2)}
    session.execute(update(Shift).where(Shift.id == shift).values(taken=Shift.taken + 1))
    row = {"shift_id": shift, "person_id": person, "state": SignupState.OFFERED}
    session.add(Signup(**row, channel=Channel.CHAT, **moments))
    session.flush()
    return accept(session, person, shift, now)


DOORS = pytest.mark.parametrize("door", [by_sign_up, by_offer, by_walking_in])


@DOORS
def test_a_minor_needs_a_guardians_word(session, now, vault, door):
    activity = an_activity(session, now)
    minor, guardian = people(session, now, 2)
    born(session, minor, 2010)

    with pytest.raises(GuardianNeeded), session.begin_nested():
        door(session, minor, activity, now)
    guarded(session, minor, guardian, now, vault)

    door(session, minor, activity, now)


@DOORS
def test_a_child_comes_only_with_their_guardian(session, now, vault, door):
    activity = an_activity(session, now, capacity=2)
    child, guardian = people(session, now, 2)
    born(session, child, 2014)
    guarded(session, child, guardian, now, vault)

    with pytest.raises(CompanyNeeded), session.begin_nested():
        door(session, child, activity, now)
    sign_up(session, guardian, activity.shifts[0].id, now)

    door(session, child, activity, now)


@DOORS
def test_risky_work_is_for_grown_ups_whose_age_is_known(session, now, vault, door):
    activity = an_activity(session, now, risk=Risk.HIGH, insurance_ref="示例-1")
    minor, guardian, unknown = people(session, now, 3)
    born(session, minor, 2008)
    guarded(session, minor, guardian, now, vault)

    for person, refused in ((minor, TooYoung), (unknown, YearUnseen)):
        with pytest.raises(refused), session.begin_nested():
            door(session, person, activity, now)

    door(session, born(session, unknown, 2000, seen_at=now), activity, now)


@pytest.mark.parametrize("asks", [{"risk": Risk.HIGH, "insurance_ref": "示例-1"}, {"min_age": 18}])
@DOORS
def test_what_is_for_grown_ups_takes_a_year_that_staff_have_seen(session, now, door, asks):
    activity, person = an_activity(session, now, **asks), a_person(session, now)
    born(session, person, 2000)

    with pytest.raises(YearUnseen), session.begin_nested():
        door(session, person, activity, now)

    door(session, born(session, person, 2000, seen_at=now), activity, now)


@pytest.mark.parametrize("asks", [{}, {"min_age": 16}, {"max_age": 60}])
@DOORS
def test_nobody_is_asked_for_a_document_without_need(session, now, door, asks):
    activity, person = an_activity(session, now, **asks), a_person(session, now)

    door(session, born(session, person, 2000), activity, now)


@DOORS
def test_risky_work_without_insurance_takes_nobody(session, now, door):
    activity = an_activity(session, now, risk=Risk.HIGH, insurance_ref="示例-1")
    person = born(session, a_person(session, now), 1980, seen_at=now)
    session.execute(update(Activity).values(insurance_ref=None))

    with pytest.raises(NotInsured):
        door(session, person, activity, now)


@pytest.mark.parametrize("year", [2010, 2008, None])
@DOORS
def test_control_without_gates_anybody_gets_in(session, now, monkeypatch, door, year):
    monkeypatch.setattr("server.volunteers.signups.gates._weigh", lambda *_given: None)
    activity = an_activity(session, now, risk=Risk.HIGH, insurance_ref="示例-1")
    person = born(session, a_person(session, now), year)
    session.execute(update(Activity).values(insurance_ref=None))

    door(session, person, activity, now)


def test_ages_are_asked_for_only_where_they_matter(session, now):
    free, young = an_activity(session, now), an_activity(session, now, min_age=16, max_age=60)
    unknown, boy, elder = people(session, now, 3)
    born(session, boy, 2010)
    born(session, elder, 1960)

    sign_up(session, unknown, free.shifts[0].id, now)
    for person, refused in ((unknown, YearUnknown), (boy, TooYoung), (elder, TooOld)):
        with pytest.raises(refused):
            gates.judge(session, person, young.id, now)


def test_a_qualification_holds_on_the_day_of_the_shift(session, now):
    worker = a_reach(session, now)
    soon = an_activity(session, now, qualification="护士执业证")
    later = an_activity(session, now, qualification="护士执业证", starts_in=timedelta(days=5))
    nurse = a_person(session, now)
    with pytest.raises(SkillNeeded):
        sign_up(session, nurse, soon.shifts[0].id, now)

    first = skills.enter(session, worker, nurse, SEEN, now)
    again = skills.enter(session, worker, nurse, SEEN, now)

    assert first == again
    assert sign_up(session, nurse, soon.shifts[0].id, now).state is SignupState.CONFIRMED
    with pytest.raises(SkillNeeded):
        sign_up(session, nurse, later.shifts[0].id, now)
    assert skills.revoke(session, worker, first, "证书是别人的", now) == nurse
    assert skills.of(session, nurse) == ()


def test_an_adult_without_gates_costs_no_statement_more(session, now, statements):
    shift = an_activity(session, now).shifts[0].id
    person = born(session, a_person(session, now), 1980)

    with statements() as seen:
        sign_up(session, person, shift, now)

    assert not [line for line in seen if "guardian" in line or "skill" in line]


def test_a_guardian_is_of_age_and_not_oneself(session, now, vault):
    minor, sister, stranger = people(session, now, 3)
    code = guardian_codes.offer(session, minor, now, vault=vault).code

    def agree(person, words=code, at=now):
        return guardian_codes.redeem(session, person, words, at, channel=Channel.CHAT, vault=vault)

    with pytest.raises(guardian_codes.OwnCode):
        agree(minor)
    with pytest.raises(guardian_codes.GuardianYearUnknown):
        agree(sister)
    with pytest.raises(guardian_codes.NotAdult):
        agree(born(session, sister, 2009))
    with pytest.raises(guardian_codes.WrongCode):
        agree(stranger, at=now + timedelta(minutes=31))
    assert agree(born(session, stranger, 1980)) == minor
    with pytest.raises(guardian_codes.WrongCode):
        agree(stranger)


def test_a_consent_before_staff_is_sealed_renewed_and_read_masked(session, now, vault):
    minor, staff = people(session, now, 2)
    given = guardians.Given("示例·李父", "138 0000 1234", "父亲")

    ids = {
        guardians.agree(
            session, minor, given, now, channel=Channel.PAPER, seen_by=staff, vault=vault
        )
        for _ in range(2)
    }

    [row] = guardians.of(session, minor, vault=vault)
    assert (ids, row.name, row.phone) == ({row.id}, "示例·李父", "138****1234")
    with pytest.raises(guardians.Incomplete):
        guardians.agree(
            session,
            minor,
            guardians.Given("", "13800001234", "父亲"),
            now,
            channel=Channel.PAPER,
            seen_by=staff,
            vault=vault,
        )
    with pytest.raises(profile.BadPhone):
        guardians.agree(
            session,
            minor,
            guardians.Given("甲", "没有", "父亲"),
            now,
            channel=Channel.PAPER,
            seen_by=staff,
            vault=vault,
        )


def test_a_consent_taken_back_gives_the_places_back(session, now, vault, queued):
    shift = an_activity(session, now).shifts[0].id
    minor, guardian, stranger = people(session, now, 3)
    born(session, minor, 2010)
    guarded(session, minor, guardian, now, vault)
    sign_up(session, minor, shift, now)
    [row] = guardians.given_by(session, guardian, vault=vault)

    with pytest.raises(guardians.GuardianshipMissing):
        guardians.withdraw(session, row.id, stranger, now)
    for _ in range(2):
        guardians.withdraw(session, row.id, guardian, now)

    assert state_of(session, minor, shift) is SignupState.CANCELLED
    assert queued(session)[-1] == ("guardians.withdrawn", minor)
    with pytest.raises(GuardianNeeded):
        sign_up(session, minor, shift, now)


def test_no_override_opens_a_gate(session, now):
    worker = a_reach(session, now)
    shift = an_activity(session, now, min_age=18).shifts[0].id
    boy = born(session, a_person(session, now), 2010)

    with pytest.raises(TooYoung):
        signups.enter(
            session,
            worker,
            boy,
            shift,
            now,
            channel=Channel.PHONE,
            policy=POLICY,
            override_reason="他很想来",
        )
    assert session.scalar(select(Signup.id)) is None

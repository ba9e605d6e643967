"""Needs and teams under several hands at once; each race has a control that sees the fault."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from server.audit import trail
from server.audit.models import AuditEntry
from server.people.models import Channel
from server.volunteers.models import MemberState, Need, NeedState, NeedStep, TeamMember
from server.volunteers.needs import raising, texts
from server.volunteers.needs.refusals import MovedOn
from server.volunteers.teams import membership
from server.volunteers.teams.membership import Membership
from tests.console.conftest import plant_district
from tests.factories import a_person, people
from tests.server.volunteers.need_acts import (
    VAULT,
    WORDS,
    a_team,
    accept,
    accepted,
    ask,
    plan,
    staff,
    verify,
)
from tests.server.volunteers.test_races import together


def test_of_staff_who_decide_at_once_one_wins(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        one, other = staff(session, now), staff(session, now)
        need_id = ask(session, a_person(session, now), now).id

    got = together(
        db,
        [
            lambda s: verify(s, one, s.get(Need, need_id), now).state,
            lambda s: verify(s, other, s.get(Need, need_id), now).state,
        ],
    )

    assert sum(isinstance(each, MovedOn) for each in got) == 1
    with db.reading() as session:
        steps = session.scalar(select(func.count()).select_from(NeedStep))
        assert steps == 2


def test_control_looking_first_and_writing_after_lets_both_decide(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        need_id = ask(session, a_person(session, now), now).id
    looked = Barrier(2)

    def naive(state: NeedState) -> bool:
        with db.reading() as session:
            fits = session.get(Need, need_id).state is NeedState.SUBMITTED
        looked.wait(20)
        with db.transaction() as session:
            session.execute(update(Need).where(Need.id == need_id).values(state=state))
        return fits

    with ThreadPoolExecutor(2) as two:
        got = list(two.map(naive, (NeedState.VERIFIED, NeedState.REJECTED)))

    assert got == [True, True]


def test_two_taps_at_once_make_one_need(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        asker = a_person(session, now)

    got = together(db, [lambda s: ask(s, asker, now).number] * 6)

    assert len(set(got)) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def test_control_without_the_look_back_each_tap_is_a_need(db, now, monkeypatch) -> None:
    monkeypatch.setattr(raising, "_twin", lambda *_given: None)
    with db.transaction() as session:
        plant_district(session)
        asker = a_person(session, now)

    got = together(db, [lambda s: ask(s, asker, now).number] * 4)

    assert sorted(got) == [1, 2, 3, 4]


def test_many_needs_at_once_get_a_number_each(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        askers = people(session, now, 8)

    got = together(db, [lambda s, who=who: ask(s, who, now).number for who in askers])

    assert sorted(got) == list(range(1, 9))


def test_of_two_who_plan_at_once_one_activity_comes(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        worker = staff(session, now)
        need_id = accepted(session, worker, now)[0].id

    got = together(db, [lambda s: plan(s, worker, s.get(Need, need_id), now).number] * 3)

    assert len(set(got)) == 1


def test_of_two_teams_that_take_an_open_need_one_has_it(db, now) -> None:
    from_each = []
    with db.transaction() as session:
        plant_district(session)
        worker = staff(session, now)
        leaders = [a_team(session, worker, now).leader_id for _ in range(4)]
        need = verify(session, worker, ask(session, a_person(session, now), now), now)
        need.state = NeedState.DISPATCHED
        need_id = need.id

    from_each = together(
        db, [lambda s, who=who: accept(s, who, s.get(Need, need_id), now) for who in leaders]
    )

    assert Counter(type(each) for each in from_each) == {MovedOn: 3, Need: 1}


def test_two_taps_at_once_make_one_request_to_join(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        team_id = a_team(session, staff(session, now), now).id
        person = a_person(session, now)

    got = together(
        db, [lambda s: membership.join(s, person, team_id, now, channel=Channel.CHAT)] * 6
    )

    assert all(isinstance(each, Membership) for each in got)
    assert len({each.member_id for each in got}) == 1


def test_control_the_database_alone_forbids_a_second_live_request(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        team_id = a_team(session, staff(session, now), now).id
        person = a_person(session, now)
        membership.join(session, person, team_id, now, channel=Channel.CHAT)

    second = TeamMember(
        team_id=team_id,
        person_id=person,
        state=MemberState.ASKED,
        channel=Channel.CHAT,
        asked_at=now,
        changed_at=now,
    )

    with pytest.raises(IntegrityError), db.transaction() as session:
        session.add(second)


def test_each_step_of_staff_stands_in_the_trail_without_what_was_written(db, now) -> None:
    with db.transaction() as session:
        plant_district(session)
        need_id = accepted(session, staff(session, now), now)[0].id

    with db.reading() as session:
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject == "need", AuditEntry.subject_id == need_id)
            .order_by(AuditEntry.id)
        ).all()
        assert trail.verify(session).flaw is None
    assert [entry.action for entry in entries] == [
        *("need.verified", "need.dispatched", "need.accepted")
    ]
    assert entries[0].area_path == "D/A/A1/"
    assert WORDS not in str([entry.facts for entry in entries])


def test_what_is_written_never_reaches_the_logs(db, now, caplog) -> None:
    caplog.set_level("DEBUG")
    with db.transaction() as session:
        plant_district(session)
        asker = a_person(session, now)
        need = ask(session, asker, now, phone="13812345678", address="3号楼501")
        words = texts.opened(VAULT, need, "words")

    assert words == WORDS
    assert "老人" not in caplog.text
    assert "12345678" not in caplog.text

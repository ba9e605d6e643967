"""Whoever calls, writes or comes is served by staff with the same effect as by their own chat."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.audit.models import AuditEntry
from server.people import consents, guardians, identities, profile
from server.people.consents import Purpose
from server.people.models import Channel, Person, Role
from server.riders import registration
from server.riders.models import Rider, RiderState
from server.volunteers.models import (
    Dispute,
    MemberState,
    SignupState,
    Team,
    TeamKind,
    TeamMember,
)
from server.volunteers.signups import signups
from tests.factories import POLICY, a_person, an_activity
from tests.server.riders.acts import earn, riding
from tests.server.volunteers.served import a_record

WORKER = Role.COMMUNITY_WORKER


@pytest.fixture
def li(runtime, district) -> int:
    """Somebody of A1 without WeChat."""
    with runtime.db.transaction() as session:
        person = identities.put_down(session, runtime.now())
        profile.rename(session, person, "示例·李明", vault=runtime.vault)
        session.get_one(Person, person).area_id = tree.by_code(session, "A1").id
        return person


@pytest.fixture
def shift(runtime, district) -> int:
    """A shift of A1 with one place."""
    with runtime.db.transaction() as session:
        return an_activity(session, runtime.now(), area_code="A1").shifts[0].id


def signed_up(runtime, person: int, shift: int) -> None:
    with runtime.db.transaction() as session:
        now = runtime.now()
        signups.sign_up(session, person, shift, now, channel=Channel.PHONE, policy=POLICY)


def state_of(runtime, person: int) -> SignupState | None:
    with runtime.db.reading() as session:
        return next((one.state for one in signups.mine(session, person, runtime.now())), None)


def deeds(runtime) -> list[tuple[str, str]]:
    with runtime.db.reading() as session:
        found = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "person.served_for")
            .order_by(AuditEntry.id)
        )
        return [(one.facts["deed"], one.facts["channel"]) for one in found]


def test_a_place_is_cancelled_by_phone_and_the_next_one_is_called(
    clerk, runtime, li, shift
) -> None:
    with runtime.db.transaction() as session:
        first = a_person(session, runtime.now())
        session.get_one(Person, first).area_id = tree.by_code(session, "A1").id
    for person in (first, li):
        signed_up(runtime, person, shift)
    anna = clerk(WORKER, "A1")

    page = anna.get(f"/people/{first}/proxy").get_data(as_text=True)
    gone = anna.post(f"/people/{first}/signups", shift_id=shift, wish="cancel", channel="phone")
    todo = anna.get("/").get_data(as_text=True)
    anna.post(f"/people/{li}/signups", shift_id=shift, wish="accept", channel="phone")

    assert "取消报名" in page
    assert gone.status_code == 303
    assert "请打电话问来不来" in todo
    assert f"/console/people/{li}/proxy" in todo
    assert (state_of(runtime, first), state_of(runtime, li)) == (None, SignupState.CONFIRMED)
    assert deeds(runtime) == [("signup cancel", "phone"), ("signup accept", "phone")]
    assert "请打电话问来不来" not in anna.get("/").get_data(as_text=True)


def test_who_has_wechat_is_not_called(clerk, runtime, li, shift) -> None:
    with runtime.db.transaction() as session:
        other = a_person(session, runtime.now())
    for person in (li, other):
        signed_up(runtime, person, shift)
    anna = clerk(WORKER, "A1")
    anna.post(f"/people/{li}/signups", shift_id=shift, wish="cancel", channel="paper")

    assert state_of(runtime, other) is SignupState.OFFERED
    assert "请打电话问来不来" not in anna.get("/").get_data(as_text=True)


def test_an_offered_place_is_let_go_by_phone(clerk, runtime, li, shift) -> None:
    with runtime.db.transaction() as session:
        first = a_person(session, runtime.now())
    for person in (first, li):
        signed_up(runtime, person, shift)
    with runtime.db.transaction() as session:
        signups.cancel(session, first, shift, runtime.now(), policy=POLICY)

    clerk(WORKER, "A1").post(
        f"/people/{li}/signups", shift_id=shift, wish="decline", channel="phone"
    )

    assert state_of(runtime, li) is None


def test_a_guardian_agrees_on_paper_and_takes_it_back(clerk, runtime, li) -> None:
    anna = clerk(WORKER, "A1")
    given = {"name": "示例·李父", "phone": "13800001234", "relation": "父亲", "channel": "paper"}

    anna.post(f"/people/{li}/guardians", **given)
    page = anna.get(f"/people/{li}/proxy").get_data(as_text=True)
    with runtime.db.reading() as session:
        [agreed] = guardians.of(session, li, vault=runtime.vault)
    without = anna.post(f"/guardians/{agreed.id}/take-back", reason=" ")
    anna.post(f"/guardians/{agreed.id}/take-back", reason="来信撤回")

    assert "示***父（父亲）" in page
    assert "示例·李父" not in page
    assert (agreed.channel, without.status_code) == (Channel.PAPER, 400)
    with runtime.db.reading() as session:
        [ended] = guardians.of(session, li, vault=runtime.vault)
    assert ended.withdrawn_at == runtime.now()


def test_consent_is_taken_back_and_given_by_phone(clerk, runtime, li) -> None:
    anna = clerk(WORKER, "A1")
    asked = {"purpose": "service", "channel": "phone"}

    def stands() -> bool:
        with runtime.db.reading() as session:
            return not consents.is_withdrawn(session, li, Purpose.SERVICE)

    anna.post(f"/people/{li}/consents", wish="withdraw", **asked)
    before = stands()
    anna.post(f"/people/{li}/consents", wish="grant", **asked)

    assert (before, stands()) == (False, True)


def test_hours_are_disputed_in_the_callers_words(clerk, runtime, li) -> None:
    with runtime.db.transaction() as session:
        home = tree.by_code(session, "A1").id
        record = a_record(session, li, runtime.now(), 60, area_id=home)
    anna = clerk(WORKER, "A1")

    anna.post(f"/people/{li}/disputes", record_id=record, said="我待了两小时", channel="phone")

    with runtime.db.reading() as session:
        raised = session.scalars(select(Dispute)).one()
    assert (raised.person_id, raised.channel) == (li, Channel.PHONE)


def test_a_team_is_asked_for_and_left_by_phone(clerk, runtime, li) -> None:
    with runtime.db.transaction() as session:
        team = a_team(session, runtime)
    anna = clerk(WORKER, "A1")

    def state() -> MemberState:
        with runtime.db.reading() as session:
            return session.scalar(select(TeamMember.state).where(TeamMember.person_id == li))

    offered = anna.get(f"/people/{li}/proxy").get_data(as_text=True)
    anna.post(f"/people/{li}/teams", team_id=team, wish="join", channel="phone")
    asked = state()
    anna.post(f"/people/{li}/teams", team_id=team, wish="leave", channel="phone")

    assert "想加入的队伍" in offered
    assert (asked, state()) == (MemberState.ASKED, MemberState.LEFT)


def a_team(session, runtime) -> int:
    area, now = tree.by_code(session, "A1").id, runtime.now()
    team = Team(number=1, name="示例队", kind=TeamKind.YOUTH, area_id=area, created_at=now)
    session.add(team)
    session.flush()
    return team.id


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("signups", {"shift_id": "1", "wish": "cancel", "channel": "chat"}),
        ("signups", {"shift_id": "1", "wish": "steal", "channel": "phone"}),
        ("signups", {"shift_id": "x", "wish": "cancel", "channel": "phone"}),
        ("consents", {"purpose": "everything", "channel": "phone"}),
        ("guardians", {"name": "", "phone": "", "relation": "", "channel": "paper"}),
        ("teams", {"team_id": "1", "wish": "join", "channel": ""}),
        ("teams", {"team_id": "1", "wish": "lead", "channel": "phone"}),
    ],
)
def test_what_makes_no_sense_is_refused(clerk, runtime, li, path, fields) -> None:
    answer = clerk(WORKER, "A1").post(f"/people/{li}/{path}", **fields)

    assert answer.status_code == 400
    assert deeds(runtime) == []


def test_a_guest_from_elsewhere_is_served_at_home(clerk, runtime, li, shift) -> None:
    """Who takes part in B1 is seen there; what they do elsewhere is their own desk's."""
    with runtime.db.transaction() as session:
        there = an_activity(session, runtime.now(), area_code="B1").shifts[0].id
    signed_up(runtime, li, there)
    bert = clerk(WORKER, "B1")

    answers = [
        bert.get(f"/people/{li}/proxy"),
        bert.post(f"/people/{li}/signups", shift_id=there, wish="cancel", channel="phone"),
    ]

    assert bert.get(f"/people/{li}").status_code == 200
    assert [answer.status_code for answer in answers] == [404, 404]
    assert state_of(runtime, li) is SignupState.CONFIRMED


def test_a_rider_who_calls_is_told_their_points_and_why(clerk, runtime, li) -> None:
    anna = clerk(WORKER, "A1")
    before = anna.get(f"/people/{li}/proxy").get_data(as_text=True)
    with runtime.db.transaction() as session:
        riding(session, li, runtime.now())
        earn(session, li, runtime.now(), code="SUGGEST_ADOPTED")

    page = anna.get(f"/people/{li}/proxy").get_data(as_text=True)

    assert "最近十笔积分" not in before
    assert "5分，有效到2027年12月31日" in page
    assert all(words in page for words in ("+5", "建议被采纳", "最近十笔积分"))


def rider_of(runtime, person: int) -> Rider | None:
    with runtime.db.reading() as session:
        return registration.find(session, person)


def test_a_rider_is_registered_by_phone_verified_and_let_go(clerk, runtime, li) -> None:
    anna = clerk(WORKER, "A1")
    told = {"sector": "food", "area": "A1", "platform": "示例快送", "channel": "phone"}
    for _ in range(2):
        anna.post(f"/people/{li}/rider", wish="register", **told)
    asked = rider_of(runtime, li)
    page = anna.get(f"/people/{li}/proxy").get_data(as_text=True)
    for _ in range(2):
        anna.post(f"/people/{li}/rider/verify")
    known = rider_of(runtime, li)
    after = anna.get(f"/people/{li}/proxy").get_data(as_text=True)
    for _ in range(2):
        anna.post(f"/people/{li}/rider", wish="leave", channel="paper")

    assert asked is not None
    assert (asked.state, asked.platform, asked.channel) == ("asked", "示例快送", Channel.PHONE)
    assert "核实是骑手" in page
    assert known is not None
    assert known.state is RiderState.VERIFIED
    assert "核实是骑手" not in after
    assert rider_of(runtime, li) is None
    assert deeds(runtime)[0] == ("rider registered", "phone")
    assert deeds(runtime)[-1] == ("rider left", "paper")


def test_a_rider_is_not_registered_where_the_desk_does_not_reach(clerk, runtime, li) -> None:
    anna = clerk(WORKER, "A1")
    told = {"sector": "food", "area": "B1", "channel": "phone"}

    assert anna.post(f"/people/{li}/rider", wish="register", **told).status_code == 404
    assert anna.post(f"/people/{li}/rider/verify").status_code == 404
    for wrong in ({"sector": "boat", "area": "A1"}, {"sector": "food", "area": "A1"}):
        assert anna.post(f"/people/{li}/rider", wish="register", **wrong).status_code == 400
    assert rider_of(runtime, li) is None


def test_nobody_of_another_community_registers_or_verifies_a_rider(clerk, runtime, li) -> None:
    with runtime.db.transaction() as session:
        riding(session, li, runtime.now())
    other = clerk(WORKER, "B1")

    assert other.post(f"/people/{li}/rider/verify").status_code == 404
    gone = other.post(f"/people/{li}/rider", wish="leave", channel="phone")

    assert gone.status_code == 404
    found = rider_of(runtime, li)
    assert found is not None
    assert found.state is RiderState.ASKED

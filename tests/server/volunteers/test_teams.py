"""Teams, and who belongs to them of their own will."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.areas.models import Area
from server.people import joining
from server.people.models import Channel, Role
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers import nearby
from server.volunteers.joining import teams as team_moving
from server.volunteers.models import MemberState, TeamKind
from server.volunteers.teams import membership, teams, views
from server.volunteers.teams.membership import DecidedAlready, NotInTeam, RequestMissing
from server.volunteers.teams.teams import Described, NamelessTeam, NotAMember, TeamMissing
from server.volunteers.typed import TooManyWords
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.need_acts import VAULT, a_team, staff


@pytest.fixture(autouse=True)
def district(session):
    return plant_district(session)


def join(session, person, team, now):
    return membership.join(session, person, team.id, now, channel=Channel.CHAT)


def test_one_asks_is_let_in_and_leaves(session, now, queued) -> None:
    team, person = a_team(session, staff(session, now), now), a_person(session, now)
    before = len(queued(session))

    asked = join(session, person, team, now)
    allowed = membership.decide(session, team.leader_id, asked.member_id, True, now)
    left = membership.leave(session, person, team.id, now)

    assert [asked.state, allowed.state, left.state] == ["asked", "member", "left"]
    assert queued(session)[before:] == [("teams.asked", team.leader_id), ("teams.allowed", person)]


def test_asking_allowing_and_leaving_twice_is_once(session, now, queued) -> None:
    team, person = a_team(session, staff(session, now), now), a_person(session, now)
    before = len(queued(session))

    asked = [join(session, person, team, now) for _ in range(2)]
    for _ in range(2):
        membership.decide(session, team.leader_id, asked[0].member_id, True, now)
    told = len(queued(session)) - before
    left = [membership.leave(session, person, team.id, now) for _ in range(2)]

    assert asked[0] == asked[1]
    assert left[0] == left[1]
    assert told == 2


def test_whoever_left_or_was_declined_may_ask_again(session, now) -> None:
    team, person = a_team(session, staff(session, now), now), a_person(session, now)

    first = join(session, person, team, now)
    membership.decide(session, team.leader_id, first.member_id, False, now)
    second = join(session, person, team, now)
    membership.leave(session, person, team.id, now)
    third = join(session, person, team, now)

    assert len({first.member_id, second.member_id, third.member_id}) == 3
    assert third.state is MemberState.ASKED


def test_one_belongs_to_several_teams(session, now) -> None:
    worker, person = staff(session, now), a_person(session, now)
    several = [a_team(session, worker, now, kind=kind) for kind in TeamKind]

    for team in several:
        join(session, person, team, now)

    assert [team.number for team in views.mine(session, person)] == [1, 2, 3, 4, 5, 6]


def test_nobody_is_put_into_a_team_who_did_not_ask(session, now) -> None:
    worker, person = staff(session, now), a_person(session, now)
    team = a_team(session, worker, now)

    with pytest.raises(OutOfReach):
        membership.decide_for(session, worker, 999, True, now)
    asked = join(session, person, team, now)
    membership.leave(session, person, team.id, now)
    with pytest.raises(DecidedAlready):
        membership.decide_for(session, worker, asked.member_id, True, now)
    with pytest.raises(NotAMember):
        teams.appoint(session, worker, team.id, asked.member_id, now)

    assert views.mine(session, person) == ()


def test_only_its_leader_or_staff_let_people_in(session, now) -> None:
    worker, person = staff(session, now), a_person(session, now)
    team, other = a_team(session, worker, now), a_team(session, worker, now)
    asked = join(session, person, team, now)
    far, grid = staff(session, now, code="B1"), staff(session, now, Role.GRID_WORKER)

    for stranger in (other.leader_id, person):
        with pytest.raises(RequestMissing):
            membership.decide(session, stranger, asked.member_id, True, now)
    with pytest.raises(OutOfReach):
        membership.decide_for(session, far, asked.member_id, True, now)
    with pytest.raises(NotAllowed):
        membership.decide_for(session, grid, asked.member_id, True, now)

    assert membership.decide_for(session, worker, asked.member_id, True, now).state == "member"


def test_a_leader_who_leaves_leads_no_more(session, now) -> None:
    team = a_team(session, staff(session, now), now)
    leader = team.leader_id

    membership.leave(session, leader, team.id, now)

    assert team.leader_id is None
    assert not views.leads_any(session, leader)


def test_a_team_that_rests_takes_nobody(session, now) -> None:
    worker, person = staff(session, now), a_person(session, now)
    team = a_team(session, worker, now)

    teams.retire(session, worker, team.id, now)

    with pytest.raises(TeamMissing):
        join(session, person, team, now)
    assert views.browse(session, person).items == ()
    assert len(views.browse_for(session, worker, views.Wanted()).items) == 1


def test_who_is_in_no_team_cannot_leave_it(session, now) -> None:
    team = a_team(session, staff(session, now), now)

    with pytest.raises(NotInTeam):
        membership.leave(session, a_person(session, now), team.id, now)


def test_staff_keep_the_teams_of_their_own_area(session, now) -> None:
    worker, far = staff(session, now), staff(session, now, code="B1")
    team = a_team(session, worker, now)
    anew = Described("示例夕阳红队", TeamKind.SENIORS, "A1", "每周三读报")

    with pytest.raises(OutOfReach):
        teams.edit(session, far, team.id, anew, now)
    with pytest.raises(OutOfReach):
        teams.edit(session, worker, team.id, Described("队", TeamKind.OTHER, "B1"), now)
    with pytest.raises(NamelessTeam):
        teams.edit(session, worker, team.id, Described(" \n", TeamKind.OTHER, "A1"), now)
    with pytest.raises(TooManyWords):
        teams.edit(session, worker, team.id, Described("长" * 61, TeamKind.OTHER, "A1"), now)

    assert teams.edit(session, worker, team.id, anew, now).name == "示例夕阳红队"


def test_members_are_shown_masked_and_in_few_statements(session, now, statements) -> None:
    worker = staff(session, now)
    team = a_team(session, worker, now)
    for _ in range(10):
        join(session, a_person(session, now), team, now)
    session.flush()

    with statements() as seen:
        view, members = views.show(session, worker, team.id, vault=VAULT)

    assert (view.members, len(members)) == (1, 11)
    assert members[0].state is MemberState.ASKED
    assert [member.leads for member in members].count(True) == 1
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (views.Wanted(kind=TeamKind.YOUTH), [1]),
        (views.Wanted(area_code="B"), [2]),
        (views.Wanted(words="银发"), [2]),
        (views.Wanted(words="%"), []),
    ],
)
def test_the_list_is_narrowed(session, now, wanted, found) -> None:
    a_team(session, staff(session, now), now)
    b1 = staff(session, now, code="B1")
    teams.found(session, b1, Described("示例银发队", TeamKind.SENIORS, "B1"), now)

    shown = views.browse(session, a_person(session, now), wanted)

    assert [team.number for team in shown.items] == found


@pytest.mark.parametrize("member_is_older", [True, False])
def test_of_two_memberships_of_one_person_the_stronger_stays(session, now, member_is_older) -> None:
    team = a_team(session, staff(session, now), now)
    older, younger = a_person(session, now), a_person(session, now)
    strong, weak = (older, younger) if member_is_older else (younger, older)
    asked = join(session, strong, team, now)
    membership.decide(session, team.leader_id, asked.member_id, True, now)
    join(session, weak, team, now)

    keep = joining.join(session, older, younger, now)

    assert [team.my_state for team in views.mine(session, keep)] == ["member"]


def test_the_follower_of_teams_is_in_place() -> None:
    assert team_moving.follow in joining.FOLLOWERS


def test_where_a_leader_is_wanted_is_the_same_from_both_ends(session, now) -> None:
    """`where_led` finds of all areas just those that `led_in` finds one by one."""
    places = ("D", "A", "A1", "A1-1", "A2", "B", "B1")
    community = tree.by_code(session, "A1")
    tree.plant(session, "A1-1", "示例网格", tree.AreaKind.GRID, community)
    found = {}
    for code in places:
        leader = a_person(session, now)
        reach = staff(session, now, Role.DISTRICT_OPERATOR, "D")
        team = teams.found(session, reach, Described(f"{code}队", TeamKind.OTHER, code), now)
        team.leader_id = leader
        session.flush()
        wanted = select(Area.code).where(nearby.where_led(session, leader))
        one_by_one = {each for each in places if _is_led(session, leader, each)}
        found[code] = set(session.scalars(wanted)) & set(places)
        assert found[code] == one_by_one, code

    assert found["A1-1"] == {"D", "A", "A1", "A1-1"}
    assert found["D"] == set(places)


def _is_led(session, leader: int, code: str) -> bool:
    return bool(nearby.led_in(session, leader, tree.by_code(session, code)))


def test_where_nobody_leads_nothing_is_found(session, now) -> None:
    wanted = select(Area.code).where(nearby.where_led(session, a_person(session, now)))

    assert session.scalars(wanted).all() == []

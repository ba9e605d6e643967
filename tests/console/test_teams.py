"""Teams at the console: kept by staff, joined by people themselves."""

import pytest
from sqlalchemy import select

from server.people import profile
from server.people.models import Channel, Role
from server.runtime import Runtime
from server.volunteers.models import MemberState, Team, TeamMember
from server.volunteers.teams import membership
from tests.console.reach import assert_out_of_reach
from tests.factories import a_person

DESCRIBED = {"name": "示例青年队", "kind": "youth", "area": "A1", "about": "每周六读报"}


def ask(runtime: Runtime, team_id: int = 1, name: str = "示例·李桂兰") -> int:
    """Let somebody ask to belong to the team; return the number of the request."""
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        profile.rename(session, person, name, vault=runtime.vault)
        asked = membership.join(session, person, team_id, runtime.now(), channel=Channel.CHAT)
        return asked.member_id


def states(runtime: Runtime) -> list[MemberState]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(TeamMember.state).order_by(TeamMember.id)))


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_team_is_founded_joined_led_and_retired(clerk, runtime) -> None:
    anna = clerk()

    assert anna.post("/teams", **DESCRIBED).status_code == 303
    one, other = ask(runtime), ask(runtime)
    assert "通过" in text(anna.get("/teams/1"))
    anna.post("/teams/1/members", member=one, answer="allow")
    anna.post("/teams/1/members", member=other, answer="decline")
    anna.post("/teams/1/leader", member=one)
    anna.post("/teams/1/edit", **DESCRIBED | {"name": "示例新青年队"})
    shown = text(anna.get("/teams/1"))
    anna.post("/teams/1/retire")

    assert states(runtime) == ["member", "declined"]
    assert "示例新青年队" in shown
    assert "负责人" in shown
    assert "示***兰" in shown
    assert "李桂" not in shown
    with runtime.db.reading() as session:
        team = session.get_one(Team, 1)
        assert (team.active, team.leader_id is not None) == (False, True)


def test_nobody_is_put_into_a_team(clerk, runtime) -> None:
    anna = clerk()
    anna.post("/teams", **DESCRIBED)

    for member in ("", "0", "7", "x", "9" * 20):
        assert anna.post("/teams/1/members", member=member, answer="allow").status_code == 404
        assert anna.post("/teams/1/leader", member=member).status_code == 409

    assert states(runtime) == []


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"name": "长" * 61}, {"about": "长" * 401}, {"area": "B1"}]
)
def test_a_team_described_badly_is_turned_down(clerk, runtime, change) -> None:
    answer = clerk().post("/teams", **DESCRIBED | change)

    assert 400 <= answer.status_code < 500
    with runtime.db.reading() as session:
        assert session.scalars(select(Team)).all() == []


def test_staff_elsewhere_see_and_change_nothing(clerk, runtime) -> None:
    anna, stranger = clerk(), clerk(Role.COMMUNITY_WORKER, "B1")
    anna.post("/teams", **DESCRIBED)
    asked = ask(runtime)

    for path in ("/teams/1", "/teams/1/edit"):
        assert_out_of_reach(stranger, "GET", path)
    for deed, fields in (
        ("edit", DESCRIBED | {"area": "B1"}),
        ("retire", {}),
        ("leader", {"member": asked}),
        ("members", {"member": asked, "answer": "allow"}),
    ):
        assert_out_of_reach(stranger, "POST", f"/teams/1/{deed}", **fields)
    assert "示例青年队" not in text(stranger.get("/teams"))


def test_a_request_is_decided_where_its_team_is(clerk, runtime) -> None:
    anna, stranger = clerk(), clerk(Role.COMMUNITY_WORKER, "B1")
    anna.post("/teams", **DESCRIBED)
    stranger.post("/teams", **DESCRIBED | {"area": "B1"})
    asked = ask(runtime, 1)

    answer = stranger.post("/teams/2/members", member=asked, answer="allow")

    assert answer.status_code == 404
    assert states(runtime) == ["asked"]


def test_the_list_is_narrowed_and_paged_at_a_fixed_cost(clerk, runtime, statements) -> None:
    anna, costs = clerk(Role.STREET_OPERATOR, "A"), []
    for rows in (1, 20):
        for number in range(rows):
            anna.post("/teams", **DESCRIBED | {"name": f"示例{rows}-{number}队"})
        with statements() as seen:
            shown = text(anna.get("/teams"))
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert "下一页" in shown
    assert "示例20-19队" in text(anna.get("/teams?after=20"))
    assert "还没有队伍" in text(anna.get("/teams?kind=women"))
    assert "示例1-0队" in text(anna.get("/teams?q=1-0&area=A1&kind=youth"))
    assert anna.get("/teams?kind=x&after=y").status_code == 200

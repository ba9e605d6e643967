"""What one may do in chat one may do in the mini-program, and is refused in the same words."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from server.areas import tree
from server.areas.tree import AreaKind
from server.people import posts
from server.people.models import Channel, Role
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.volunteers.models import Activity, TeamKind
from server.volunteers.needs import needs, raising
from server.volunteers.needs.raising import Ask
from server.volunteers.teams import membership, teams
from tests.factories import a_person, an_activity
from tests.journeys.both import Both, arrive
from tests.server.volunteers.records.acts import a_past_shift, a_record, led_by

NUMBER = re.compile(r"(\d+)号")


@pytest.fixture
def somebody(app, settings, runtime) -> Callable[[], Both]:
    """Lets people come, each with the chat and the mini-program on their phone."""
    return lambda: arrive(app, settings, runtime)


@pytest.fixture
def staff(runtime) -> Reach:
    """The reach of somebody who answers for the district."""
    with runtime.db.transaction() as session:
        now = runtime.now()
        root = tree.plant(session, "D", "示例区", AreaKind.DISTRICT, None)
        person = a_person(session, now)
        posts.appoint(session, person, Role.DISTRICT_OPERATOR, root, now, until=None)
        return reaches.of(session, person, now)


@pytest.fixture
def leader(somebody, staff, runtime) -> Both:
    """Somebody who leads the only team."""
    person = somebody()
    with runtime.db.transaction() as session:
        now = runtime.now()
        team = teams.found(session, staff, teams.Described("示例队", TeamKind.YOUTH, "D"), now)
        asked = membership.join(session, person.person_id, team.id, now, channel=Channel.CHAT)
        membership.decide_for(session, staff, asked.member_id, True, now)
        teams.appoint(session, staff, team.id, asked.member_id, now)
    return person


def dispatched(runtime, staff: Reach, words: str, *, to_all: bool = False) -> tuple[int, str]:
    """Return (number, id) of a need that was sent to the team, or opened to all."""
    with runtime.db.transaction() as session:
        now, asker = runtime.now(), a_person(session, runtime.now())
        what = Ask(words=words, area_code="D")
        need = raising.ask(session, asker, what, now, channel=Channel.CHAT, vault=runtime.vault)
        needs.verify(session, staff, need.id, now, channel=Channel.CONSOLE)
        if to_all:
            needs.open_to_all(session, staff, need.id, now, channel=Channel.CONSOLE)
        else:
            needs.dispatch(session, staff, need.id, 1, now, channel=Channel.CONSOLE)
        return need.number, str(need.id)


def test_a_leader_takes_needs_on_by_either_door(leader, staff, runtime) -> None:
    first, second = (dispatched(runtime, staff, f"帮老人搬家{n}") for n in "一二")
    third = dispatched(runtime, staff, "帮老人搬家三", to_all=True)

    _, listed = leader.ask("GET", "/me/team-needs")
    told = leader.says("接单")
    in_chat = leader.says(f"接单 {first[0]}")
    status, by_phone = leader.ask("POST", f"/needs/{second[1]}/accept")
    again = leader.ask("POST", f"/needs/{second[1]}/accept")
    opened = leader.ask("POST", f"/needs/{third[1]}/accept")

    assert [need["number"] for need in listed["items"]] == [first[0], second[0], third[0]]
    assert [need["team"] for need in listed["items"]] == ["示例队", "示例队", None]
    assert NUMBER.findall(told) == [str(each[0]) for each in (first, second, third)]
    assert "已接单" in in_chat
    assert (status, by_phone["state"]) == (200, "accepted")
    assert again == (200, by_phone)
    assert opened[1]["state"] == "accepted"


def test_what_is_sealed_of_a_need_is_not_told_to_the_leader(leader, staff, runtime) -> None:
    dispatched(runtime, staff, "我妈妈住3号楼501，想找人陪着去医院")

    assert "501" not in str(leader.ask("GET", "/me/team-needs"))


def test_a_leader_turns_needs_back_with_a_reason_by_either_door(leader, staff, runtime) -> None:
    first, second = (dispatched(runtime, staff, f"帮老人搬家{n}") for n in "一二")

    assert "已退单" in leader.says(f"退单 {first[0]} 这周人手不够")
    where = f"/needs/{second[1]}/turn-back"
    assert leader.refused("POST", where, {"reason": " \n"}) == "请用一句话写明原因。"
    too_long = leader.refused("POST", where, {"reason": "长" * 401})
    assert too_long == leader.says(f"退单 {second[0]} {'长' * 401}")
    assert leader.ask("POST", where, {"reason": "这周人手不够"})[1]["state"] == "verified"
    assert leader.ask("GET", "/me/team-needs")[1]["items"] == []


def test_needs_elsewhere_are_refused_in_the_same_words(leader, staff, runtime) -> None:
    number, need_id = dispatched(runtime, staff, "帮老人搬家")
    with runtime.db.transaction() as session:
        now = runtime.now()
        needs.recall(session, staff, int(need_id), "另派", now, channel=Channel.CONSOLE)

    assert leader.refused("POST", f"/needs/{need_id}/accept") == leader.says(f"接单 {number}")
    assert leader.refused("POST", "/needs/999/accept") == leader.says("接单 999")
    turned = leader.refused("POST", "/needs/999/turn-back", {"reason": "没空"})
    assert turned == leader.says("退单 999 没空")


def test_a_leader_lets_people_in_by_either_door(leader, somebody) -> None:
    members = [somebody() for _ in range(3)]
    for member in members:
        member.ask("PUT", "/teams/1/membership")
    _, asking = leader.ask("GET", "/me/team-requests")
    first, second, third = (each["id"] for each in asking["items"])

    assert NUMBER.findall(leader.says("通过"))[:3] == [first, second, third]
    assert "已同意加入" in leader.says(f"通过 {first}")
    assert leader.ask("POST", f"/team-requests/{second}/allow")[1]["state"] == "member"
    assert leader.ask("POST", f"/team-requests/{third}/decline")[1]["state"] == "declined"
    assert leader.ask("POST", f"/team-requests/{third}/decline")[0] == 200
    assert [member.ask("GET", "/me/teams")[1]["items"] for member in members][2] == []

    other = leader.refused("POST", f"/team-requests/{first}/decline")
    assert other == leader.says(f"不通过 {first}")
    nobody = leader.refused("POST", "/team-requests/999/allow")
    assert nobody == leader.says("通过 999")


def test_only_the_leader_lets_people_in(leader, somebody) -> None:
    member, stranger = somebody(), somebody()
    member.ask("PUT", "/teams/1/membership")
    [asked] = leader.ask("GET", "/me/team-requests")[1]["items"]

    assert stranger.ask("GET", "/me/team-requests")[1]["items"] == []
    for who in (stranger, member):
        assert who.ask("POST", f"/team-requests/{asked['id']}/allow")[0] == 404
    assert member.ask("GET", "/me/teams")[1]["items"][0]["my_state"] == "asked"


@pytest.fixture
def led(leader, runtime) -> str:
    """A past shift of the leader's, with the hours of three others and their own."""
    with runtime.db.transaction() as session:
        now = runtime.now()
        shift = a_past_shift(session, now)
        led_by(session, shift, leader.person_id)
        for person in (*(a_person(session, now) for _ in range(3)), leader.person_id):
            a_record(session, now, shift, person=person)
    return str(shift)


def test_a_leader_confirms_hours_by_either_door_and_never_their_own(leader, led, runtime) -> None:
    [waiting] = leader.ask("GET", "/me/hours-to-confirm")[1]["items"]
    _, hours = leader.ask("GET", f"/shifts/{led}/hours")
    seen = [{"record_id": each["record_id"], "version": each["version"]} for each in hours["items"]]
    where = f"/shifts/{led}/hours/confirmation"

    assert waiting["shift_id"] == led
    assert len(seen) == 3
    assert leader.ask("POST", where, {"seen": seen[:1]}) == (200, {"confirmed": 1, "waiting": 3})
    assert leader.ask("POST", where, {"seen": seen[:1]}) == (200, {"confirmed": 0, "waiting": 3})
    stale = [seen[1] | {"version": 7}]
    assert leader.ask("POST", where, {"seen": stale})[1]["confirmed"] == 0
    leader.says(f"核定 {waiting['number']}")
    assert "2人的时长" in leader.says("1")
    nothing = leader.refused("GET", f"/shifts/{led}/hours")
    assert nothing == leader.says(f"核定 {waiting['number']}")


def test_nobody_else_confirms_or_sees_hours(leader, led, somebody) -> None:
    stranger = somebody()
    [waiting] = leader.ask("GET", "/me/hours-to-confirm")[1]["items"]
    body = {"seen": [{"record_id": "1", "version": 1}]}

    assert stranger.ask("GET", "/me/hours-to-confirm")[1]["items"] == []
    refused = stranger.refused("GET", f"/shifts/{led}/hours")
    assert refused == stranger.says(f"核定 {waiting['number']}")
    assert stranger.ask("POST", f"/shifts/{led}/hours/confirmation", body)[0] == 403
    assert len(leader.ask("GET", f"/shifts/{led}/hours")[1]["items"]) == 3


@pytest.fixture
def today(leader, runtime) -> tuple[int, str]:
    """A shift of the leader's that takes place just now; its number and id."""
    with runtime.db.transaction() as session:
        starts_in = timedelta(minutes=5)
        view = an_activity(session, runtime.now(), capacity=20, starts_in=starts_in)
        session.get_one(Activity, view.id).leader_id = leader.person_id
        return view.number, str(view.shifts[0].id)


def test_a_leader_finds_the_shift_and_marks_it_by_either_door(leader, today, somebody) -> None:
    number, shift = today
    first, second, walker = (somebody() for _ in range(3))
    for who in (first, second):
        assert who.ask("PUT", f"/shifts/{shift}/signup")[0] == 200

    [led] = leader.ask("GET", "/me/led-shifts")[1]["items"]
    codes = leader.ask("GET", f"/shifts/{shift}/code")[1]
    listed = leader.says(f"名单 {number}")
    came = leader.says("1")
    path = f"/shifts/{shift}/roster"
    roster = leader.ask("GET", path)[1]["items"]
    mark = {"marks": [{"signup_id": roster[1]["signup_id"], "did": "whole"}]}
    marked = leader.ask("POST", path, mark)[1]["items"]

    assert (led["shift_id"], led["number"], led["taken"]) == (shift, number, 2)
    told = leader.says(f"现场码 {number}")
    assert codes["check_in"]["digits"] in told
    assert codes["screen_url"] in told
    assert "未到2" in listed
    assert came.startswith("已记到场1人")
    assert [entry["state"] for entry in roster] == ["checked_in", "confirmed"]
    assert marked[0]["taken"]
    assert "没有还没到的人" in leader.says(f"名单 {number}")
    own = walker.ask("POST", "/me/code")[1]["code"]
    assert leader.says(f"到场 {own}").startswith("已记到场1人")


@pytest.mark.parametrize("who", ["12345678", "V20260009999", "13800009999", "谁也不是"])
def test_whom_nobody_knows_is_refused_in_the_same_words(leader, today, who) -> None:
    number, shift = today
    leader.says(f"名单 {number}")

    refused = leader.refused("POST", f"/shifts/{shift}/people", {"who": who})
    assert refused == leader.says(f"到场 {who}")


def test_a_leader_never_marks_themselves_by_either_door(leader, today) -> None:
    number, shift = today
    leader.says(f"名单 {number}")
    own = leader.ask("POST", "/me/code")[1]["code"]

    refused = leader.refused("POST", f"/shifts/{shift}/people", {"who": own})
    assert refused == leader.says(f"到场 {leader.ask('POST', '/me/code')[1]['code']}")


def test_who_leads_is_told_so_and_finds_the_leaders_pages(leader, somebody) -> None:
    assert leader.ask("GET", "/me")[1]["leads"] is True
    assert "您是带队人" in leader.says("帮助")
    stranger = somebody()
    assert stranger.ask("GET", "/me")[1]["leads"] is False
    assert stranger.ask("GET", "/me/led-shifts")[1]["items"] == []
    assert stranger.ask("GET", "/me/team-needs")[1]["items"] == []


def test_the_lists_of_a_leader_cost_the_same_however_long(
    leader, staff, somebody, runtime, statements
) -> None:
    lists = ("/me/team-needs", "/me/team-requests", "/me/hours-to-confirm", "/me/led-shifts")
    costs: list[list[int]] = []

    for _ in range(2):
        dispatched(runtime, staff, f"帮老人搬家{len(costs)}")
        dispatched(runtime, staff, f"帮老人读报{len(costs)}", to_all=True)
        somebody().ask("PUT", "/teams/1/membership")
        with runtime.db.transaction() as session:
            shift = a_past_shift(session, runtime.now())
            led_by(session, shift, leader.person_id)
            a_record(session, runtime.now(), shift)
        costs.append([])
        for path in lists:
            with statements() as seen:
                assert leader.ask("GET", path)[0] == 200
            costs[-1].append(len(seen))

    assert costs[0] == costs[1]

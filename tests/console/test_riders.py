"""Registrations at the console: a task and a list until somebody knows the rider."""

import re

import pytest
from sqlalchemy import select

from server.areas import tree
from server.notices.models import Notice
from server.people import linking, posts
from server.people.models import Channel, Role
from server.riders import registration
from server.riders.models import RiderState, Sector
from server.riders.registration import Told
from tests.console.desk import deeds
from tests.console.reach import assert_out_of_reach
from tests.console.test_awards import rider as rider
from tests.factories import a_person

assert rider


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def anna(clerk):
    return clerk(Role.COMMUNITY_WORKER, "A1")


def test_who_registered_is_a_task_and_stands_masked_in_the_list(anna, rider) -> None:
    queue, page = text(anna.get("/")), text(anna.get("/riders"))

    assert "核实骑手身份" in queue
    assert "/console/riders" in queue
    assert f"/riders/{rider}/verify" in page
    assert "示例·赵骑手" not in page
    assert "13912340000" not in page


def test_who_is_known_leaves_the_list(anna, runtime, rider) -> None:
    for _ in range(2):
        assert anna.post(f"/riders/{rider}/verify").status_code == 303

    with runtime.db.reading() as session:
        found = registration.find(session, rider)
    assert found is not None
    assert (found.state, found.verified_by) == (RiderState.VERIFIED, anna.person_id)
    assert "没有等核实的骑手" in text(anna.get("/riders"))
    assert "核实骑手身份" not in text(anna.get("/"))


def test_other_areas_neither_see_nor_verify(clerk, rider) -> None:
    ben = clerk(Role.COMMUNITY_WORKER, "B1")

    assert f"/riders/{rider}/verify" not in text(ben.get("/riders"))
    assert_out_of_reach(ben, "POST", f"/riders/{rider}/verify")


def test_who_lost_their_wechat_gets_a_code_and_the_old_one_hears(anna, runtime, rider) -> None:
    silent = anna.post(f"/riders/{rider}/move", reason="")
    page = text(anna.post(f"/riders/{rider}/move", reason="本人持身份证来，旧手机丢失"))

    assert silent.status_code == 400
    [code] = re.findall(r"换微信 ([0-9]{6})", page)
    with runtime.db.transaction() as session:
        new = a_person(session, runtime.now())
        linking.redeem(session, new, code, runtime.now(), vault=runtime.vault)
        told = session.scalars(select(Notice).where(Notice.kind == "riders.moving")).one()
    assert told.person_id == rider
    [deed] = [one for one in deeds(runtime) if one.action == "rider.move_code_shown"]
    assert deed.reason == "本人持身份证来，旧手机丢失"


def test_staff_are_not_moved_by_a_colleague_alone(anna, runtime, rider) -> None:
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        posts.appoint(session, rider, Role.GRID_WORKER, area, runtime.now(), until=None)

    answer = anna.post(f"/riders/{rider}/move", reason="本人来了")

    assert answer.status_code == 403
    assert "在岗的工作人员换微信" in text(answer)


def test_riders_of_other_areas_get_no_code(clerk, rider) -> None:
    ben = clerk(Role.COMMUNITY_WORKER, "B1")

    assert_out_of_reach(ben, "GET", f"/riders/{rider}/move")
    assert_out_of_reach(ben, "POST", f"/riders/{rider}/move", reason="本人来了")


def test_who_told_neither_name_nor_number_is_nobodys_task(anna, runtime) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        told = Told(Sector.FOOD, "A1")
        registration.register(session, person, told, Channel.CHAT, runtime.now())

    assert "核实骑手身份" not in text(anna.get("/"))
    assert f"/riders/{person}/verify" not in text(anna.get("/riders"))

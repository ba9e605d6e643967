"""Needs at the console: one list, one page, and just the steps that fit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Role
from server.runtime import Runtime
from server.staff import reach as reaches
from server.volunteers.models import Activity, Need, NeedState, Risk, Team
from server.volunteers.needs import texts
from tests.console.reach import assert_out_of_reach
from tests.server.volunteers.need_acts import a_team

WORDS = "三楼的李奶奶要搬两个柜子"
TOLD = {
    "words": WORDS,
    "ticks": ["需要搬抬"],
    "area": "A1",
    "address": "3号楼2单元501",
    "name": "示例·李桂兰",
    "phone": "13812345678",
    "people": "２",
    "until": "2026-03-20",
    "channel": "phone",
}


def the(runtime: Runtime, need_id: int = 1) -> Need:
    with runtime.db.reading() as session:
        return session.get_one(Need, need_id)


def team_of(runtime: Runtime, clerk) -> Team:
    with runtime.db.transaction() as session:
        reach = reaches.of(session, clerk.person_id, runtime.now())
        return a_team(session, reach, runtime.now())


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_need_is_written_down_for_a_resident(clerk, runtime) -> None:
    anna = clerk(Role.GRID_WORKER, "A1")

    answer = anna.post("/needs", **TOLD)

    need = the(runtime)
    assert answer.headers["Location"].endswith(f"/needs/{need.id}")
    assert (need.on_behalf, need.channel, need.people_wanted) == (True, "phone", 2)
    assert need.title == "一老一小：需要搬抬"
    assert texts.opened(runtime.vault, need, "asker_phone") == "+8613812345678"


def test_what_was_keyed_stays_when_it_is_turned_down(clerk, runtime) -> None:
    anna = clerk()

    answer = anna.post("/needs", **TOLD | {"words": "长" * 501})

    assert answer.status_code == 400
    assert "最多500个字，现在有501个字" in text(answer)
    assert "3号楼2单元501" in text(answer)
    for wrong in ({"area": "B1"}, {"area": ""}, {"phone": "不知道"}, {"until": "昨天"}):
        assert 400 <= anna.post("/needs", **TOLD | wrong).status_code < 500


def test_the_loop_is_walked_from_page_to_page(clerk, runtime) -> None:
    anna = clerk()
    team = team_of(runtime, anna)
    anna.post("/needs", **TOLD)
    at = runtime.now() + timedelta(days=3)
    planned = {
        "day": f"{at:%Y-%m-%d}",
        "begins": "09:00",
        "ends": "11:00",
        "capacity": "3",
        "title": "帮老人搬家",
        "place": "示例A1社区",
        "leader_name": "示例·王芳",
        "risk_note": "两人同抬。",
    }

    steps = [
        ("verify", {"field": "convenience"}, "派给哪支队伍"),
        ("dispatch", {"team": team.id}, "等负责人接单"),
        ("accept", {"team": team.id}, "发布活动"),
        ("plan", planned, "1号活动为它服务"),
        ("finish", {"closing_note": "搬好了"}, "求助人怎么说"),
        ("follow-up", {"said": "很满意", "rating": "5"}, "已结束"),
    ]
    for step, fields, next_step in steps:
        answer = anna.post(f"/needs/1/{step}", **fields)
        assert answer.status_code == 303, text(answer)
        assert next_step in text(anna.get("/needs/1")), step

    need = the(runtime)
    assert (need.state, need.rating, need.field) == (NeedState.CLOSED, 5, "convenience")
    with runtime.db.reading() as session:
        [made] = session.scalars(select(Activity))
        assert (made.need_id, made.team_id, made.title) == (1, team.id, "帮老人搬家")
    shown = text(anna.get("/needs/1"))
    assert "下一步" not in shown
    assert shown.index("结束") < shown.index("提出求助")


def test_a_risky_need_waits_for_the_street(clerk, runtime) -> None:
    anna = clerk()
    team = team_of(runtime, anna)
    anna.post("/needs", **TOLD | {"words": "防汛抢险搬沙袋"})
    for step in ("verify", "dispatch", "accept"):
        anna.post(f"/needs/1/{step}", team=team.id)
    planned = {"day": "2026-03-12", "begins": "09:00", "ends": "11:00", "capacity": "3"}
    planned |= {"title": "防汛", "place": "河边", "leader_name": "示例", "risk_note": "小心"}

    lacking = anna.post("/needs/1/plan", **planned)
    planned |= {"insurance_ref": "示例-001", "command_contact": "示例·冯军"}
    assert anna.post("/needs/1/plan", **planned).status_code == 303

    assert "还要填写：保险单号、现场指挥联系人" in text(lacking)
    with runtime.db.reading() as session:
        [made] = session.scalars(select(Activity))
        assert (made.risk, made.state, made.min_age) == (Risk.HIGH, "review", 18)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"day": "2026-13-40", "begins": "09:00", "ends": "11:00"},
        {"day": "2026-03-12", "begins": "九点", "ends": "11:00"},
        {"day": "0001-01-01", "begins": "00:00", "ends": "01:00", "capacity": "1"},
        {"day": "9999-12-31", "begins": "23:00", "ends": "23:59", "capacity": "9" * 30},
    ],
)
def test_a_plan_that_makes_no_sense_is_turned_down(clerk, runtime, fields) -> None:
    anna = clerk()
    team = team_of(runtime, anna)
    anna.post("/needs", **TOLD)
    for step in ("verify", "dispatch", "accept"):
        anna.post(f"/needs/1/{step}", team=team.id)

    answer = anna.post("/needs/1/plan", title="搬", place="社", leader_name="王", **fields)

    assert 400 <= answer.status_code < 500
    assert the(runtime).state is NeedState.ACCEPTED


def test_it_is_opened_recalled_and_turned_down(clerk, runtime) -> None:
    anna = clerk()
    team_of(runtime, anna)
    anna.post("/needs", **TOLD)

    anna.post("/needs/1/verify", field="other")
    anna.post("/needs/1/open")
    assert "向附近各队公开" in text(anna.get("/needs/1"))
    assert anna.post("/needs/1/recall").status_code == 400
    anna.post("/needs/1/recall", reason="没人接")
    anna.post("/needs/1/reject", reason="本人不需要了")

    assert the(runtime).state is NeedState.REJECTED
    assert "本人不需要了" in text(anna.get("/needs/1"))


def test_a_contact_is_shown_whole_only_with_a_reason_that_is_kept(clerk, runtime) -> None:
    anna = clerk()
    anna.post("/needs", **TOLD)

    masked = text(anna.get("/needs/1"))
    refused = anna.post("/needs/1/contact", reason=" ")
    whole = text(anna.post("/needs/1/contact", reason="上门前打电话核实"))

    assert "138 **** 5678" in masked
    assert "12345678" not in masked + text(refused)
    assert "501" not in masked
    assert refused.status_code == 400
    assert "示例·李桂兰" in whole
    assert "3号楼2单元501" in whole
    with runtime.db.reading() as session:
        kept = session.scalars(
            select(AuditEntry.reason).where(AuditEntry.action == "need.contact_seen")
        ).all()
    assert kept == ["上门前打电话核实"]


@pytest.mark.parametrize(
    ("role", "area"), [(Role.COMMUNITY_WORKER, "B1"), (Role.STREET_OPERATOR, "B")]
)
def test_staff_elsewhere_see_and_change_nothing(clerk, runtime, role, area) -> None:
    anna, stranger = clerk(), clerk(role, area)
    team = team_of(runtime, anna)
    anna.post("/needs", **TOLD)
    anna.post("/needs/1/verify")

    assert_out_of_reach(stranger, "GET", "/needs/1")
    said = {"reason": "看看", "said": "好", "closing_note": "好", "team": team.id}
    deeds = ("verify", "reject", "dispatch", "open", "recall", "accept", "plan", "finish")
    planned = {"day": "2026-03-12", "begins": "09:00", "ends": "11:00", "capacity": "3"}
    for deed in (*deeds, "follow-up", "contact"):
        assert_out_of_reach(stranger, "POST", f"/needs/1/{deed}", **said, **planned)
    assert WORDS not in text(stranger.get("/needs"))
    assert "1号" not in text(stranger.get("/"))


def test_a_leader_of_a_team_by_post_only_looks(clerk, runtime) -> None:
    clerk().post("/needs", **TOLD)
    looker = clerk(Role.TEAM_LEADER, "A1")

    shown = looker.get("/needs/1")

    assert shown.status_code == 200
    assert "下一步" not in text(shown)
    assert looker.post("/needs/1/verify").status_code == 403


def test_the_list_is_narrowed_and_paged(clerk, runtime) -> None:
    anna = clerk(Role.STREET_OPERATOR, "A")
    for number in range(21):
        anna.post("/needs", **TOLD | {"words": f"{WORDS}{number}号", "ticks": []})
    anna.post("/needs", **TOLD | {"words": "合唱队请人伴奏", "area": "A2", "field": "culture"})
    anna.post("/needs/1/reject", reason="重复")

    first = text(anna.get("/needs"))
    assert f"{WORDS}2号" in first
    assert "下一页" in first
    assert "合唱队" not in first
    assert "合唱队" in text(anna.get("/needs?field=culture"))
    assert "合唱队" in text(anna.get("/needs?area=A2"))
    assert f"{WORDS}0号" in text(anna.get("/needs?state=rejected"))
    assert "没有符合条件" in text(anna.get("/needs?overdue=1"))
    for wrong in ("state=x&field=y", "area=nowhere", "cursor=x", "cursor=1-" + "9" * 17 + "-1"):
        assert anna.get(f"/needs?{wrong}").status_code in (200, 400, 404)


def test_the_list_costs_the_same_however_long(clerk, runtime, statements) -> None:
    anna, costs = clerk(), []
    for rows in (1, 15):
        for number in range(rows):
            anna.post("/needs", **TOLD | {"words": f"{WORDS}{rows}-{number}"})
        with statements() as seen:
            anna.get("/needs")
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_the_queue_leads_to_the_need(clerk, runtime) -> None:
    anna = clerk()
    anna.post("/needs", **TOLD)

    shown = text(anna.get("/"))

    assert "1号 一老一小：需要搬抬" in shown
    assert "/console/needs/1" in shown

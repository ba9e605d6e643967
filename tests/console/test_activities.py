import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.areas import tree
from server.people import profile
from server.people.models import Channel, Role
from server.volunteers.models import (
    Activity,
    ActivityState,
    Field,
    Need,
    NeedState,
    Shift,
    Team,
    TeamKind,
)
from tests.factories import a_person, an_activity
from tests.server.volunteers.acts import sign_up

FORM = {
    "title": "敬老院理发",
    "area": "A1",
    "field": "convenience",
    "team": "other",
    "place": "示例A1社区活动室",
    "leader_name": "示例·王芳",
    "risk": "normal",
    "risk_note": "剪刀轻拿轻放。",
    "times-0-day": "2026-03-20",
    "times-0-begins": "09:00",
    "times-0-ends": "11:00",
    "times-0-places": "8",
}


def the_only(runtime) -> Activity:
    with runtime.db.reading() as session:
        activity = session.scalars(select(Activity)).one()
        session.expunge(activity)
        return activity


def test_an_activity_goes_from_a_form_to_sign_up(clerk, runtime) -> None:
    wang = clerk(Role.COMMUNITY_WORKER, "A1")

    kept = wang.post("/activities", **FORM)
    draft = the_only(runtime)
    opened = wang.post(f"/activities/{draft.id}/open", seen=draft.revision)
    page = wang.get(f"/activities/{draft.id}").get_data(as_text=True)

    assert (kept.status_code, opened.status_code) == (303, 303)
    assert draft.state is ActivityState.DRAFT
    assert the_only(runtime).state is ActivityState.OPEN
    assert "招募中" in page
    assert "开放报名" in page
    assert "敬老院理发" in wang.get("/activities").get_data(as_text=True)


def test_what_is_missing_is_said_beside_its_field_and_nothing_keyed_is_lost(clerk, runtime) -> None:
    answer = clerk().post("/activities", **FORM | {"risk_note": "", "times-0-places": ""})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 400
    assert "请写上风险提示。" in page
    assert "开始、结束和名额填全" in page
    assert 'value="敬老院理发"' in page


@pytest.mark.parametrize(
    "nonsense",
    [
        {"times-0-day": "9999-99-99"},
        {"times-0-day": "0001-01-01"},
        {"times-0-places": "999999999999"},
        {"field": "war"},
        {"area": "没有"},
        {"title": "甲\0乙"},
        {"min_age": "-4"},
        {"need_id": "77"},
        {"times-0-day": "2026-03-01"},
        {"title": "长" * 500},
    ],
)
def test_nonsense_in_the_form_is_turned_down(clerk, runtime, nonsense) -> None:
    answer = clerk().post("/activities", **FORM | nonsense)

    assert answer.status_code in (400, 404)
    with runtime.db.reading() as session:
        assert session.scalar(select(Activity.id)) is None


def test_risky_work_is_opened_by_a_second_person(clerk, runtime) -> None:
    wang, street = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")
    own = clerk(Role.STREET_OPERATOR, "A")
    wang.post("/activities", **FORM | {"risk": "high", "insurance_ref": "示例-1"})
    draft = the_only(runtime)

    by_author = wang.post(f"/activities/{draft.id}/open", seen=0)
    wang.post(f"/activities/{draft.id}/submit", seen=0)
    waiting = street.get("/").status_code, street.get("/activities?group=review")
    by_street = street.post(f"/activities/{draft.id}/open", seen=1)

    assert by_author.status_code == 403
    assert waiting[0] == 200
    assert "待审核" in waiting[1].get_data(as_text=True)
    assert by_street.status_code == 303
    assert own.get(f"/activities/{draft.id}").status_code == 200


def test_a_colleagues_change_is_not_written_over(clerk, runtime) -> None:
    wang, li = clerk(), clerk()
    wang.post("/activities", **FORM)
    activity = the_only(runtime)
    path = f"/activities/{activity.id}"

    first = wang.post(path, **FORM | {"title": "第一个", "seen": "0"})
    second = li.post(path, **FORM | {"title": "第二个", "seen": "0"})
    page = second.get_data(as_text=True)

    assert (first.status_code, second.status_code) == (303, 409)
    assert the_only(runtime).title == "第一个"
    assert "刚被同事改过" in page
    assert 'value="第二个"' in page


def test_calling_off_tells_how_many_and_why(clerk, runtime) -> None:
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1", capacity=2)
        sign_up(session, a_person(session, runtime.now()), activity.shifts[0].id, runtime.now())
    wang = clerk()

    asked = wang.get(f"/activities/{activity.id}/cancel").get_data(as_text=True)
    without = wang.post(f"/activities/{activity.id}/cancel", reason=" ")
    done = wang.post(f"/activities/{activity.id}/cancel", reason="暴雨预警")

    assert "有1人会收到通知" in asked
    assert without.status_code == 400
    assert done.status_code == 303
    assert "暴雨预警" in wang.get(f"/activities/{activity.id}").get_data(as_text=True)


def test_a_shift_is_moved_and_given_more_places(clerk, runtime) -> None:
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1")
    shift, wang = activity.shifts[0].id, clerk()

    pages = [wang.get(f"/shifts/{shift}/{page}").status_code for page in ("move", "capacity")]
    moved = wang.post(
        f"/shifts/{shift}/move", seen="0", day="2026-03-21", begins="19:00", ends="01:00"
    )
    more = wang.post(f"/shifts/{shift}/capacity", places="5")
    wrong = wang.post(f"/shifts/{shift}/move", seen="1", day="昨天", begins="?", ends="")

    assert pages == [200, 200]
    assert (moved.status_code, more.status_code, wrong.status_code) == (303, 303, 400)
    with runtime.db.reading() as session:
        row = session.get_one(Shift, shift)
        assert (row.ends_at - row.starts_at, row.capacity) == (timedelta(hours=6), 5)


def test_the_list_costs_the_same_however_long_it_is(clerk, runtime, statements) -> None:
    wang = clerk()
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), area_code="A1")
    with statements() as few:
        wang.get("/activities")
    with runtime.db.transaction() as session:
        for _ in range(35):
            an_activity(session, runtime.now(), area_code="A1")

    with statements() as many:
        page = wang.get("/activities?group=open&field=other&area=A1").get_data(as_text=True)

    assert len(many) == len(few)
    assert "下一页" in page
    cursor = page.split("cursor=")[1].split("&")[0]
    assert "回到第一页" in wang.get(f"/activities?cursor={cursor}").get_data(as_text=True)
    assert wang.get("/activities?cursor=x-1&since=soon&field=war").status_code == 400


def test_a_template_makes_the_form_and_repeats(clerk, runtime) -> None:
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1", title="每周巡逻")
    wang = clerk()
    keyed = {"name": "巡逻", "every": "week", "weekday": "SA", "first_day": "2026-03-14"}

    saved = wang.post(f"/activities/{activity.id}/template", **keyed)
    unclear = wang.post(f"/activities/{activity.id}/template", name="巡逻", every="week")
    listed = wang.get("/activity-templates").get_data(as_text=True)
    paused = wang.post("/activity-templates/1/pause")

    assert (saved.status_code, unclear.status_code, paused.status_code) == (303, 400, 303)
    assert "巡逻" in listed
    assert "每周巡逻" in wang.get("/activities/new?template=1").get_data(as_text=True)
    assert "每周巡逻" in wang.get(f"/activities/new?copy={activity.id}").get_data(as_text=True)


READS = (
    "/activities/{activity}",
    "/activities/{activity}/edit",
    "/activities/{activity}/words",
    "/activities/{activity}/place",
    "/activities/{activity}/cancel",
    "/activities/{activity}/template",
    "/activities/new?copy={activity}",
    "/activities/new?template={template}",
    "/shifts/{shift}/move",
    "/shifts/{shift}/capacity",
    "/shifts/{shift}/enter",
)
WRITES = {
    "/activities/{activity}": FORM | {"seen": "0"},
    "/activities/{activity}/submit": {"seen": "0"},
    "/activities/{activity}/open": {"seen": "0"},
    "/activities/{activity}/unpublish": {},
    "/activities/{activity}/cancel": {"reason": "不办了"},
    "/activities/{activity}/words": {"seen": "0", "title": "改"},
    "/activities/{activity}/place": {"seen": "0", "place": "别处"},
    "/activities/{activity}/template": {"name": "模板", "every": "never"},
    "/activity-templates/{template}/pause": {},
    "/shifts/{shift}/move": {"day": "2026-03-21", "begins": "09:00", "ends": "10:00"},
    "/shifts/{shift}/capacity": {"places": "50"},
    "/shifts/{shift}/enter": {"word": "13800001234", "channel": "phone"},
}


@pytest.fixture
def guessed(clerk, runtime) -> dict[str, int]:
    """The ids of an activity of A1, its shift and a template of it."""
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1")
    clerk().post(f"/activities/{activity.id}/template", name="模板", every="never")
    return {"activity": activity.id, "shift": activity.shifts[0].id, "template": 1}


def test_another_community_sees_and_changes_nothing(clerk, runtime, guessed) -> None:
    stranger = clerk(Role.COMMUNITY_WORKER, "B1")
    before = the_only(runtime)

    seen = {path: stranger.get(path.format(**guessed)).status_code for path in READS}
    done = {
        path: stranger.post(path.format(**guessed), **fields).status_code
        for path, fields in WRITES.items()
    }

    assert set(seen.values()) == {404}, seen
    assert set(done.values()) == {404}, done
    after = the_only(runtime)
    assert (after.state, after.title, after.place, after.revision) == (
        before.state,
        before.title,
        before.place,
        before.revision,
    )
    assert before.title not in stranger.get("/activities?group=current").get_data(as_text=True)


def test_the_fitting_role_opens_every_page(clerk, guessed) -> None:
    wang = clerk(Role.COMMUNITY_WORKER, "A1")

    assert {wang.get(path.format(**guessed)).status_code for path in READS} == {200}
    grid = clerk(Role.GRID_WORKER, "A1")
    assert grid.get("/activities/new").status_code == 403
    assert grid.get(f"/activities/{guessed['activity']}").status_code == 200


@pytest.fixture
def team(runtime, district) -> tuple[int, int]:
    """A team of A1 with its leader: (team, leader)."""
    with runtime.db.transaction() as session:
        leader, area = a_person(session, runtime.now()), tree.by_code(session, "A1").id
        profile.rename(session, leader, "示例·张志强", vault=runtime.vault)
        team = Team(number=1, name="示例青年队", kind=TeamKind.YOUTH, area_id=area)
        team.leader_id, team.created_at = leader, runtime.now()
        session.add(team)
        session.flush()
        return team.id, leader


def test_a_team_takes_an_activity_on_and_its_leader_leads_it(clerk, runtime, team) -> None:
    wang, (team_id, leader) = clerk(Role.COMMUNITY_WORKER, "A1"), team

    page = wang.get("/activities/new").get_data(as_text=True)
    wang.post("/activities", **FORM, team_id=team_id, leader_id=leader)
    draft = the_only(runtime)
    edited = FORM | {"title": "敬老院理发和读报", "seen": draft.revision}
    wang.post(f"/activities/{draft.id}", **edited, team_id=team_id, leader_id=leader)
    kept = the_only(runtime)

    assert "示例青年队" in page
    assert "张志强" not in page
    assert (draft.team_id, draft.leader_id) == (team_id, leader)
    assert (kept.title, kept.team_id, kept.leader_id) == ("敬老院理发和读报", team_id, leader)


def test_only_who_leads_the_team_is_chosen_to_lead(clerk, runtime, team) -> None:
    wang, (team_id, leader) = clerk(Role.COMMUNITY_WORKER, "A1"), team

    for wrong in ({"leader_id": leader}, {"team_id": team_id, "leader_id": wang.person_id}):
        answer = wang.post("/activities", **FORM, **wrong)
        assert answer.status_code == 400
        assert "不是这支队伍的负责人" in answer.get_data(as_text=True)
    there = clerk(Role.COMMUNITY_WORKER, "B1")
    answer = there.post("/activities", **FORM | {"area": "B1"}, team_id=team_id)

    assert answer.status_code == 409
    with runtime.db.reading() as session:
        assert session.scalars(select(Activity)).all() == []


def test_what_a_need_is_known_to_take_stands_in_the_form(clerk, runtime, team) -> None:
    team_id, leader = team
    with runtime.db.transaction() as session:
        need = Need(
            number=1,
            area_id=tree.by_code(session, "A1").id,
            channel=Channel.CHAT,
            raised_by=a_person(session, runtime.now()),
            words=b"",
            title="一老一小：需要搬抬",
            field=Field.ELDERLY_AND_CHILDREN,
            place="示例A1社区",
            state=NeedState.ACCEPTED,
            team_id=team_id,
            created_at=runtime.now(),
            changed_at=runtime.now(),
        )
        session.add(need)
        session.flush()
        need_id = need.id

    page = clerk(Role.COMMUNITY_WORKER, "A1").get(f"/activities/new?need={need_id}")
    shown = page.get_data(as_text=True)

    for chosen in (str(team_id), str(leader), "youth", "elderly_and_children"):
        assert re.search(rf'value="{chosen}"[^>]* selected|selected[^>]* value="{chosen}"', shown)
    assert 'value="示例·张志强"' in shown
    assert 'value="一老一小：需要搬抬"' in shown

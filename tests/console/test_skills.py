from sqlalchemy import select

from server.people import profile
from server.people.models import Channel, Role
from server.volunteers.models import Signup, SignupState
from tests.factories import a_person, an_activity

SKILL = {
    "word": "13800001234",
    "kind": "qualification",
    "name": "护士执业证",
    "granted_on": "2020-01-01",
    "evidence": "原件已核",
}


def somebody(runtime, area: str | None = None) -> int:
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        profile.set_phone(session, person, "13800001234", vault=runtime.vault)
        profile.rename(session, person, "示例·李明", vault=runtime.vault)
        return person


def test_a_skill_is_entered_seen_masked_and_revoked(clerk, runtime) -> None:
    somebody(runtime)
    wang = clerk()

    entered = wang.post("/skills", **SKILL)
    page = wang.get("/skills").get_data(as_text=True)
    wrong = wang.post("/skills", **SKILL | {"valid_until": "2019-01-01"})
    nobody = wang.post("/skills", **SKILL | {"word": "13900000000"})
    silent = wang.post("/skills/1/revoke", reason="")
    revoked = wang.post("/skills/1/revoke", reason="证书是别人的")

    assert entered.status_code == 303
    assert "护士执业证" in page
    assert "示例·李明" not in page
    assert (wrong.status_code, nobody.status_code, silent.status_code) == (400, 404, 400)
    assert revoked.status_code == 303
    assert clerk(Role.GRID_WORKER).post("/skills", **SKILL).status_code == 403


def test_a_skill_of_somebody_without_an_area_is_for_whoever_entered_it(clerk, runtime) -> None:
    somebody(runtime)
    clerk(area="A1").post("/skills", **SKILL)
    bert = clerk(area="B1")

    seen = bert.get("/skills").get_data(as_text=True)
    revoked = bert.post("/skills/1/revoke", reason="看错了")

    assert "护士执业证" not in seen.replace("placeholder", "")
    assert revoked.status_code == 404
    assert "护士执业证" in clerk(Role.DISTRICT_OPERATOR, "D").get("/skills").get_data(as_text=True)


def test_staff_sign_somebody_up_by_phone_and_excuse_them(clerk, runtime) -> None:
    somebody(runtime)
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1")
    path, wang = f"/shifts/{activity.shifts[0].id}/enter", clerk()

    by_raven = wang.post(path, word="13800001234", channel="chat")
    unknown = wang.post(path, word="？", channel="phone")
    done = wang.post(path, word="138 0000 1234", channel="phone")
    with runtime.db.transaction() as session:
        row = session.scalars(select(Signup)).one()
        row.state = SignupState.NO_SHOW
        excused = f"/signups/{row.id}/excuse"
        assert row.channel is Channel.PHONE
    pages = [each.get(excused).status_code for each in (wang, clerk(Role.COMMUNITY_WORKER, "B1"))]
    answers = [wang.post(excused, reason=reason).status_code for reason in ("", "急诊")]

    assert (by_raven.status_code, unknown.status_code, done.status_code) == (400, 404, 303)
    assert pages == [200, 404]
    assert answers == [400, 303]
    assert "不用办理" in wang.get(excused).get_data(as_text=True)

"""The pages on which staff confirm, correct and enter hours, and answer disputes."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.areas.models import Area
from server.audit.models import AuditEntry
from server.calendar import seeding
from server.people import profile
from server.people.models import Channel, Role
from server.staff import approvals, open_questions
from server.staff import reach as reaches
from server.volunteers.hours import disputes
from server.volunteers.models import Activity, RecordState, ServiceRecord, Shift, Signup
from tests.factories import a_person
from tests.server.volunteers.records.acts import a_past_shift, a_record, record_of, story

WORDS = "我14点就到了"
ELSEWHERE = (404, 403)


@pytest.fixture
def now(clock):
    return clock.now()


@pytest.fixture
def shift(runtime, now, district):
    """A shift of community A1 with the hours of 王小兰 and 李明, and somebody who did not come."""
    with runtime.db.transaction() as session:
        shift = a_past_shift(session, now, area_code="A1")
        for name in ("王小兰", "李明"):
            person = a_person(session, now)
            profile.rename(session, person, name, vault=runtime.vault)
            a_record(session, now, shift, person=person)
        absent = a_person(session, now)
        profile.rename(session, absent, "赵飞燕", vault=runtime.vault)
        moments = {"created_at": now, "changed_at": now}
        place = {"shift_id": shift, "person_id": absent, "state": "confirmed", "channel": "chat"}
        session.add(Signup(**place, **moments))
        return shift


@pytest.fixture
def ids(runtime, shift):
    with runtime.db.reading() as session:
        rows = session.query(ServiceRecord.id).order_by(ServiceRecord.id)
        return [row.id for row in rows]


@pytest.fixture
def dispute(runtime, now, ids):
    with runtime.db.transaction() as session:
        person = record_of(session, ids[0]).person_id
        more = {"channel": Channel.CHAT, "vault": runtime.vault}
        return disputes.raise_dispute(session, person, ids[0], WORDS, now, **more).id


def shown(answer) -> str:
    return answer.get_data(as_text=True)


def stand(runtime, record):
    with runtime.db.reading() as session:
        seen = record_of(session, record)
        return seen.state.value, seen.minutes


def test_the_list_names_what_waits_and_leads_to_it(clerk, shift):
    page = shown(clerk().get("/records"))

    assert "社区图书角整理" in page
    assert "2人" in page
    assert f"/console/records/shifts/{shift}" in page
    assert "社区图书角整理" in shown(clerk().get("/records?number=1"))
    assert "没有时长记录" in shown(clerk().get("/records?number=9"))
    assert "没有等待核定的时长" in shown(clerk(area="B1").get("/records"))
    assert "社区图书角整理" in shown(clerk().get("/"))


def test_a_roster_is_confirmed_with_its_exceptions(runtime, clerk, shift, ids):
    worker = clerk()
    page = shown(worker.get(f"/records/shifts/{shift}"))
    assert "王*兰" in page
    assert "王小兰" not in page
    assert "赵*燕" in page

    fields = {f"minutes-{ids[0]}": "90", f"reason-{ids[0]}": "晚到", f"minutes-{ids[1]}": "120"}
    seen = [f"{record}:1:120" for record in ids]
    answer = worker.post(f"/records/shifts/{shift}/confirm", seen=seen, **fields)

    assert answer.status_code == 303
    assert [stand(runtime, record) for record in ids] == [("confirmed", 90), ("confirmed", 120)]
    with runtime.db.reading() as session:
        assert story(session, ids[0])[-1] == (2, "confirmed", 90)
    again = worker.post(f"/records/shifts/{shift}/confirm", seen=seen[1:])
    assert "已经核定过了" in shown(worker.client.get(again.headers["Location"]))


def test_what_is_not_ticked_waits_on(runtime, clerk, shift, ids):
    clerk().post(f"/records/shifts/{shift}/confirm", seen=[f"{ids[1]}:1:120"])

    assert [stand(runtime, record)[0] for record in ids] == ["pending", "confirmed"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"minutes": "90", "reason": ""}, "请用一句话写明原因"),
        ({"minutes": "400", "reason": "多记"}, "最多只能记135分钟"),
        ({"minutes": "-5", "reason": "少记"}, "分钟数请填"),
        ({"minutes": "９０", "reason": "少记"}, "分钟数请填"),
    ],
)
def test_a_wrong_exception_changes_nothing_and_keeps_what_was_keyed(
    runtime, clerk, shift, ids, fields, said
):
    named = {f"{name}-{ids[0]}": value for name, value in fields.items()}
    seen = [f"{record}:1:120" for record in ids]

    answer = clerk().post(f"/records/shifts/{shift}/confirm", seen=seen, **named)

    assert answer.status_code == 400
    assert said in shown(answer)
    assert f'value="{fields["minutes"]}"' in shown(answer)
    assert [stand(runtime, record)[0] for record in ids] == ["pending", "pending"]


def test_a_year_that_is_not_announced_is_warned_of(runtime, clerk, shift, now):
    assert "2026年的放假安排还没有录入" in shown(clerk().get("/records"))
    with runtime.db.transaction() as session:
        seeding.seed(session, 2026, now)
    assert "放假安排" not in shown(clerk().get("/records"))


def test_nonsense_in_the_ticks_is_no_error(clerk, shift):
    seen = ["", "1:1", "x:1:1", f"{'9' * 18}:1:0", "1:999999:120"]

    assert clerk().post(f"/records/shifts/{shift}/confirm", seen=seen).status_code == 303


def test_a_record_shows_its_versions_and_is_corrected(runtime, clerk, ids):
    worker = clerk()
    where = f"/records/{ids[0]}"
    assert "第1版：120分钟" in shown(worker.get(where))

    less = {"minutes": "60", "reason": "早退"}
    assert worker.post(f"{where}/correct", **less | {"reason": ""}).status_code == 400
    assert worker.post(f"{where}/correct", **less, version="9").status_code == 409
    worker.post(f"{where}/correct", **less, version="1")

    page = shown(worker.get(where))
    assert "王*兰" in page
    assert "第2版：60分钟，已核定，公示中" in page
    assert "工作人员 示*" in page
    assert stand(runtime, ids[0]) == ("confirmed", 60)


def test_voiding_waits_for_a_second_person(runtime, clerk, ids):
    worker, street = clerk(), clerk(Role.STREET_OPERATOR, "A")
    assert worker.post(f"/records/{ids[0]}/void", void_reason="没有到场").status_code == 303
    assert stand(runtime, ids[0])[0] == "pending"

    page = shown(street.get("/approvals"))
    assert "作废时长" in page
    assert f"/console/records/{ids[0]}" in page
    allow(runtime, street)

    assert stand(runtime, ids[0])[0] == "void"
    assert "已作废" in shown(worker.get(f"/records/{ids[0]}"))


def test_what_waits_about_hours_costs_the_same_for_many(clerk, ids, statements):
    worker, street = clerk(), clerk(Role.STREET_OPERATOR, "A")
    costs = []
    for record in ids:
        worker.post(f"/records/{record}/void", void_reason="没有到场")
        street.get("/approvals")
        with statements() as seen:
            assert shown(street.get("/approvals")).count("作废时长") == len(costs) + 1
        costs.append(len(seen))

    assert costs == [costs[0]] * 2


def allow(runtime, street):
    """Grant what waits, as the page does after a second factor."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        reach = reaches.of(session, street.person_id, now)
        [(question, _area)] = open_questions.waiting(session, reach, now)
        approvals.grant(session, reach, question.id, now)


def hours(shift, **more):
    given = {
        "signup": "",
        "volunteer_no": "",
        "starts_at": "2026-03-09T06:00",
        "ends_at": "2026-03-09T08:00",
        "channel": "paper",
        "reason": "手机没电",
        "evidence": "签到表第3页",
    }
    return given | more


def test_hours_are_entered_by_hand_and_allowed(runtime, clerk, shift):
    worker, street = clerk(), clerk(Role.STREET_OPERATOR, "A")
    where = f"/records/shifts/{shift}/by-hand"
    assert "赵*燕" in shown(worker.get(where))
    with runtime.db.reading() as session:
        signup = session.query(Signup.id).filter_by(state="confirmed").one().id

    assert worker.post(where, **hours(shift, signup=signup)).status_code == 303
    allow(runtime, street)

    with runtime.db.reading() as session:
        made = session.query(ServiceRecord).order_by(ServiceRecord.id.desc()).first()
        assert (made.state, made.minutes, made.source) == (RecordState.CONFIRMED, 120, "hand")
        assert made.signup_id == signup
    assert "依据：签到表第3页" in shown(worker.get(f"/records/{made.id}"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 404),
        ({"signup": "99"}, 404),
        ({"volunteer_no": "140106000"}, 404),
        ({"signup": "3", "starts_at": "gestern"}, 400),
        ({"signup": "3", "ends_at": "2026-02-30T08:00"}, 400),
        ({"signup": "3", "evidence": " "}, 400),
        ({"signup": "3", "starts_at": "2026-03-09T08:00", "ends_at": "2026-03-09T06:00"}, 400),
    ],
)
def test_hours_by_hand_that_make_no_sense_keep_what_was_keyed(clerk, shift, fields, status):
    answer = clerk().post(f"/records/shifts/{shift}/by-hand", **hours(shift, **fields))

    assert answer.status_code == status
    assert "手机没电" in shown(answer)


def test_who_read_the_words_of_a_dispute_is_noted(runtime, clerk, dispute):
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    worker.post(f"/disputes/{dispute}/words")

    with runtime.db.reading() as session:
        noted = session.execute(select(AuditEntry.actor, AuditEntry.action)).all()
    assert noted == [(worker.person_id, "dispute.words_seen")]


def test_a_dispute_is_answered_and_the_record_amended(runtime, clerk, ids, dispute):
    worker = clerk()
    assert WORDS not in shown(worker.get("/disputes"))
    assert WORDS not in shown(worker.get(f"/disputes/{dispute}"))
    assert WORDS not in shown(worker.get(f"/records/{ids[0]}"))
    assert WORDS in shown(worker.post(f"/disputes/{dispute}/words"))
    where = f"/disputes/{dispute}/answer"

    assert worker.post(where, becomes="amended", minutes="x", answer="好").status_code == 400
    assert worker.post(where, becomes="amended", minutes="60", answer="").status_code == 400
    answer = worker.post(where, becomes="amended", minutes="60", answer="核对了签到表。")

    assert answer.status_code == 303
    assert stand(runtime, ids[0]) == ("confirmed", 60)
    assert "核对了签到表。" in shown(worker.get(f"/disputes/{dispute}"))
    assert "没有等您答复" in shown(worker.get("/disputes"))


READS = (
    "/records/shifts/{shift}",
    "/records/{record}",
    "/records/shifts/{shift}/by-hand",
    "/disputes/{dispute}",
)
DEEDS = (
    ("/records/shifts/{shift}/confirm", {"seen": "{record}:1:120"}),
    ("/records/{record}/correct", {"minutes": "60", "reason": "早退"}),
    ("/records/{record}/void", {"void_reason": "没来"}),
    ("/records/shifts/{shift}/by-hand", {"signup": "3", "reason": "补", "evidence": "表"}),
    ("/disputes/{dispute}/words", {}),
    ("/disputes/{dispute}/answer", {"becomes": "amended", "minutes": "60", "answer": "好"}),
)


@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.COMMUNITY_WORKER, "B1"),
        (Role.COMMUNITY_WORKER, "A2"),
        (Role.GRID_WORKER, "A1"),
        (Role.COMMUNITY_ASSISTANT, "A1"),
        (Role.AUDITOR, "D"),
        (Role.SYSTEM_ADMIN, "D"),
    ],
)
def test_whoever_has_no_right_here_sees_and_changes_nothing(
    runtime, clerk, shift, ids, dispute, role, area
):
    stranger = clerk(role, area)
    named = {"shift": shift, "record": ids[1], "dispute": dispute}

    got = [stranger.get(path.format(**named)).status_code for path in READS]
    for path, fields in DEEDS:
        told = {name: value.format(**named) for name, value in fields.items()}
        got.append(stranger.post(path.format(**named), **hours(shift) | told).status_code)

    assert set(got) <= set(ELSEWHERE)
    with runtime.db.reading() as session:
        assert story(session, ids[1]) == [(1, "pending", 120)]
        assert session.query(ServiceRecord).count() == 2


def test_a_verifier_sees_hours_and_changes_none(clerk, shift, ids):
    verifier = clerk(Role.VERIFIER, "A")

    page = shown(verifier.get(f"/records/shifts/{shift}"))
    assert "王*兰" in page
    assert "核定勾选的时长" not in page
    assert "更正分钟数" not in shown(verifier.get(f"/records/{ids[0]}"))
    assert verifier.post(f"/records/{ids[0]}/void", void_reason="x").status_code == 403


def test_pages_cost_the_same_however_many_they_show(runtime, clerk, now, shift, statements):
    worker = clerk()
    path = f"/records/shifts/{shift}"
    with statements() as few:
        worker.get(path)
    with runtime.db.transaction() as session:
        for _ in range(20):
            a_record(session, now, shift)
    with statements() as many:
        worker.get(path)

    assert len(few) == len(many)


def test_ids_that_name_nothing_are_not_found(clerk, shift):
    worker = clerk()
    for path in ("/records/999", "/records/x", "/records/shifts/999", "/disputes/999"):
        assert worker.get(path).status_code == 404
    assert worker.post("/records/shifts/999/confirm", seen="1:1:1").status_code == 404
    assert worker.post("/disputes/999/answer", answer="x", becomes="upheld").status_code == 404


def test_nobody_sees_their_own_hours_offered_for_confirmation(runtime, clerk, shift, now):
    worker = clerk()
    with runtime.db.transaction() as session:
        own = a_record(session, now, shift, person=worker.person_id)

    assert "您自己的，请同事核定" in shown(worker.get(f"/records/shifts/{shift}"))
    answer = worker.post(f"/records/{own}/correct", minutes="60", reason="x")
    assert answer.status_code == 403
    assert stand(runtime, own) == ("pending", 120)


def test_the_area_of_a_record_is_that_of_its_activity(runtime, shift, ids, district):
    with runtime.db.reading() as session:
        activity = session.get_one(Activity, session.get_one(Shift, shift).activity_id)
        area = session.get_one(Area, record_of(session, ids[0]).area_id)
        assert area.id == activity.area_id == tree.by_code(session, "A1").id

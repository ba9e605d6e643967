"""The code screen, the roster, paper entry and oddities, for staff and nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people import profile
from server.people.models import Role
from server.volunteers.attendance import closing, codes, owncodes, signs
from server.volunteers.attendance.codes import Direction
from server.volunteers.models import (
    Activity,
    Attendance,
    Oddity,
    OddityState,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.signups import signups
from tests.factories import POLICY, a_person, an_activity

DIGITS = re.compile(r"<strong>(\d{4}) (\d{4})</strong>")
PHONE = "13800003333"


@pytest.fixture
def shift(runtime, district) -> int:
    """A shift in A1 that begins in a quarter of an hour, with three volunteers."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        view = an_activity(
            session, now, capacity=20, area_code="A1", starts_in=timedelta(minutes=15)
        )
        for name in ("示例红", "示例兰", ""):
            person = a_person(session, now)
            if name:
                profile.rename(session, person, name, vault=runtime.vault)
            signups.sign_up(session, person, view.shifts[0].id, now, channel="chat", policy=POLICY)
        return view.shifts[0].id


def found(runtime, *columns):
    with runtime.db.reading() as session:
        return session.execute(select(*columns).order_by(columns[0])).all()


def states(runtime) -> list[SignupState]:
    return [state for _, state in found(runtime, Signup.id, Signup.state)]


def ids(runtime) -> list[int]:
    return [signup for (signup,) in found(runtime, Signup.id)]


def test_shifts_of_these_days_lead_to_roster_and_screen(clerk, shift) -> None:
    page = clerk(Role.GRID_WORKER, "A1").get("/shifts").get_data(as_text=True)

    assert f"/console/shifts/{shift}/roster" in page
    assert f"/console/shifts/{shift}/screen" in page


def test_the_screen_shows_a_good_code_without_signing_in(
    clerk, client, shift, runtime, clock
) -> None:
    opened = clerk(Role.GRID_WORKER, "A1").get(f"/shifts/{shift}/screen")
    address = opened.headers["Location"]

    page = client.get(address).get_data(as_text=True)

    digits = "".join(DIGITS.search(page).groups())
    assert digits == codes.show(shift, Direction.IN, clock.now(), runtime.vault).digits
    assert 'http-equiv="refresh"' in page
    part = client.get(f"{address}/code?way=out").get_data(as_text=True)
    assert "<html" not in part
    assert DIGITS.search(part).group() != DIGITS.search(page).group()
    picture = client.get(f"{address}/qr?way=in")
    assert picture.mimetype == "image/svg+xml"
    assert b"<path" in picture.data
    clock.advance(hours=3)
    assert client.get(address).status_code == 404


def test_a_screen_nobody_was_given_stays_dark(client, district) -> None:
    for address in ("1.1.1.abcdefghijklmnop", "x", "1.1.99999999999.abcdefghijklmnop"):
        assert client.get(f"/console/screen/{address}").status_code == 404
        assert client.get(f"/console/screen/{address}/qr").status_code == 404


def test_a_scan_by_wechat_itself_tells_what_to_write(client, shift, runtime, clock) -> None:
    shown = codes.show(shift, Direction.IN, clock.now(), runtime.vault)

    page = client.get(f"/console/here/{shown.text}").get_data(as_text=True)
    assert f"签到 {shown.digits}" in page
    clock.advance(minutes=1)
    stale = client.get(f"/console/here/{shown.text}").get_data(as_text=True)
    assert "已经换了" in stale
    assert shown.digits not in stale
    forged = shown.text[:-1] + ("A" if shown.text[-1] != "A" else "B")
    assert "已经换了" in client.get(f"/console/here/{forged}").get_data(as_text=True)
    assert client.get("/console/here/x").status_code == 404


def test_one_tap_marks_everybody_but_those_ticked(clerk, shift, runtime) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = worker.get(f"/shifts/{shift}/roster").get_data(as_text=True)
    assert "示*红" in page
    assert "示例红" not in page

    answer = worker.post(f"/shifts/{shift}/roster", did="all_whole", signup=ids(runtime)[1:2])

    assert answer.status_code == 303
    assert states(runtime) == ["checked_in", "confirmed", "checked_in"]
    worker.post(f"/shifts/{shift}/roster", did="came", signup=ids(runtime))
    worker.post(f"/shifts/{shift}/roster", did="left", signup=ids(runtime)[:1])
    assert states(runtime) == ["checked_out", "checked_in", "checked_in"]
    actions = [action for _, action in found(runtime, AuditEntry.id, AuditEntry.action)]
    assert actions.count("attendance.marked") == 3


def test_a_walk_in_is_added_by_phone_or_told_why_not(clerk, shift, runtime) -> None:
    worker = clerk(Role.COMMUNITY_ASSISTANT, "A1")
    with runtime.db.transaction() as session:
        walker, other = a_person(session, runtime.now()), a_person(session, runtime.now())
        profile.set_phone(session, walker, PHONE, vault=runtime.vault)
        code = owncodes.show(session, other, runtime.now(), vault=runtime.vault).code

    for who in (PHONE, code):
        worker.post(f"/shifts/{shift}/people", who=who, direction="in")
    again = worker.post(f"/shifts/{shift}/people", who="13800009999", direction="in")

    assert states(runtime)[3:] == ["checked_in", "checked_in"]
    assert again.status_code == 404
    assert "没有找到这个人" in again.get_data(as_text=True)
    assert 'value="13800009999"' in again.get_data(as_text=True)


def test_a_paper_list_is_keyed_in_line_by_line(clerk, shift, runtime, clock) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    clock.advance(days=2)
    with runtime.db.transaction() as session:
        closing.miss(session, clock.now(), POLICY)
    page = worker_page(worker := clerk(Role.COMMUNITY_WORKER, "A1"), shift)
    assert "（记为没来）" in page
    line = {"signup": ids(runtime)[0], "in_at": "09:10", "out_at": "11:05", "channel": "paper"}

    refused = worker.post(f"/shifts/{shift}/paper", evidence="", **line)
    odd = worker.post(f"/shifts/{shift}/paper", evidence="签到表", **(line | {"in_at": "25:00"}))
    done = worker.post(f"/shifts/{shift}/paper", evidence="签到表第1页", **line)

    assert (refused.status_code, odd.status_code, done.status_code) == (400, 400, 303)
    assert 'value="09:10"' in refused.get_data(as_text=True)
    assert states(runtime)[0] is SignupState.CHECKED_OUT


def worker_page(worker, shift) -> str:
    return worker.get(f"/shifts/{shift}/paper").get_data(as_text=True)


def test_what_looks_odd_is_settled_with_a_note(clerk, shift, runtime) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    worker.post(f"/shifts/{shift}/roster", did="came", signup=ids(runtime)[:1])
    worker.post(f"/shifts/{shift}/roster", did="left", signup=ids(runtime)[:1])
    with runtime.db.transaction() as session:
        signs.look(session, runtime.now(), POLICY)
    judge = clerk(Role.STREET_OPERATOR, "A")
    [(oddity,)] = found(runtime, Oddity.id)

    assert "同一分钟签到又签退" in judge.get("/oddities").get_data(as_text=True)
    assert "同一分钟签到又签退" in judge.get(f"/oddities/{oddity}").get_data(as_text=True)
    assert judge.post(f"/oddities/{oddity}", state="cleared", note="").status_code == 400
    assert judge.post(f"/oddities/{oddity}", state="cleared", note="问过了").status_code == 303
    assert "没有等人看的" in judge.get("/oddities").get_data(as_text=True)
    assert found(runtime, Oddity.id, Oddity.state)[0][1] is OddityState.CLEARED


def test_staff_of_another_community_see_and_change_nothing(clerk, shift, runtime) -> None:
    with runtime.db.transaction() as session:
        area = session.get_one(Activity, session.get_one(Shift, shift).activity_id).area_id
        session.add(
            Oddity(
                key="x",
                kind="bulk",
                area_id=area,
                facts={},
                state=OddityState.OPEN,
                found_at=runtime.now(),
            )
        )
    [(oddity,)] = found(runtime, Oddity.id)
    signup = ids(runtime)[0]
    stranger, judge = clerk(Role.COMMUNITY_WORKER, "B1"), clerk(Role.STREET_OPERATOR, "B")

    for reader in (stranger, judge):
        for page in ("roster", "screen", "paper"):
            assert reader.get(f"/shifts/{shift}/{page}").status_code == 404
        assert f"/shifts/{shift}/" not in reader.get("/shifts").get_data(as_text=True)
        for path, fields in (
            ("roster", {"did": "all_whole"}),
            ("people", {"who": PHONE}),
            (f"roster/{signup}/recheck", {"seen": "yes"}),
            ("paper", {"signup": signup, "in_at": "09:15", "out_at": "11:00", "evidence": "无"}),
        ):
            assert reader.post(f"/shifts/{shift}/{path}", **fields).status_code in (400, 404)
    assert stranger.get("/oddities").status_code == 403
    assert judge.get(f"/oddities/{oddity}").status_code == 404
    assert judge.post(f"/oddities/{oddity}", state="cleared", note="无").status_code == 404
    assert states(runtime) == ["confirmed"] * 3
    assert found(runtime, Attendance.id) == []


def test_a_roster_is_read_in_the_same_number_of_statements(
    clerk, shift, runtime, statements
) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    def cost() -> int:
        with statements() as seen:
            assert worker.get(f"/shifts/{shift}/roster").status_code == 200
        return len(seen)

    before = cost()
    with runtime.db.transaction() as session:
        for _ in range(12):
            person = a_person(session, runtime.now())
            signups.sign_up(session, person, shift, runtime.now(), channel="chat", policy=POLICY)
    assert cost() == before

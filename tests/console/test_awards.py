"""Points by hand at the console: found, looked at, given, allowed by a second one, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.people import identities, profile
from server.people.models import Channel, Role
from server.riders import registration
from server.riders.models import PointsTransaction, Sector
from server.riders.points import accounts, awarding
from server.riders.registration import Told
from server.staff.models import Approval
from tests.console.reach import assert_out_of_reach
from tests.server.riders.acts import earn, has

NAME, PHONE = "示例·赵骑手", "13912340000"
WISH = {
    "code": "ANTIFRAUD_TASK",
    "day": "2026-03-08",
    "points": "",
    "evidence": "在永辉门口发了50份传单",
    "reference": "登记簿3页",
}


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def rider(runtime, district) -> int:
    """A rider of A1 who has told name and number, and belongs to no area as a person."""
    with runtime.db.transaction() as session:
        person = identities.put_down(session, runtime.now())
        profile.rename(session, person, NAME, vault=runtime.vault)
        profile.set_phone(session, person, PHONE, vault=runtime.vault)
        told = Told(Sector.FOOD, "A1")
        registration.register(session, person, told, Channel.CHAT, runtime.now())
        return person


@pytest.fixture
def anna(clerk):
    return clerk(Role.COMMUNITY_WORKER, "A1")


def points(runtime, rider: int) -> int:
    with runtime.db.reading() as session:
        return has(session, rider, runtime.now())


def confirmed(answer) -> dict[str, str]:
    """Return the hidden fields of a preview, as its button sends them."""
    page = text(answer)
    at = page.partition('name="at" value="')[2].partition('"')[0]
    return {**{key: WISH[key] for key in ("code", "evidence", "reference")}, "points": "", "at": at}


def given(clerk, rider: int, **more: str) -> None:
    shown = clerk.post(f"/people/{rider}/points/preview", **WISH | more)
    assert clerk.post(f"/people/{rider}/points", **confirmed(shown) | more).status_code == 303


@pytest.mark.parametrize("words", [PHONE, NAME, "赵骑手"])
def test_a_rider_is_found_by_the_whole_name_or_number_alone(anna, rider, words) -> None:
    page = text(anna.post("/points/awards/find", words=words))

    assert (f"/people/{rider}/points" in page) == (words != "赵骑手")
    # what was keyed stands in the field again; the other stays masked
    assert (NAME if words == PHONE else PHONE) not in page


def test_riders_of_other_areas_are_not_found(clerk, rider) -> None:
    ben = clerk(Role.COMMUNITY_WORKER, "B1")

    assert "没有找到" in text(ben.post("/points/awards/find", words=PHONE))
    assert_out_of_reach(ben, "GET", f"/people/{rider}/points")
    assert_out_of_reach(ben, "POST", f"/people/{rider}/points/preview", **WISH)


def test_it_is_looked_at_before_it_is_given(anna, runtime, rider) -> None:
    page = text(anna.post(f"/people/{rider}/points/preview", **WISH))

    assert all(words in page for words in ("反诈宣传任务", "1分", "还没有加", "所有项目，2026-03"))
    assert points(runtime, rider) == 0
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(PointsTransaction)) == 0


def test_it_is_given_once_however_often_the_button_is_pressed(anna, runtime, rider) -> None:
    shown = anna.post(f"/people/{rider}/points/preview", **WISH)
    for _ in range(3):
        assert anna.post(f"/people/{rider}/points", **confirmed(shown)).status_code == 303

    assert points(runtime, rider) == 1
    page = text(anna.get(f"/people/{rider}/points"))
    assert all(words in page for words in ("+1", "在永辉门口发了50份传单（登记簿3页）", "核实"))


def test_what_is_full_says_so_and_offers_no_button(anna, runtime, rider) -> None:
    with runtime.db.transaction() as session:
        for number in range(4):
            earn(session, rider, runtime.now(), f"task:{number}", code="ANTIFRAUD_TASK")

    page = text(anna.post(f"/people/{rider}/points/preview", **WISH))

    assert "一个月最多算4次" in page
    assert 'name="at"' not in page


def test_a_large_award_waits_for_a_second_person(clerk, anna, runtime, rider) -> None:
    head = clerk(Role.STREET_OPERATOR, "A")
    large = {"code": "GOOD_DEED", "points": "30"}
    given(anna, rider, **large)
    before = points(runtime, rider)
    page = text(head.get("/approvals"))
    with runtime.db.reading() as session:
        asked = session.scalars(select(Approval).where(Approval.kind == awarding.KIND)).one()

    mine = anna.post(f"/approvals/{asked.id}/grant")
    head.post(f"/approvals/{asked.id}/grant")

    assert before == 0
    assert "见义勇为、好人好事加30分" in page
    assert mine.status_code == 403
    assert points(runtime, rider) == 30


def test_it_is_taken_back_once_with_a_reason(anna, runtime, rider) -> None:
    given(anna, rider)
    with runtime.db.reading() as session:
        award = session.scalar(select(func.max(PointsTransaction.id)))
    path = f"/people/{rider}/points/{award}/reverse"

    silent = anna.post(path, reason=" ")
    done = anna.post(path, reason="传单没有发")
    again = anna.post(path, reason="再撤一次")

    assert (silent.status_code, done.status_code, again.status_code) == (400, 303, 409)
    assert "不能再撤销" in text(again)
    assert points(runtime, rider) == 0
    assert "已撤销" in text(anna.get(f"/people/{rider}/points"))


def test_a_pause_is_shown(anna, runtime, rider) -> None:
    with runtime.db.transaction() as session:
        until = runtime.now().replace(day=20)
        accounts.freeze(session, accounts.find(session, rider), until)

    assert "暂停累计到3月20日" in text(anna.get(f"/people/{rider}/points"))
    assert "暂停累计" in text(anna.post(f"/people/{rider}/points/preview", **WISH))


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"evidence": " "}, 400),
        ({"day": ""}, 400),
        ({"day": "昨天"}, 400),
        ({"day": "2026-03-10"}, 400),
        ({"day": "2020-01-01"}, 404),
        ({"code": "NOTHING"}, 404),
        ({"code": "GOOD_DEED", "points": ""}, 400),
        ({"code": "GOOD_DEED", "points": "99"}, 400),
        ({"code": "SUGGEST_ADOPTED"}, 403),
        ({"code": "VOL_HOUR"}, 403),
    ],
)
def test_bad_input_is_told_in_a_sentence_on_the_same_page(
    anna, runtime, rider, wrong, status
) -> None:
    answer = anna.post(f"/people/{rider}/points/preview", **WISH | wrong)

    assert answer.status_code == status
    assert 'role="alert"' in text(answer)
    assert "看看加多少" in text(answer)
    assert points(runtime, rider) == 0


@pytest.mark.parametrize("at", ["", "x", "2026-03-08T12:00:00", "9999-12-31T00:00:00+00:00"])
def test_a_moment_that_was_tampered_with_gives_nothing(anna, runtime, rider, at) -> None:
    answer = anna.post(f"/people/{rider}/points", **WISH | {"at": at})

    assert answer.status_code == 400
    assert points(runtime, rider) == 0


def test_nobody_gives_points_to_themselves(anna, runtime, rider, clerk) -> None:
    assert anna.post(f"/people/{anna.person_id}/points/preview", **WISH).status_code in (403, 404)


def test_staff_cannot_hold_an_account_by_any_door(clerk, runtime, anna) -> None:
    """G4: neither put down by a colleague nor at the desk for themselves."""
    head = clerk(Role.DISTRICT_OPERATOR, "D")
    with runtime.db.transaction() as session:
        profile.rename(session, anna.person_id, "示例·职员甲", vault=runtime.vault)
    told = {"wish": "register", "sector": "food", "area": "A1", "channel": "phone"}

    refused = head.post(f"/people/{anna.person_id}/rider", **told)

    assert refused.status_code == 403
    assert "在岗的工作人员不参加积分" in text(refused)
    with runtime.db.reading() as session:
        assert registration.find(session, anna.person_id) is None


def test_the_page_begins_with_whom_points_are_for(anna) -> None:
    assert "骑手的手机号、全名或志愿者编号" in text(anna.get("/points/awards"))


def test_many_lines_come_by_pages_of_few_statements(anna, runtime, rider, statements) -> None:
    def earned(first: int, last: int) -> None:
        with runtime.db.transaction() as session:
            for number in range(first, last):
                at = runtime.now() - timedelta(days=number)
                earn(session, rider, runtime.now(), f"report:{number}", at=at)

    earned(0, 2)
    with statements() as few:
        anna.get(f"/people/{rider}/points")
    earned(2, 25)
    with statements() as many:
        page = text(anna.get(f"/people/{rider}/points"))
    older = text(anna.get(f"/people/{rider}/points?before=6"))

    assert len(few) == len(many)
    assert f"/people/{rider}/points?before=6" in page
    assert "回到第一页" in older

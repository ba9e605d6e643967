"""积分收支 at the console: what moved and what is owed, drawn, with nobody told by a figure."""

from datetime import date

import pytest

from server import jobs
from server.areas import tree
from server.ledgers import riding
from server.ledgers.months import Span
from server.people.models import Role
from server.riders.budget import flows
from server.riders.points import spending
from tests.server.riders.acts import a_rider, earn, rich
from tests.server.riders.rewards.acts import a_shelf


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def moved(runtime, district) -> None:
    now = runtime.now()
    with runtime.db.transaction() as session:
        for number in range(6):
            rider = a_rider(session, now)
            rich(session, rider, now, 10)
            earn(session, rider, now, f"report:{number}")
            spending.spend(session, rider, 4, f"redemption:{number}", now)
    with runtime.db.transaction() as session:
        flows.count(session, now)


def test_what_moved_and_what_is_owed_stand_beside_the_drawing(clerk, moved) -> None:
    page = text(clerk(Role.DISTRICT_OPERATOR, "D").get("/points/budget"))

    assert "42分" in page
    assert 'id="by-month-spec"' in page
    assert all(words in page for words in ("26年3月", "66", "24", "2027年底", "建议被采纳"))


def test_few_people_stand_together(clerk, runtime, district) -> None:
    with runtime.db.transaction() as session:
        for number in range(2):
            earn(session, a_rider(session, runtime.now()), runtime.now(), f"report:{number}")
    with runtime.db.transaction() as session:
        flows.count(session, runtime.now())

    page = text(clerk(Role.DISTRICT_OPERATOR, "D").get("/points/budget"))

    assert "不足5" in page
    assert "不显示" in page


def test_an_empty_ledger_is_a_page_too(clerk, district) -> None:
    page = text(clerk(Role.DISTRICT_OPERATOR, "D").get("/points/budget"))

    assert "还没有统计过" in page
    assert "现在没有未兑换的积分" in page


def test_it_is_the_whole_districts_alone(clerk, district) -> None:
    assert clerk(Role.DISTRICT_OPERATOR, "A1").get("/points/budget").status_code == 404
    assert clerk(Role.STREET_OPERATOR, "A").get("/points/budget").status_code == 403


def test_it_goes_out_as_a_file(clerk, runtime, moved) -> None:
    head = clerk(Role.DISTRICT_OPERATOR, "D")
    asked = {"kind": "points", "form": "csv", "area": "D", "purpose": "预算小结"}
    answer = head.post("/exports", since="2026-01-01", until="2026-03-31", **asked)
    jobs.run_once(runtime, "write-exports")
    export = answer.headers["Location"].rpartition("/")[2]

    answer = head.post(f"/exports/{export}/file")
    file = text(answer)
    answer.close()

    assert "月份,发放（分）,撤销（分）,兑换（分）" in file
    assert "2026-03,66,0,24" in file


def test_more_history_costs_no_statement_more(clerk, runtime, moved, statements) -> None:
    head = clerk(Role.DISTRICT_OPERATOR, "D")
    with statements() as few:
        head.get("/points/budget")
    with runtime.db.transaction() as session:
        for number in range(20):
            earn(session, a_rider(session, runtime.now()), runtime.now(), f"more:{number}")
    with statements() as many:
        head.get("/points/budget")

    assert len(few) == len(many)
    assert not [words for words in many if "points_entry" in words]


def test_what_lies_ready_is_shown(clerk, district, runtime) -> None:
    head = clerk(Role.DISTRICT_OPERATOR, "D")
    before = text(head.get("/points/budget"))
    with runtime.db.transaction() as session:
        a_shelf(session, runtime.now(), 12, name="保温杯", points=30)

    page = text(head.get("/points/budget"))

    assert "可以兑换的东西" not in before
    assert all(words in page for words in ("保温杯", "12", "30分"))


def test_a_part_of_the_district_has_no_file_of_its_own(clerk, runtime, moved) -> None:
    with runtime.db.reading() as session:
        area, whole = (tree.by_code(session, code) for code in ("A1", "D"))
        span = Span(date(2026, 1, 1), date(2026, 3, 31))
        part, all_ = (list(riding.by_month(session, one, span)) for one in (area, whole))

    assert (part, len(all_)) == ([], 1)


def test_small_rules_stand_together_with_the_next_larger_one(clerk, moved) -> None:
    page = text(clerk(Role.DISTRICT_OPERATOR, "D").get("/points/budget"))

    assert "随手拍属实" in page
    assert "其他（少于5的合在一起）" not in page

"""积分异常 at the console: why, what to do, looked at by whoever had no hand in it."""

import pytest
from sqlalchemy import select

from server.people.models import Role
from server.riders.models import OddState, PointsOddity, Rider
from tests.console.reach import assert_out_of_reach
from tests.console.test_awards import rider as rider
from tests.factories import a_person

assert rider


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def odd(runtime, rider) -> int:
    """A pair of somebody who vouches and the rider of A1."""
    with runtime.db.transaction() as session:
        verifier = a_person(session, runtime.now())
        area = session.scalar(select(Rider.area_id).where(Rider.person_id == rider))
        one = PointsOddity(
            key="pair:1",
            kind="pair",
            area_id=area,
            person_id=rider,
            verifier_id=verifier,
            facts={"number": 6, "share": 66, "points": 30},
            state=OddState.OPEN,
            found_at=runtime.now(),
        )
        session.add(one)
        session.flush()
        return one.id


def test_each_line_says_why_and_what_to_do(clerk, odd, rider) -> None:
    page = text(clerk(Role.STREET_OPERATOR, "A").get("/points/oddities"))

    assert "近30天核实的66%给了同一名骑手，共6次、30分。" in page
    assert "到积分录入里逐笔撤销" in page
    assert "示例·赵骑手" not in page


def test_it_is_looked_at_with_a_note_and_gone_from_the_list(clerk, runtime, odd) -> None:
    head = clerk(Role.STREET_OPERATOR, "A")
    silent = head.post(f"/points/oddities/{odd}", state="cleared", note="")
    head.post(f"/points/oddities/{odd}", state="acted_on", note="撤销了两笔")
    again = head.post(f"/points/oddities/{odd}", state="cleared", note="再看")

    assert (silent.status_code, again.status_code) == (400, 409)
    assert "没有等人看的积分异常" in text(head.get("/points/oddities"))
    assert "撤销了两笔" in text(head.get(f"/points/oddities/{odd}"))


def test_whoever_vouched_sees_it_and_does_not_judge(clerk, runtime, odd) -> None:
    head = clerk(Role.STREET_OPERATOR, "A")
    with runtime.db.transaction() as session:
        session.get_one(PointsOddity, odd).verifier_id = head.person_id

    assert "没有经手的同事" in text(head.get(f"/points/oddities/{odd}"))
    assert head.post(f"/points/oddities/{odd}", state="cleared", note="x").status_code == 403


def test_it_stands_in_the_queue_of_whoever_judges(clerk, odd) -> None:
    assert "老是给同一个人加分" in text(clerk(Role.VERIFIER, "A").get("/"))


def test_other_streets_do_not_see_it(clerk, odd) -> None:
    assert_out_of_reach(clerk(Role.STREET_OPERATOR, "B"), "GET", f"/points/oddities/{odd}")

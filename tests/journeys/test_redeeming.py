"""Points become a thing in one's hand: a rider's three messages, and one of the keeper's."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from server.people.models import Account
from server.riders.rewards.stock import Shelf
from server.riders.stations import keepers
from server.runtime import Runtime
from server.staff import reach as reaches
from tests.journeys.desk import Desk
from tests.server.riders.acts import has, rich, riding
from tests.server.riders.rewards.acts import a_shelf, flaws, states, verified

pytestmark = pytest.mark.once


def newest(runtime: Runtime) -> int:
    """Return whom we met last."""
    with runtime.db.reading() as session:
        found = select(Account.person_id).order_by(Account.id.desc()).limit(1)
        return session.scalars(found).one()


def test_a_rider_redeems_in_three_messages_and_the_keeper_hands_over(
    desk: Desk, runtime: Runtime
) -> None:
    desk.become("林小满")
    desk.follow()
    rider = newest(runtime)
    desk.become("周建国")
    desk.follow()
    keeper = newest(runtime)
    with runtime.db.transaction() as session:
        now = runtime.now()
        riding(session, rider, now)
        verified(session, rider, now)
        rich(session, rider, now, 15)
        shelf: Shelf = a_shelf(session, now)
        keepers.entrust(session, reaches.of_machine(session), shelf.station_id, keeper, now)

    desk.become("林小满")
    listed = desk.say("兑换", "您有15分，可以兑换")
    listed.get_by_role("button", name=re.compile("回复 *1 *手套")).click()
    expect(desk.page.locator(".line.account").last).to_contain_text("到哪里领？")
    told = desk.say("1", "兑好了：手套1件，扣10分，还有5分。").inner_text()
    code = re.search(r"兑换码：(\w{4}-\w{4})", told)
    assert code
    desk.become("周建国")
    desk.say(f"核销 {code[1]}", "请交给骑手 手套 1件。")
    desk.say(f"核销 {code[1]}", "请不要再发一次")
    desk.become("林小满")
    desk.say("我的券", "已在1号站领取")

    with runtime.db.reading() as session:
        assert states(session) == {"collected": 1}
        assert has(session, rider, runtime.now()) == 5
        assert flaws(session) == []

"""Stock is the sum of what was brought, counted anew, held, given back and collected."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.audit.models import AuditEntry
from server.people.models import Role
from server.riders.rewards import desk, editing, shelves, stock, stocking
from server.riders.rewards.editing import Terms
from server.riders.rewards.models import MoveKind, RewardMove, RewardStock, RewardVersion
from server.riders.rewards.refusals import (
    BadCount,
    BadReward,
    FewerThere,
    RewardChanged,
    RewardMissing,
)
from server.riders.rewards.stock import Shelf
from server.riders.stations import editing as station_editing
from server.staff import approvals
from server.staff import reach as reaches
from server.staff.approvals import AskedAlready, ReasonNeeded, SecondPersonNeeded
from server.staff.models import Approval
from server.staff.reach import NotAllowed, OutOfReach
from tests.server.riders.rewards.acts import a_buyer, a_reward, a_shelf, flaws, hold, lying
from tests.server.riders.stations.acts import a_station
from tests.server.volunteers.staff import a_reach


def trail(session, action: str) -> list[str | None]:
    """Return the reasons that stand in the trail with an action."""
    found = select(AuditEntry.reason).where(AuditEntry.action == action)
    return list(session.scalars(found.order_by(AuditEntry.id)))


@pytest.fixture
def wang(session, now):
    return a_reach(session, now, Role.COMMUNITY_WORKER)


@pytest.fixture
def shelf(session, now) -> Shelf:
    return a_shelf(session, now, pieces=12)


def test_what_is_brought_lies_there(session, now, wang, shelf) -> None:
    lying_now = stocking.receive(session, wang, shelf, 8, now, note="送货单 13912345678")

    assert lying_now == (20, 0)
    [newest, first] = shelves.moves(session, shelf)
    assert (newest.kind, newest.free, newest.free_after) == (MoveKind.RECEIVED, 8, 20)
    assert newest.reason == "送货单 ***"
    assert first.number == 1
    assert flaws(session) == []


def test_what_is_counted_anew_says_why(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        wang, shelf = a_reach(session, now, Role.COMMUNITY_WORKER), a_shelf(session, now, pieces=12)

    with db.transaction() as session:
        assert stocking.correct(session, wang, shelf, -2, "包装破损", now) == (10, 0)
        assert stocking.correct(session, wang, shelf, 1, "多找到一件", now) == (11, 0)
        with pytest.raises(ReasonNeeded):
            stocking.correct(session, wang, shelf, -1, "  ", now)

    with db.reading() as session:
        assert trail(session, "reward.corrected") == ["包装破损", "多找到一件"]
        assert flaws(session) == []


def test_what_is_held_is_never_counted_away(session, now, means, wang, shelf) -> None:
    for _ in range(10):
        hold(session, a_buyer(session, now), shelf, now, means)

    with pytest.raises(FewerThere) as refused:
        stocking.correct(session, wang, shelf, -3, "盘点", now)

    assert refused.value.facts == {"free": 2}
    assert lying(session, shelf) == (2, 10)


@pytest.mark.parametrize("pieces", [0, -1, 1_001])
def test_numbers_that_make_no_sense_are_refused(session, now, wang, shelf, pieces) -> None:
    with pytest.raises(BadCount):
        stocking.receive(session, wang, shelf, pieces, now)
    if pieces != -1:
        with pytest.raises(BadCount):
            stocking.correct(session, wang, shelf, pieces, "盘点", now)


def test_much_at_once_takes_a_second_person(session, now, wang, shelf) -> None:
    assert stocking.correct(session, wang, shelf, -11, "水淹", now) is None
    assert lying(session, shelf) == (12, 0)
    with pytest.raises(AskedAlready):
        stocking.correct(session, wang, shelf, -11, "水淹", now)
    asked = session.scalars(select(Approval)).one()
    with pytest.raises(NotAllowed):
        approvals.grant(session, wang, asked.id, now)

    street = a_reach(session, now, Role.STREET_OPERATOR)
    approvals.grant(session, street, asked.id, now)

    assert lying(session, shelf) == (1, 0)
    [move, _first] = session.scalars(select(RewardMove).order_by(RewardMove.number.desc()))
    assert (move.actor, move.approved_by) == (wang.person_id, street.person_id)
    told = approvals.KINDS[stocking.KIND].tell(session, [asked])[asked.id]
    assert told == "1号站的“手套”改-11件，原因：水淹"


def test_who_asks_does_not_allow(session, now, shelf) -> None:
    street = a_reach(session, now, Role.STREET_OPERATOR)
    stocking.correct(session, street, shelf, -11, "水淹", now)
    asked = session.scalars(select(Approval)).one()

    with pytest.raises(SecondPersonNeeded):
        approvals.grant(session, street, asked.id, now)


def test_what_is_gone_meanwhile_is_not_taken_by_a_late_consent(
    session, now, means, wang, shelf
) -> None:
    stocking.correct(session, wang, shelf, -12, "水淹", now)
    hold(session, a_buyer(session, now), shelf, now, means)
    asked = session.scalars(select(Approval)).one()

    with pytest.raises(FewerThere):
        approvals.grant(session, a_reach(session, now, Role.STREET_OPERATOR), asked.id, now)


def test_stock_is_kept_by_who_may_and_where_there_is_a_station(session, now, wang, shelf):
    machine = reaches.of_machine(session)
    grid = a_reach(session, now, Role.GRID_WORKER)

    with pytest.raises(NotAllowed):
        stocking.receive(session, grid, shelf, 1, now)
    with pytest.raises(RewardMissing):
        stocking.receive(session, wang, Shelf(10**9, shelf.station_id), 1, now)
    with pytest.raises(OutOfReach):
        stocking.receive(session, wang, Shelf(shelf.reward_id, 10**9), 1, now)
    station_editing.retire(session, machine, shelf.station_id, now)
    with pytest.raises(OutOfReach):
        stocking.receive(session, wang, shelf, 1, now)


@pytest.mark.parametrize("table", [RewardMove, RewardVersion])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_written(db, clock, table, deed) -> None:
    with db.transaction() as session:
        a_shelf(session, clock.now())
    name = "reason" if table is RewardMove else "name"
    change = delete(table) if deed == "delete" else update(table).values({name: "别的"})

    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
        session.execute(change)


def test_the_database_refuses_less_than_nought(db, clock) -> None:
    with db.transaction() as session:
        a_shelf(session, clock.now(), pieces=1)

    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(update(RewardStock).values(free=-1))


def test_stock_changed_behind_the_back_is_found(db, clock) -> None:
    with db.transaction() as session:
        shelf = a_shelf(session, clock.now())
        session.execute(text("UPDATE reward_stock SET free = free + 1"))

    with db.reading() as session:
        [flaw] = flaws(session)
        assert f"reward {shelf.reward_id} at station" in flaw


def test_rewards_are_described_by_who_may_and_sensibly(session, now, wang) -> None:
    machine, today = reaches.of_machine(session), now.date()
    for terms in (
        *(Terms("", 10, today), Terms("很" * 21, 10, today), Terms("手套", 0, today)),
        *(Terms("手套", 1_001, today), Terms("手套", 10, today, month_limit=0)),
        Terms("手套", 10, today, until=today.replace(year=today.year - 1)),
    ):
        with pytest.raises(BadReward):
            editing.make(session, machine, terms, now)
    with pytest.raises(NotAllowed):
        editing.make(session, wang, Terms("手套", 10, today), now)
    with pytest.raises(NotAllowed):
        editing.switch(session, wang, 1, True, now)


def test_of_two_edits_of_one_version_the_second_is_refused(session, now) -> None:
    machine, reward = reaches.of_machine(session), a_reward(session, now)
    terms = Terms("手套", 20, now.date(), about=" 加厚  的 ")

    assert editing.edit(session, machine, reward, terms, now, seen=1) == 2
    with pytest.raises(RewardChanged):
        editing.edit(session, machine, reward, terms, now, seen=1)
    with pytest.raises(RewardMissing):
        editing.edit(session, machine, 10**9, terms, now, seen=1)

    offer, active = editing.of(session, reward)
    assert (offer.points, offer.about, active) == (20, "加厚 的", True)
    assert [one.points for one in editing.versions(session, reward)] == [20, 10]


def test_what_is_switched_is_switched_once(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        machine, reward = reaches.of_machine(session), a_reward(session, now)
        for on in (False, False, True, True):
            editing.switch(session, machine, reward, on, now)
        with pytest.raises(RewardMissing):
            editing.switch(session, machine, 10**9, True, now)

    with db.reading() as session:
        assert len(trail(session, "reward.switched_off")) == 1
        assert len(trail(session, "reward.switched_on")) == 1


def test_staff_see_what_lies_where(session, now, means, wang, shelf) -> None:
    hold(session, a_buyer(session, now), shelf, now, means)

    [line] = desk.catalogue(session, wang)
    page = shelves.browse(session, wang, shelf.reward_id)
    one, keeps = shelves.of(session, wang, shelf)
    bare = a_station(session, now, reaches.of_machine(session))
    empty, _keeps = shelves.of(session, wang, Shelf(shelf.reward_id, bare.id))

    assert (line.offer.name, line.active, line.free, line.held, line.collected) == (
        *("手套", True),
        *(11, 1, 0),
    )
    assert [(each.free, each.held) for each in page.items] == [(11, 1)]
    assert ((one.free, one.held), keeps) == ((11, 1), True)
    assert (empty.free, empty.held) == (0, 0)
    assert [each.state for each in desk.vouchers(session, wang, None).items] == ["reserved"]


def test_lists_of_staff_cost_the_same_however_long(session, now, means, wang, statements):
    def look() -> int:
        with statements() as asked:
            desk.catalogue(session, wang)
            desk.vouchers(session, wang, None)
            shelves.browse(session, wang, 1)
        return len(asked)

    a_shelf(session, now)
    few = look()
    for _ in range(5):
        hold(session, a_buyer(session, now), a_shelf(session, now), now, means)

    assert look() == few == 3


def test_a_move_that_cannot_be_is_none_and_leaves_nothing(session, now, shelf) -> None:
    assert stock.move(session, shelf, MoveKind.HELD, now, pieces=13) is None
    assert stock.move(session, shelf, MoveKind.COLLECTED, now) is None
    assert len(shelves.moves(session, shelf)) == 1

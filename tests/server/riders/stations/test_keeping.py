"""A keeper's word is kept once, whoever says it how often; anybody says what is wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.audit.models import AuditEntry
from server.errors import Missing
from server.people import erasing, joining
from server.people.models import Channel, Role
from server.riders.stations import editing, faults, keepers, keeping, stations, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facility, FaultKind
from server.riders.stations.models import FaultState, StationFault, StationKeeper
from server.riders.stations.refusals import (
    BadStation,
    BadUntil,
    NotAKeeper,
    NumberTaken,
    ReasonNeeded,
    StationChanged,
    StationClosed,
    StationMissing,
)
from server.riders.stations.wishes import Wish
from server.staff import reach as reaches
from server.staff.reach import NotAllowed
from tests.factories import a_person
from tests.server.riders.stations.acts import HERE, a_station, described, staff
from tests.server.volunteers.need_acts import VAULT
from tests.server.volunteers.staff import a_reach

FAR = timedelta(days=93)


@pytest.fixture
def reach(session, now):
    return staff(session, now)


@pytest.fixture
def station(session, now, reach):
    return a_station(session, now, reach)


@pytest.fixture
def keeper(session, now, reach, station):
    """Somebody without any post who keeps the station."""
    person = a_person(session, now)
    keepers.entrust(session, reach, station.id, person, now)
    return reaches.of(session, person, now)


def deeds(session, action: str) -> int:
    """Return how often the trail has this, with what this transaction has yet to append."""
    written = session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0
    return written + sum(one.row.get("action") == action for one in session.info.get("chains", ()))


def test_a_keeper_closes_and_opens_and_twice_is_once(session, now, keeper, station) -> None:
    for _ in range(2):
        view = keeping.close(session, keeper, station.id, " 停水 ", now + timedelta(hours=2), now)
        assert not view.standing.is_open
        assert view.standing.closure.reason == "停水"
        assert view.standing.opens_at == now + timedelta(hours=2)
    for _ in range(2):
        view = keeping.open_up(session, keeper, station.id, now)
        assert view.standing.is_open
        assert view.confirmed_at == now

    assert deeds(session, "station.closed") == deeds(session, "station.opened") == 1


def test_a_closure_ends_by_itself_and_without_an_end_when_somebody_opens(
    session, now, keeper, station, clock
) -> None:
    keeping.close(session, keeper, station.id, "停水", now + timedelta(hours=2), now)
    later = clock.advance(hours=2)
    assert views.by_id(session, station.id, later).standing.is_open
    assert keeping.confirm(session, keeper, station.id, later).standing.is_open

    keeping.close(session, keeper, station.id, "装修", None, later)

    assert views.by_id(session, station.id, clock.advance(days=90)).standing.opens_at is None


def test_confirming_is_kept_once_in_ten_minutes_and_refused_while_closed(
    session, now, keeper, station, clock
) -> None:
    keeping.confirm(session, keeper, station.id, now)
    keeping.confirm(session, keeper, station.id, clock.advance(minutes=9))
    assert deeds(session, "station.confirmed") == 1
    view = keeping.confirm(session, keeper, station.id, clock.advance(minutes=2))
    assert view.confirmed_at == clock.now()
    assert deeds(session, "station.confirmed") == 2

    keeping.close(session, keeper, station.id, "停电", None, clock.now())

    with pytest.raises(StationClosed):
        keeping.confirm(session, keeper, station.id, clock.now())


def test_a_closure_needs_a_reason_and_a_sensible_end(session, now, keeper, station) -> None:
    with pytest.raises(ReasonNeeded):
        keeping.close(session, keeper, station.id, "  ", None, now)
    for until in (now, now - timedelta(hours=1), now + FAR):
        with pytest.raises(BadUntil):
            keeping.close(session, keeper, station.id, "停水", until, now)


def test_nobody_else_opens_or_closes_a_station(session, now, station, reach) -> None:
    stranger = reaches.of(session, a_person(session, now), now)
    grid = a_reach(session, now, Role.GRID_WORKER)

    for who in (stranger, grid):
        with pytest.raises(NotAKeeper):
            keeping.close(session, who, station.id, "停水", None, now)
        with pytest.raises(NotAKeeper):
            keeping.confirm(session, who, station.id, now)
    with pytest.raises(NotAllowed):
        editing.retire(session, stranger, station.id, now)
    with pytest.raises(NotAllowed):
        keepers.entrust(session, grid, station.id, grid.person_id, now)
    assert keeping.open_up(session, reach, station.id, now).standing.is_open


def test_control_without_the_keepers_row_the_same_person_is_refused(
    session, now, keeper, station, reach
) -> None:
    keepers.relieve(session, reach, station.id, keeper.person_id, now)
    keepers.relieve(session, reach, station.id, keeper.person_id, now)

    with pytest.raises(NotAKeeper):
        keeping.confirm(session, keeper, station.id, now)
    assert keepers.kept_by(session, keeper.person_id) == []
    assert deeds(session, "station.relieved") == 1


@pytest.mark.both
def test_of_many_who_close_at_once_the_trail_has_one(db, now, race) -> None:
    with db.transaction() as session:
        reach = staff(session, now)
        station = a_station(session, now, reach).id

    race([lambda session: keeping.close(session, reach, station, "停水", None, now)] * 6)

    with db.reading() as session:
        assert deeds(session, "station.closed") == 1


@pytest.mark.both
def test_of_many_reports_at_once_one_is_kept(db, now, race) -> None:
    with db.transaction() as session:
        person, station = a_person(session, now), a_station(session, now).id

    def act(session):
        return faults.report(
            session, person, station, FaultKind.POWER, "没电", now, channel=Channel.CHAT
        ).id

    assert len(set(race([act] * 6))) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(StationFault)) == 1


def report(session, person, station, now, kind=FaultKind.POWER):
    return faults.report(session, person, station.id, kind, "插座没电", now, channel=Channel.CHAT)


def test_one_report_a_person_station_kind_and_day(session, now, station, clock) -> None:
    zhao, qian = a_person(session, now), a_person(session, now)
    same = {report(session, zhao, station, now).id for _ in range(3)}
    others = {
        report(session, qian, station, now).id,
        report(session, zhao, station, now, FaultKind.WATER).id,
        report(session, zhao, station, clock.advance(days=1)).id,
    }

    assert len(same) == 1
    assert len(others - same) == 3
    assert views.by_id(session, station.id, now).faults == (FaultKind.POWER, FaultKind.WATER)


def test_the_table_itself_refuses_a_second_report(session, now, station) -> None:
    first = report(session, a_person(session, now), station, now)
    again = {
        name: getattr(first, name) for name in ("station_id", "person_id", "kind", "day", "channel")
    }

    session.add(StationFault(**again, reported_at=now, changed_at=now))

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_report_is_seen_and_settled_once_by_whoever_keeps_the_station(
    session, now, station, keeper
) -> None:
    fault = report(session, a_person(session, now), station, now)
    stranger = reaches.of(session, a_person(session, now), now)
    with pytest.raises(NotAKeeper):
        faults.see(session, stranger, fault.id, now)

    for _ in range(2):
        assert faults.see(session, keeper, fault.id, now).state is FaultState.SEEN
    assert faults.settle(session, keeper, fault.id, "换了插座", now).answer == "换了插座"
    assert faults.settle(session, keeper, fault.id, "别的话", now).answer == "换了插座"
    assert faults.see(session, keeper, fault.id, now).state is FaultState.SETTLED

    assert views.by_id(session, station.id, now).faults == ()
    assert deeds(session, "station.fault_seen") == deeds(session, "station.fault_settled") == 1


def test_what_is_no_more_is_neither_shown_nor_kept(session, now, reach, station, keeper) -> None:
    editing.retire(session, reach, station.id, now)
    editing.retire(session, reach, station.id, now)

    assert deeds(session, "station.retired") == 1
    for act in (
        lambda: views.by_id(session, station.id, now),
        lambda: keeping.open_up(session, keeper, station.id, now),
        lambda: report(session, keeper.person_id, station, now),
    ):
        with pytest.raises(StationMissing):
            act()
    assert keepers.kept_by(session, keeper.person_id) == []
    assert a_station(session, now, reach).number == station.number + 1


def test_a_station_is_described_anew_unless_somebody_was_faster(
    session, now, reach, station
) -> None:
    other = a_station(session, now, reach)
    what = described(session, name="新示例驿站", hours="每天 24小时", number=7)
    edited = editing.edit(session, reach, station.id, what, now, revision=1)

    assert (edited.name, edited.number, edited.revision) == ("新示例驿站", 7, 2)
    with pytest.raises(StationChanged):
        editing.edit(session, reach, station.id, what, now, revision=1)
    with pytest.raises(NumberTaken):
        editing.edit(session, reach, other.id, what, now, revision=1)
    with pytest.raises(NumberTaken):
        a_station(session, now, reach, number=7)


@pytest.mark.parametrize(
    "flaw", [{"name": " "}, {"address": ""}, {"place": Place(0, 0)}, {"number": 0}]
)
def test_a_station_without_name_address_or_place_is_refused(session, now, reach, flaw) -> None:
    with pytest.raises(BadStation):
        a_station(session, now, reach, **flaw)


def test_a_day_that_differs_is_set_and_taken_back(session, now, reach, station) -> None:
    today = now.date()
    editing.differ(session, reach, station.id, today, "休息", now, note="停水")
    assert not views.by_id(session, station.id, now).standing.is_open

    editing.differ(session, reach, station.id, today, "9:00-10:00", now)
    assert views.by_id(session, station.id, now).standing.until == now + timedelta(hours=1)
    editing.differ(session, reach, station.id, today, None, now)

    assert views.by_id(session, station.id, now).standing.until == now + timedelta(hours=11)


def test_a_list_goes_on_page_after_page_and_is_narrowed(session, now, reach) -> None:
    for name in ("甲示例", "乙示例", "丙示例"):
        a_station(session, now, reach, name=name)
    a_station(session, now, reach, facilities=frozenset({Facility.TOILET}), hours="")

    first = stations.browse(session, now, limit=3)
    rest = stations.browse(session, now, after=first.after, limit=3)

    assert [view.number for view in (*first.items, *rest.items)] == [1, 2, 3, 4]
    assert rest.after is None
    toilet = Wish(facilities=frozenset({Facility.TOILET}))
    assert [view.number for view in stations.browse(session, now, toilet).items] == [4]
    assert [view.number for view in stations.browse(session, now, Wish(words="乙示")).items] == [2]
    assert len(stations.browse(session, now, Wish(open_now=True)).items) == 3
    with pytest.raises(Missing):
        views.by_number(session, 99, now)


def test_whoever_is_joined_keeps_what_either_kept_and_who_is_forgotten_keeps_nothing(
    session, now, reach, station
) -> None:
    zhao, qian = a_person(session, now), a_person(session, now)
    for person in (zhao, qian):
        keepers.entrust(session, reach, station.id, person, now)
        report(session, person, station, now)

    kept = joining.join(session, zhao, qian, now)
    assert [one.person_id for one in session.scalars(select(StationKeeper))] == [kept]
    assert [one.person_id for one in session.scalars(select(StationFault))] == [kept]

    erasing.erase(session, kept, now, channel=Channel.CHAT, vault=VAULT)

    assert session.scalars(select(StationKeeper)).all() == []
    assert [one.words for one in session.scalars(select(StationFault))] == [""]


@pytest.mark.both
def test_a_view_costs_the_same_for_many(session, now, reach, statements) -> None:
    ids = [a_station(session, now, reach, place=HERE).id for _ in range(6)]
    session.flush()
    with statements() as one:
        views.of(session, ids[:1], now)
    with statements() as many:
        views.of(session, ids, now)

    assert len(one) == len(many) == 3

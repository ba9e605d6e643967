"""The nearest are those that every distance says; what it costs does not grow with what is far."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert

from server.areas import tree
from server.riders.stations import nearest, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facility
from server.riders.stations.models import STRIP, HostKind, Station, StationState
from server.riders.stations.nearest import MOST, RADII
from server.riders.stations.wishes import Wish
from tests.server.riders.stations.acts import HERE, a_station, staff

OPEN = (((480, 1200),),) * 7
SHUT = ((),) * 7
close_by = st.tuples(st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))


def row(number: int, place: Place, area: int, now, **facts: object) -> dict[str, object]:
    given = {
        "number": number,
        "area_id": area,
        "name": f"{number}号示例驿站",
        "host": HostKind.SHOP,
        "address": "示例路",
        "lat": place.lat,
        "lng": place.lng,
        "strip": place.lat // STRIP,
        "facilities": frozenset({Facility.WATER}),
        "week": OPEN,
        "phone": "",
        "note": "",
        "state": StationState.OPEN,
        "created_at": now,
        "changed_at": now,
        "revision": 1,
        "closed_reason": None,
    }
    return given | facts


def fill(session, rows) -> None:
    session.execute(insert(Station), rows)


def brute(session, near, now, wanted, most) -> list[int]:
    """Return by distance all that are open and have what is wanted, having looked at each."""
    every = views.of(session, [one for (one,) in session.query(Station.id)], now)
    far = sorted(
        (round(near.metres_to(view.place) * 100), view.id)
        for view in every
        if view.standing.is_open and wanted <= view.facilities
    )
    return [one for metres, one in far if metres <= RADII[-1] * 100][:most]


stations = st.lists(
    st.tuples(
        close_by,
        st.sampled_from([OPEN, OPEN, SHUT]),
        st.sampled_from([StationState.OPEN, StationState.OPEN, StationState.CLOSED]),
        st.frozensets(st.sampled_from([Facility.WATER, Facility.TOILET]), max_size=2),
    ),
    max_size=40,
)


@pytest.mark.both
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stations, close_by, st.integers(1, 6), st.sets(st.just(Facility.TOILET)))
def test_the_nearest_are_what_looking_at_each_would_find(
    session, now, given_stations, off, most, wanted
) -> None:
    area = tree.root(session).id
    session.execute(delete(Station))
    fill_with = [
        row(
            number,
            Place(HERE.lat + place[0], HERE.lng + place[1]),
            area,
            now,
            week=week,
            state=state,
            closed_reason="停水" if state is StationState.CLOSED else None,
            facilities=has,
        )
        for number, (place, week, state, has) in enumerate(given_stations, 1)
    ]
    if fill_with:
        fill(session, fill_with)
    near, facilities = Place(HERE.lat + off[0], HERE.lng + off[1]), frozenset(wanted)
    wish = Wish(facilities, open_now=True)

    found = nearest.find(session, near, now, wish, limit=most)

    wide = brute(session, near, now, facilities, 100)
    assert [view.id for view in found.items] == wide[:most]
    assert (found.more_after is not None) == (len(wide) > most)
    if found.more_after:
        rest = nearest.find(session, near, now, wish, after=found.more_after, limit=most)
        assert [view.id for view in rest.items] == wide[most : 2 * most]


def test_control_by_degrees_alone_the_wrong_one_is_nearest(session, now) -> None:
    reach = staff(session, now)
    east = a_station(session, now, reach, place=Place(HERE.lat, HERE.lng + 10_000))
    north = a_station(session, now, reach, place=Place(HERE.lat + 9_000, HERE.lng))

    [first, _] = nearest.find(session, HERE, now).items

    by_degrees = min((east, north), key=lambda one: abs(one.lat - HERE.lat + one.lng - HERE.lng))
    assert (first.id, by_degrees.id) == (east.id, north.id)


def test_a_station_just_past_the_edge_of_a_strip_is_found(session, now) -> None:
    edge = Place(37_870_000, HERE.lng)
    other = a_station(session, now, place=Place(edge.lat - 1, edge.lng))

    assert [view.id for view in nearest.find(session, edge, now).items] == [other.id]


def test_where_nothing_is_open_the_one_that_opens_first_is_told(session, now) -> None:
    reach = staff(session, now)
    a_station(session, now, reach, hours="每天 11:00-20:00")
    first = a_station(
        session, now, reach, hours="每天 10:00-20:00", place=Place(HERE.lat, HERE.lng + 9_000)
    )
    a_station(session, now, reach, hours="")

    found = nearest.find(session, HERE, now)

    assert found.items == ()
    assert found.opens_next is not None
    assert found.opens_next.id == first.id
    assert found.within == RADII[-1]


def test_far_away_nothing_is_near(session, now) -> None:
    a_station(session, now)

    found = nearest.find(session, Place.of(39.9, 116.4), now)

    assert (found.items, found.opens_next) == ((), None)


def test_what_is_too_crowded_is_told_as_far_as_it_was_seen_whole(session, now, monkeypatch) -> None:
    area = tree.root(session).id
    fill(
        session,
        [row(n, Place(HERE.lat + 40 * n, HERE.lng), area, now, week=SHUT) for n in range(1, 301)],
    )
    monkeypatch.setattr(nearest, "MOST", 100)

    found = nearest.find(session, HERE, now)

    assert found.within == 250
    assert found.items == ()


WHOLE = re.compile(r"SCAN station\b")
BY_PLACE = "USING INDEX ix_station_place (strip=? AND lng>? AND lng<?)"


def plans(session, act) -> list[str]:
    """Return how SQLite goes about what an act asks of stations."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [
        step[-1]
        for statement, parameters in asked
        if statement.startswith("SELECT")
        for step in session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
    ]


@pytest.mark.once
def test_no_search_reads_the_stations_that_are_far(session, now) -> None:
    a_station(session, now)

    found = plans(session, lambda: nearest.find(session, HERE, now))

    assert [line for line in found if WHOLE.search(line)] == []
    assert any(BY_PLACE in line for line in found)


@pytest.mark.once
def test_control_without_the_index_every_station_is_read(session, now) -> None:
    a_station(session, now)
    session.connection().exec_driver_sql("DROP INDEX ix_station_place")

    found = plans(session, lambda: nearest.find(session, HERE, now))

    assert any(WHOLE.search(line) or "ix_station_state" in line for line in found)
    assert not any(BY_PLACE in line for line in found)


def scattered(session, area: int, now) -> None:
    """Put two thousand stations and one more all over the country, none within 16 km of here."""
    lots = random.Random(7)
    fill(
        session,
        [
            row(n, Place.of(lots.uniform(34, 37.5), lots.uniform(110, 114)), area, now)
            for n in range(2, 2_003)
        ],
    )


def looked_at(session, radii) -> int:
    """Return how many stations are read for circles of these radii."""
    return sum(len(nearest._in_box(session, HERE, radius)) for radius in radii)


@pytest.mark.both
def test_a_hundred_times_as_many_far_away_cost_no_statement_more(session, now, statements) -> None:
    a_station(session, now)
    area = tree.root(session).id
    with statements() as few:
        nearest.find(session, HERE, now)
    scattered(session, area, now)

    with statements() as many:
        found = nearest.find(session, HERE, now)

    assert len(found.items) == 1
    assert len(many) == len(few)
    assert looked_at(session, RADII) == len(RADII), "the one, once a circle"


@pytest.mark.both
def test_control_a_circle_round_the_country_reads_them_all(session, now) -> None:
    scattered(session, tree.root(session).id, now)

    assert looked_at(session, [6_000_000]) == MOST + 1

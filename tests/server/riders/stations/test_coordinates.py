"""GCJ-02 is what everybody's formulas say, and back again within a metre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.riders.stations import coordinates
from server.riders.stations.coordinates import Datum, Place

pytestmark = pytest.mark.once

KNOWN = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # Shanghai
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # Shenzhen
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # Beijing
]
inland = st.tuples(st.floats(20, 50), st.floats(80, 130))


@pytest.mark.parametrize(("wgs", "gcj"), KNOWN)
def test_the_published_reference_points_come_out(wgs, gcj) -> None:
    assert coordinates.from_wgs84(*wgs) == pytest.approx(gcj, abs=1e-9)
    assert coordinates.to_wgs84(*gcj) == pytest.approx(wgs, abs=1e-9)


@given(inland)
def test_there_and_back_is_the_same_place_within_a_metre(there) -> None:
    back = coordinates.to_wgs84(*coordinates.from_wgs84(*there))

    assert Place.of(*back).metres_to(Place.of(*there)) < 1


@given(inland)
def test_the_two_datums_lie_apart_by_less_than_a_kilometre_and_not_at_all_abroad(there) -> None:
    shifted = Place.of(*there, Datum.WGS84).metres_to(Place.of(*there))

    assert 10 < shifted < 1_000
    assert coordinates.from_wgs84(48.2, 16.4) == (48.2, 16.4)


def test_distances_are_those_of_the_sphere() -> None:
    here, north = Place.of(37.86, 112.57), Place.of(37.87, 112.57)

    assert here.metres_to(north) == pytest.approx(1_111.95, abs=0.01)
    assert here.metres_to(here) == 0
    assert Place.of(0, 0).metres_to(Place.of(0, 180)) == pytest.approx(20_015_114, abs=1)


def test_control_a_place_taken_for_the_other_datum_is_off() -> None:
    taken = Place.of(37.86, 112.57)

    assert Place.of(37.86, 112.57, Datum.WGS84).metres_to(taken) > 100

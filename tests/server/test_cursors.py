"""A cursor stands for one row exactly, and for nothing it was not made for."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import cursors

pytestmark = pytest.mark.once

MOMENTS = st.integers(0, 10**16 - 1).map(
    lambda micros: cursors.EPOCH + timedelta(microseconds=micros)
)


@given(MOMENTS, st.integers(1, 10**15))
def test_a_cursor_leads_back_to_its_row_to_the_microsecond(at: datetime, number: int) -> None:
    assert cursors.place_of(cursors.after(at, number)) == (at, number)


@pytest.mark.parametrize("cursor", ["", "-", "1-", "-1", "a-1", "1-1-1", "１-1", "1" * 17 + "-1"])
def test_what_is_no_cursor_stands_for_nothing(cursor: str) -> None:
    assert cursors.place_of(cursor) is None

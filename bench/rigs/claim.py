"""The control of the fuzz rig: a claim that is wrong, so it must be found out."""

from hypothesis import given
from hypothesis import strategies as st


@given(st.integers())
def test_no_number_is_larger_than_a_hundred(number: int) -> None:
    """Claim what is not so."""
    assert number <= 100

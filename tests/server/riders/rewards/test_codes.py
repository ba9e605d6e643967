"""A code is read however it is typed, and a slip of the hand is seen before anybody looks it up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.riders.rewards import codes

pytestmark = pytest.mark.once

signs = st.text(codes.ALPHABET, min_size=7, max_size=7)


def whole(drawn: str) -> str:
    return next(drawn + last for last in codes.ALPHABET if codes.read(drawn + last) is not None)


def test_what_is_drawn_is_read_however_it_is_typed() -> None:
    code = codes.draw()
    full = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    for typed in (code, codes.told(code), code.lower(), " ".join(code), full, f"{code}。"):
        assert codes.read(typed) == code


@given(signs, st.integers(0, 7), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_always_seen(drawn, place, sign) -> None:
    code = whole(drawn)
    typed = code[:place] + sign + code[place + 1 :]

    assert codes.read(typed) == (code if typed == code else None)


@given(signs, st.integers(0, 7), st.integers(0, 7))
def test_two_signs_that_changed_places_are_always_seen(drawn, one, other) -> None:
    code = list(whole(drawn))
    typed = code.copy()
    typed[one], typed[other] = typed[other], typed[one]

    assert codes.read("".join(typed)) == ("".join(code) if typed == code else None)


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "0OOO0000", "手套手套手套手套"])
def test_what_is_no_code_is_none(typed) -> None:
    assert codes.read(typed) is None


def test_signs_that_look_alike_are_one() -> None:
    assert codes.read(whole("1111111").replace("1", "I")) == whole("1111111")
    assert codes.read(whole("VVVVVVV").replace("V", "u")) == whole("VVVVVVV")


def test_codes_are_drawn_by_lot() -> None:
    drawn = {codes.draw() for _ in range(2_000)}

    assert len(drawn) == 2_000
    assert {sign for code in drawn for sign in code} == set(codes.ALPHABET)


def test_control_a_plain_sum_does_not_see_two_signs_that_changed_places() -> None:
    def plain(code: str) -> int:
        return sum(map(codes.ALPHABET.index, code)) % len(codes.ALPHABET)

    assert plain("1234567") == plain("2134567")

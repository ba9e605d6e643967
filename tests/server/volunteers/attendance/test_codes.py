"""C3: no code is of use to anybody after its time, nor for another shift or the other way."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people.vault import Vault
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import FRESH, Direction
from tests.clock import MONDAY_MORNING as NOW
from tests.server.volunteers.attendance.acts import STEP

pytestmark = pytest.mark.once

VAULT = Vault("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaA=")
OTHER = Vault("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbA=")


def age(text: str, now=NOW, vault: Vault = VAULT) -> int | None:
    return codes.age_of_scan(codes.read(text), now, vault)


def test_a_code_is_eight_digits_and_a_tag_of_96_bits() -> None:
    shown = codes.show(7, Direction.IN, NOW, VAULT)

    assert len(shown.digits) == 8
    assert shown.digits.isdigit()
    assert len(codes.read(shown.text).tag) * 6 == 96
    assert NOW < shown.next_at <= NOW + STEP


def test_a_code_holds_for_this_step_and_the_next() -> None:
    shown = codes.show(7, Direction.IN, NOW, VAULT)

    ages = [age(shown.text, NOW + step * STEP) for step in range(-2, 4)]
    assert ages == [None, None, 0, 1, 2, 3]
    assert [one for one in ages if one is not None and one <= FRESH] == [0, 1]


def test_a_code_is_for_one_shift_one_way_and_one_key() -> None:
    shown = codes.show(7, Direction.IN, NOW, VAULT)

    assert age(shown.text.replace("1.7.", "1.8.")) is None
    assert age(shown.text.replace(".in.", ".out.")) is None
    assert age(shown.text, vault=OTHER) is None
    for shift, way in ((8, Direction.IN), (7, Direction.OUT)):
        assert codes.age_of_digits(shown.digits, shift, way, NOW, VAULT) is None


@pytest.mark.parametrize(
    "typed", ["12345678", "1234 5678", "１２３４５６７８", " 1234　5678 ", "1234-5678"]
)
def test_digits_are_read_however_they_are_typed(typed: str) -> None:
    assert codes.read(typed) == "12345678"


def test_a_scanned_address_is_read_like_its_text() -> None:
    text = codes.show(7, Direction.OUT, NOW, VAULT).text

    assert codes.read(f"https://nuanfeng.example.cn/console/here/{text}") == codes.read(text)


@given(st.text())
def test_anything_else_is_no_code(text: str) -> None:
    found = codes.read(text)

    assert found is None or isinstance(found, str | codes.Scanned)


def test_stale_digits_are_known_for_ten_minutes() -> None:
    shown = codes.show(7, Direction.IN, NOW, VAULT).digits

    later = [NOW + timedelta(minutes=minutes) for minutes in (1, 9, 11)]
    ages = [codes.age_of_digits(shown, 7, Direction.IN, at, VAULT) for at in later]
    assert ages == [2, 18, None]

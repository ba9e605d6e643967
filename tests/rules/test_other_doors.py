"""Nothing that a user does can only be done by phone: staff do it for them as well (G5)."""

from server.console.face import PAGES
from tests.rules.other_doors import ELSEWHERE, FOR_PHONES_ALONE
from tests.rules.parity import USERS


def pages() -> set[str]:
    return {f"{page.method} {page.rule}" for _endpoint, page in PAGES}


def without_a_door(doors: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the steps of users for which no page of the console does the same."""
    there = pages()
    open_ones = {name for name, addresses in doors.items() if set(addresses) <= there}
    return {str(step) for step in USERS} - open_ones - set(FOR_PHONES_ALONE)


def test_staff_do_for_whoever_calls_all_that_a_phone_does() -> None:
    assert without_a_door(ELSEWHERE) == set()


def test_no_door_is_named_for_what_nobody_does() -> None:
    assert set(ELSEWHERE) | set(FOR_PHONES_ALONE) == {str(step) for step in USERS}
    assert set(ELSEWHERE) & set(FOR_PHONES_ALONE) == set()


def test_control_a_step_without_its_page_is_seen() -> None:
    shut = ELSEWHERE | {"signups.cancel": ("POST /people/<person_id>/nothing",)}

    assert without_a_door(shut) == {"signups.cancel"}

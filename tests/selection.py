"""Which tests run on PostgreSQL as well, and which are not measured for coverage."""

import pytest

ONCE = ("tests/emulator/", "tests/server/wechat/", "tests/config/", "tests/rules/")
"""Folders of what no database can tell apart."""
FACES = ("tests/bot/", "tests/console/", "tests/miniprogram_api/", "tests/verify/")
"""A face only translates: of the many cases of one of its tests the first shows the database."""
DATABASES = {"database_url", "bare_database_url", "valkey_url"}
UNMEASURED = (
    *("tests/bench/", "tests/journeys/", "tests/rules/", "tests/tools/", "tests/server/sheets/"),
    *("tests/console/test_forms_guarded", "tests/console/test_garbage"),
    *("tests/console/test_matrix", "tests/console/test_neighbours"),
    *("tests/console/test_kit", "tests/console/test_menu_pages", "tests/console/test_windows"),
    *("tests/console/test_attendance_pages", "tests/console/test_desk_pages"),
    *("tests/console/test_privacy_pages", "tests/emulator/test_phone_page"),
    *("tests/bot/test_garbage", "tests/miniprogram_api/test_contract_fuzz"),
)
"""Long walks, real browsers and whole programs: to measure them takes as long again, and what they
pass through the tests of each noun cover."""


def path_of(item: pytest.Item) -> str:
    """Return where the test stands, from the root of the repository."""
    return item.path.relative_to(item.config.rootpath).as_posix()


def needs_both(item: pytest.Item) -> bool:
    """Tell whether what a test finds may depend on the database below."""
    if item.get_closest_marker("both"):
        return True
    asked = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("once") or not asked & DATABASES:
        return False
    path = path_of(item)
    return not path.startswith(ONCE) and (not path.startswith(FACES) or _is_first(item))


def _is_first(item: pytest.Item) -> bool:
    """Tell whether this is the first of the cases of one test."""
    indices = getattr(getattr(item, "callspec", None), "indices", {})
    return not any(indices.values())

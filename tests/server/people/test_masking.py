import pytest

from server.people.masking import masked

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李明", "李*"),
        ("王秀兰", "王*兰"),
        ("欧阳秀兰", "欧**兰"),
        ("阿卜杜拉·买买提", "阿***提"),
        ("示例·王芳", "示***芳"),
        ("𠮷田一", "𠮷*一"),
        ("王", "王*"),
        ("王 芳", "王*"),
        ("John Smith", "J*** S***"),
        ("Li", "L***"),
        ("  ", ""),
    ],
)
def test_a_name_is_shown_so_that_only_friends_know_it(name, shown) -> None:
    assert masked(name) == shown

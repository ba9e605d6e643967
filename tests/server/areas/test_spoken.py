"""Which areas people mean when they write where they are."""

import pytest

from server.areas import spoken, tree
from server.areas.tree import AreaKind


@pytest.fixture(autouse=True)
def district(session) -> None:
    root = tree.plant(session, "D", "示例区", AreaKind.DISTRICT, None)
    street = tree.plant(session, "S", "柳巷街道", AreaKind.STREET, root)
    for code, name in (("N", "柳北社区"), ("S1", "柳南社区")):
        community = tree.plant(session, code, name, AreaKind.COMMUNITY, street)
        for grid in "12":
            tree.plant(session, code + grid, f"{name}第{grid}网格", AreaKind.GRID, community)
    tree.plant(session, "gone", "旧城街道", AreaKind.STREET, root).active = False


@pytest.mark.parametrize(
    ("words", "found", "rest"),
    [
        ("柳北社区", ["柳北社区"], ""),
        ("柳北", ["柳北社区"], ""),
        ("柳北社区3号楼2单元", ["柳北社区"], "3号楼2单元"),
        ("我在柳北社区，3号楼", ["柳北社区"], "我在，3号楼"),
        ("柳北3号楼", ["柳北社区"], "3号楼"),
        ("柳北社区第2网格 5号", ["柳北社区第2网格"], "5号"),
        ("柳巷社区", ["柳巷街道"], ""),
        ("柳巷", ["柳巷街道"], ""),
        ("旧城街道", [], "旧城街道"),
        ("火星", [], "火星"),
        ("%", [], "%"),
        ("", [], ""),
    ],
)
def test_places_are_understood(session, words, found, rest) -> None:
    areas, beyond = spoken.meant(session, words)

    assert [area.name for area in areas] == found
    assert beyond == rest


def test_one_name_may_mean_several(session) -> None:
    streets = session.query(tree.Area).filter_by(code="S").one()
    tree.plant(session, "N9", "柳北新社区", AreaKind.COMMUNITY, streets)

    areas, _rest = spoken.meant(session, "柳北")

    assert [area.name for area in areas] == ["柳北社区", "柳北新社区"]

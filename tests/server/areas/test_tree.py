import pytest
from sqlalchemy import select

from server.areas import tree
from server.areas.models import Area, AreaKind


def test_areas_stand_below_one_another_in_four_levels(session):
    district = tree.plant(session, "140106", "迎泽区", AreaKind.DISTRICT, None)
    street = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
    community = tree.plant(session, "140106001001", "示例社区", AreaKind.COMMUNITY, street)
    grid = tree.plant(session, "14010600100101", "第1网格", AreaKind.GRID, community)

    assert grid.path == "140106/140106001/140106001001/14010600100101/"
    assert district.contains(grid)
    assert not street.contains(district)
    assert session.scalars(select(Area.name).where(tree.within(street.path))).all() == [
        "柳巷街道",
        "示例社区",
        "第1网格",
    ]


def test_planting_again_renames(session):
    tree.plant(session, "140106", "旧名", AreaKind.DISTRICT, None)

    assert tree.plant(session, "140106", "迎泽区", AreaKind.DISTRICT, None).name == "迎泽区"
    assert session.scalars(select(Area.name)).all() == ["迎泽区"]


def test_no_level_is_left_out(session):
    district = tree.root(session)

    with pytest.raises(ValueError, match="cannot lie in"):
        tree.plant(session, "1", "网格", AreaKind.GRID, district)
    with pytest.raises(ValueError, match="no fitting parent"):
        tree.plant(session, "2", "街道", AreaKind.STREET, None)


def test_a_service_without_areas_begins_with_its_district(session):
    assert tree.root(session) is tree.root(session)
    assert tree.by_code(session, "140106").name == "迎泽区"


def test_an_unknown_code_is_missing(session):
    with pytest.raises(tree.AreaMissing) as refused:
        tree.by_code(session, "404")
    assert refused.value.facts == {"area": "404"}

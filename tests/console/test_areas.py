"""Areas at the console: the tree, and what only the district changes in it."""

import pytest
from sqlalchemy import select

from server.areas.models import Area
from server.people.models import Role
from tests.console.desk import a_resident, deeds
from tests.factories import an_activity


def area(runtime, code: str) -> Area | None:
    with runtime.db.reading() as session:
        return session.scalar(select(Area).where(Area.code == code))


def test_the_tree_begins_where_ones_reach_does(clerk) -> None:
    street = clerk(Role.STREET_OPERATOR, "A")

    tops = street.get("/areas").get_data(as_text=True)
    below = street.get("/areas/A").get_data(as_text=True)

    assert "/areas/A" in tops
    assert "/areas/B" not in tops
    assert "示例A1社区" in below
    assert street.get("/areas/B").status_code == 404
    assert street.get("/areas/D").status_code == 404
    assert street.get("/areas/nothing").status_code == 404


def test_the_district_adds_renames_and_retires(clerk, runtime) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")

    assert district.post("/areas/A1/add", name="示例第一网格").status_code == 303
    assert district.post("/areas/A1/add", name="示例第一网格").status_code == 303
    assert district.post("/areas/A1/add", name="示例第二网格", new_code="A1x").status_code == 303
    assert district.post("/areas/A1x/rename", name_now="示例晨光网格").status_code == 303
    assert district.post("/areas/A1x/retire", reason="网格合并").status_code == 303

    assert area(runtime, "A101").path == "D/A/A1/A101/"
    assert (area(runtime, "A1x").name, area(runtime, "A1x").active) == ("示例晨光网格", False)
    kinds = [deed.action for deed in deeds(runtime)]
    assert kinds == ["area.added", "area.added", "area.renamed", "area.retired"]


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/areas/A1/add", {"name": ""}, 400),
        ("/areas/A1/add", {"name": "示例", "new_code": "a/b"}, 400),
        ("/areas/A1/add", {"name": "示例", "new_code": "B1"}, 409),
        ("/areas/A1/rename", {"name_now": "长" * 41}, 400),
        ("/areas/A1/retire", {"reason": ""}, 400),
        ("/areas/A/retire", {"reason": "下面还有社区"}, 409),
        ("/areas/nothing/retire", {"reason": "没有这个"}, 404),
    ],
)
def test_what_does_not_fit_changes_nothing(clerk, runtime, path, form, status) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")

    assert district.post(path, **form).status_code == status
    assert deeds(runtime) == []


def test_nobody_but_the_district_changes_the_tree(clerk, runtime) -> None:
    street = clerk(Role.STREET_OPERATOR, "A")

    for act in ("add", "rename", "retire"):
        form = {"name": "示例", "name_now": "示例", "reason": "试试"}
        assert street.post(f"/areas/A1/{act}", **form).status_code == 403
    assert area(runtime, "A1").active


def test_an_area_in_use_is_not_retired_and_keeps_its_history_once_it_is(clerk, runtime) -> None:
    district, person = clerk(Role.DISTRICT_OPERATOR, "D"), a_resident(runtime)

    refused = district.post("/areas/A1/retire", reason="社区合并")
    assert refused.status_code == 409
    assert "人员1人" in refused.get_data(as_text=True)
    district.post(f"/people/{person}/edit", area="A2", reason="社区合并")
    assert district.post("/areas/A1/retire", reason="社区合并").status_code == 303

    assert district.get("/areas/A1").status_code == 200
    into = {"area": "A1", "reason": "转回去"}
    assert district.post(f"/people/{person}/edit", **into).status_code == 409
    assert district.post("/areas/A1/add", name="示例网格").status_code == 409


def test_open_activities_and_posts_hold_an_area(clerk, runtime) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")
    clerk(Role.COMMUNITY_WORKER, "B1")
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), area_code="B2")

    for code, held in (("B1", "岗位1个"), ("B2", "未结束的活动1个")):
        refused = district.post(f"/areas/{code}/retire", reason="社区合并")
        assert refused.status_code == 409
        assert held in refused.get_data(as_text=True)

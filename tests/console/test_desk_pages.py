"""The desk's pages in a real browser: on a phone and on a desk, without barriers."""

import os
from pathlib import Path

import pytest

from server.office import handover
from server.people import volunteer_numbers
from server.people.models import Role
from tests.console.desk import a_resident, a_signup
from tests.console.test_kit import barriers, too_small
from tests.server.sheets import books
from tests.windows import DESK, PHONE, open_browser, open_window

HEADERS = ["姓名", "手机号", "出生年份", "所属区域"]
ROWS = [
    ["示例·陈秀英", "13800000011", "1951", "A1"],
    ["示例·周建国", "138000", "1948年", "A1"],
    ["示例·吴桂兰", "13800000013", "不详", "A9"],
    ["示例·郑小军", "13800000014", "2010/6/1", "A1"],
]


@pytest.fixture
def staffed(clerk, runtime, clock) -> tuple[object, int]:
    """A leader at work in a street in which something goes on; and a resident."""
    leader, worker = clerk(Role.DISTRICT_OPERATOR, "D"), clerk(Role.COMMUNITY_WORKER, "A1")
    other = clerk(Role.COMMUNITY_WORKER, "A2")
    for number, name in enumerate(("示例·王秀兰", "示例·李明", "阿卜杜拉·买买提", "John Smith")):
        person = a_resident(runtime, name=name, phone=f"1391234567{number}")
        a_signup(runtime, person, "A1")
        with runtime.db.transaction() as session:
            volunteer_numbers.of(session, person, clock.now())
    with runtime.db.transaction() as session:
        reach = handover.posts.appointing.reaches.of(session, leader.person_id, clock.now())
        until, vault = clock.now().replace(day=20), runtime.vault
        who = session, reach, worker.person_id, other.person_id
        handover.hand_over(*who, clock.now(), until, clock.now(), reason="住院", vault=vault)
    return leader, worker.person_id


def pages(person: int, worker: int) -> dict[str, str]:
    return {
        "people": "/people",
        "person": f"/people/{person}",
        "unmask": f"/people/{person}/unmask",
        "areas": "/areas/A",
        "posts": "/posts",
        "leave": f"/people/{worker}/leave",
        "calendar": "/calendar",
        "upload": "/imports/people",
    }


def test_the_desk_is_without_barriers(staffed, service, tmp_path) -> None:
    leader, worker = staffed
    token = leader.client.get_cookie("console").value
    found: list[str] = []
    with open_browser() as browser, open_window(browser, PHONE) as (page, said):
        page.context.add_cookies([{"name": "console", "value": token, "url": service}])

        def look(name: str) -> None:
            found.extend(f"{name}: {each}" for each in barriers(page) + too_small(page))
            for size in (DESK, PHONE):
                page.set_viewport_size(size)
                if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                    found.append(f"{name} is too wide")
                keep(page, name, size)

        for name, path in pages(worker + 2, worker).items():
            page.goto(f"{service}/console{path}")
            assert page.locator("h1").count() == 1, name
            look(name)
        page.set_input_files("#f-table", books.xlsx(tmp_path / "名单.xlsx", [HEADERS, *ROWS]))
        page.get_by_role("button", name="上传并检查").click()
        page.get_by_text("有2行错误").wait_for()
        look("preview")

    assert found == []
    assert said == []


def keep(page, name: str, size: dict[str, int]) -> None:
    """Keep a picture for whoever wants to look (KEEP_PICTURES names the folder)."""
    folder = os.environ.get("KEEP_PICTURES")
    if folder:
        path = Path(folder) / f"{name}-{size['width']}.png"
        page.screenshot(path=str(path), full_page=True)

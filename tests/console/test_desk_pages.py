"""A table brought along, looked at in a real browser before anything of it is kept."""

import pytest

from server.office.imports import looking
from server.people.models import Role
from tests.console.test_kit import barriers, too_small
from tests.pictures import keep
from tests.server.sheets import books
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once

HEADERS = ["姓名", "手机号", "出生年份", "所属区域"]
ROWS = [
    ["陈秀英", "13800000011", "1951", "A1"],
    ["周建国", "138000", "1948年", "A1"],
    ["吴桂兰", "13800000013", "不详", "A9"],
    ["郑小军", "13800000014", "2010/6/1", "A1"],
]


def moving(page) -> list[str]:
    return page.eval_on_selector_all("[data-refreshing]", "all => all.map(each => each.id)")


def test_the_preview_of_a_table_is_without_barriers(clerk, service, runtime, tmp_path) -> None:
    token = clerk(Role.COMMUNITY_WORKER, "A1").client.get_cookie("console").value
    found: list[str] = []
    with open_browser() as browser, open_window(browser, PHONE) as (page, said):
        page.context.add_cookies([{"name": "console", "value": token, "url": service}])
        page.goto(f"{service}/console/imports/people")
        page.set_input_files("#f-table", books.xlsx(tmp_path / "名单.xlsx", [HEADERS, *ROWS]))
        page.get_by_role("button", name="上传并检查").click()
        page.get_by_text("正在检查").wait_for()
        found += barriers(page) + too_small(page)
        looking.work(runtime)
        page.evaluate("htmx.trigger('#batch', 'refresh')")
        page.get_by_text("有2行错误").wait_for()
        found += [f"{name} is still asked for" for name in moving(page)]
        found += barriers(page) + too_small(page)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                found.append(f"too wide for {size['width']}")
        keep(page, "import-preview")

    assert found == []
    assert said == []

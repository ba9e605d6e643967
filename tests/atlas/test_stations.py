"""Everybody sees which stations are open, with and without script, on a phone and at a desk."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from server.areas import tree
from server.areas.models import AreaKind
from server.atlas import sketch
from server.riders.stations import keeping, views
from server.riders.stations.coordinates import Place, to_wgs84
from server.riders.stations.facilities import Facility
from server.riders.stations.stations import Point
from server.staff import reach as reaches
from tests.knobs import make_settings
from tests.server.riders.stations.acts import HERE, a_station
from tests.windows import DESK, PHONE, open_browser, open_window

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
NEAR = "37.86,112.57"


@pytest.fixture
def stations(runtime) -> list[int]:
    """Twenty-four stations on a street, 100 m apart; each third is closed in the morning."""
    with runtime.db.transaction() as session:
        reach, district = reaches.of_machine(session), tree.root(session)
        street = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
        return [
            a_station(
                session,
                runtime.now(),
                reach,
                area_code=street.code,
                name=f"第{n}示例驿站",
                place=Place(HERE.lat + n % 5 * 20, HERE.lng + n * 1_139),
                hours="每天 8:00-20:00" if n % 3 else "每天 18:00-次日2:00",
                facilities=frozenset({Facility.WATER} | ({Facility.TOILET} if n == 7 else set())),
            ).id
            for n in range(1, 25)
        ]


def text(client, path: str, **query: object) -> str:
    answer = client.get(path, query_string=query or None)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="name"[^>]*>(\d+)号站', page)]


def test_all_are_listed_page_after_page(client, stations) -> None:
    first = text(client, "/stations/")
    [more] = re.findall(r'href="(/stations/\?[^"]*)">看更多', first)
    rest = text(client, more.replace("&amp;", "&"))

    assert listed(first) == list(range(1, 21))
    assert listed(rest) == [21, 22, 23, 24]
    assert "看更多" not in rest


def test_filters_are_a_plain_form(client, stations) -> None:
    assert listed(text(client, "/stations/", open_now="1", near=NEAR))[:3] == [1, 2, 4]
    assert listed(text(client, "/stations/", has="toilet")) == [7]
    assert listed(text(client, "/stations/", q="第12示例")) == [12]
    assert "没有符合的驿站" in text(client, "/stations/", q="月球")
    by_street = text(client, "/stations/", q="柳巷")
    assert "柳巷街道附近" in by_street
    assert len(listed(by_street)) == 20


def test_a_page_of_the_nearest_leads_on(client, stations) -> None:
    first = text(client, "/stations/", near=NEAR)
    [more] = re.findall(r'href="(/stations/\?[^"]*)">看更多', first)

    assert listed(first) == list(range(1, 21))
    assert listed(text(client, more.replace("&amp;", "&"))) == [21, 22, 23, 24]
    assert "离您最近" in first


def test_where_nothing_is_open_the_next_that_opens_is_shown(client, stations, clock) -> None:
    clock.advance(hours=18)

    page = text(client, "/stations/", near=NEAR, open_now="1")

    assert "最先开门的是" in page
    assert "8:00开门" in page


def test_one_station_tells_all_with_a_link_to_call(client, stations, runtime) -> None:
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        keeping.close(session, machine, stations[0], "停水", None, runtime.now())

    page = text(client, f"/stations/{stations[0]}")

    assert "暂停开放：停水，恢复时间待定" in page
    assert 'href="tel:0351-0000000"' in page
    assert "每天 8:00-20:00" in page
    assert client.get("/stations/99999").status_code == 404
    assert "没有这个驿站" in client.get("/stations/99999").get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        {"near": "x"},
        {"near": "91,112"},
        {"near": "' OR 1=1"},
        {"has": "gold", "after": "9" * 40},
        {"after": "1-", "open_now": "maybe"},
        {"q": "<script>alert(1)</script>" * 9},
        {"datum": "bd09", "near": ""},
    ],
)
def test_no_query_is_too_odd(client, stations, query) -> None:
    page = text(client, "/stations/", **query)

    assert "<script>alert" not in page
    assert ("位置看不懂" in page) == bool(query.get("near"))


def test_an_empty_district_has_a_page_too(client) -> None:
    page = text(client, "/stations/")

    assert "没有符合的驿站" in page
    assert "<svg" not in page


def test_the_pages_run_none_but_their_own_script(client, stations) -> None:
    answer = client.get("/stations/")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in answer.get_data(as_text=True)


def test_a_list_costs_the_same_however_long(client, stations, statements) -> None:
    with statements() as few:
        text(client, "/stations/", q="第12示例")
    with statements() as many:
        text(client, "/stations/")

    assert len(many) <= len(few)


class TestLimited:
    @pytest.fixture
    def settings(self, database_url, redis_url):
        return make_settings(database_url, redis_url, limit_verify="3/minute")

    def test_whoever_asks_without_end_is_slowed_down(self, client) -> None:
        answers = [client.get("/stations/") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["Retry-After"]


around = st.integers(-50_000, 50_000)


@pytest.mark.once
@given(st.lists(st.tuples(around, around), min_size=1, max_size=30))
def test_north_is_up_and_east_is_right_and_all_fits(offsets) -> None:
    points = [
        Point(number, Place(HERE.lat + lat, HERE.lng + lng), "140106/140106001/")
        for number, (lat, lng) in enumerate(offsets, 1)
    ]

    drawn = sketch.draw([], points, {"140106/140106001/": "柳巷街道"}, None)

    assert drawn is not None
    assert len(drawn.dots) == len(points)
    pairs = pairwise(zip(points, drawn.dots, strict=True))
    for (one, spot), (other, beside) in pairs:
        assert (one.place.lat > other.place.lat) <= (spot.y <= beside.y)
        assert (one.place.lng > other.place.lng) <= (spot.x >= beside.x)


def test_no_number_lies_upon_another(session, clock) -> None:
    found = [
        a_station(session, clock.now(), place=Place(HERE.lat + n * 40, HERE.lng)).id
        for n in range(12)
    ]

    drawn = sketch.draw(views.of(session, found, clock.now()), [], {}, None)

    assert drawn is not None
    boxes = [
        sketch._box(mark.label, sketch.BROAD * len(str(mark.view.number)))
        for mark in drawn.marks
        if mark.label
    ]
    assert boxes
    assert not [one for n, one in enumerate(boxes) if sketch._meets(one, boxes[:n])]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def barriers(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_pages_are_without_barriers_on_any_screen(browser, service, stations, size) -> None:
    with open_window(browser, size) as (page, said):
        found = []
        for path in ("", f"?near={NEAR}", f"{stations[0]}"):
            page.goto(f"{service}/stations/{path}")
            found += barriers(page)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert said == []

    assert found == []


def test_the_browser_brings_where_one_is_and_it_is_converted(browser, service, stations) -> None:
    lat, lng = to_wgs84(*Place(HERE.lat, HERE.lng + 10 * 1_139).degrees)
    with open_window(browser, PHONE) as (page, said):
        page.context.grant_permissions(["geolocation"], origin=service)
        page.context.set_geolocation({"latitude": lat, "longitude": lng})
        page.goto(f"{service}/stations/")
        page.get_by_role("button", name="离我最近").click()

        expect(page.get_by_role("heading", name="离您最近")).to_be_visible()
        assert page.locator(".stations .name").first.inner_text().startswith("10号站")
        assert "datum=wgs84" in page.url
        page.get_by_label("只看现在开着的").check()
        page.get_by_role("button", name="查找").click()
        expect(page.get_by_role("heading", name="离您最近，现在开着的")).to_be_visible()
        assert said == []


def test_who_does_not_tell_where_they_are_is_told_what_to_do(browser, service, stations) -> None:
    with open_window(browser, PHONE) as (page, _said):
        page.goto(f"{service}/stations/")
        page.get_by_role("button", name="离我最近").click()

        expect(page.get_by_role("status")).to_contain_text("没有得到位置")


def test_a_point_of_the_sketch_leads_to_its_station_by_keyboard_too(
    browser, service, stations
) -> None:
    with open_window(browser, DESK) as (page, said):
        page.goto(f"{service}/stations/?near={NEAR}")
        point = page.locator(".sketch a").first
        expect(point).to_have_accessible_name("1号站 第1示例驿站，开着，到20:00")
        point.focus()
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_contain_text("1号站")
        assert said == []

"""The first page: what is to be done."""

from datetime import timedelta

import pytest

from server.console.start import HREFS, href_of
from server.people.models import Role
from server.staff import queue
from server.staff.queue import Task


@pytest.fixture
def waiting(clock):
    """Make things to do: `waiting({"title": hours until it is due})`."""
    found: list[Task] = []

    def source(_session, _reach, _now, limit: int) -> list[Task]:
        return found[:limit]

    def make(due: dict[str, int | None]) -> None:
        for number, (title, hours) in enumerate(due.items(), 1):
            at = None if hours is None else clock.now() + timedelta(hours=hours)
            found.append(Task("tests", number, title, "等待派单", "李*", "示例A1社区", at))

    queue.SOURCES.append(source)
    yield make
    queue.SOURCES.remove(source)


def test_what_is_due_soonest_stands_in_front_and_what_is_late_says_so(clerk, waiting) -> None:
    waiting({"以后的事": None, "下周的事": 150, "晚了的事": -50, "今天的事": 5})

    shown = clerk(Role.COMMUNITY_WORKER, "A1").get("/").get_data(as_text=True)

    places = [shown.index(title) for title in ("晚了的事", "今天的事", "下周的事", "以后的事")]
    assert places == sorted(places)
    for words in ("超期2天", "今天14:00前", "还剩6天", "无期限", "有1件已超期", "等待派单"):
        assert words in shown


def test_an_empty_queue_says_so(clerk) -> None:
    shown = clerk(Role.COMMUNITY_WORKER, "A1").get("/").get_data(as_text=True)

    assert "没有待办，都办完了" in shown


@pytest.mark.parametrize(
    ("role", "begins"),
    [(Role.AUDITOR, "/console/audit"), (Role.SYSTEM_ADMIN, "/console/staff")],
)
def test_whoever_has_no_queue_begins_where_they_have_something_to_do(clerk, role, begins) -> None:
    assert clerk(role, "D").get("/").headers["Location"] == begins


def test_whoever_has_no_post_is_told_whom_to_ask(clerk) -> None:
    assert "您现在没有岗位" in clerk(None).get("/").get_data(as_text=True)


def test_every_kind_of_task_leads_to_its_page(app) -> None:
    with app.test_request_context("/console/"):
        for kind in HREFS:
            address = href_of(Task(kind, 7, "", "", "", "", None))
            assert address is not None
            assert address.startswith("/console/")
            assert address.partition("?")[2] == HREFS[kind].partition("?")[2]
        assert href_of(Task("of no page", 7, "", "", "", "", None)) is None


def test_many_tasks_cost_no_more_statements(clerk, waiting, statements) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    worker.get("/")
    with statements() as few:
        worker.get("/")
    waiting({f"事项{number}": number for number in range(60)})

    with statements() as many:
        shown = worker.get("/").get_data(as_text=True)

    assert len(many) == len(few)
    assert "这里只显示最急的50件" in shown

"""Without the party key nothing of that work exists: no page, no address, no word, no line."""

import re

import pytest

from server import party_jobs
from server.console.face import APART as PAGES_APART
from server.notices.kinds import PRIVATE
from server.people.models import Role
from server.runtime import Runtime
from server.staff import queue
from server.staff import reach as reaches
from tests.bot.driver import Phone, line_of
from tests.miniprogram_api.conftest import device as device
from tests.server.party.acts import a_cell

ROLES = (Role.BRANCH_SECRETARY, Role.CONTACT_PERSON, Role.PARTY_DATA_OFFICER)
TOKEN = re.compile(r'name="csrf-token" content="[^"]+"|[0-9a-f-]{8,}')
NUMBERS = re.compile(r"[0-9a-f]{8,}")


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"party_key": None})


def pages() -> set[tuple[str, str]]:
    found = {(page.method, page.rule) for noun in PAGES_APART for page in noun.pages.all}
    return {(method, re.sub(r"<[^>]+>", "1", rule)) for method, rule in found}


def alike(answer) -> tuple[int, str]:
    return answer.status_code, NUMBERS.sub("", answer.get_data(as_text=True))


def test_without_the_key_there_is_nothing(app, runtime: Runtime, clerk, device) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "party" in rule.rule]
    assert not [job.name for job in app.extensions["timetable"] if "party" in job.name]
    assert "/party" not in str(app.extensions["openapi"]())
    assert not [name for name in app.cli.commands if "party" in name]


@pytest.mark.parametrize("role", ROLES)
def test_a_page_of_it_is_answered_like_one_that_nobody_wrote(clerk, role) -> None:
    anna = clerk(role, "A1")
    nowhere = alike(anna.get("/parties/1")), alike(anna.post("/parties/1"))

    for method, path in pages():
        answer = anna.get(path) if method == "GET" else anna.post(path)
        assert alike(answer) == nowhere[method == "POST"], path


def test_an_endpoint_of_it_is_answered_like_one_that_nobody_wrote(device) -> None:
    zhao = device()

    for method in ("GET", "PUT", "DELETE", "POST"):
        for path in (
            "/party/file",
            "/party/contact",
            "/party/reads",
            "/party/reviews",
            "/party/file/consent",
        ):
            answer, nowhere = zhao.ask(method, path), zhao.ask(method, "/parties/file")
            assert alike(answer) == alike(nowhere), path


@pytest.mark.parametrize("role", ROLES)
def test_neither_menu_nor_queue_nor_help_tells_of_it(clerk, runtime, role) -> None:
    anna = clerk(role, "A1")
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now(), "A1")

    shown = anna.get("/", follow_redirects=True).get_data(as_text=True)
    with runtime.db.reading() as session:
        reach = reaches.of(session, cell.contact.person_id, runtime.now())
        waiting = queue.tasks(session, reach, runtime.now())

    assert "支部工作" not in shown
    assert waiting == []


def test_its_words_are_no_words(app, runtime, settings, clock) -> None:
    phone = Phone(line_of(app, settings, clock))
    phone.follows()

    for words in ("我的档案", "联系人", "联系名单", "谁看过我的档案", "搬家 示例路9号", "反馈"):
        assert phone.says(words).startswith(("没有听懂", "没有完全听懂")), words


def test_no_notice_of_it_is_offered_for_other_words(clerk) -> None:
    sits = clerk(Role.DISTRICT_OPERATOR, "D")

    assert "组织消息" not in sits.get("/notice-templates").text
    for kind in PRIVATE:
        for path in (f"/notice-templates/{kind}", f"/notice-templates/{kind}/edit"):
            shown, nowhere = sits.get(path), sits.get(path.replace(kind, "office.nothing"))
            assert shown.status_code == nowhere.status_code == 404
            assert TOKEN.sub("", shown.text) == TOKEN.sub("", nowhere.text).replace(
                "office.nothing", kind
            )
        assert sits.post(f"/notice-templates/{kind}/plain").status_code == 404


def test_no_job_of_it_is_kept(app) -> None:
    kept = {job.name for job in app.extensions["timetable"]}

    assert not kept & {job.name for job in party_jobs.JOBS}

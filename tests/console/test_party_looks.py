"""Every page, answer and word that shows a member leaves its lines; none may be missing here."""

import re

import pytest
from sqlalchemy import select

from bot.face import APART as WORDS_APART
from miniprogram_api.face import APART as APIS_APART
from server.console.face import APART as PAGES_APART
from server.party import access, own
from server.party.models import FileRead, Office, Organiser
from server.people.models import Account, Role
from server.staff import reach as reaches
from tests.bot.driver import Phone, line_of
from tests.miniprogram_api.conftest import device as device
from tests.server.party.acts import EMPLOYER, NAME, PHONE, PLACE, a_cell, given_to, seated

NEEDLES = (NAME, PHONE, PLACE, EMPLOYER)
PAGES = {
    "/party": 1,
    "/party/files/new": 0,
    "/party/files/<file_id>": 1,
    "/party/files/<file_id>/edit": 1,
    "/party/files/<file_id>/checklist": 1,
    "/party/files/<file_id>/reads": 1,
    "/party/files/<file_id>/report": 1,
    "/party/branches": 0,
    "/party/lists": 0,
    "/party/lists/template": 0,
    # of what was read no file is made yet, and only who brought it sees it
    "/party/uploads/<upload_id>": 0,
    "/party/figures": 0,
    "/party/figures/pack": 0,
}
"""What is opened at the console, with how many lines it leaves of one member."""
ANSWERS = {
    ("GET", "/party/file"): (None, 1),
    ("PUT", "/party/file"): ({"place": "示例路9号"}, 1),
    ("PUT", "/party/file/confirmation"): (None, 0),
    ("PUT", "/party/file/consent"): (None, 0),
    ("GET", "/party/contact"): (None, 1),
    ("GET", "/party/reads"): (None, 1),
    ("GET", "/party/report"): (None, 1),
    ("PUT", "/party/report"): ({"quarter": "2026Q1", "work": "都好"}, 1),
    ("POST", "/party/report/submit"): (
        {"quarter": "2026Q1"} | dict.fromkeys(("work", "thought", "life", "needs"), "都好"),
        1,
    ),
    ("DELETE", "/party/file/consent"): (None, 0),
}
"""What the mini-program asks, with its body and how many lines it leaves."""
OF_A_MEMBER = (
    ("我的档案", "party_file", 1),
    ("1", "party_confirm", 0),
    ("同意保存档案", "party_agree", 0),
    ("联系人", "party_contact", 1),
    ("谁看过我的档案", "party_reads", 1),
    ("搬家", "party_moved", 0),
    ("取消", "party_stop", 0),
    ("搬家 示例路9号", "party_moved_said", 1),
    ("汇报", "party_report_begin", 1),
    ("都好", "party_report_answer", 1),
    # the report is read for its last step, and then shown with what was kept
    ("上一步", "party_report_back", 2),
    ("取消", "party_report_stop", 0),
    ("汇报", "party_report_begin", 1),
    ("1", "party_report_keep", 2),
    ("也好", "party_report_answer", 1),
    ("学习", "party_report_answer", 1),
    ("没有", "party_report_answer", 1),
    ("1", "party_report_send", 1),
    ("汇报", "party_report_begin", 1),
    ("1", "party_report_anew", 1),
    ("取消", "party_report_stop", 0),
    ("撤回档案同意", "party_withdraw", 0),
)
OF_A_CONTACT = (
    ("联系名单", "party_due", 1),
    ("1", "party_touch", 0),
    ("4", "party_log", 0),
    (f"联系不上 {NAME}", "party_log_line_in_vain", 0),
    (f"联系了 {NAME} 电话", "party_log_line", 0),
)
"""What is said in chat, the command it means, and how many lines it leaves."""


@pytest.fixture
def cell(runtime, clock, district):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now(), "A1")
    clock.advance(days=5)
    return made


@pytest.fixture
def desk(runtime, clerk, cell):
    """The secretary of the cell."""
    sits = clerk(Role.BRANCH_SECRETARY, "A1")
    now = runtime.now()
    with runtime.db.transaction() as session:
        for organiser in session.scalars(select(Organiser)):
            organiser.until = now
        session.flush()
        reach = reaches.of(session, sits.person_id, now)
        seated(session, cell.branch, reach, Office.SECRETARY, now)
    return sits


def lines(runtime, cell) -> int:
    with runtime.db.reading() as session:
        mine = select(FileRead.id).where(FileRead.file_id == cell.file)
        return len(session.scalars(mine).all())


def pages(method: str) -> set[str]:
    return {page.rule for noun in PAGES_APART for page in noun.pages.all if page.method == method}


def address(rule: str, cell) -> str:
    numbers = {"file_id": cell.file, "branch_id": cell.branch}
    return re.sub(r"<(\w+)>", lambda name: str(numbers.get(name[1], 1)), rule)


def asked_of_rest() -> set[tuple[str, str]]:
    return {(contract.method, contract.rule) for api in APIS_APART for contract in api.contracts}


def test_no_page_answer_or_word_is_missing_here() -> None:
    assert pages("GET") == set(PAGES)
    assert asked_of_rest() == set(ANSWERS)
    told = {name for _words, name, _many in (*OF_A_MEMBER, *OF_A_CONTACT)}
    assert {command.name for command in WORDS_APART} == told


def test_every_page_leaves_as_many_lines_as_it_says(runtime, desk, cell) -> None:
    for rule, many in PAGES.items():
        before = lines(runtime, cell)
        shown = desk.get(address(rule, cell)).get_data().decode(errors="replace")
        assert lines(runtime, cell) - before == many, rule
        assert many or not any(needle in shown for needle in NEEDLES), rule


def test_whatever_is_sent_and_shows_a_member_leaves_a_line(runtime, desk, cell) -> None:
    for rule in sorted(pages("POST")):
        before = lines(runtime, cell)
        shown = desk.post(address(rule, cell)).get_data(as_text=True)
        if any(needle in shown for needle in NEEDLES):
            assert lines(runtime, cell) == before + 1, rule


def test_every_answer_of_rest_leaves_as_many_lines_as_it_says(runtime, cell, device) -> None:
    phone = device()
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)

    for (method, path), (body, many) in ANSWERS.items():
        before = lines(runtime, cell)
        answer = phone.ask(method, path, body)
        assert answer.status_code in (200, 204), (path, answer.get_data(as_text=True))
        assert lines(runtime, cell) - before == many, (method, path)


def speaking(runtime, app, settings, clock, cell, *, as_contact: bool) -> Phone:
    phone = Phone(line_of(app, settings, clock))
    phone.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == phone.openid)).one()
        if as_contact:
            account.person_id = cell.contact.person_id
        else:
            given_to(session, cell.file, account.person_id)
    return phone


@pytest.mark.parametrize(("script", "as_contact"), [(OF_A_MEMBER, False), (OF_A_CONTACT, True)])
def test_every_word_leaves_as_many_lines_as_it_says(
    runtime, app, settings, clock, cell, script, as_contact
) -> None:
    phone = speaking(runtime, app, settings, clock, cell, as_contact=as_contact)

    for words, name, many in script:
        before = lines(runtime, cell)
        shown = phone.says(words)
        assert lines(runtime, cell) - before == many, (words, name, shown)


def test_control_a_word_that_leaves_no_line_is_seen(
    runtime, app, settings, clock, cell, monkeypatch
) -> None:
    phone = speaking(runtime, app, settings, clock, cell, as_contact=False)
    monkeypatch.setattr(own.access, "note", lambda *_told: None)
    assert access.note is own.access.note

    shown = phone.says("我的档案")

    assert NAME in shown
    assert lines(runtime, cell) == 0

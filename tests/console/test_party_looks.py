"""Every page that shows a member leaves its lines; none may be missing here."""

import re

import pytest
from sqlalchemy import select

from server.console.face import APART
from server.party.models import Office, Organiser
from server.people.models import Role
from server.staff import reach as reaches
from tests.server.party.acts import (
    EMPLOYER,
    NAME,
    PHONE,
    PLACE,
    a_cell,
    looks,
    seated,
)
from tests.server.party.reviews.acts import QUARTER, object_to
from tests.server.party.scene import ASKED, NEEDED, YEAR, Year, a_year

NEEDLES = (NAME, PHONE, PLACE, EMPLOYER, ASKED, NEEDED)
PAGES = {
    "/party": 1,
    "/party/files/new": 0,
    "/party/files/<file_id>": 1,
    "/party/files/<file_id>/edit": 1,
    "/party/files/<file_id>/checklist": 1,
    "/party/files/<file_id>/reads": 1,
    "/party/files/<file_id>/report": 1,
    "/party/reviews": 1,
    "/party/files/<file_id>/review": 1,
    "/party/letters": 1,
    "/party/files/<file_id>/letters/<year>": 1,
    "/party/files/<file_id>/letters/<year>/paper": 1,
    "/party/needs": 1,
    "/party/files/<file_id>/needs": 1,
    "/party/branches": 0,
    "/party/lists": 0,
    "/party/lists/template": 0,
    # of what was read no file is made yet, and only who brought it sees it
    "/party/uploads/<upload_id>": 0,
    "/party/figures": 0,
    "/party/figures/pack": 0,
}
"""What is opened at the console, with how many lines it leaves of one member."""
HERE = {"quarter": QUARTER}
SENT = {
    "/party/files/<file_id>/confirm": {"agreed": "1"},
    "/party/files/<file_id>/touch": {"way": "phone", "words": "都好"},
    "/party/files/<file_id>/report/answer": HERE | {"answer": "办好了"},
    "/party/files/<file_id>/report/accept": HERE | {"number": "2"},
    "/party/files/<file_id>/review/reply": HERE | {"words": "已补上", "revision": "3"},
    "/party/files/<file_id>/review/finish": HERE,
    "/party/files/<file_id>/letters/<year>/answer": {"answer": "谢谢", "revision": "2"},
    "/party/files/<file_id>/needs": {"need": "示例租房"},
    "/party/files/<file_id>/needs/<need_id>/outcome": {"outcome_{need}": "已办好"},
}
"""What is kept when it is sent: one is led away, and nothing of a member is shown on the way."""
SHOWING_NOBODY = {
    "/party/branches",
    "/party/branches/<branch_id>/ask",
    "/party/branches/<branch_id>/old",
    "/party/branches/<branch_id>/seats",
    "/party/branches/<branch_id>/upload",
    "/party/files",
    "/party/files/<file_id>/code",
    "/party/files/<file_id>/end",
    "/party/files/<file_id>/host",
    "/party/files/<file_id>/letters/<year>/send",
    "/party/files/<file_id>/touch",
    "/party/files/<file_id>/withdrawal",
    "/party/lists/<list_id>/take",
    "/party/uploads/<upload_id>/apply",
    "/party/uploads/<upload_id>/discard",
}
"""What leads away though nothing stands in it, or shows a page that names nobody."""
LAST = ("/withdrawal", "/end")
"""What leaves nothing to do for the others, so that it is sent after them."""


@pytest.fixture
def year(runtime, clock, district) -> Year:
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now(), "A1")
    return a_year(runtime, clock, cell)


@pytest.fixture
def desk(runtime, clerk, year):
    """The secretary of the cell."""
    sits = clerk(Role.BRANCH_SECRETARY, "A1")
    now = runtime.now()
    with runtime.db.transaction() as session:
        for organiser in session.scalars(select(Organiser)):
            organiser.until = now
        session.flush()
        reach = reaches.of(session, sits.person_id, now)
        seated(session, year.cell.branch, reach, Office.SECRETARY, now)
    return sits


def lines(runtime, year) -> int:
    with runtime.db.reading() as session:
        return looks(session, year.cell.file)


def rules(method: str) -> set[str]:
    return {page.rule for noun in APART for page in noun.pages.all if page.method == method}


def address(rule: str, year) -> str:
    numbers = {
        "file_id": year.cell.file,
        "branch_id": year.cell.branch,
        "need_id": year.need,
        "year": YEAR,
    }
    return re.sub(r"<(\w+)>", lambda name: str(numbers.get(name[1], 1)), rule)


def shows(answer) -> bool:
    shown = answer.get_data().decode(errors="replace")
    return any(needle in shown for needle in NEEDLES)


def test_no_page_is_missing_here() -> None:
    assert rules("GET") == set(PAGES)


def test_every_page_leaves_as_many_lines_as_it_says(runtime, desk, year) -> None:
    for rule, many in PAGES.items():
        before = lines(runtime, year)
        answer = desk.get(address(rule, year))
        assert lines(runtime, year) - before == many, rule
        assert many == 0 or answer.status_code == 200, rule
        assert many or not shows(answer), rule


def test_whatever_is_sent_and_shows_a_member_leaves_a_line(runtime, desk, year) -> None:
    shown = set()
    for rule in sorted(rules("POST"), key=lambda rule: (rule.endswith(LAST), rule)):
        before = lines(runtime, year)
        if shows(desk.post(address(rule, year))):
            shown.add(rule)
            assert lines(runtime, year) == before + 1, rule

    assert rules("POST") - shown == SHOWING_NOBODY


def test_what_is_kept_shows_nothing_and_leaves_no_line(runtime, desk, year) -> None:
    with runtime.db.transaction() as session:
        object_to(session, year.cell)
    for rule, fields in SENT.items():
        before = lines(runtime, year)
        told = {name.replace("{need}", str(year.need)): said for name, said in fields.items()}
        answer = desk.post(address(rule, year), **told)
        assert answer.status_code == 303, (rule, answer.get_data(as_text=True))
        assert not shows(answer)
        assert lines(runtime, year) == before, rule

"""The figures of a branch at the console, and the quarter pack that is taken along."""

import io
import os
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from config.reports import Reports
from server.calendar import seeding
from server.ledgers.packs import contents
from server.party.models import FileRead, Office, Organiser
from server.party.quarters import Quarter
from server.party.reports import windows
from server.people.models import Role
from server.staff import reach as reaches
from tests.console.conftest import Clerk
from tests.server.party import crowds
from tests.server.party.acts import NAME, a_branch, a_file, seated

QUARTER = "2026Q1"


@pytest.fixture
def leader(runtime, clerk, district) -> Clerk:
    """The secretary of a branch of thirty members with a quarter behind it."""
    sits, now = clerk(Role.BRANCH_SECRETARY, "A1"), runtime.now()
    with runtime.db.transaction() as session:
        who = reaches.of(session, sits.person_id, now)
        branch = a_branch(session, now, "A1")
        seated(session, branch, who, Office.SECRETARY, now)
        a_file(session, who, branch, now)
        crowds.busy(session, branch, 40, QUARTER, now, sits.person_id, 7)
    return sits


def parcel(answer) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(answer.data)) as found:
        return {name.rpartition(".")[2]: found.read(name) for name in found.namelist()}


def words_of(workbook: bytes) -> str:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
    return "\n".join(str(cell) for row in sheet.to_python() for cell in row if cell != "")


def test_a_secretary_sees_the_quarter_drawn_and_with_its_numbers(leader) -> None:
    page = leader.get("/party/figures", query_string={"quarter": QUARTER}).get_data(as_text=True)

    assert "示例第" in page
    assert 'id="party-report-spec"' in page
    for words in ("2026年第1季度", "个工作日", "应交汇报", "联系上", "流出党员（现在）", "41"):
        assert words in page, words
    assert NAME not in page


def test_where_no_count_is_shown_nothing_is_drawn(clerk, runtime, district) -> None:
    sits, now = clerk(Role.BRANCH_SECRETARY, "A1"), runtime.now()
    with runtime.db.transaction() as session:
        branch = a_branch(session, now, "A1")
        who = reaches.of(session, sits.person_id, now)
        seated(session, branch, who, Office.SECRETARY, now)
        for file in crowds.members(session, branch, 12, now - timedelta(days=200))[:10]:
            crowds.report(session, file, "2025Q4", now - timedelta(days=60))

    asked = {"quarter": "2025Q4"}
    page = sits.get("/party/figures", query_string=asked).get_data(as_text=True)

    assert "怎么交的：公众号" in page
    assert "少于5" in page
    assert "party-door-spec" not in page


def test_the_pack_holds_the_same_figures_as_a_workbook_and_a_paper(leader) -> None:
    answer = leader.get("/party/figures/pack", query_string={"quarter": QUARTER})

    files = parcel(answer)
    told = words_of(files["xlsx"])
    page = leader.get("/party/figures", query_string={"quarter": QUARTER}).get_data(as_text=True)
    assert sorted(files) == ["pdf", "xlsx"]
    assert files["pdf"].startswith(b"%PDF")
    for line in told.splitlines()[2:6]:
        assert line in page
    assert NAME not in told
    if folder := os.environ.get("PACK_FOLDER"):
        for ending, content in files.items():
            (Path(folder) / f"pack.{ending}").write_bytes(content)


def test_the_same_figures_are_the_same_bytes(leader, clock) -> None:
    first = leader.get("/party/figures/pack", query_string={"quarter": QUARTER}).data
    clock.advance(minutes=3)

    assert leader.get("/party/figures/pack", query_string={"quarter": QUARTER}).data == first


def test_figures_are_nobodys_file_and_leave_no_look(leader, runtime) -> None:
    leader.get("/party/figures")
    leader.get("/party/figures/pack")

    with runtime.db.reading() as session:
        assert session.scalars(select(FileRead)).all() == []


def test_whoever_leads_no_branch_finds_no_figures(leader, clerk) -> None:
    other = clerk(Role.CONTACT_PERSON, "A1")

    assert "您现在没有负责的支部" in other.get("/party/figures").get_data(as_text=True)
    assert other.get("/party/figures/pack").status_code == 404
    assert clerk(Role.DISTRICT_OPERATOR, "D").get("/party/figures").status_code == 403


def test_a_branch_that_is_anothers_or_of_few_is_not_there(leader, clerk, runtime) -> None:
    officer = clerk(Role.PARTY_DATA_OFFICER, "D")
    with runtime.db.transaction() as session:
        now = runtime.now()
        few, many = a_branch(session, now, "A1"), a_branch(session, now, "B1")
        crowds.members(session, few, 2, now)
        crowds.members(session, many, 9, now)
        first = session.scalars(select(Organiser.branch_id)).first()

    page = officer.get("/party/figures").get_data(as_text=True)
    assert "有2个支部人少" in page
    assert officer.get("/party/figures", query_string={"branch": first}).status_code == 200
    for branch in (few, many):
        asked = {"branch": branch}
        assert officer.get("/party/figures", query_string=asked).status_code == 404
        assert officer.get("/party/figures/pack", query_string=asked).status_code == 404
    assert leader.get("/party/figures", query_string={"branch": many}).status_code == 404


def test_what_is_no_quarter_and_no_branch_is_answered_with_a_page(leader) -> None:
    for asked in ({"quarter": "2026Q9"}, {"quarter": "<"}, {"branch": "x"}, {"quarter": "1999Q1"}):
        assert leader.get("/party/figures", query_string=asked).status_code in (200, 404)


def test_the_page_asks_as_often_for_many_as_for_few(leader, runtime, statements) -> None:
    with statements() as few:
        leader.get("/party/figures")
    with runtime.db.transaction() as session:
        branch = session.scalars(select(Organiser.branch_id)).one()
        crowds.busy(session, branch, 30, QUARTER, runtime.now(), leader.person_id, 9)

    with statements() as many:
        leader.get("/party/figures")

    assert len(many) == len(few)


def test_a_window_has_as_many_working_days_as_the_calendar_says(session, clock) -> None:
    for year in (2025, 2026):
        seeding.seed(session, year, clock.now())
    quarter, found = Quarter(2025, 4), []

    for _ in range(4):
        found.append(contents.working_days(session, windows.of(quarter, Reports())))
        quarter = quarter.after

    assert found == [20, 21, 21, 17]


def test_a_branch_of_few_members_reads_no_number_at_all(clerk, runtime, district) -> None:
    sits, now = clerk(Role.BRANCH_SECRETARY, "A1"), runtime.now()
    with runtime.db.transaction() as session:
        branch = a_branch(session, now, "A1")
        who = reaches.of(session, sits.person_id, now)
        seated(session, branch, who, Office.SECRETARY, now)
        crowds.busy(session, branch, 3, QUARTER, now, sits.person_id, 3)

    page = sits.get("/party/figures").get_data(as_text=True)
    files = parcel(sits.get("/party/figures/pack"))

    assert "党员少于5人" in page
    assert "应交汇报" not in page
    assert not [word for word in words_of(files["xlsx"]).splitlines()[8:] if word.isdecimal()]

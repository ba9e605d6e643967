"""Tables brought along: looked at first, kept whole or not at all, and never twice."""

import pytest
from sqlalchemy import select

from server import importing, retention
from server.areas.models import Area
from server.office.imports import applying, laid, looking
from server.office.imports.models import ImportBatch, ImportFile, ImportPiece
from server.people import profile
from server.people.models import Consent, Person, Role
from server.staff.models import Approval
from tests.console.desk import NAME, PHONE, a_resident, deeds, posts_of
from tests.console.tables import HEADERS, batch_of, count, row, send_bytes
from tests.server.sheets import books


@pytest.fixture
def upload(runtime, tmp_path):
    """Send a table and let the job read it."""

    def send(clerk, kind: str, rows, name: str = "名单.xlsx"):
        path = books.xlsx(tmp_path / "a.xlsx", rows)
        answer = send_bytes(clerk, kind, path.read_bytes(), name)
        looking.work(runtime)
        return answer

    return send


def test_a_list_is_looked_at_then_kept_once(clerk, runtime, upload) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    a_resident(runtime)
    known = [NAME, PHONE, "", "A1"]
    family = ["示例·乙", PHONE, "", "示例A1社区"]
    before = count(runtime)

    page = batch_of(upload(worker, "people", [HEADERS, row(1), row(2), known, family]))
    shown = worker.get(page).get_data(as_text=True)
    assert count(runtime) == before
    refused = worker.post(f"{page}/apply")
    done = [worker.post(f"{page}/apply", agreed="1").status_code for _ in range(2)]

    assert NAME not in shown
    assert PHONE not in shown
    assert "已登记，不会重复登记" in shown
    assert "按家人共用登记" in shown
    assert refused.status_code == 400
    assert done == [303, 303]
    assert count(runtime) == before + 3
    assert count(runtime, Consent) == 3
    [deed] = deeds(runtime)
    assert (deed.action, deed.facts) == ("import.applied", {"kind": "people", "rows": 4, "new": 3})
    with runtime.db.reading() as session:
        last = session.scalars(select(Person).order_by(Person.id)).all()[-3]
        assert profile.name_of(session, last.id, vault=runtime.vault) == "示例·甲1"
        assert last.birth_year == 1956
    assert f"/people/{last.id}" in worker.post("/people/find", words="13800000001").text


def test_one_bad_row_of_a_thousand_keeps_all_of_them_out(clerk, runtime, upload) -> None:
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)
    rows = [row(number) for number in range(1000)]
    rows[998][1] = "12"

    page = batch_of(upload(worker, "people", [HEADERS, *rows]))
    shown = worker.get(page).get_data(as_text=True)
    answer = worker.post(f"{page}/apply", agreed="1")

    assert "1行错误，一行也不会导入" in shown
    assert "手机号不对（2位）" in shown
    assert answer.status_code == 409
    assert count(runtime) == before


def test_a_thousand_rows_cost_few_statements(clerk, upload, statements) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(upload(worker, "people", [HEADERS, *map(row, range(1000))]))

    with statements() as seen:
        assert worker.post(f"{page}/apply", agreed="1").status_code == 303

    assert len(seen) < 40


def test_a_long_list_is_kept_by_a_job_or_given_back_with_its_flaws(
    clerk, runtime, upload, monkeypatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    worker, district = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.DISTRICT_OPERATOR, "D")
    good = batch_of(upload(worker, "people", [HEADERS, row(1), row(2)]))
    bad = batch_of(upload(worker, "people", [HEADERS, row(3), row(4, "A2")]))
    before = count(runtime)

    for page in (good, bad):
        assert worker.post(f"{page}/apply", agreed="1").status_code == 303
        assert "正在导入" in worker.get(page).text
    district.post("/areas/A2/retire", reason="社区合并")
    assert importing.keep_tables(runtime) == 1
    assert importing.keep_tables(runtime) == 0
    assert "正在检查" in worker.get(bad).text
    assert looking.work(runtime) == 1

    assert count(runtime) == before + 2
    assert "已全部导入" in worker.get(good).text
    assert "有1行错误" in worker.get(bad).text


def test_a_row_that_went_bad_meanwhile_keeps_all_of_them_out(clerk, runtime, upload) -> None:
    worker, district = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.DISTRICT_OPERATOR, "D")
    page = batch_of(upload(worker, "people", [HEADERS, row(1, "A1"), row(2, "A2")]))
    before = count(runtime)

    assert district.post("/areas/A2/retire", reason="社区合并").status_code == 303
    assert worker.post(f"{page}/apply", agreed="1").status_code == 409
    assert count(runtime) == before


WRONG_PEOPLE = [
    (["", "13800000001", "", "A1"], "“姓名”没有填"),
    (["示例·甲", "", "", "A1"], "“手机号”没有填"),
    (["示例·甲", "12", "", "A1"], "手机号不对（2位）"),
    (["示例·甲", "13800000002", "大概1950", "A1"], "出生年份看不懂或不对：大概1950"),
    (["示例·甲", "13800000003", "1850", "A1"], "出生年份看不懂或不对：1850"),
    (["示例·甲", "13800000004", "", "B1"], "不在您负责的范围：B1"),
    (["示例·甲", "13800000005", "", ""], "“所属区域”没有填"),
    (["=1+1", "13800000006", "", "A1"], "“姓名”里是公式"),
]
WRONG_AREAS = [
    (["X1", "示例", "社区", "D"], "级别不对"),
    (["X2", "示例", "省", "D"], "级别“省”不对"),
    (["X3", "示例", "社区", "nothing"], "上级编号“nothing”不存在"),
    (["a/b", "示例", "社区", "A"], "编号只能用数字和字母"),
    (["A1", "示例", "社区", "B"], "编号“A1”已用在别处"),
    (["D", "示例", "街道", "D"], "编号“D”已用在别处"),
]
WRONG_POSTS = [
    ([PHONE, "示例·别人", "社区工作者", "A1", ""], "没有找到这个人"),
    ([PHONE, NAME, "校长", "A1", ""], "没有这个岗位：校长"),
    ([PHONE, NAME, "区级管理员", "A", ""], "权限比您的大"),
    ([PHONE, NAME, "社区工作者", "B1", ""], "不在您负责的范围：B1"),
    ([PHONE, NAME, "社区工作者", "A2", "2020-01-01"], "截止日期"),
]
POSTS = ["志愿者编号或手机号", "姓名", "岗位", "区域编号", "截止日期"]
AREAS = ["编号", "名称", "级别", "上级编号"]


@pytest.mark.parametrize(
    ("kind", "role", "header", "wrong"),
    [
        ("people", Role.STREET_OPERATOR, HEADERS, WRONG_PEOPLE),
        ("areas", Role.DISTRICT_OPERATOR, AREAS, WRONG_AREAS),
        ("posts", Role.STREET_OPERATOR, POSTS, WRONG_POSTS),
    ],
)
def test_what_is_wrong_with_each_row_is_said_in_words(
    clerk, runtime, upload, kind, role, header, wrong
) -> None:
    a_resident(runtime)
    staff = clerk(role, "D" if role is Role.DISTRICT_OPERATOR else "A")

    page = batch_of(upload(staff, kind, [header, *(cells for cells, _flaw in wrong)]))

    shown = staff.get(page).get_data(as_text=True)
    assert f"有{len(wrong)}行错误" in shown
    for _cells, flaw in wrong:
        assert flaw in shown


def test_a_row_that_comes_twice_is_flagged_with_where_it_stood(clerk, upload) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    page = batch_of(upload(worker, "people", [HEADERS, row(1), row(2), row(1)]))

    assert "与第2行重复" in worker.get(page).get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "不是表格文件"),
        (b"<html><table><tr><td>1", "不是表格文件"),
        (b"", "表里没有内容"),
    ],
)
def test_a_file_that_is_no_list_is_turned_down_on_the_same_page(
    clerk, runtime, content, sentence
) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    answer = send_bytes(worker, "people", content)

    assert answer.status_code == 400
    assert sentence in answer.get_data(as_text=True)
    assert count(runtime, ImportBatch) == 0


def test_only_this_form_may_bear_a_large_file(clerk) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    large = send_bytes(worker, "people", b"%PDF" + bytes(1_000_000))
    huge = send_bytes(worker, "people", bytes(6_000_000))
    elsewhere = worker.post("/people/find", words="x" * 100_000)

    assert large.status_code == 400
    assert huge.status_code == elsewhere.status_code == 413


def test_a_table_belongs_to_whoever_brought_it(clerk, runtime, upload) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    others = [clerk(Role.COMMUNITY_WORKER, area) for area in ("A1", "B1")]
    page = batch_of(upload(worker, "people", [HEADERS, row(1)]))
    before = count(runtime)

    for other in others:
        assert other.get(page).status_code == 404
        assert other.post(f"{page}/apply", agreed="1").status_code == 404
        assert other.post(f"{page}/discard").status_code == 404
    assert count(runtime) == before


def test_what_was_read_is_sealed_and_gone_when_laid_aside_or_a_day_old(
    clerk, runtime, clock, upload
) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    pages = [batch_of(upload(worker, "people", [HEADERS, row(1)])) for _ in range(2)]
    send_bytes(worker, "people", ",".join([*HEADERS, *row(1)]).encode())
    with runtime.db.reading() as session:
        kept = b"".join(session.scalars(select(ImportPiece.rows)))
        kept += session.scalars(select(ImportFile.content)).one()
    assert "示例".encode() not in kept
    assert b"13800000001" not in kept

    assert worker.post(f"{pages[0]}/discard").status_code == 303
    assert worker.post(f"{pages[0]}/apply", agreed="1").status_code == 409
    assert count(runtime, ImportPiece) == 1
    clock.advance(days=1, minutes=1)
    with runtime.db.transaction() as session:
        retention.forget(session, runtime.now())
    assert [count(runtime, each) for each in (ImportBatch, ImportFile, ImportPiece)] == [0, 0, 0]


def test_areas_are_planted_from_a_table_the_wider_first(clerk, runtime, upload) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")
    rows = [
        ["C1", "示例C1社区", "社区", "C"],
        ["C", "示例C街道", "街道", "D"],
        ["C101", "示例网格", "网格", "C1"],
        ["A1", "示例A1新社区", "社区", "A"],
        ["A2", "示例A2社区", "社区", "A"],
    ]

    page = batch_of(upload(district, "areas", [AREAS, *rows]))
    assert "将由“示例A1社区”改名" in district.get(page).get_data(as_text=True)
    assert district.post(f"{page}/apply").status_code == 303

    with runtime.db.reading() as session:
        paths = {area.code: (area.path, area.name) for area in session.scalars(select(Area))}
    assert paths["C101"][0] == "D/C/C1/C101/"
    assert paths["A1"][1] == "示例A1新社区"
    assert clerk(Role.STREET_OPERATOR, "A").get("/imports/areas").status_code == 403


def test_posts_of_a_table_wait_for_a_second_person(clerk, runtime, upload) -> None:
    person = a_resident(runtime)
    first, second = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.STREET_OPERATOR, "A")
    header = ["志愿者编号或手机号", "姓名", "岗位", "区域编号", "截止日期"]
    rows = [
        [PHONE, NAME, "社区工作者", "A1", "2026年12月31日"],
        [PHONE, NAME, "社区助理", "A2", ""],
    ]

    page = batch_of(upload(first, "posts", [header, *rows]))
    assert first.post(f"{page}/apply").status_code == 303
    assert posts_of(runtime, person) == []
    with runtime.db.reading() as session:
        approval = session.scalars(select(Approval)).one()
    assert NAME not in str(approval.facts)
    assert first.post(f"/approvals/{approval.id}/grant").status_code == 403
    assert second.post(f"/approvals/{approval.id}/grant").status_code == 303

    assert [post.role for post in posts_of(runtime, person)] == [
        Role.COMMUNITY_WORKER,
        Role.COMMUNITY_ASSISTANT,
    ]


def test_a_template_is_read_back_by_its_own_form(clerk, tmp_path) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")

    for name in laid.KINDS:
        answer = district.get(f"/imports/{name}/template")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert send_bytes(district, name, answer.data).status_code == 303

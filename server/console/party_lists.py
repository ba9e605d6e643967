"""A branch's list brought along, looked at and kept; and taken along once two others allow it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Response

from config.wording import say
from server.console import fields
from server.console.imports import FORM_BYTES, XLSX, uploaded
from server.console.pages import Pages
from server.console.visit import Visit
from server.party import branches, lists, uploads
from server.party.lists import Purpose
from server.sheets import reading, writing
from server.staff import reach as reaches
from server.staff.rights import Right

pages = Pages("party_lists", __name__)

PURPOSES = tuple((one.value, say(f"party.list_for_{one}")) for one in Purpose)
HEADERS = ("姓名", "电话", "状态", "流出日期", "流入日期", "现居地", "工作单位")


@pages.get("/party/lists", Right.SEE_PARTY)
def show_lists(visit: Visit) -> Response:
    """Show for which branches a list may be brought or asked for."""
    return visit.show(
        "party/lists.html",
        branches=branches.of(visit.session, visit.reach, visit.now),
        allowed=lists.allowed(visit.session, visit.reach, visit.now),
        purposes=PURPOSES,
        columns=zip(uploads.HEADERS, uploads.EXAMPLE, strict=True),
        needed=uploads.NEEDED,
        most_rows=uploads.MOST_ROWS,
        megabytes=reading.MOST_BYTES >> 20,
    )


@pages.get("/party/lists/template", Right.SEE_PARTY)
def template(_visit: Visit) -> Response:
    """Give a workbook with the headers and one example."""
    return _book("支部名单模板", uploads.HEADERS, [list(uploads.EXAMPLE)])


@pages.post(
    "/party/branches/<branch_id>/upload",
    Right.SEE_PARTY,
    alone=True,
    again=show_lists,
    most_bytes=reading.MOST_BYTES + FORM_BYTES,
)
def upload(visit: Visit, branch_id: int) -> Response:
    """Read a list, in a process of its own, and lay its rows by."""
    visit.runtime.limits.spend("sensitive", "import", str(visit.person_id))
    branches.kept(visit.session, visit.reach, branch_id, visit.now)
    _name, content = uploaded()
    rows = list(reading.read(content, uploads.HEADERS, uploads.NEEDED, uploads.MOST_ROWS))
    vault = visit.runtime.party
    with visit.runtime.db.transaction() as session:
        reach = reaches.of(session, visit.person_id, visit.now)
        laid = uploads.lay_by(session, reach, branch_id, rows, visit.now, vault=vault)
    return visit.go("party_lists.show_upload", upload_id=laid)


@pages.get("/party/uploads/<upload_id>", Right.SEE_PARTY)
def show_upload(visit: Visit, upload_id: int) -> Response:
    """Show what was read, to whoever brought it."""
    who = visit.session, visit.reach, upload_id, visit.now
    found = uploads.show(*who, vault=visit.runtime.party)
    return visit.show("party/upload.html", upload=found, headers=uploads.COLUMNS)


@pages.post("/party/uploads/<upload_id>/apply", Right.SEE_PARTY, again=show_upload)
def apply(visit: Visit, upload_id: int) -> Response:
    """Keep the whole list."""
    who = visit.session, visit.reach, upload_id, visit.now
    count = uploads.apply(*who, vault=visit.runtime.party)
    return visit.go("party.list_members", f"已导入，新增{count}份档案。")


@pages.post("/party/uploads/<upload_id>/discard", Right.SEE_PARTY)
def discard(visit: Visit, upload_id: int) -> Response:
    """Lay the list aside."""
    uploads.discard(visit.session, visit.reach, upload_id, visit.now)
    return visit.go("party_lists.show_lists", "已放弃，没有导入任何内容。")


@pages.post("/party/branches/<branch_id>/ask", Right.SEE_PARTY, again=show_lists)
def ask(visit: Visit, branch_id: int) -> Response:
    """Ask two others to allow that the list is taken along."""
    purpose = fields.choice("purpose", tuple(Purpose), Purpose.RECHECK)
    lists.ask(visit.session, visit.reach, branch_id, purpose, visit.now)
    return visit.go("party_lists.show_lists", "已提交，要另外两个人先后批准。")


@pages.post("/party/lists/<list_id>/take", Right.SEE_PARTY, again=show_lists, proof=True)
def take(visit: Visit, list_id: int) -> Response:
    """Give the list, once; each member sees that it was taken along."""
    who = visit.session, visit.reach, list_id, visit.now
    rows = lists.take(*who, vault=visit.runtime.party)
    return _book("支部名单", HEADERS, [list(row) for row in rows])


def _book(title: str, headers: tuple[str, ...], rows: list[list[str]]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        writing.write_xlsx(path, headers, rows)
        answer = Response(path.read_bytes(), mimetype=XLSX)
    named = quote(f"{title}.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{named}"
    return answer

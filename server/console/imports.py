"""Tables brought along: uploaded, read by a job, then kept whole or laid aside."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from flask import Response, request

from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.errors import Invalid
from server.office.imports import applying, batches, laid, uploads
from server.office.imports.models import ImportState
from server.sheets import reading, writing
from server.staff.rights import Right

pages = Pages("imports", __name__)


TITLES = {
    "people": "志愿者名单",
    "riders": "骑手名单",
    "areas": "区域表",
    "posts": "岗位表",
}
FORM_BYTES = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoFile(Invalid):
    """No file was chosen."""

    code = "imports.no_file"


@pages.get("/imports", Right.IMPORT)
def choose(visit: Visit) -> Response:
    """Show which tables may be brought along."""
    kinds = [kind for kind in laid.KINDS.values() if visit.reach.may(kind.right)]
    return visit.show("imports/choose.html", kinds=kinds, titles=TITLES)


@pages.get("/imports/<name>", Right.IMPORT)
def new(visit: Visit, name: str) -> Response:
    """Ask for the file, and say what must stand in it."""
    kind = laid.kind_of(visit.reach, name)
    facts: dict[str, Any] = {"most_rows": kind.most, "megabytes": reading.MOST_BYTES >> 20}
    return visit.show("imports/new.html", kind=kind, title=TITLES[name], **facts)


@pages.post(
    "/imports/<name>",
    Right.IMPORT,
    again=new,
    most_bytes=reading.MOST_BYTES + FORM_BYTES,
)
def upload(visit: Visit, name: str) -> Response:
    """Lay the file by and answer at once; a job reads it, since that may take seconds."""
    visit.runtime.limits.spend("sensitive", "import", str(visit.person_id))
    file = uploaded()
    who, vault = (visit.session, visit.reach), visit.runtime.vault
    batch_id = uploads.lay_by(*who, name, *file, visit.now, vault=vault)
    return visit.go("imports.show", batch_id=batch_id)


@pages.get("/imports/batches/<batch_id>", Right.IMPORT)
def show(visit: Visit, batch_id: int) -> Response:
    """Show what was read: what is wrong first, then how it begins."""
    return _shown(visit, batch_id, "imports/show.html")


@pages.get("/imports/batches/<batch_id>/progress", Right.IMPORT)
def progress(visit: Visit, batch_id: int) -> Response:
    """Give the part of the page that moves."""
    return _shown(visit, batch_id, "imports/batch.html")


@pages.post("/imports/batches/<batch_id>/apply", Right.IMPORT, again=show)
def apply(visit: Visit, batch_id: int) -> Response:
    """Keep the whole table."""
    agreed, vault = bool(keyed("agreed")), visit.runtime.vault
    who = visit.session, visit.reach, batch_id, visit.now
    done = applying.apply(*who, agreed=agreed, vault=vault)
    said = done or "这份表已经导入过，没有重复导入。"
    return visit.go("imports.show", said, batch_id=batch_id)


@pages.post("/imports/batches/<batch_id>/discard", Right.IMPORT)
def discard(visit: Visit, batch_id: int) -> Response:
    """Lay the table aside."""
    batches.discard(visit.session, visit.reach, batch_id)
    return visit.go("imports.choose", "已放弃，没有导入任何内容。")


@pages.get("/imports/<name>/template", Right.IMPORT)
def template(visit: Visit, name: str) -> Response:
    """Give a workbook with the headers and one example."""
    kind = laid.kind_of(visit.reach, name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        writing.write_xlsx(path, kind.headers, [[column.example for column in kind.columns]])
        answer = Response(path.read_bytes(), mimetype=XLSX)
    named = quote(f"{TITLES[name]}模板.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{named}"
    return answer


def _shown(visit: Visit, batch_id: int, page: str) -> Response:
    batch = batches.show(visit.session, visit.reach, batch_id, vault=visit.runtime.vault)
    moving = batch.state in (ImportState.READING, ImportState.WANTED)
    return visit.show(page, batch=batch, title=TITLES[batch.kind.name], moving=moving)


def uploaded() -> tuple[str, bytes]:
    """Return the name and content of the file that was sent."""
    file = request.files.get("table")
    if file is None or not file.filename:
        raise NoFile
    # asked again when two transactions waited for each other
    file.seek(0)
    return file.filename.replace("\\", "/").rpartition("/")[2], file.read()

"""Tables brought along: uploaded, looked at row by row, then kept whole or laid aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from flask import Response, request

from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.errors import Invalid
from server.office.imports import applying, batches, laid
from server.sheets import reading, writing
from server.staff import reach as reaches
from server.staff.rights import Right

pages = Pages("imports", __name__)


TITLES = {"people": "志愿者名单", "areas": "区域表", "posts": "岗位表"}
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
    alone=True,
    again=new,
    most_bytes=reading.MOST_BYTES + FORM_BYTES,
)
def upload(visit: Visit, name: str) -> Response:
    """Read the file before any transaction, since that may take seconds; then lay it by."""
    kind = laid.kind_of(visit.reach, name)
    visit.runtime.limits.spend("sensitive", "import", str(visit.person_id))
    with _uploaded() as (path, file_name):
        rows = reading.read(path, kind.headers, kind.needed)
    with visit.runtime.db.transaction() as session:
        reach = reaches.of(session, visit.person_id, visit.now)
        batch_id = batches.preview(
            session, reach, kind, file_name, rows, visit.now, vault=visit.runtime.vault
        )
    return visit.go("imports.show", batch_id=batch_id)


@pages.get("/imports/batches/<batch_id>", Right.IMPORT)
def show(visit: Visit, batch_id: int) -> Response:
    """Show what was read: what is wrong first, then how it begins."""
    batch = batches.show(visit.session, visit.reach, batch_id, vault=visit.runtime.vault)
    return visit.show("imports/show.html", batch=batch, title=TITLES[batch.kind.name])


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
    batches.discard(visit.session, visit.reach, batch_id, visit.now)
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


@contextmanager
def _uploaded() -> Iterator[tuple[Path, str]]:
    """Keep the file that was sent, under a name of ours, as long as it is read."""
    file = request.files.get("table")
    if file is None or not file.filename:
        raise NoFile
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        file.save(path)
        yield path, file.filename.replace("\\", "/").rpartition("/")[2]

"""Exports: asking for a file, watching it being written, taking it home once."""

import re
from typing import Any

from flask import Response, send_file

from config.wording import LOCAL
from server.console.ledgers import span_said
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.ledgers import exports, files
from server.ledgers.questions import Question
from server.ledgers.tables import TABLES
from server.staff import reach as reaches
from server.staff.models import Export, ExportState
from server.staff.rights import Right

pages = Pages("exports", __name__)

ID = re.compile(r"[1-9][0-9]{0,17}")
STATES = {
    ExportState.WAITING: ("wait", "排队中"),
    ExportState.RUNNING: ("info", "正在生成"),
    ExportState.READY: ("ok", "可以下载"),
    ExportState.FAILED: ("bad", "没有生成"),
    ExportState.EXPIRED: ("plain", "已删除"),
}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


@pages.get("/exports", Right.EXPORT)
def list_exports(visit: Visit) -> Response:
    """Show what one has asked for, and what a second person has yet to allow."""
    return visit.show(
        "exports/list.html",
        rows=exports.mine(visit.session, visit.person_id),
        awaited=exports.awaited(visit.session, visit.person_id, visit.now),
        tables=TABLES,
        states=STATES,
    )


@pages.post("/exports", Right.EXPORT, again=list_exports, proof=True)
def ask(visit: Visit) -> Response:
    """Have a table written; whole names and long lists wait for a second person."""
    area = reaches.area(visit.session, visit.reach, Right.EXPORT, keyed("area"))
    activity_id = keyed("activity_id")
    question = Question(
        kind=keyed("kind"),
        form=keyed("form"),
        area=area,
        span=span_said(visit),
        purpose=keyed("purpose"),
        whole=keyed("whole") == "yes",
        activity_id=int(activity_id) if ID.fullmatch(activity_id) else None,
    )
    asked = exports.ask(visit.session, visit.reach, question, visit.now)
    if asked.export_id is None:
        said = "含完整姓名或超过100行，已请另一位同事批准；批准后在这里下载。"
        return visit.go("exports.list_exports", said)
    return visit.go("exports.show", export_id=asked.export_id)


@pages.get("/exports/<export_id>", Right.EXPORT)
def show(visit: Visit, export_id: int) -> Response:
    """Show how far a file has come."""
    export = exports.shown(visit.session, visit.reach, export_id)
    return visit.show("exports/show.html", export=export, **_words(export))


@pages.get("/exports/<export_id>/progress", Right.EXPORT)
def progress(visit: Visit, export_id: int) -> Response:
    """Give the part of the page that moves."""
    export = exports.shown(visit.session, visit.reach, export_id)
    return visit.show("exports/progress.html", export=export, **_words(export))


@pages.post("/exports/<export_id>/file", Right.EXPORT, again=show)
def fetch(visit: Visit, export_id: int) -> Response:
    """Hand the file to whoever asked for it; that it was is noted."""
    export = exports.fetch(visit.session, visit.reach, export_id, visit.now)
    day = f"{export.asked_at.astimezone(LOCAL):%Y%m%d}"
    return send_file(
        files.file_of(visit.runtime.settings, export),
        mimetype=TYPES[export.form],
        as_attachment=True,
        download_name=f"{TABLES[export.kind].title}{day}.{export.form}",
        max_age=0,
    )


def _words(export: Export) -> dict[str, Any]:
    moving = export.state in (ExportState.WAITING, ExportState.RUNNING)
    return {"table": TABLES[export.kind], "state": STATES[export.state], "moving": moving}

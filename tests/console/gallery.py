"""Every part of the console's kit with sample data, behind the headers that the console has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, flash, render_template, request
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from server.console import filters, text_size
from server.console.navigation import Entry
from server.staff.reach import NotAllowed
from tests.serving import Place, served

CONSOLE = Path(filters.__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ME = SimpleNamespace(name="王建国", area="迎泽街道示例社区", roles=["社区管理员", "核验员"])
MENU = [
    ("待办", "/console/gallery", "inbox", 12),
    ("需求", "/console/needs", "heart-handshake", 3),
    ("活动", "/console/activities", "calendar-event", 0),
    ("服务记录", "/console/records", "clipboard-list", 128),
    ("人员", "/console/people", "users", 0),
    ("台账与统计", "/console/figures", "chart-bar", 0),
]


class NeedForm(FlaskForm):
    """A form with one field of each sort."""

    title = StringField("需求标题", [InputRequired("请写上需求标题。")], description="20字以内。")
    area = SelectField("所在网格", choices=["示例一网格", "示例二网格"])
    urgency = RadioField("紧急程度", [InputRequired("请选择。")], choices=["一般", "较急", "紧急"])
    details = TextAreaField("情况说明", description="不要写身份证号和病情。")
    agreed = BooleanField("已征得本人同意")


class WordsForm(FlaskForm):
    """The fields above a list."""

    words = StringField("关键词", render_kw={"type": "search"})
    state = SelectField("状态", choices=["全部", "待核验", "已派单"])


def entries() -> list[dict[str, Any]]:
    steps = [("王*国", "派给青年志愿队", "请周三前联系。"), ("李*梅", "核验通过", None)]
    return [
        {"at": NOW - timedelta(hours=at), "who": who, "what": what, "note": note}
        for at, (who, what, note) in enumerate(steps)
    ]


def show(me: SimpleNamespace | None = ME) -> str:
    menu: list[Any] = [
        SimpleNamespace(label=label, href=href, icon=icon, count=count, active=href == request.path)
        for label, href, icon, count in MENU
    ]
    menu.append(Entry("审计", "/console/audit", "shield-lock", active=False))
    form = NeedForm()
    if request.args.get("wrong"):
        form.process(data={})
        form.validate()
        flash("没有保存：有两处需要修改。", "error")
        flash("已保存。", "success")
    return render_template(
        "gallery.html" if me else "public.html",
        me=me,
        nav=menu,
        now=NOW,
        form=form,
        filters=WordsForm(request.args, meta={"csrf": False}),
        entries=entries(),
        hour=timedelta(hours=1),
        refusal=NotAllowed() if request.args.get("wrong") else None,
    )


def build() -> Flask:
    """Return an app with the gallery's pages."""
    app = Flask("gallery", static_folder=None, template_folder=str(Path(__file__).parent / "pages"))
    app.secret_key = "of the tests alone"
    CSRFProtect(app)
    filters.install(app.jinja_env)
    console = Blueprint(
        "console",
        "server.console",
        url_prefix="/console",
        root_path=str(CONSOLE),
        static_folder="static",
        template_folder="templates",
    )
    console.context_processor(text_size.wanted)
    console.post("/text-size")(text_size.choose)
    console.add_url_rule("/gallery", "gallery", show, methods=["GET", "POST"])
    console.add_url_rule("/public", "public", lambda: show(None), methods=["GET", "POST"])
    console.add_url_rule("/code", "code", lambda: f"<strong>{next(codes)}</strong>")
    console.add_url_rule("/broken", "broken", lambda: ("x", 500))
    console.add_url_rule("/deed", "deed", lambda: "<p>已办</p>", methods=["POST"])
    codes = iter(range(100_000, 999_999))
    app.register_blueprint(console)
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))
    app.after_request(guarded)
    return app


def guarded(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@contextmanager
def opened() -> Iterator[str]:
    """Serve the gallery; give its address."""
    place = Place()
    with served(build(), place) as url:
        yield url
    place.close()

"""No name, phone, openid or address of anybody is in a log, an error or a figure, come what may.

Somebody goes through every door, rightly and wrongly, staff work on them, the database breaks in
the middle of it; all that was written and refused meanwhile is looked through.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request, request_finished
from sqlalchemy import text

from config.logging import JsonFormatter
from miniprogram_api.door import lives
from server.console.face import PAGES
from server.jobs import TIMETABLE, run_now
from server.people import identities, profile, sessions
from server.people.models import App, Role
from server.runtime import Runtime
from tests.bot.driver import Phone, line_of
from tests.console.conftest import TOKEN, Clerk, a_clerk, plant_district
from tests.factories import an_activity

NAME, PHONE, HOME = "欧阳金丝", "13899990001", "幸福里7号楼302"
OPENID, OTHER = "oCANARY7f3aCANARY7f3aCANARY7", "oCANARY7f3aCANARY7f3aCANARY8"
NEEDLES = (NAME, PHONE, HOME, OPENID, OTHER, "8999-0001", "+8613899990001")
TOLD = re.compile(r'<div[^>]*class="notice notice-[^>]*>.*?</div>', re.DOTALL)
"""What a page of the console says is wrong; around it stands the page that staff had open."""
API = "/api/v1"


@dataclass
class Written:
    """All that was written where operators look, and all that was answered as an error."""

    log: io.StringIO = field(default_factory=io.StringIO)
    errors: list[str] = field(default_factory=list)

    def note(self, _app: object, response: Response) -> None:
        if response.status_code >= 400:
            shown = response.get_data(as_text=True)
            if request.path.startswith("/console/"):
                shown = "".join(TOLD.findall(shown))
            self.errors.append(f"{request.method} {response.status_code} {shown}{response.headers}")

    def told(self, *more: str) -> list[str]:
        """Return the lines that tell of somebody."""
        lines = [*self.log.getvalue().splitlines(), *self.errors, *more]
        return [line for line in lines if any(needle in line for needle in NEEDLES)]


@pytest.fixture
def written(app: Flask) -> Iterator[Written]:
    """What is logged from here on, at the most talkative level, and every error."""
    written = Written()
    handler = logging.StreamHandler(written.log)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with request_finished.connected_to(written.note, app):
        yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def phone(app, settings, clock) -> Phone:
    return Phone(line_of(app, settings, clock), OPENID)


@pytest.fixture
def clerk(app: Flask, runtime: Runtime) -> Clerk:
    with runtime.db.transaction() as session:
        plant_district(session)
        person, staff, token = a_clerk(session, runtime, Role.DISTRICT_OPERATOR, "D")
        an_activity(session, runtime.now(), capacity=1, leader_name=NAME)
        an_activity(session, runtime.now(), capacity=5)
    client = app.test_client()
    client.set_cookie("console", token)
    return Clerk(client, person, staff)


@pytest.fixture
def bearer(app: Flask, runtime: Runtime, phone: Phone) -> str:
    """The same person's mini-program."""
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.MINIPROGRAM, OTHER, runtime.now())
        opened = sessions.start(
            session,
            known,
            f"{NAME} key",
            runtime.now(),
            vault=runtime.vault,
            lives=lives(runtime.settings),
        )
        profile.set_phone(session, known.person_id, PHONE, vault=runtime.vault)
    return opened.token


def by_chat(phone: Phone) -> None:
    """Say all that one may say, and much that one may not."""
    phone.follows()
    for words in (
        *(f"我叫 {NAME}", "出生 1990", "活动", "报名 1", "报名 2", "我的", "日历", "隐私", "导出"),
        *(f"求助 {HOME} 修灯，找{NAME}，电话{PHONE}", "示例A1社区", "1", "1", "我的求助"),
        *(PHONE, f"绑定 {PHONE}", f"签到 {PHONE}", f"异议 1 {NAME}没有来", f"活动 {NAME}"),
        *(f"监护人 {NAME} {PHONE} 母亲", f"通过 {PHONE}", f"{HOME}在哪", "证书", "注销"),
    ):
        phone.says(words)
    phone.sends(phone.letter("image", PicUrl=f"https://x.example/{PHONE}", MediaId=NAME))
    phone.sends(phone.event("unknown_event", EventKey=f"{NAME}{PHONE}"))
    phone.line.push(f"<xml><FromUserName>{OPENID}</FromUserName>{NAME}")
    phone.line.deliver(f"{NAME}{PHONE}".encode(), {"openid": OPENID, "signature": PHONE})


def by_mini_program(app: Flask, token: str) -> None:
    """Ask and be refused by REST, with everything personal wherever it can stand."""
    client = app.test_client()
    wrong: Any = {"name": NAME, "phone": PHONE, "openid": OPENID}
    for method, path, body in (
        *(("GET", "/me", None), ("PATCH", "/me", {"name": NAME}), ("PATCH", "/me", wrong)),
        *(
            ("POST", "/needs", wrong),
            ("POST", "/needs", [NAME]),
            ("POST", "/login", {"code": PHONE}),
        ),
        *(("POST", "/me/phone", {"code": PHONE}), ("POST", "/me/link", {"code": PHONE})),
        *(("GET", f"/activities/{PHONE}", None), ("GET", f"/nothing/{NAME}", None)),
        *(
            ("GET", f"/activities?area={NAME}&x={PHONE}", None),
            ("PUT", f"/shifts/{PHONE}/signup", {}),
        ),
        *(("POST", "/me/records/1/disputes", {"words": NAME}), ("DELETE", f"/me/{OPENID}", None)),
        ("POST", "/stars/1/objections", {"words": f"{NAME}没有来"}),
    ):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{path}-{PHONE}"[:60]}
        client.open(API + path, method=method, json=body, headers=headers)
        client.open(
            API + path, method=method, json=body, headers={"Authorization": f"Bearer {OPENID}"}
        )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    client.post(
        f"{API}/needs", data=f'{{"words": "{NAME}", "phone": {PHONE}'.encode(), headers=headers
    )
    for address in (
        f"/verify/{PHONE}",
        f"/calendar/{PHONE}.ics",
        f"/certificates/{NAME}/1/{PHONE}",
    ):
        client.get(address)
    client.get(f"/{NAME}?openid={OPENID}")


def by_staff(clerk: Clerk) -> None:
    """Register, find, unmask and fail, as staff do."""
    fields = {
        **{"name": NAME, "phone": PHONE, "area": "A1", "channel": "phone", "agreed": "1"},
        **{"words": PHONE, "who": PHONE, "reason": f"{NAME}来电话", "login": PHONE, "q": NAME},
        **{"address": HOME, "title": NAME, "said": NAME, "number": PHONE, "word": PHONE},
        **{"evidence": NAME, "volunteer_no": PHONE, "minutes": PHONE, "day": NAME, "answer": NAME},
    }
    token = TOKEN.search(clerk.get("/sign-in").get_data(as_text=True))
    assert token
    fields["csrf_token"] = token[1]
    for _endpoint, page in PAGES:
        if page.opened or page.view.__name__ == "sign_out" or "<path:" in page.rule:
            continue
        if page.method == "POST":
            clerk.client.post("/console" + re.sub(r"<\w+>", "1", page.rule), data=fields)
        elif "<" in page.rule:
            clerk.get(re.sub(r"<\w+>", PHONE, page.rule), query_string={"area": NAME})
    stranger = clerk.client.application.test_client()
    stranger.post("/console/sign-in", data={"login": NAME, "password": PHONE})
    stranger.post("/console/people/find", data={"words": PHONE})


def everything_due(runtime: Runtime) -> None:
    for job in TIMETABLE:
        run_now(runtime, job)


def test_nothing_personal_is_written_where_operators_look(
    app, runtime, clerk, phone, bearer, emulator, written
) -> None:
    by_chat(phone)
    by_mini_program(app, bearer)
    by_staff(clerk)
    everything_due(runtime)
    figures = app.test_client().get("/metrics").get_data(as_text=True)

    assert len(written.errors) > 80
    assert len([told for told in written.errors if "notice-" in told]) > 40
    assert len(written.log.getvalue().splitlines()) > 60
    assert written.told(figures) == []


@pytest.mark.parametrize("table", ["need", "dialogue", "audit_entry", "star_objection"])
def test_not_even_when_the_database_breaks(
    app, runtime, clerk, phone, bearer, emulator, written, table
) -> None:
    phone.follows()
    with runtime.db.transaction() as session:
        cascade = "" if runtime.db.is_sqlite else " CASCADE"
        session.execute(text(f"DROP TABLE {table}{cascade}"))

    for words in (f"我叫 {NAME}", f"求助 {HOME} 修灯，找{NAME}，电话{PHONE}", f"签到 {PHONE}"):
        phone.line.push(phone.letter("text", Content=words))
    by_mini_program(app, bearer)
    clerk.post("/people/new", name=NAME, phone=PHONE, area="A1", channel="phone", agreed="1")
    clerk.post("/people/1/unmask", words=f"{NAME}来电话")

    assert '"trace"' in written.log.getvalue()
    assert written.told() == []


@pytest.mark.parametrize(
    "said", [f"saw {NAME}", f"{OPENID}/x", f"tel:{PHONE} at {HOME}", f"person {OTHER} came"]
)
def test_control_what_is_written_carelessly_is_found(app, written, said) -> None:
    before = written.told(said)
    logging.getLogger("somewhere").info("%s", f"saw {NAME}")

    assert before == [said]
    assert len(written.told()) == 1


def test_control_an_error_that_tells_is_found(app, written) -> None:
    with app.test_request_context("/x"):
        written.note(app, Response(f"no {NAME} here", 404))

    assert written.told() != []

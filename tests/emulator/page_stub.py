"""An emulator of an emulator: the endpoints that the phone page calls, in memory.

It knows one account with three activities, so that the page can be tried without the service.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from flask import Flask, Response, jsonify, request, send_from_directory

from tests.emulator.page_service import Service
from tests.serving import Place, served

PAGE = Path(__file__).parents[2] / "emulator" / "page"
POLICY = "default-src 'self'"
HELP = "您好，这里是暖蜂。\n1. 看活动\n2. 我的报名\n3. 绑定小程序\n回复“活动”看最近的志愿活动。"


@dataclass
class Stub:
    """What the stub remembers."""

    service: Service = field(default_factory=Service)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    chat: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    exchanges: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    offset: timedelta = timedelta()
    seq: int = 0

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget everything."""
        fresh = {
            each.name: each.default_factory()
            for each in fields(self)
            if callable(each.default_factory)
        }
        vars(self).update(fresh, offset=timedelta(), seq=0)
        for name in ("林小满", "周建国", "何秀英"):
            self.add_person(name)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def add_person(self, name: str) -> dict[str, Any]:
        number = len(self.people) + 1
        person = {
            "id": f"p{number}",
            "name": name,
            "phone": f"138{number:08d}",
            "official_openid": f"oGZH{number}",
            "miniprogram_openid": f"oXCX{number}",
            "unionid": f"oUNI{number}",
            "following": False,
        }
        self.people[person["id"]] = person
        return person

    def show(self, person: str, side: str, kind: str, text: str, **more: Any) -> None:
        self.seq += 1
        item = {"seq": self.seq, "at": self.now().isoformat(), "side": side, "kind": kind}
        item |= {"text": text, "data": more.get("data"), "exchange": more.get("exchange")}
        self.chat.setdefault(person, []).append(item)

    def keep(self, title: str, plain: str, answer: str) -> str:
        number = f"x{len(self.exchanges) + 1}"
        sealed = f"<Encrypt><![CDATA[{'Yw4k9mZq' * 40}]]></Encrypt>"
        self.exchanges[number] = {
            "id": number,
            "title": title,
            "ms": 12,
            "request": {
                "method": "POST",
                "url": "http://127.0.0.1:8000/wechat/official?signature=75bd&timestamp=1795443000"
                "&nonce=8421&openid=oGZH1&encrypt_type=aes&msg_signature=9d1f03c6",
                "headers": {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                "body": f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>{sealed}</xml>",
                "plain": plain,
            },
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/xml"},
                "body": f"<xml>{sealed}<MsgSignature>77aa</MsgSignature></xml>",
                "plain": answer,
            },
        }
        return number

    def step(self, person: str, kind: str, text: str, data: Any = None) -> dict[str, Any]:
        """Show what the person did and answer it as the service would."""
        said = text if kind in ("text", "voice") else ""
        reply = self.reply(person, said) if kind != "event" or "关注了" in text else None
        answer = f"<xml><MsgType>text</MsgType><Content>{escape(reply or '')}</Content></xml>"
        plain = (
            f"<xml><MsgType><![CDATA[{kind}]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
        )
        exchange = self.keep(f"{kind}：{text}", plain, answer)
        self.show(person, "me", kind, text, data=data, exchange=exchange)
        if reply is None:
            return {"outcome": "silent", "reply": None, "exchange": exchange, "attempts": 1}
        self.show(person, "account", "text", reply, exchange=exchange)
        shown = {"type": "text", "content": reply}
        return {"outcome": "reply", "reply": shown, "exchange": exchange, "attempts": 1}

    def reply(self, person: str, text: str) -> str:
        if text in self.answers:
            return self.answers[text]
        if text in ("活动", "1"):
            return self.service.listed()
        if text.startswith("报名"):
            done = self.service.sign_up(person, "s1")
            words = (
                "报名成功：社区食堂送餐。"
                if done["state"] == "confirmed"
                else "名额已满，您在候补第 1 位。"
            )
            return f"{words}\n回复“取消 1”可取消，回复“我的”看全部。"
        return HELP

    def push_card(self, person: str) -> None:
        """Push one subscription message, as the outbox would."""
        filled = [
            {"key": "thing1", "label": "活动名称", "value": "社区食堂送餐"},
            {"key": "thing1", "label": "活动时间", "value": "11月25日 09:00"},
            {"key": "thing4", "label": "温馨提示", "value": "请在 2 小时内回复“接受”或“放弃”"},
        ]
        data = {"title": "候补名额通知", "fields": filled, "page": "pages/mine"}
        exchange = self.keep(
            "订阅消息", '{"touser": "oXCX1", "template_id": "tpl-offer"}', '{"errcode": 0}'
        )
        self.show(person, "account", "subscription", "候补名额通知", data=data, exchange=exchange)


@contextmanager
def serving(stub: Stub) -> Iterator[str]:
    """Serve the page and its endpoints on a free port; yields the address."""
    place = Place()
    try:
        with served(_app(stub), place) as url:
            yield url
    finally:
        place.close()


def _app(stub: Stub) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.after_request(_strict)
    app.before_request(lambda: _note(stub))
    _pages(app)
    _people(app, stub)
    _deeds(app, stub)
    _tools(app, stub)
    return app


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    if request.path.startswith("/page/"):
        response.headers["Cache-Control"] = "max-age=600"  # one browser asks but once
    return response


def _note(stub: Stub) -> None:
    if request.method != "GET":
        stub.asked.append((request.full_path.rstrip("?"), request.get_json(silent=True)))


def _pages(app: Flask) -> None:
    app.add_url_rule("/", "home", lambda: send_from_directory(PAGE, "index.html"))
    app.add_url_rule("/page/<path:name>", "page", lambda name: send_from_directory(PAGE, name))


def _people(app: Flask, stub: Stub) -> None:
    @app.get("/_/people")
    def people() -> Response:
        return jsonify(items=list(stub.people.values()))

    @app.post("/_/people")
    def create() -> Response:
        return jsonify(stub.add_person(request.json["name"]))

    @app.get("/_/people/<person>/chat")
    def chat(person: str) -> Response:
        after = request.args.get("after", 0, int)
        return jsonify(items=[item for item in stub.chat.get(person, []) if item["seq"] > after])


def _deeds(app: Flask, stub: Stub) -> None:
    @app.post("/_/people/<person>/<verb>")
    def do(person: str, verb: str) -> Any:
        body = request.json or {}
        if verb == "call":
            status, answer = stub.service.answer(
                person, body["method"], body["path"], body.get("body")
            )
            exchange = stub.keep(f"{body['method']} {body['path']}", "", "")
            stub.exchanges[exchange]["request"] |= {"plain": None, "body": body.get("body") or ""}
            return jsonify(status=status, body=answer, exchange=exchange)
        if verb == "phone_code":
            return jsonify(code="phone-code-1")
        if verb in ("follow", "unfollow"):
            stub.people[person]["following"] = verb == "follow"
            return jsonify(
                stub.step(person, "event", "关注了公众号" if verb == "follow" else "取消了关注")
            )
        if verb == "scan":
            stub.people[person]["following"] = True
        if verb != "subscription" and not stub.people[person]["following"]:
            return jsonify(message="还没有关注公众号，请先关注"), 409
        return jsonify(_message(stub, person, verb, body))


def _message(stub: Stub, person: str, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    text = body.get("content") or body.get("recognition") or body.get("label") or ""
    if verb == "scan":
        return stub.step(person, "event", f"扫描了二维码：{body['scene']}")
    if verb == "menu":
        return stub.step(person, "event", f"点击菜单：{body['key']}")
    if verb == "subscription":
        return stub.step(person, "event", f"订阅提醒：{body.get('answers') or body['answer']}")
    return stub.step(person, verb, text or "［照片］", body)


def _tools(app: Flask, stub: Stub) -> None:
    @app.get("/_/exchanges/<number>")
    def exchange(number: str) -> Any:
        found = stub.exchanges.get(number)
        return jsonify(found) if found else (jsonify(message="没有这一步的记录了"), 404)

    @app.get("/_/menu")
    def menu() -> Response:
        sub = [
            {"type": "click", "name": "我的报名", "key": "MINE"},
            {"type": "click", "name": "绑定", "key": "LINK"},
        ]
        buttons = [
            {"type": "click", "name": "活动", "key": "ACTIVITIES"},
            {"name": "我的", "sub_button": sub},
        ]
        return jsonify(menu={"button": [*buttons, {"type": "miniprogram", "name": "小程序"}]})

    @app.route("/_/clock", methods=["GET", "POST"])
    def clock() -> Response:
        body = request.get_json(silent=True) or {}
        stub.offset = timedelta() if body.get("reset") else stub.offset
        stub.offset += timedelta(seconds=body.get("advance_seconds", 0))
        return jsonify(now=stub.now().isoformat())

    @app.route("/_/faults", methods=["GET", "POST", "DELETE"])
    def faults() -> Response:
        if request.method == "DELETE":
            stub.faults.clear()
        if request.method == "POST":
            stub.faults.append(request.json)
        return jsonify(items=stub.faults)

    @app.post("/_/reset")
    def reset() -> Response:
        stub.chat.clear()
        return jsonify({})

    @app.get("/_/settings")
    def settings() -> Response:
        return jsonify(templates=[{"id": "tpl-reminder", "title": "活动提醒"}])

"""The one door of the API: faults, token, quota, the call itself, and the journal."""

import json
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request

from emulator.api import (
    accounts,
    credentials,
    customer,
    employees,
    login,
    media,
    subscriptions,
    templates,
)
from emulator.api.call import Answer, ApiError, Blob, Call, Endpoint
from emulator.faults import Fault
from emulator.journal import Exchange, Request, raw_text, stamp
from emulator.journal import Response as Answered
from emulator.messages import Message
from emulator.platform import Platform, platform
from emulator.wire import Wire

LONGEST_ANSWER = 0.5  # seconds; then the event goes out whether or not the answer was read
wechat_api = Blueprint("wechat_api", __name__)
CALLS: dict[str, Endpoint] = {
    **credentials.CALLS,
    **login.CALLS,
    **subscriptions.CALLS,
    **templates.CALLS,
    **employees.CALLS,
    **customer.CALLS,
    **accounts.CALLS,
    **media.CALLS,
}
SPOILING = frozenset(
    ("errcode", "status", "html", "delay", "drop_before", "redirect", "endless", "huge")
)
HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


@wechat_api.route("/<any('cgi-bin', sns, wxa):_branch>/<path:_rest>", methods=["GET", "POST"])
def answer(_branch: str, _rest: str) -> Response:
    """Answer a call of the API as WeChat does, errors with HTTP 200."""
    whole, begun = platform(), time.monotonic()
    world, raw = whole.world, request.get_data()
    with world.lock:
        fault = world.faults.take(request.path)
        exchange = world.journal.next_id()
        call = Call(world, world.clock.now(), request.args, raw, exchange, fault=fault)
    spoilt = _spoilt(fault)
    shown = _act(call) if spoilt is None else None
    response = spoilt or _spell(shown or {}, fault)
    took = int((time.monotonic() - begun) * 1000)
    _write_down(call, response, shown, took)
    answered = threading.Event()
    response.call_on_close(answered.set)
    for message in call.events:
        whole.courier.take(partial(_follow, whole, message, answered))
    for make in call.later:
        whole.courier.take(partial(_follow_later, whole, make, answered))
    if fault is not None and fault.kind in ("drop_before", "drop_after"):
        _hang_up()
    return response


def _spoilt(fault: Fault | None) -> Response | None:
    """Return the answer of a fault that comes before the call, which then has no effect."""
    kind = fault.kind if fault is not None else None
    if fault is None or kind not in SPOILING:
        return None
    if kind == "delay":
        time.sleep(fault.seconds())
        return None
    if kind == "drop_before":
        return Response("", status=502)
    if kind == "errcode":
        code = int(fault.number(-1))
        return _json({"errcode": code, "errmsg": f"emulated fault {code} rid: {_rid()}"})
    if kind == "redirect":
        return Response("", status=302, headers={"Location": fault.text("http://127.0.0.1:9/")})
    if kind in ("endless", "huge"):
        return Response(fault.stream(), mimetype="image/jpeg")
    status = int(fault.number(502)) if kind == "status" else 200
    return Response(fault.text(HTML), status=_http(status), mimetype="text/html")


def _http(status: int) -> int:
    return status if 200 <= status <= 599 else 502


def _act(call: Call) -> Answer | Blob:
    """Do what is asked; returns the answer or the error as an answer."""
    world = call.world
    try:
        endpoint = _endpoint()
        if endpoint.one_at_a_time:
            return _alone(call, endpoint)
        with world.lock:
            return _checked(call, endpoint)
    except ApiError as error:
        return {"errcode": error.code, "errmsg": f"{error} rid: {_rid()}"}


def _endpoint() -> Endpoint:
    endpoint = CALLS.get(request.path)
    if endpoint is None:
        raise ApiError(40066, "invalid url")
    if request.method != endpoint.method:
        wanted = (43001, "require GET method")
        raise ApiError(*(wanted if endpoint.method == "GET" else (43002, "require POST method")))
    return endpoint


def _checked(call: Call, endpoint: Endpoint) -> Answer | Blob:
    if endpoint.token:
        call.app = credentials.checked(call).app
        if call.app not in endpoint.apps:
            raise ApiError(48001, "api unauthorized")
        if not call.world.quotas.use(call.app, request.path, call.now):
            raise ApiError(45009, "reach max api daily quota limit")
    return endpoint.act(call)


def _alone(call: Call, endpoint: Endpoint) -> Answer | Blob:
    """Act while no other send to the same person is under way (43108)."""
    world, openid = call.world, _receiver(call)
    with world.lock:
        if openid in world.sending:
            raise ApiError(43108, "concurrent send to one user")
        world.sending.add(openid)
        takes = world.knobs.send_takes
    try:
        time.sleep(takes)
        with world.lock:
            return _checked(call, endpoint)
    finally:
        with world.lock:
            world.sending.discard(openid)


def _receiver(call: Call) -> str:
    return str(call.body().get("touser"))


def _spell(shown: Answer | Blob, fault: Fault | None) -> Response:
    if isinstance(shown, Blob):
        named = {"Content-Disposition": f'attachment; filename="{shown.name}"'}
        return Response(shown.content, content_type=shown.kind, headers=named)
    if fault is not None and fault.kind == "numbers_as_strings":
        shown = {name: str(v) if type(v) is int else v for name, v in shown.items()}
    kind = "text/plain" if fault is not None and fault.kind == "text_plain" else "application/json"
    return _json(shown, kind)


def _json(shown: Answer, kind: str = "application/json") -> Response:
    return Response(json.dumps(shown, ensure_ascii=False), content_type=f"{kind}; charset=utf-8")


def _rid() -> str:
    with platform().world.lock:
        return platform().world.ids.rid()


def _hang_up() -> None:
    """Cut the connection off, so that the caller gets no answer at all."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is None:
        abort(502, "this server cannot drop a connection")
    connection.shutdown(socket.SHUT_RDWR)


def _write_down(call: Call, response: Response, shown: Answer | Blob | None, took: int) -> None:
    body = b"" if response.is_streamed else response.get_data()
    told = shown if isinstance(shown, dict) else response.get_json(silent=True) if body else None
    code: Any = (told or {}).get("errcode")
    kept = Exchange(
        id=call.exchange,
        title=f"{request.method} {request.path}"[:200],
        request=Request(request.method, request.url, dict(request.headers), raw_text(call.raw)),
        response=Answered(response.status_code, dict(response.headers), raw_text(body)),
        ms=took,
        direction="in",
        at=stamp(call.now),
        fault=call.fault.kind if call.fault is not None else None,
        errcode=code if isinstance(code, int) else None,
    )
    with call.world.lock:
        call.world.journal.keep(kept)


def _follow_later(
    whole: Platform, make: Callable[[Wire], Message], answered: threading.Event
) -> None:
    """Do the work that comes before an event, and send it."""
    answered.wait(LONGEST_ANSWER)
    whole.pusher.deliver(make(whole.wire))


def _follow(whole: Platform, message: Message, answered: threading.Event) -> None:
    """Send the event of a send, once the caller has the send's answer."""
    answered.wait(LONGEST_ANSWER)
    whole.pusher.deliver(message)

"""The doors at which WeChat knocks."""

import logging
from datetime import datetime

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.exchange import Exchange
from bot.reception import Reception
from server.db import Busy
from server.runtime import Runtime
from server.wechat import replies
from server.wechat.callback import MAX_BODY, Gate
from server.wechat.crypto import Rejected
from server.wechat.messages import Incoming, Unusable

log = logging.getLogger(__name__)

XML = "application/xml; charset=utf-8"


class Webhook:
    """The callback of one WeChat app: lets in what is genuine, answers within the time given.

    Whatever is not genuine gets one and the same refusal, has no effect and learns nothing.
    """

    def __init__(
        self, runtime: Runtime, gate: Gate, exchange: Exchange, reception: Reception
    ) -> None:
        self._runtime = runtime
        self._gate = gate
        self._exchange = exchange
        self._reception = reception

    def greet(self) -> Response:
        """Prove to WeChat that this address is ours."""
        try:
            return _plain(self._gate.greet(request.args, self._runtime.now()))
        except Rejected as rejected:
            return _refused(rejected)

    def receive(self) -> Response:
        """Answer one push; only what is stored is acknowledged."""
        now = self._runtime.now()
        try:
            return self._answered(self._gate.read(request.args, _body(), now), now)
        except Rejected as rejected:
            return _refused(rejected)
        except Unusable as dead:
            return self._buried(dead)

    def _answered(self, message: Incoming, now: datetime) -> Response:
        try:
            words = self._reception.answer(message)
        except Busy as busy:
            return _not_now(busy)
        # a mini-program takes no words back here
        letter = replies.text(message, words, now) if message.app == "official" else ""
        if not letter:
            return _plain("success")
        if message.encrypted:
            letter = self._gate.seal(letter, request.args["nonce"], now)
        return Response(letter, content_type=XML)

    def _buried(self, dead: Unusable) -> Response:
        try:
            self._exchange.bury(dead)
        except Busy as busy:
            return _not_now(busy)
        return _plain("success")


def _body() -> bytes:
    """Read the body, but never more of it than a push may have."""
    request.max_content_length = MAX_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Rejected from None


def _plain(words: str) -> Response:
    return Response(words, content_type="text/plain; charset=utf-8")


def _refused(rejected: Rejected) -> Response:
    log.info("callback refused", extra={"reason": type(rejected).__name__})
    return Response("rejected\n", 403, content_type="text/plain; charset=utf-8")


def _not_now(busy: Busy) -> Response:
    """Acknowledge nothing, so that WeChat brings the message again."""
    log.error("message not taken: %s", busy)
    headers = {"Retry-After": "5"}
    return Response("busy\n", 503, headers, content_type="text/plain; charset=utf-8")

"""The doors at which WeChat knocks."""

import logging
from datetime import datetime

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.exchange import Exchange
from bot.reception import Reception
from server.db import Busy
from server.people.models import App
from server.runtime import Runtime
from server.wechat import replies
from server.wechat.callback import MAX_BODY, Gate
from server.wechat.crypto import Rejected
from server.wechat.messages import Incoming, Unusable

log = logging.getLogger(__name__)

TEXT = "text/plain; charset=utf-8"
XML = "application/xml; charset=utf-8"


class Webhook:
    """The callback of one WeChat app: lets in what is genuine, answers within the time given.

    Whatever is not genuine gets one and the same refusal, has no effect and learns nothing.
    """

    def __init__(
        self, name: App, runtime: Runtime, exchange: Exchange, reception: Reception
    ) -> None:
        settings = runtime.settings
        app = settings.official if name is App.OFFICIAL else settings.miniprogram
        self._name = name
        self._runtime = runtime
        self._gate = Gate(app, name.value, settings.environment)
        self._exchange = exchange
        self._reception = reception

    def greet(self) -> Response:
        """Prove to WeChat that this address is ours."""
        try:
            return _plain(self._gate.greet(request.args, self._runtime.now()))
        except Rejected:
            return self._refused()

    def receive(self) -> Response:
        """Answer one push; only what is stored is acknowledged."""
        now = self._runtime.now()
        try:
            return self._answered(self._gate.read(request.args, _body(), now), now)
        except Rejected:
            return self._refused()
        except Unusable as dead:
            return self._buried(dead)

    def _answered(self, message: Incoming, now: datetime) -> Response:
        try:
            words = self._reception.answer(message)
        except Busy as busy:
            return self._not_now(busy)
        # a mini-program takes no words back here; three equal pushes get three equal letters
        is_chat = self._name is App.OFFICIAL
        letter = replies.text(message, words, message.created_at) if is_chat else ""
        if not letter:
            return _plain("success")
        if message.encrypted:
            letter = self._gate.seal(letter, request.args["nonce"], now)
        return Response(letter, content_type=XML)

    def _buried(self, dead: Unusable) -> Response:
        try:
            self._exchange.bury(dead)
        except Busy as busy:
            return self._not_now(busy)
        self._count("dead")
        return _plain("success")

    def _refused(self) -> Response:
        """Give the one answer to everything that is not genuine; it tells nothing."""
        self._count("refused")
        log.info("callback refused", extra={"app": self._name})
        return Response("rejected\n", 403, content_type=TEXT)

    def _not_now(self, busy: Busy) -> Response:
        """Acknowledge nothing, so that WeChat brings the message again."""
        self._count("busy")
        log.error("message not taken: %s", busy)
        return Response("busy\n", 503, {"Retry-After": "5"}, content_type=TEXT)

    def _count(self, result: str) -> None:
        self._runtime.metrics.callbacks.labels(self._name, result).inc()


def _body() -> bytes:
    """Read the body, but never more of it than a push may have."""
    request.max_content_length = MAX_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Rejected from None


def _plain(words: str) -> Response:
    return Response(words, content_type=TEXT)

"""Answering within the time that WeChat gives."""

import logging
from functools import partial
from threading import Event

from bot import late
from bot.desk import Attempt, Crowded, Desk
from bot.exchange import Exchange
from server.db import Busy
from server.runtime import Runtime
from server.wechat.messages import Incoming

log = logging.getLogger(__name__)

KEEP_SECONDS = 0.6
"""What is left of WeChat's five seconds, after the budget, to keep a message for later."""


class Reception:
    """Where messages are answered in time, one way or another.

    Nothing is acknowledged that is not stored: either the effect and its reply, or, when they
    take longer than the budget, the message itself. `Busy` means that neither could be done:
    then WeChat must not hear "received", and brings the message again.
    """

    def __init__(self, runtime: Runtime, exchange: Exchange, desk: Desk) -> None:
        self._runtime = runtime
        self._exchange = exchange
        self._desk = desk

    def answer(self, message: Incoming) -> str:
        """Return the reply, or the promise of one, or raise `Busy`."""
        try:
            attempt = self._desk.begin(
                partial(self._exchange.answer, message), partial(self._hand_over, message)
            )
        except Crowded:
            raise Busy("all threads are at work") from None
        if attempt.wait(self._runtime.settings.reply_budget_seconds):
            words = attempt.result()
            self._count(message, "answered")
            return words
        return self._promise(message, attempt)

    def _promise(self, message: Incoming, attempt: Attempt[str]) -> str:
        attempt.abandoned = True
        log.warning("a reply is late", extra={"kind": message.kind})
        try:
            gave_up = Event()
            kept = self._desk.begin(partial(late.keep, self._runtime, message, gave_up))
        except Crowded:
            raise Busy("all threads are at work") from None
        if not kept.wait(KEEP_SECONDS):
            gave_up.set()
            raise Busy("the message could not be kept in time")
        words = kept.result()
        self._count(message, "late")
        return words

    def _count(self, message: Incoming, result: str) -> None:
        self._runtime.metrics.callbacks.labels(message.app, result).inc()

    def _hand_over(self, message: Incoming) -> None:
        try:
            late.hand_over(self._runtime, message)
        except Exception:
            # the row is still there: the next catch-up answers it
            log.exception("a late reply was not queued")

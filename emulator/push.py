"""Delivers messages to the service as the platform does: 5 seconds, three tries, one verdict."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from emulator.envelope import Manner, Parcel, pack
from emulator.journal import OUT, Exchange, Request, Response, raw_text, stamp
from emulator.messages import Message
from emulator.options import PLAINLY, Options
from emulator.settings import Account
from emulator.verdict import Verdict, judge
from emulator.wire import Answer, Silent, Wire
from emulator.world import World


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one copy of a message fared."""

    verdict: Verdict
    exchange: str
    attempts: int

    def show(self) -> dict[str, Any]:
        """Return the step as the phone page wants it."""
        return {
            "outcome": self.verdict.outcome,
            "reply": self.verdict.reply,
            "exchange": self.exchange,
            "attempts": self.attempts,
            "problem": self.verdict.problem,
        }


class Pusher:
    """Sends messages to the service and judges what comes back."""

    def __init__(self, world: World, wire: Wire) -> None:
        self.world = world
        self.wire = wire

    def pack(self, message: Message, options: Options) -> Parcel:
        """Sign and seal a message now."""
        with self.world.lock:
            knobs, clock = self.world.knobs, self.world.clock
            now = clock.now() if knobs.sign_with == "clock" else clock.wall()
            json_too = message.app == "miniprogram"
            form = options.form or (knobs.miniprogram_format if json_too else "xml")
            manner = Manner(
                mode=options.mode or knobs.mode(message.app),
                form=form,
                timestamp=int(now.timestamp()) - options.stale_seconds,
                wrong_signature=options.wrong_signature,
                wrong_appid=options.wrong_appid,
            )
            return pack(self._account(message), message, manner, self.world.ids)

    def deliver(
        self, message: Message, options: Options = PLAINLY, exchange: str | None = None
    ) -> list[Delivery]:
        """Send every copy at once and return how each fared.

        `exchange` is the id under which the first copy's first try will be kept.
        """
        parcel = self.pack(message, options)
        first = [exchange or self._next_exchange()]
        ids = first + [self._next_exchange() for _ in range(options.copies - 1)]
        if options.copies == 1:
            return [self._try(message, parcel, ids[0])]
        with ThreadPoolExecutor(options.copies) as threads:
            return list(threads.map(lambda each: self._try(message, parcel, each), ids))

    def check_url(self, account: Account, echo: str, options: Options) -> Delivery:
        """Ask the service to echo a text, as the console does when the address is entered."""
        message = Message(account.name, "", "服务器地址校验", {}, raw="")
        parcel = self.pack(message, options.model_copy(update={"mode": "plain"}))
        query = parcel.query.replace("openid=", f"echostr={echo}")
        asked = Parcel(query, b"", "", parcel.content_type, "plain")
        sending = _Sending(message, asked, self._next_exchange(), method="GET")
        return self._send(sending, lambda answer: _echoed(answer, echo))

    def _try(self, message: Message, parcel: Parcel, exchange: str) -> Delivery:
        account = self._account(message)

        def verdict(answer: Answer) -> Verdict:
            return judge(account, message.openid, parcel, answer)

        with self.world.lock:
            attempts = self.world.knobs.attempts
        for attempt in range(1, attempts + 1):
            sending = _Sending(message, parcel, exchange, attempt=attempt)
            delivery = self._send(sending, verdict)
            if not _worth_another(delivery.verdict):
                break
            exchange = self._next_exchange()
        return delivery

    def _send(self, sending: "_Sending", judged: Callable[[Answer], Verdict]) -> Delivery:
        with self.world.lock:
            deadline, now = self.world.knobs.deadline_seconds, self.world.clock.now()
        begun = time.monotonic()
        url = self._url(sending)
        headers = {"Content-Type": sending.parcel.content_type, "User-Agent": "Mozilla/4.0"}
        try:
            answer = self.wire.send(sending.method, url, headers, sending.parcel.body, deadline)
            verdict = judged(answer)
            response = Response(answer.status, answer.headers, raw_text(answer.body), verdict.plain)
        except Silent as silence:
            verdict = Verdict("failed", problem=f"{NO_ANSWER}: {silence}")
            response = Response(0, {}, str(silence))
        request = sending.request(url, headers)
        took = int((time.monotonic() - begun) * 1000)
        asked = (sending.exchange, sending.title, request, response)
        with self.world.lock:
            self.world.journal.keep(Exchange(*asked, took, OUT, stamp(now)))
        return Delivery(verdict, sending.exchange, sending.attempt)

    def _url(self, sending: "_Sending") -> str:
        path = self._account(sending.message).callback_path
        return f"{self.world.settings.service_url}{path}?{sending.parcel.query}"

    def _next_exchange(self) -> str:
        with self.world.lock:
            return self.world.journal.next_id()

    def _account(self, message: Message) -> Account:
        return self.world.settings.account(message.app)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One try to send a parcel."""

    message: Message
    parcel: Parcel
    exchange: str
    attempt: int = 1
    method: str = "POST"

    @property
    def title(self) -> str:
        return self.message.title + (f"（第 {self.attempt} 次）" if self.attempt > 1 else "")

    def request(self, url: str, headers: dict[str, str]) -> Request:
        plain = self.parcel.plain if self.parcel.mode != "plain" else None
        return Request(self.method, url, headers, raw_text(self.parcel.body), plain)


NO_ANSWER = "no answer"


def _worth_another(verdict: Verdict) -> bool:
    problem = verdict.problem or ""
    return problem.startswith((NO_ANSWER, "HTTP status 5"))


def _echoed(answer: Answer, echo: str) -> Verdict:
    if answer.status == 200 and answer.body == echo.encode():
        return Verdict("silent")
    return Verdict("failed", problem=f"HTTP status {answer.status}, or not the very echostr")

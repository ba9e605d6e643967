"""One notice on its way: each open route in turn, until one takes it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from config.settings import Settings
from server.db import Busy, Database
from server.notices import answers, channels, claims, credits, digests, politeness
from server.notices.channels import Route, Routes, Way
from server.notices.claims import Claimed, ClaimLost
from server.notices.politeness import Saying, Verdict
from server.notices.retries import Chance
from server.people.models import App
from server.wechat.client import Wechat
from server.wechat.errors import CallRejected, WechatError

log = logging.getLogger(__name__)

TRIES, PAUSE = 20, 0.5
"""How often, and after how many seconds, an outcome is written while the database is away."""


class House(Protocol):
    """What delivery needs of the runtime."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def wechat(self) -> Wechat: ...
    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        ...


class NoCredit(Exception):  # noqa: N818  a fact: somebody else has spent it
    """The last message that was allowed has been used meanwhile."""


class Unwanted(Exception):  # noqa: N818  a fact: they have just said so
    """The person has taken back meanwhile that we tell them such things."""


class Held(Exception):  # noqa: N818  a fact: it is not its time
    """The notice does not go now; the verdict says what becomes of it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.why)
        self.verdict = verdict


class Begun(NamedTuple):
    """A send that has begun: with what, on which credit, and by when it must leave."""

    claimed: Claimed
    credit_id: int | None
    until: datetime | None


class Sender:
    """Sends claimed notices; call it with one, from any thread, and it tells what became of it.

    The answer is two words: the result (sent, retried, unreachable, dead, dropped, left, lost)
    and by what way, or why.
    """

    def __init__(self, house: House, chance: Chance, stop: threading.Event | None = None) -> None:
        self._house = house
        self._chance = chance
        self._stop = stop

    def __call__(self, claimed: Claimed) -> str:
        """Send one notice; whatever happens to it holds back no other."""
        try:
            return self._guarded(claimed)
        except ClaimLost:
            return "lost claim"
        except Busy as busy:
            log.warning("notice %s is left until its claim runs out: %s", claimed.id, busy)
            return "left busy"

    def _guarded(self, claimed: Claimed) -> str:
        try:
            return self._sent(claimed)
        except (ClaimLost, Busy):
            raise
        except Exception:
            log.exception("notice %s (%s) cannot be sent", claimed.id, claimed.kind)
            return self._write(lambda s, now: answers.stumbled(s, claimed, now, self._chance))

    def _sent(self, claimed: Claimed) -> str:
        if self._stop and self._stop.is_set():
            return self._write(lambda s, now: answers.put_back(s, claimed, now))
        if claimed.not_after and self._house.now() > claimed.not_after:
            return self._write(lambda s, now: answers.late(s, claimed, now))
        routes = self._routes(claimed)
        closed = list(routes.closed)
        for route in routes.open:
            result = self._tried(claimed, route, closed)
            if result:
                return result
        return self._write(lambda s, now: answers.unreachable(s, claimed, closed, now))

    def _routes(self, claimed: Claimed) -> Routes:
        with self._house.db.reading() as session:
            return channels.choose(
                session,
                claimed.person_id,
                claimed.kind,
                self._house.settings.templates,
                self._house.now(),
                claimed.credit_id,
            )

    def _tried(self, claimed: Claimed, route: Route, closed: list[str]) -> str | None:
        """Send by one route; None, with the reason in `closed`, when it is not open after all."""
        try:
            begun = self._begin(claimed, route)
        except Unwanted:
            closed.append(channels.UNWANTED)
            return None
        except Held as held:
            verdict = held.verdict
            return self._write(lambda s, now: answers.held(s, claimed, verdict, now))
        except NoCredit:
            closed.append(f"{route.way}: no credit")
            return None
        return self._carried(begun, route, closed)

    def _carried(self, begun: Begun, route: Route, closed: list[str]) -> str | None:
        claimed, credit_id, until = begun
        if until is not None and self._house.now() >= until:
            # a pause between the begin and here: its time is over
            return self._write(lambda s, now: answers.kept_back(s, claimed, credit_id, now))
        try:
            message_id = carry(self._house.wechat, route, claimed)
        except CallRejected as error:
            return self._refused(claimed, route, credit_id, error, closed)
        except WechatError as error:
            fault = error
            return self._write(
                lambda s, now: answers.failed(s, claimed, fault, credit_id, now, self._chance)
            )
        return self._write(lambda s, now: answers.sent(s, claimed, route.way, message_id, now))

    def _begin(self, claimed: Claimed, route: Route) -> Begun:
        """Note that a send begins, take the credit that it needs and what goes along, or nothing.

        It is asked here, and for the last time, whether the person wants it and whether it may go
        now; what goes leaves before the window closes, and before the claim runs out.
        """
        with self._house.db.transaction() as session:
            now = self._house.now()
            verdicts = politeness.judge(session, [claimed], now, self._house.settings.notices)
            verdict = verdicts[claimed.id]
            if verdict.says is Saying.UNWANTED:
                raise Unwanted
            if verdict.says is not Saying.GO:
                raise Held(verdict)
            credit_id = None
            if route.way is Way.SUBSCRIPTION:
                held = claimed.credit_id
                credit_id = credits.hold(session, route.account_id, route.template_id, held)
                if credit_id is None:
                    raise NoCredit
            claims.begin(session, claimed, route.way, now, credit_id)
            [mine] = digests.take(session, verdicts, [claimed], now)
            until = min(verdict.until or now + claims.LEASE, now + claims.LEASE)
            return Begun(mine, credit_id, until)

    def _refused(
        self,
        claimed: Claimed,
        route: Route,
        credit_id: int | None,
        error: CallRejected,
        closed: list[str],
    ) -> str | None:
        def learn(session: Session, now: datetime) -> str:
            answers.refused(session, claimed, route, credit_id, error, now)
            if error.dead_for_user or error.dead_channel:
                return ""
            return answers.misspelt(session, claimed, error, now)

        if error.dead_channel:
            log.error("the way %s is closed to everybody: %s", route.way, error)
        closed.append(f"{route.way}: {error.code}")
        return self._write(learn) or None

    def _write(self, verb: Callable[[Session, datetime], str]) -> str:
        """Write what became of the notice, waiting out a database that restarts."""
        for _ in range(TRIES):
            try:
                with self._house.db.transaction() as session:
                    return verb(session, self._house.now())
            except Busy as busy:
                log.warning("an outcome cannot be written yet: %s", busy)
                time.sleep(PAUSE)
        raise Busy("the outcome of a notice could not be written")


def carry(wechat: Wechat, route: Route, claimed: Claimed) -> str:
    """Hand the notice to WeChat by this route and return the message's id, "" if there is none."""
    if route.way is Way.SERVICE:
        wechat.official.send_text(route.openid, digests.chat_text(claimed))
        return ""
    data = digests.fields(claimed)
    if route.way is Way.TEMPLATE:
        return wechat.official.send_template(
            route.openid, route.template_id, data, client_msg_id=f"notice-{claimed.id}"
        )
    app = wechat.official if route.app is App.OFFICIAL else wechat.miniprogram
    return app.send_subscription(route.openid, route.template_id, data)

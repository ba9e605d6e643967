"""Beginning to send: all that is asked for the last time, in one transaction for many notices.

Few statements, however many notices there are; what is decided about each is written together.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from config.settings import Settings
from server.notices import answers, channels, credits, digests, politeness, sending
from server.notices.answers import Ending
from server.notices.channels import Route
from server.notices.claims import LEASE, Held
from server.notices.errands import Errand, Sending
from server.notices.models import NoticeState
from server.notices.openings import Open, Openings
from server.notices.politeness import Saying, Verdict
from server.notices.retries import Chance
from server.notices.versions import Version
from server.wechat.calls import Post
from server.wechat.client import Wechat

log = logging.getLogger(__name__)

RESERVE = timedelta(seconds=10)
"""A send leaves so long before its claim runs out: time for an answer, one repetition with a fresh
token, and the settling, so that a late worker sends nothing that another may send too."""


class House(Protocol):
    """What beginning a send needs of the runtime."""

    @property
    def settings(self) -> Settings: ...
    @property
    def wechat(self) -> Wechat: ...


class Beginning:
    """Begins the sends of one transaction; `going` and `ended` tell what became of each.

    `going` go now, once the transaction is committed, with what is to be written of them.
    """

    def __init__(self, session: Session, house: House, now: datetime, chance: Chance) -> None:
        self._session = session
        self._house = house
        self._now = now
        self._chance = chance
        self._said: Mapping[int, Version] = {}
        self.going: list[tuple[Errand, Mapping[str, Any]]] = []
        self.ended: list[tuple[Errand, Ending]] = []

    def begin(
        self, errands: Sequence[Errand], held: Mapping[int, Held], openings: Openings
    ) -> None:
        """Begin what may go now; `held` are the rows, which are locked and ours."""
        verdicts = self._judged(errands, held)
        if not verdicts:
            return
        claimed = [errand.claimed for errand in verdicts]
        routes = channels.choose(self._session, claimed, self._now, self._house.settings)
        self._said = {notice: each.version for notice, each in routes.items()}
        opened = openings.of(self._session, list(verdicts), routes, self._now)
        while opened:
            opened = self._paid(self._written(opened, held), verdicts, held)
        over = [errand.id for errand, _ in self.ended if errand.claimed.along]
        digests.scatter(self._session, over, self._now)

    def _judged(self, errands: Sequence[Errand], held: Mapping[int, Held]) -> dict[Errand, Verdict]:
        """Return what may go now, with what goes along; the others end, each in its own way."""
        claimed = [errand.claimed for errand in errands]
        hours = self._house.settings.notices
        verdicts = politeness.judge(self._session, claimed, self._now, hours)
        going = {}
        for errand in errands:
            verdict = verdicts[errand.id]
            if verdict.says is Saying.GO:
                going[errand] = verdict
            elif verdict.says is not Saying.ALONG:
                self.ended.append((errand, self._kept(held[errand.id], verdict)))
        mine = [errand.claimed for errand in going]
        taken = digests.take(self._session, verdicts, mine, self._now)
        for errand, claimed_along in zip(going, taken, strict=True):
            errand.claimed = claimed_along
        return going

    def _kept(self, held: Held, verdict: Verdict) -> Ending:
        """Return what becomes of a notice that may not go now."""
        if verdict.says is Saying.UNWANTED:
            return self._unreachable(held, channels.UNWANTED)
        why = verdict.why or politeness.Why.LATE
        word = why.name.lower()
        if verdict.until is None:
            over = answers.settled(NoticeState.DROPPED, self._now, why)
            return Ending(f"dropped {word}", over)
        return Ending(f"waits {word}", answers.waits(held, verdict.until, why))

    def _unreachable(self, held: Held, outcome: str) -> Ending:
        del held
        over = answers.settled(NoticeState.UNREACHABLE, self._now, outcome)
        return Ending("unreachable all", {**over, "channel": None})

    def _written(
        self, opened: Mapping[Errand, Open], held: Mapping[int, Held]
    ) -> dict[Errand, tuple[Open, Post]]:
        """Make each ready for its first open route; what has none ends, or waits for one."""
        ready = {}
        for errand, ways in opened.items():
            if not ways.routes:
                self.ended.append((errand, self._shut(errand, held[errand.id], ways)))
                continue
            try:
                post = self._ready(errand, ways.routes[0])
            except Exception:
                log.exception("notice %s (%s) cannot be written", errand.id, errand.claimed.kind)
                self.ended.append((errand, answers.stumbled(errand, self._now, self._chance)))
            else:
                ready[errand] = ways, post
        return ready

    def _ready(self, errand: Errand, route: Route) -> Post:
        house = self._house
        said = self._said[errand.id]
        return sending.ready(house.wechat, route, errand.claimed, said, house.settings)

    def _shut(self, errand: Errand, held: Held, ways: Open) -> Ending:
        """Return what becomes of a notice with no way open: it waits if one may open again."""
        told = "; ".join(f"{way}: {why}" for way, why in {**ways.closed, **errand.closed}.items())
        if ways.until is None:
            return self._unreachable(held, told)
        return Ending("waits circuit", answers.waits(held, ways.until, ways.waits_for + told))

    def _paid(
        self,
        ready: Mapping[Errand, tuple[Open, Post]],
        verdicts: Mapping[Errand, Verdict],
        held: Mapping[int, Held],
    ) -> dict[Errand, Open]:
        """Take the credits that are needed, and go; return what must try its next way."""
        firsts = {errand: ways.routes[0] for errand, (ways, _) in ready.items()}
        wanted = [
            route.credit_id
            for route in firsts.values()
            if route.credit_id is not None and not route.is_held
        ]
        taken = credits.take(self._session, sorted(wanted))
        left = {}
        for errand, (ways, post) in ready.items():
            route = firsts[errand]
            if route.credit_id is None or route.is_held or route.credit_id in taken:
                self._go(errand, Sending(route, post, self._until(verdicts[errand])))
            else:
                errand.closed[route.way] = "no credit"
                left[errand] = replace(ways, routes=ways.routes[1:])
        return left

    def _go(self, errand: Errand, begun: Sending) -> None:
        errand.sending = begun
        values = {
            "channel": begun.route.way,
            "credit_id": begun.route.credit_id,
            "version": self._said[errand.id].number,
            "claimed_until": self._now + LEASE,
        }
        self.going.append((errand, values))

    def _until(self, verdict: Verdict) -> datetime:
        latest = self._now + LEASE - RESERVE
        return min(verdict.until, latest) if verdict.until else latest

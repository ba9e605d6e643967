"""A worker: claims a batch, begins as many as may be on their way, sends, and settles in groups.

Three things happen at once: notices are claimed ahead, one thread takes turns (`turns`), and the
lines to WeChat carry what has begun. Nothing is sent inside a transaction. Fewer than three times
as many as there are connections have begun and are not settled, so no more are unknown after a
kill.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial

from server.db import Busy
from server.notices import claims, turns
from server.notices.claims import Claimed
from server.notices.errands import Errand, Outcome
from server.notices.retries import Chance
from server.notices.turns import House, Work
from server.wechat.answers import Json
from server.wechat.calls import message_id
from server.wechat.dispatch import Dispatch

log = logging.getLogger(__name__)

AHEAD = 4
"""So many notices are claimed ahead for each connection."""
TRIES, PAUSE = 100, 0.5
"""How often, and after how many seconds, a turn is taken again while the database is away: for
almost as long as the claims hold."""
LONGEST_BREATH = 0.05

Tally = Counter[str]
"""How many notices ended each way, by two words: `sent service`, `retried transient` …"""


class Pipeline:
    """Delivers until nothing is due; close it when done. One thread at a time may call `drain`."""

    def __init__(self, house: House, chance: Chance, stop: threading.Event) -> None:
        self._house = house
        self._chance = chance
        self._stop = stop
        connections = house.settings.notices.connections
        self._batch = AHEAD * connections
        # a line that is free finds the next send waiting, while a turn settles the last ones
        self._most = 3 * connections - 2
        self._waiting: deque[Errand] = deque()
        self._away: set[Errand] = set()
        self._heard: deque[tuple[Errand, Outcome]] = deque()
        self._bell = threading.Event()
        self._claimer = ThreadPoolExecutor(1, thread_name_prefix="claim")
        self._claiming: Future[Sequence[Claimed]] | None = None
        self._turns = self._turns_before_claim = 0
        self._dispatch = Dispatch(house.settings.wechat_api_url, house.now, connections)

    def close(self) -> None:
        """Hang up, once all that was sent is answered."""
        self._dispatch.close()
        self._claimer.shutdown()

    def drain(self, rounds: int | None = None) -> Tally:
        """Send what is due, or so many batches of it; return what became of it.

        Told to stop, it settles what is on its way and puts back what has not begun.
        """
        tally, left, dry = Tally(), rounds, False
        while True:
            self._bell.clear()
            dry = self._collect() or dry
            over = dry or left == 0 or self._stop.is_set()
            if not over and self._claim_ahead():
                left = None if left is None else left - 1
            work = self._next()
            if work.errands:
                tally.update(self._turned(work))
                dry = False
            elif self._away or self._claiming is not None:
                self._bell.wait()
            elif over:
                return tally

    def _claim_ahead(self) -> bool:
        """Claim the next batch in another thread when few are left; tell whether it was begun."""
        if self._claiming is not None or len(self._waiting) > self._batch // 2:
            return False
        self._turns_before_claim = self._turns
        self._claiming = self._claimer.submit(self._claimed)
        self._claiming.add_done_callback(lambda _: self._bell.set())
        return True

    def _claimed(self) -> Sequence[Claimed]:
        with self._house.db.transaction() as session:
            return claims.claim(session, self._house.now(), self._batch)

    def _collect(self) -> bool:
        """Take in what was claimed meanwhile; tell whether there is nothing to claim.

        A turn since then may have made way for another notice to somebody.
        """
        if self._claiming is None or not self._claiming.done():
            return False
        done, self._claiming = self._claiming, None
        is_fresh = self._turns == self._turns_before_claim
        try:
            found = done.result()
        except Busy as busy:
            if is_fresh and not self._away and not self._waiting:
                raise
            log.warning("nothing can be claimed yet: %s", busy)
            return is_fresh
        self._waiting.extend(Errand(each) for each in found)
        return not found and is_fresh

    def _next(self) -> Work:
        """Return what the next turn is to do, as much as may be on its way."""
        heard = [self._heard.popleft() for _ in range(len(self._heard))]
        if self._stop.is_set():
            back = [self._waiting.popleft() for _ in range(len(self._waiting))]
            return Work(heard, back=back)
        # what was refused by one way may go at once by another
        settled = sum(isinstance(outcome, str) for _, outcome in heard)
        room = max(0, self._most - len(self._away) + settled)
        fresh = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
        return Work(heard, fresh)

    def _turned(self, work: Work) -> list[str]:
        """Take a turn, waiting out a database that restarts; return what became of the notices."""
        begun = time.monotonic()
        self._turns += 1
        for _ in range(TRIES):
            try:
                done = turns.take(self._house, work, self._chance)
            except Busy as busy:
                log.warning("a turn cannot be taken yet: %s", busy)
                time.sleep(PAUSE)
            except Exception:
                log.exception("a turn of %d has failed", len(work.errands))
                return self._apart(work)
            else:
                self._away.difference_update(errand for errand, _ in work.heard)
                self._send(done.going)
                self._breathe(time.monotonic() - begun)
                return done.ended
        log.error("%d notices are left until their claims run out", len(work.errands))
        self._away.difference_update(work.errands)
        return ["left busy"] * len(work.errands)

    def _apart(self, work: Work) -> list[str]:
        """Take a turn for each by itself, so that one that cannot be sent stops no other."""
        if len(work.parts) > 1:
            return [word for part in work.parts for word in self._turned(part)]
        [errand] = work.errands
        self._away.discard(errand)
        try:
            return turns.stumble(self._house, errand, self._chance).ended
        except Exception:
            log.exception("notice %s is left until its claim runs out", errand.id)
            return ["left bug"]

    def _send(self, going: Iterable[Errand]) -> None:
        for errand in going:
            assert errand.sending is not None
            post, until = errand.sending.post, errand.sending.until
            self._away.add(errand)
            hear = partial(self._hear, errand)
            try:
                self._dispatch.send(post, hear, partial(self._is_before, until))
            except Exception as mistake:
                # it is settled in the next turn like whatever else comes back
                log.exception("notice %s does not leave", errand.id)
                hear(mistake)

    def _is_before(self, until: datetime) -> bool:
        return self._house.now() < until

    def _hear(self, errand: Errand, told: Json | Exception) -> None:
        outcome = told if isinstance(told, Exception) else message_id(told)
        self._heard.append((errand, outcome))
        self._bell.set()

    def _breathe(self, took: float) -> None:
        """Let others write for as long as the turn took, where only one can write at a time."""
        if self._house.db.is_sqlite:
            time.sleep(min(took, LONGEST_BREATH))

"""WeChat misbehaves in one way after the other; every notice ends where the plan says."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import hosts, postbox
from bench.places import Place
from bench.rigs import post
from bench.rigs.notices import ANSWERS_AFTER, Postman
from bench.rigs.outcome import Order, Outcome
from server.notices.models import NoticeState

NAME = "misbehaving"
MUTANT = "no_circuit"
CONNECTIONS = 4
MOST_AWAY = CONNECTIONS + CONNECTIONS // 4
LASTS = 3.0
"""Seconds that one kind of trouble lasts."""
PATIENCE_SECONDS = 180
KINDS = ("-1", "45009", "43101", postbox.STALE, postbox.PAGE, postbox.HANG, postbox.CUT)
UNSURE = (postbox.PAGE, postbox.HANG, postbox.CUT)
"""After these nobody knows whether a message arrived."""
WAYS = ("official:service", "official:subscription", "official:notification", "official:template")


class Trouble:
    """One kind of trouble after the other, and what was seen in each."""

    def __init__(self, url: str, wechat: str) -> None:
        self._url = url
        self._wechat = wechat
        self.calls = 0
        self.forced = 0
        self.fetches = 0

    def play(self, number: int, kind: str) -> None:
        """Let WeChat misbehave while notices are queued; then let it be well, until all is sent."""
        before = postbox.told(self._wechat)
        postbox.behave(self._wechat, kind)
        post.queue(self._url, number)
        time.sleep(LASTS)
        after = postbox.told(self._wechat)
        if kind == "45009":
            self.calls = max(self.calls, after["calls"] - before["calls"])
        postbox.behave(self._wechat, postbox.OK)
        post.wake(self._url, WAYS)
        self._wait()
        if kind == postbox.STALE:
            after = postbox.told(self._wechat)
            self.forced = max(self.forced, after["forced"] - before["forced"])
            self.fetches = max(self.fetches, after["fetches"] - before["fetches"])

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while post.left(self._url) and time.monotonic() < deadline:
            post.wake(self._url, WAYS)
            time.sleep(0.2)


def run(place: Place, order: Order) -> Outcome:
    """Play every kind of trouble, so many times; the control knocks at doors known to be closed."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    with postbox.standing(ANSWERS_AFTER) as wechat:
        url = place.empty_database(order.backend)
        post.prepare(url, order.rounds * len(KINDS))
        trouble = Trouble(url, wechat)
        kinds: dict[int, str] = {}
        with _at_work(place, order, url, wechat):
            for round_number in range(order.rounds):
                for kind in chance.sample(KINDS, len(KINDS)):
                    kinds[len(kinds) + 1] = kind
                    trouble.play(len(kinds), kind)
                order.progress(round_number + 1)
        found = post.Found(post.states(url), postbox.everything(wechat))
        return _outcome(order, trouble, found, kinds)


@contextmanager
def _at_work(place: Place, order: Order, url: str, wechat: str) -> Iterator[None]:
    store = place.empty_store() if order.backend == "postgres" else None
    more = {"WECHAT_API_URL": wechat, "NOTICES__CONNECTIONS": str(CONNECTIONS)}
    log = place.folder / f"postman-{order.backend}.log"
    man = Postman(hosts.settings(url, store, **more), log, MUTANT if order.mutant else "")
    try:
        man.begin()
        yield
    finally:
        man.kill()


def _outcome(order: Order, trouble: Trouble, found: post.Found, kinds: dict[int, str]) -> Outcome:
    arrived = found.arrived
    wrong = [
        f"{title}: {state}, arrived {arrived[title]} times, under {_kind_of(title, kinds)}"
        for title, (kind, state) in found.states.items()
        if not _may_be(kind, state, arrived[title], _kind_of(title, kinds))
    ]
    facts = {
        "troubles": len(kinds),
        "notices": len(found.states),
        "sends": sum(arrived.values()),
        "unknown": sum(state is NoticeState.DEAD for _, state in found.states.values()),
        "calls in one day's quota": trouble.calls,
        "token fetches in one incident": trouble.fetches,
    }
    nought = {
        "not where the plan says": len(wrong),
        # each of the three ways may be knocked at by as many as are on their way
        "knocks at a closed door": max(0, trouble.calls - 2 * MOST_AWAY),
        "forced refreshes beyond one an incident": max(0, trouble.forced - 1),
    }
    return Outcome(NAME, order, facts, nought, wrong, ("knocks at a closed door",))


def _kind_of(title: str, kinds: dict[int, str]) -> str:
    return kinds[int(title[4:].partition("号")[0])]


def _may_be(kind: str, state: NoticeState, arrived: int, trouble: str) -> bool:
    """Tell whether a notice ended as its promise says, in this kind of trouble."""
    if kind == post.MOST and state is NoticeState.DEAD:
        return trouble in UNSURE and arrived <= 1
    if state is not NoticeState.SENT:
        return False
    return arrived == 1 or (kind == post.LEAST and trouble in UNSURE and arrived > 1)

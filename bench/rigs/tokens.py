"""Access tokens: eight cold processes fetch one; a server that always refuses is not hammered."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from bench import letters
from bench.places import Place
from bench.rigs.outcome import Order, Outcome
from bench.rigs.warm import CONTEXT
from bench.rigs.wechat import answering
from config.settings import WechatApp
from server.store import open_store
from server.wechat.errors import WechatError
from server.wechat.http import Http
from server.wechat.official import OfficialAccount
from server.wechat.token import TokenKeeper

NAME = "tokens"
PROCESSES, THREADS = 8, 20
CALLS = 40
PATIENCE_SECONDS = 60


def run(place: Place, order: Order) -> Outcome:
    """Start cold, again and again; then call a server that answers 40001 to everything.

    The mutant's processes have no store in common.
    """
    fetches, differing, missing = [], 0, 0
    for number in range(order.rounds):
        count, tokens = _cold_start(None if order.mutant else place.empty_store())
        fetches.append(count)
        differing += len(set(tokens)) - 1
        missing += PROCESSES * THREADS - len(tokens)
        order.progress(number + 1)
    refreshes, most, unrefused = _refused_calls(place.empty_store())
    facts = {
        "cold starts": order.rounds,
        "processes": PROCESSES,
        "threads each": THREADS,
        "fetches": sum(fetches),
        "calls answered 40001": CALLS,
        "refreshes for them": refreshes,
        "most sends of one call": most,
    }
    nought = {
        "fetches beyond the first": sum(count - 1 for count in fetches),
        "differing tokens": differing,
        "threads without one": missing,
        "refreshes beyond one a call": max(0, refreshes - CALLS),
        "calls sent more than twice": max(0, most - 2),
        "calls that did not fail": unrefused,
    }
    return Outcome(NAME, order, facts, nought)


def _cold_start(redis_url: str | None) -> tuple[int, list[str]]:
    """Return how many tokens were fetched, and what each thread got."""
    ready, told = CONTEXT.Barrier(PROCESSES), CONTEXT.Queue()
    with answering() as wechat:
        given = (wechat.url, redis_url, ready, told)
        processes = [CONTEXT.Process(target=_cold, args=given) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        try:
            tokens = [word for _ in processes for word in told.get(timeout=PATIENCE_SECONDS)]
        finally:
            for process in processes:
                process.join(PATIENCE_SECONDS)
                process.kill()
        return wechat.fetches, tokens


def _cold(api_url: str, redis_url: str | None, ready: Any, told: Any) -> None:
    """Ask for a token from every thread of a fresh process at once."""
    http, store = Http(api_url, _now), open_store(redis_url)
    keeper = TokenKeeper(_app(), http, store)
    together = threading.Barrier(THREADS)

    def ask(_thread: int) -> str:
        together.wait()
        return keeper.token(_now())

    ready.wait()
    with ThreadPoolExecutor(THREADS) as pool:
        told.put(list(pool.map(ask, range(THREADS))))
    http.close()
    store.close()


def _refused_calls(redis_url: str) -> tuple[int, int, int]:
    """Return the refreshes, the most sends of one call, and how many calls did not fail."""
    most = unrefused = 0
    store = open_store(redis_url)
    with answering(refusing=True) as wechat:
        http = Http(wechat.url, _now)
        official = OfficialAccount(_app(), http, TokenKeeper(_app(), http, store), _now)
        for number in range(CALLS):
            before = wechat.calls.total() - wechat.fetches
            try:
                official.send_text(letters.openid(number), "您好")
            except WechatError:
                most = max(most, wechat.calls.total() - wechat.fetches - before)
            else:
                unrefused += 1
        http.close()
        store.close()
        return wechat.fetches - 1, most, unrefused


def _now() -> datetime:
    return datetime.now(UTC)


def _app() -> WechatApp:
    return WechatApp(
        app_id=letters.APP_ID,
        secret=SecretStr("invented-" + "x" * 23),
        token=SecretStr(letters.TOKEN),
        aes_key=SecretStr(letters.AES_KEY),
        original_id=letters.ORIGINAL_ID,
    )

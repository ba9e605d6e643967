"""Processes that have just started, in each of which twenty threads want the token at once.

Arguments: API address, Redis address, moment (epoch seconds), number of processes. Everything is
imported before they part, so that they truly start together. Prints what each thread got.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

from server.store import open_store
from server.wechat.errors import WechatError
from server.wechat.http import Http
from server.wechat.token import TokenKeeper
from tests.server.wechat.letters import an_app

THREADS = 20


def wanted(api_url: str, redis_url: str, now: datetime) -> list[str]:
    """Return what the threads of one process get."""
    start = threading.Barrier(THREADS)
    with closing(Http(api_url, lambda: now)) as http, closing(open_store(redis_url)) as store:
        keeper = TokenKeeper(an_app(), http, store)

        def want(_: int) -> str:
            start.wait()
            try:
                return keeper.token(now)
            except WechatError as error:
                return f"fault: {error}"

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(want, range(THREADS)))


def main(api_url: str, redis_url: str, moment: str, processes: str) -> None:
    """Part, wait for each other, want, and tell."""
    now = datetime.fromtimestamp(float(moment), UTC)
    gate, opener = os.pipe()
    children = []
    for _ in range(int(processes)):
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)
            lines = "".join(f"{line}\n" for line in wanted(api_url, redis_url, now))
            os.write(sys.stdout.fileno(), lines.encode())
            os._exit(0)
        children.append(child)
    os.close(opener)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`python -m bench.posting_run WHO MANY ACCOUNTS MARK`: awards of a point in a process of its own.

`raw` is the bare driver, `ours` the service's verb. Eight threads give to so many accounts in
turn. Prints JSON: how many seconds in all, and of each award. Settings are read from the
environment.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bench.baselines import raw_posting
from config.settings import load_settings
from server.db import Database
from server.riders.points import earning
from server.riders.points.earning import Award

THREADS = 8
CODE = "BENCH_DEED"
WARM_UP = 50
Post = Callable[[int, str], None]


def main(who: str, many: int, accounts: int, mark: str) -> None:
    """Give so many awards, and tell how long each took."""
    database = Database(load_settings().database_url)
    post = {"raw": _raw, "ours": _ours(database)}[who]

    def timed(number: int) -> float:
        begun = time.monotonic()
        post(number % accounts + 1, f"{mark}:{number}")
        return time.monotonic() - begun

    with ThreadPoolExecutor(THREADS) as crowd:
        list(crowd.map(timed, range(many, many + WARM_UP)))
        begun = time.monotonic()
        seconds = list(crowd.map(timed, range(many)))
        print(json.dumps({"all": time.monotonic() - begun, "each": seconds}))
    database.dispose()


def _raw(person: int, source: str) -> None:
    raw_posting.post(person, source, CODE)


def _ours(database: Database) -> Post:
    def post(person: int, source: str) -> None:
        now = datetime.now(UTC)
        with database.transaction() as session:
            earning.earn(session, Award(CODE, person, source, now), now)

    return post


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.store.contract import StoreDown

log = logging.getLogger(__name__)

# a request waits this long for Redis and no longer; the defaults of redis-py wait a minute
WAIT_SECONDS = 0.3
PREFIX = "nuanfeng:"

SWAP = """
local now = redis.call('GET', KEYS[1])
if (ARGV[1] == '1' and now == ARGV[2]) or (ARGV[1] == '0' and not now) then
    redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
    return 1
end
return 0
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class RedisStore:
    """The store that several processes share. Any fault of Redis is a `StoreDown` in 0.3 s."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def get(self, key: str) -> str | None:
        with _down():
            value = self._redis.get(PREFIX + key)
        return None if value is None else str(value)

    def put(self, key: str, value: str, seconds: float) -> None:
        with _down():
            self._redis.set(PREFIX + key, value, px=_millis(seconds))

    def swap(self, key: str, old: str | None, new: str, seconds: float) -> bool:
        had = "0" if old is None else "1"
        with _down():
            done = self._redis.eval(SWAP, 1, PREFIX + key, had, old or "", new, _millis(seconds))
        return bool(done)

    def drop(self, key: str) -> None:
        with _down():
            self._redis.delete(PREFIX + key)

    @contextmanager
    def lock(self, name: str, seconds: float) -> Iterator[bool]:
        key, mine = f"{PREFIX}lock:{name}", secrets.token_hex(16)
        with _down():
            held = bool(self._redis.set(key, mine, px=_millis(seconds), nx=True))
        try:
            yield held
        finally:
            if held:
                self._release(key, mine)

    def ping(self) -> None:
        with _down():
            self._redis.ping()

    def close(self) -> None:
        self._redis.close()

    def _release(self, key: str, mine: str) -> None:
        try:
            self._redis.eval(RELEASE, 1, key, mine)
        except RedisError as error:
            log.warning("a lock stays until it runs out: %s", type(error).__name__)


@contextmanager
def _down() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreDown(f"redis: {type(error).__name__}") from None


def _millis(seconds: float) -> int:
    # a life of nothing is refused by Redis, and means "for a moment" here
    return max(1, int(seconds * 1000))

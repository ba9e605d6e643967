"""How often something may be asked for: counted in Redis between processes, or in this one."""

import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import Settings
from server.errors import TooMany, Unavailable

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Unknown = TypeVar("Unknown")

# a request waits this long for Redis, and after a failure leaves it alone for so long
WAIT_SECONDS = 0.3
REST_SECONDS = 2.0
RETRY_SECONDS = 5
SWEEP_EVERY = 5_000


class TooOften(TooMany):
    """Asked for more often than the limit allows."""

    code = "request.too_often"


class TooManyGuesses(TooMany):
    """Too many link codes were tried; whoever guesses is kept out for a while."""

    code = "people.too_many_guesses"


class CannotCount(Unavailable):
    """What must be counted cannot be counted just now, so it is not allowed."""

    code = "people.cannot_count"


class TooManyCodes(TooMany):
    """Too many check-in codes were typed; the other routes stay open meanwhile."""

    code = "attendance.too_many_codes"


class CodesNotCounted(Unavailable):
    """Typed codes cannot be counted just now, so they are not looked at."""

    code = "attendance.codes_not_counted"


class TooManyVouchers(TooMany):
    """Too many codes of vouchers were tried; the keeper waits a little, or calls a colleague."""

    code = "rewards.too_many_codes"


class Limits:
    """The limits of the service. Without Redis they hold within one process.

    While Redis is away, ordinary limits let everybody through (a line in the log says so):
    a lost counter does less harm than a lost service. Guesses of a link code are refused.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._storage = _open(settings)
        self._windows = FixedWindowRateLimiter(self._storage)
        self._guesses = MovingWindowRateLimiter(self._storage)
        self._clock = clock
        self._rests_until = 0.0
        self._rules = {
            "person": parse(settings.limit_person),
            "device": parse(settings.limit_device),
            "address": parse(settings.limit_address),
            "login": parse(settings.limit_login),
            "sensitive": parse(settings.limit_sensitive),
            "photo": parse(settings.limit_photo),
            "verify": parse(settings.limit_verify),
            "unmask": parse(settings.limit_unmask),
            "sign_in": parse(settings.limit_sign_in),
            "sign_in_device": parse(settings.limit_sign_in_device),
        }
        self._guess = parse(settings.limit_guess), parse(settings.limit_guess_all)
        self._tries = parse(settings.attendance.tries)
        self._misses = parse(settings.attendance.misses)
        self._vouchers = parse(settings.rewards.tries), parse(settings.rewards.misses)

    def spend(self, rule: str, *who: str) -> None:
        """Count one use of the rule by somebody; refuse when it is one too many."""
        item = self._rules[rule]
        if not self._ask(partial(self._windows.hit, item, rule, *who), True):
            raise TooOften(self._left(self._windows, item, rule, *who))

    def guess(self, whose: object) -> None:
        """Count one try of a link code before it is looked at; refuse past the limit.

        Five tries a person and 300 in all in ten minutes: of a million codes, so many tries
        at ten live ones hit by chance once in 330 such spells.
        """
        for item, who in zip(self._guess, (str(whose), "everybody"), strict=True):
            allowed = self._ask(partial(self._guesses.hit, item, "guess", who), None)
            if allowed is None:
                raise CannotCount(RETRY_SECONDS)
            if not allowed:
                raise TooManyGuesses(self._left(self._guesses, item, "guess", who))

    def type_code(self, whose: int, places: Iterable[str]) -> None:
        """Count a check-in code that somebody types before it is looked at; refuse past the limit.

        Refused as well while too many wrong ones were typed at one of the places. Of eight digits
        two are right at a time: eight tries in ten minutes hit once in six million such spells.
        """
        self.heed_misses(places)
        self._strictly(self._guesses.hit, self._tries, "code", str(whose))

    def heed_misses(self, places: Iterable[str]) -> None:
        """Refuse where too many wrong codes were typed of late."""
        for place in places:
            self._strictly(self._guesses.test, self._misses, "misses", place)

    def miss(self, places: Iterable[str]) -> None:
        """Count a wrong code at each of these places."""
        for place in places:
            self._ask(partial(self._guesses.hit, self._misses, "misses", place), True)

    def redeem(self, keeper: int) -> None:
        """Count a voucher's code that a keeper types before it is looked at; refuse past the limit.

        Refused as well while too many of theirs were no codes of ours. Of 27 milliards a thousand
        wait: ten misses in ten minutes hit one by chance once in five years.
        """
        tries, misses = self._vouchers
        whose = str(keeper)
        if not self._ask(partial(self._guesses.test, misses, "no voucher", whose), True):
            raise TooManyVouchers(self._left(self._guesses, misses, "no voucher", whose))
        if not self._ask(partial(self._guesses.hit, tries, "voucher", whose), True):
            raise TooManyVouchers(self._left(self._guesses, tries, "voucher", whose))

    def misredeem(self, keeper: int) -> None:
        """Count a code that no voucher has."""
        self._ask(partial(self._guesses.hit, self._vouchers[1], "no voucher", str(keeper)), True)

    def close(self) -> None:
        """Let go of every connection."""
        if isinstance(self._storage, RedisStorage):
            self._storage.storage.close()

    def _strictly(self, ask: Callable[..., bool], item: RateLimitItem, *who: str) -> None:
        allowed = self._ask(partial(ask, item, *who), None)
        if allowed is None:
            raise CodesNotCounted(RETRY_SECONDS)
        if not allowed:
            raise TooManyCodes(self._left(self._guesses, item, *who))

    def _left(
        self,
        windows: FixedWindowRateLimiter | MovingWindowRateLimiter,
        item: RateLimitItem,
        *who: str,
    ) -> int:
        """Return in how many whole seconds, at least one, the window opens again."""
        stats = self._ask(partial(windows.get_window_stats, item, *who), None)
        return max(1, int(stats.reset_time - time.time()) + 1) if stats else RETRY_SECONDS

    def _ask(self, count: Callable[[], Answer], unknown: Unknown) -> Answer | Unknown:
        if self._clock() < self._rests_until:
            return unknown
        try:
            return count()
        except StorageError as error:
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("limits are not counted while Redis is away: %s", error)
            return unknown


class _Memory(MemoryStorage):
    """Counters of one process, swept once in a while by whoever counts.

    As it comes, the storage starts a thread every ten milliseconds under load to do it.
    """

    _hits = 0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  the private name it replaces
        self._hits += 1
        if self._hits % SWEEP_EVERY == 0:
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]


def _open(settings: Settings) -> MemoryStorage | RedisStorage:
    if settings.redis_url is None:
        return _Memory()
    client = Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=WAIT_SECONDS,
        socket_connect_timeout=WAIT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return RedisStorage("redis://", client.connection_pool, wrap_exceptions=True)

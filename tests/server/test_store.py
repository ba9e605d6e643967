import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from server.store import FallbackStore, MemoryStore, RedisStore, Store, StoreDown, open_store


class Seconds:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def redis(valkey_url: str) -> Iterator[RedisStore]:
    with closing(RedisStore(valkey_url)) as store:
        yield store


@pytest.fixture(params=["memory", "redis", "fallback"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind of store in turn."""
    if request.param == "memory":
        return MemoryStore()
    redis: Store = request.getfixturevalue("redis")
    return redis if request.param == "redis" else FallbackStore(redis)


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The address of something that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed_url() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://:canary-password@127.0.0.1:{port}/0"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_text_stays_until_it_is_dropped(store: Store) -> None:
    assert store.get("a") is None

    store.put("a", "活动", 60)
    assert store.get("a") == "活动"

    store.drop("a")
    store.drop("a")
    assert store.get("a") is None


def test_a_text_lives_as_long_as_said(store: Store) -> None:
    store.put("a", "1", 0.05)
    store.put("b", "1", 60)
    store.put("c", "1", 0)

    until(lambda: store.get("a") is None)
    until(lambda: store.get("c") is None)
    assert store.get("b") == "1"


def test_a_swap_needs_what_stood_before(store: Store) -> None:
    assert not store.swap("a", "0", "1", 60)
    assert store.swap("a", None, "1", 60)
    assert not store.swap("a", None, "2", 60)
    assert not store.swap("a", "0", "2", 60)
    assert store.swap("a", "1", "", 60)
    assert not store.swap("a", None, "3", 60)
    assert store.swap("a", "", "3", 60)
    assert store.get("a") == "3"


def test_of_many_who_swap_one_wins(store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda n: store.swap("a", None, str(n), 60), range(64)))

    assert won.count(True) == 1


def test_one_at_a_time_holds_a_lock(store: Store) -> None:
    with store.lock("a", 60) as first, store.lock("a", 60) as second, store.lock("b", 60) as other:
        assert (first, second, other) == (True, False, True)
    with store.lock("a", 60) as again:
        assert again


def test_who_does_not_hold_the_lock_does_not_free_it(store: Store) -> None:
    with store.lock("a", 60):
        with store.lock("a", 60):
            pass
        with store.lock("a", 60) as second:
            assert not second


def test_a_lock_is_freed_when_its_block_fails(store: Store) -> None:
    with pytest.raises(ValueError, match="inside"), store.lock("a", 60):
        raise ValueError("inside")
    with store.lock("a", 60) as again:
        assert again


def test_a_late_holder_does_not_free_the_lock_of_its_successor(store: Store) -> None:
    def successor_holds() -> bool:
        return successor.__enter__()

    with store.lock("a", 0.05) as late:
        assert late
        successor = store.lock("a", 60)
        while not successor_holds():
            successor.__exit__(None, None, None)
            successor = store.lock("a", 60)
    with store.lock("a", 60) as third:
        assert not third
    successor.__exit__(None, None, None)


def test_a_store_that_answers_can_be_pinged_and_closed(store: Store) -> None:
    store.ping()
    store.close()


def test_memory_goes_by_the_clock_it_is_given(seconds: Seconds) -> None:
    store = MemoryStore(seconds)
    store.put("a", "1", 10)

    seconds.now = 9.9
    assert store.get("a") == "1"
    seconds.now = 10.0
    assert store.get("a") is None


def test_memory_does_not_grow_with_what_has_passed(seconds: Seconds) -> None:
    store = MemoryStore(seconds)
    for number in range(5_000):
        seconds.now = float(number)
        store.put(str(number), "x", 1)

    assert len(store._kept) <= 1_001


def test_two_programs_see_the_same_redis(valkey_url: str) -> None:
    with closing(RedisStore(valkey_url)) as one, closing(RedisStore(valkey_url)) as two:
        one.put("a", "1", 60)
        with one.lock("l", 60), two.lock("l", 60) as second:
            assert (two.get("a"), second) == ("1", False)


@pytest.mark.parametrize("address", ["silent_url", "closed_url"])
def test_a_redis_that_is_away_is_told_at_once(address: str, request: pytest.FixtureRequest) -> None:
    uses: list[Callable[[Store], object]] = [
        lambda store: store.get("a"),
        lambda store: store.put("a", "1", 1),
        lambda store: store.swap("a", None, "1", 1),
        lambda store: store.drop("a"),
        lambda store: store.lock("a", 1).__enter__(),
        lambda store: store.ping(),
    ]
    with closing(RedisStore(request.getfixturevalue(address))) as store:
        for use in uses:
            started = time.monotonic()
            with pytest.raises(StoreDown) as caught:
                use(store)
            assert time.monotonic() - started < 1
            assert "canary" not in str(caught.value)


def test_a_lock_that_cannot_be_freed_runs_out_by_itself(
    redis: RedisStore, monkeypatch: pytest.MonkeyPatch, closed_url: str
) -> None:
    with closing(RedisStore(closed_url)) as away, redis.lock("a", 60) as held:
        monkeypatch.setattr(redis, "_redis", away._redis)
    monkeypatch.undo()

    assert held
    with redis.lock("a", 60) as again:
        assert not again


def test_the_fallback_goes_on_with_what_it_remembers(redis: RedisStore, closed_url: str) -> None:
    store = FallbackStore(redis)
    store.put("a", "1", 60)

    with closing(RedisStore(closed_url)) as away:
        store._shared = away
        assert store.get("a") == "1"
        assert store.swap("a", "1", "2", 60)
        assert not store.swap("a", "1", "3", 60)
        store.put("b", "4", 60)
        store.drop("a")
        assert (store.get("a"), store.get("b")) == (None, "4")
        with store.lock("l", 60) as first, store.lock("l", 60) as second:
            assert (first, second) == (True, False)
        with pytest.raises(StoreDown):
            store.ping()


def test_the_fallback_leaves_a_failed_store_alone_for_a_while(
    redis: RedisStore, closed_url: str, seconds: Seconds
) -> None:
    store = FallbackStore(redis, seconds)
    redis.put("a", "1", 60)
    with closing(RedisStore(closed_url)) as away:
        store._shared = away
        assert store.get("a") is None
    store._shared = redis

    assert store.get("a") is None
    seconds.now = 2.0
    assert store.get("a") == "1"


def test_a_failure_inside_a_lock_is_not_taken_for_one_of_the_store(redis: RedisStore) -> None:
    store = FallbackStore(redis)

    with pytest.raises(StoreDown, match="inside"), store.lock("a", 60):
        raise StoreDown("inside")


def test_without_an_address_the_store_is_process_memory(valkey_url: str) -> None:
    assert isinstance(open_store(None), MemoryStore)
    with closing(open_store(valkey_url)) as store:
        assert isinstance(store, RedisStore)


def test_without_its_guard_a_swap_in_memory_would_lose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    both_have_looked = threading.Barrier(2)
    look = store._alive

    def look_together(key: str) -> str | None:
        found = look(key)
        both_have_looked.wait(5)
        return found

    class NoGuard:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(store, "_guard", NoGuard())
    monkeypatch.setattr(store, "_alive", look_together)
    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(lambda n: store.swap("a", None, str(n), 60), range(2)))

    assert won == [True, True]

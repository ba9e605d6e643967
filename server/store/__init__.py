"""A small shared memory: Redis between processes, process memory without it. It may be lost."""

from server.store.contract import Store as Store
from server.store.contract import StoreDown as StoreDown
from server.store.fallback import FallbackStore as FallbackStore
from server.store.memory import MemoryStore as MemoryStore
from server.store.redis import RedisStore as RedisStore


def open_store(redis_url: str | None) -> Store:
    """Return the store behind this address, or one in process memory when there is none.

    Nothing is connected yet: a Redis that is away shows itself as `StoreDown` at first use.
    """
    return RedisStore(redis_url) if redis_url else MemoryStore()

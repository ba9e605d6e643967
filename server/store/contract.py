from contextlib import AbstractContextManager
from typing import Protocol


class StoreDown(Exception):  # noqa: N818  a state of the store, not a mistake of the caller
    """The store does not answer; callers go on without it."""


class Store(Protocol):
    """Short texts under a key, each with a life in seconds; every one may vanish at any time."""

    def get(self, key: str) -> str | None:
        """Return the text under the key, or None when there is none (any more)."""
        ...

    def put(self, key: str, value: str, seconds: float) -> None:
        """Keep the text under the key for so many seconds, whatever stood there."""
        ...

    def swap(self, key: str, old: str | None, new: str, seconds: float) -> bool:
        """Put the new text only if the old one still stands (None: nothing); tell if it did."""
        ...

    def drop(self, key: str) -> None:
        """Forget the key."""
        ...

    def lock(self, name: str, seconds: float) -> AbstractContextManager[bool]:
        """Enter with True when this caller alone holds the name, with False when another does.

        Never waits. A holder that dies loses the lock after so many seconds; one that comes
        back late does not free the lock of its successor.
        """
        ...

    def ping(self) -> None:
        """Return if the store answers."""
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...

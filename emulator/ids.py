"""Identifiers that look like WeChat's and follow from a seed."""

import base64
import hashlib
from collections import Counter

from emulator.clock import Clock


class Ids:
    """Makes identifiers; with one seed and one clock, the same ones in the same order.

    Lasting ones (openids) depend on the seed alone, so a person is the same person after a
    restart. Fresh ones (codes, tokens, message ids) also depend on the time: the service
    remembers what it has seen, and must not take a new message for an old one.
    """

    def __init__(self, seed: str, clock: Clock) -> None:
        self._seed = seed
        self._clock = clock
        self._count: Counter[str] = Counter()

    def lasting(self, kind: str, number: int, length: int) -> str:
        """Return the identifier of that kind and number, letters, digits, `-` and `_`."""
        return _spell(f"{self._seed}|{kind}|{number}", length)

    def fresh(self, kind: str, length: int) -> str:
        """Return an identifier that was never given before."""
        return _spell(self._next(kind), length)

    def digits(self, kind: str, length: int) -> str:
        """Return a fresh number in decimal digits that does not begin with 0."""
        digest = hashlib.sha256(self._next(kind).encode()).digest()
        return str(10 ** (length - 1) + int.from_bytes(digest[:16]) % (9 * 10 ** (length - 1)))

    def message(self) -> int:
        """Return a 64-bit message id; a later one is larger, also after a restart."""
        self._count["message"] += 1
        return int(self._clock.now().timestamp()) * 1_000_000 + self._count["message"]

    def rid(self) -> str:
        """Return a request id as error messages carry it."""
        digest = hashlib.sha256(self._next("rid").encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:16]}-{digest[16:24]}"

    def _next(self, kind: str) -> str:
        self._count[kind] += 1
        moment = self._clock.now().timestamp()
        return f"{self._seed}|{kind}|{self._count[kind]}|{moment:.6f}"


def _spell(text: str, length: int) -> str:
    spelt = ""
    while len(spelt) < length:
        digest = hashlib.sha512(f"{text}|{len(spelt)}".encode()).digest()
        spelt += base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return spelt[:length]

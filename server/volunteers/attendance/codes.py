"""The code on the leader's screen: it changes every thirty seconds, and only we can make it.

It is cut from a keyed digest of (shift, coming or leaving, time step), so nothing is stored. Eight
digits are typed; what is scanned carries a tag of 96 bits. This step and the one before are good.
"""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from server.people.vault import Vault

STEP_SECONDS = 30
FRESH = 1
"""How many steps ago a good code may have been shown: 30 to 60 seconds in all."""
REMEMBERED = 20
"""Codes of the last ten minutes are known as stale ones, and their typist is told so."""
DIGITS = 8
TAG_BYTES = 12
SPACES = re.compile(r"[\s\u200b-\u200d\ufeff-]+")
SCANNED = re.compile(r"1\.([1-9][0-9]{0,17})\.(in|out)\.([0-9]{1,12})\.([A-Za-z0-9_-]{16})")


class Direction(StrEnum):
    """Coming or leaving: each has a code of its own."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a phone read from the screen; whether it is genuine has still to be judged."""

    shift_id: int
    direction: Direction
    step: int
    tag: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows: digits to type, a text to scan, and when the next come."""

    digits: str
    text: str
    next_at: datetime


def show(shift_id: int, direction: Direction, now: datetime, vault: Vault) -> Shown:
    """Return the code of this moment."""
    step = step_of(now)
    text = f"1.{shift_id}.{direction}.{step}.{_tag(shift_id, direction, step, vault)}"
    next_at = datetime.fromtimestamp((step + 1) * STEP_SECONDS, UTC)
    return Shown(digits_of(shift_id, direction, step, vault), text, next_at)


def read(text: str) -> str | Scanned | None:
    """Return the eight digits somebody typed, or what they scanned; None if it is neither.

    Full-width digits and spaces are forgiven; a scanned text may stand at the end of an address.
    """
    folded = SPACES.sub("", unicodedata.normalize("NFKC", text[:400]))
    if len(folded) == DIGITS and folded.isascii() and folded.isdigit():
        return folded
    found = SCANNED.fullmatch(text[:400].strip().rpartition("/")[2])
    if found is None:
        return None
    return Scanned(int(found[1]), Direction(found[2]), int(found[3]), found[4])


def age_of_scan(scanned: Scanned, now: datetime, vault: Vault) -> int | None:
    """Return how many steps ago the screen showed this; None if no screen of ours did."""
    tag = _tag(scanned.shift_id, scanned.direction, scanned.step, vault)
    age = step_of(now) - scanned.step
    return age if hmac.compare_digest(tag, scanned.tag) and age >= 0 else None


def age_of_digits(
    digits: str, shift_id: int, direction: Direction, now: datetime, vault: Vault
) -> int | None:
    """Return how many steps ago the screen of the shift showed these digits, within ten minutes."""
    newest = step_of(now)
    found = None
    for age in range(REMEMBERED, -1, -1):
        right = digits_of(shift_id, direction, newest - age, vault)
        if hmac.compare_digest(right, digits):
            found = age
    return found


def step_of(moment: datetime) -> int:
    """Return the number of the step in which a moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def digits_of(shift_id: int, direction: Direction, step: int, vault: Vault) -> str:
    """Return the eight digits of a step."""
    digest = vault.digest(f"{shift_id}|{direction}|{step}", "typed")
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def _tag(shift_id: int, direction: Direction, step: int, vault: Vault) -> str:
    digest = vault.digest(f"{shift_id}|{direction}|{step}", "scanned")
    return urlsafe_b64encode(digest[:TAG_BYTES]).decode()

"""JSON and query strings read so that two readers can never understand them differently."""

import json
import math
import re
import unicodedata
from typing import Any, NoReturn

MAX_DEPTH = 20
MAX_INT = 2**63 - 1
EXACT = 2**53
"""Below this, a float that has no fraction is one integer and no other."""

_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
# NUL stops PostgreSQL, half of a surrogate pair stops every encoder
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


class Unreadable(ValueError):  # noqa: N818  said of the bytes
    """The bytes or texts are not what we read; the message is for the log, not for people."""


def read(raw: bytes) -> dict[str, Any]:
    """Return the object in these bytes, its texts in NFC, or raise `Unreadable`.

    Refused: another encoding than UTF-8, a byte order mark, anything but an object at the top,
    a name given twice, NaN and infinities, integers past 64 bits, more than 20 levels, NUL and
    half surrogate pairs.
    """
    try:
        text = raw.decode("utf-8")
        _measure(text)
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_refuse,
            parse_int=_integer,
            parse_float=_finite,
        )
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if not isinstance(found, dict):
        raise Unreadable("not an object")
    return {name: _cleaned(value) for name, value in found.items()}


def clean(text: str) -> str:
    """Return the text in NFC, or raise `Unreadable` for what no database takes."""
    if _UNWANTED.search(text):
        raise Unreadable("a character that is none")
    return unicodedata.normalize("NFC", text)


def _measure(text: str) -> None:
    """Refuse what nests too deep before anything recurses into it; one pass."""
    depth, inside_text = 0, False
    for mark in _MARKS.finditer(text):
        sign = mark[0]
        if sign == '"':
            inside_text = not inside_text
        elif inside_text or sign[0] == "\\":
            continue
        else:
            depth += 1 if sign in "[{" else -1
        if depth > MAX_DEPTH:
            raise Unreadable("too deep")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {clean(name): value for name, value in pairs}
    if len(found) != len(pairs):
        raise Unreadable("a name twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > MAX_INT:
        raise Unreadable("an integer too large")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unreadable("a number too large")
    # to JSON Schema, and so to our document, 7.0 is the integer 7
    return int(number) if number.is_integer() and abs(number) < EXACT else number


def _refuse(_constant: str) -> NoReturn:
    raise Unreadable("not a number")

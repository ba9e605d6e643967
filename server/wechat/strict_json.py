"""The JSON that the mini-program's push sends, read as strictly as its XML."""

import json
import re
from typing import Any, NoReturn

from server.wechat.xml import MAX_DEPTH, MAX_ELEMENTS, MAX_NAME, MAX_TEXT, Fields, Malformed

# control characters, and halves of surrogate pairs, which no database takes
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse(body: bytes) -> Fields:
    """Return the object with every number, truth and null written as text, as in XML.

    Refused with `Malformed`: anything but an object, a name given twice, NaN and infinities,
    another encoding than UTF-8, too deep, too many, too long.
    """
    try:
        found = json.loads(
            body.decode(),
            object_pairs_hook=_once,
            parse_constant=_refuse,
            parse_int=str,
            parse_float=str,
        )
    except (ValueError, RecursionError):
        raise Malformed("not well-formed") from None
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return _Flattened().fields(found, 1)


class _Flattened:
    """Turns values into texts, counting as it goes down."""

    def __init__(self) -> None:
        self._seen = 0

    def fields(self, found: dict[str, Any], depth: int) -> Fields:
        if depth > MAX_DEPTH or any(not _is_name(name) for name in found):
            raise Malformed("too deep, or a name that is none")
        return {name: self._value(value, depth) for name, value in found.items()}

    def _value(self, value: Any, depth: int) -> Any:
        self._seen += 1
        if self._seen > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise Malformed("too many or too deep")
        if isinstance(value, dict):
            return self.fields(value, depth + 1)
        if isinstance(value, list):
            return [self._value(each, depth + 1) for each in value]
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise Malformed("a text too long")
        return _text(value)


def _text(value: str | bool | None) -> str:
    if isinstance(value, str):
        return _clean(value)
    return "" if value is None else str(value).lower()


def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME and name.isprintable()


def _clean(text: str) -> str:
    return UNWANTED.sub("", text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a number")

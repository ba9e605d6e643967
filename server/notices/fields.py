"""The typed fields of templates: what WeChat takes in each, and how a text is cut to fit.

The rules are those of 订阅消息参数值内容限制说明 on WeChat's page of the call; it refuses with
47003 what breaks them. How it counts characters beyond the basic plane is not written down, so
they count as two.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from server.notices.kinds import Sort

KEY = re.compile(r"([a-z_]+?)([1-9]\d?|0[1-9])")
NONE = "无"
DASH = "-"
ELLIPSIS = "…"

THING = 20
STRING = 32
PHRASE = 5
NAME = 10
LATIN_NAME = 20
PHONE = 17
CAR = 8

_HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
_DAY = r"\d{4}年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日"
_HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_TIME = rf"(?:{_DAY} ?)?{_HOUR}"
_DATE = rf"{_DAY}(?: ?{_HOUR})?"


@dataclass(frozen=True, eq=False)
class FieldType:
    """A type of field: which facts may stand in it, what WeChat takes, and how to cut to that.

    `most` is how long its constant words may be, 0 where `fits` alone decides.
    """

    name: str
    takes: frozenset[Sort]
    fits: Callable[[str], bool]
    cut: Callable[[str], str]
    most: int = 0


@lru_cache(500)
def type_of(key: str) -> FieldType | None:
    """Return the type that a field's key tells, such as `thing1`, or None."""
    found = KEY.fullmatch(key)
    return TYPES.get(found[1]) if found else None


def plain(text: str) -> str:
    """Return the text on one line, without control characters; "" for nothing."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(text.split())


def width(text: str) -> int:
    """Return the length of a text, characters beyond the basic plane counting two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, most: int) -> str:
    """Return the text if it is short enough, else as much of it as fits before an ellipsis."""
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return text + ELLIPSIS


def thing(text: str) -> str:
    """Cut to a `thing`: 20 characters of any kind."""
    return shortened(plain(text), THING) or NONE


def phrase(text: str) -> str:
    """Cut to a `phrase`: at most five hanzi and nothing else."""
    return "".join(re.findall(f"[{_HANZI}]", text))[:PHRASE] or NONE


def name(text: str) -> str:
    """Cut to a `name`: at most ten characters, no digits."""
    kept = plain("".join(char for char in text if not re.match(r"\d", char)))
    while width(kept) > NAME:
        kept = kept[:-1]
    return kept.strip() or NONE


def character_string(text: str) -> str:
    """Cut to a `character_string`: at most 32 letters, digits and symbols, no hanzi."""
    return plain("".join(char for char in text if char.isascii()))[:STRING].strip() or DASH


def phone_number(text: str) -> str:
    """Cut to a `phone_number`: at most 17 digits and the signs between them."""
    kept = "".join(char for char in text if char in "0123456789+-() ")
    return plain(kept)[:PHONE].strip() or DASH


def car_number(text: str) -> str:
    """Cut to a `car_number`: at most eight characters."""
    kept = plain(text)
    while width(kept) > CAR:
        kept = kept[:-1]
    return kept.strip() or NONE


def _matches(pattern: str) -> Callable[[str], bool]:
    rule = re.compile(pattern)
    return lambda text: rule.fullmatch(text) is not None


def _ranges(pattern: str) -> Callable[[str], bool]:
    """Take one, or two with `~` between them."""
    return _matches(rf"(?:{pattern})(?: ?[~～] ?(?:{pattern}))?")


def _is_name(text: str) -> bool:
    most = NAME if re.search(f"[{_HANZI}]", text) else LATIN_NAME
    return 0 < width(text) <= most and not re.search(r"\d", text)


_ANY = frozenset(Sort)
_NOTHING: frozenset[Sort] = frozenset()
_NUMBERS = frozenset({Sort.NUMBER})
_CODES = frozenset({Sort.NUMBER, Sort.CODE})

_ALL = (
    FieldType("thing", _ANY, lambda text: 0 < width(text) <= THING, thing, THING),
    FieldType("number", _NUMBERS, _matches(r"(?=.{1,32}$)-?[0-9]+(?:\.[0-9]+)?"), plain),
    FieldType("letter", _NOTHING, _matches(r"[A-Za-z]{1,32}"), plain),
    FieldType("symbol", _NOTHING, _matches(r"[^\w\s]{1,5}"), plain),
    FieldType("character_string", _CODES, _matches(r"[\x20-\x7e]{1,32}"), character_string, STRING),
    FieldType("time", frozenset({Sort.MOMENT}), _ranges(_TIME), plain),
    FieldType("date", frozenset({Sort.MOMENT, Sort.DAY}), _ranges(_DATE), plain),
    FieldType("amount", _NUMBERS, _matches(r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]+)?元?"), plain),
    FieldType("phone_number", _CODES, _matches(r"[0-9+\-() ]{1,17}"), phone_number, PHONE),
    FieldType("car_number", _ANY, lambda text: 0 < width(text) <= CAR, car_number, CAR),
    FieldType("name", frozenset({Sort.TEXT}), _is_name, name, NAME),
    FieldType("phrase", _NOTHING, _matches(f"[{_HANZI}]{{1,5}}"), phrase, PHRASE),
    FieldType("enum", _NOTHING, lambda text: bool(text.strip()), plain),
)
TYPES: Mapping[str, FieldType] = {each.name: each for each in _ALL}

"""What may stand in the fields of a subscription or template message.

The rules are those of the table under "订阅消息参数值内容限制说明" in WeChat's documentation.
"""

import re
from collections.abc import Callable

_HANZI = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_DAY_CN = r"\d{4}年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日"
_DAY_ANY = (
    rf"(?:{_DAY_CN}|\d{{4}}年(?:0?[1-9]|1[0-2])月|(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日"
    r"|\d{4}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01]))"
)
_HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_TIME = re.compile(rf"(?:{_DAY_CN} ?)?{_HOUR}")
_DATE = re.compile(rf"{_DAY_ANY}(?: ?{_HOUR})?")


def width(text: str) -> int:
    """Return the length as WeChat is thought to count it: beyond the basic plane counts two."""
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)


def _range(rule: re.Pattern[str]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        parts = re.split(r" ?[~～] ?", text)
        return len(parts) <= 2 and all(rule.fullmatch(part) for part in parts)

    return fits


def _matching(pattern: str, flags: int = re.ASCII) -> Callable[[str], bool]:
    rule = re.compile(pattern, flags)
    return lambda text: rule.fullmatch(text) is not None


def _name(text: str) -> bool:
    most = 10 if re.search(_HANZI, text) else 20
    return width(text) <= most and not re.search(r"\d", text)


RULES: dict[str, Callable[[str], bool]] = {
    "thing": lambda text: width(text) <= 20,
    "number": lambda text: (
        len(text) <= 32 and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
    ),
    "letter": _matching(r"[A-Za-z]{1,32}"),
    "symbol": _matching(r"[^\w\s]{1,5}", re.UNICODE),
    "character_string": _matching(r"[\x20-\x7e]{1,32}"),
    "time": _range(_TIME),
    "date": _range(_DATE),
    "amount": _matching(r"[¥￥$€£]?[0-9]{1,10}(\.[0-9]+)?元?", re.UNICODE),
    "phone_number": _matching(r"[0-9+\-() ]{1,17}"),
    "car_number": lambda text: width(text) <= 8,
    "name": _name,
    "phrase": _matching(rf"{_HANZI}{{1,5}}", re.UNICODE),
    "enum": lambda text: True,
    "const": lambda text: True,
}
_KEY = re.compile(r"([a-z_]+?)(\d{1,2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def kind_of(key: str) -> str | None:
    """Return the type that a field's name tells (`thing1` is a thing), or None."""
    parts = _KEY.fullmatch(key)
    return parts.group(1) if parts and parts.group(1) in RULES else None


def fits(kind: str, text: str, allowed: tuple[str, ...] = ()) -> bool:
    """Tell whether a text may stand in a field of that type; `allowed` are an enum's words."""
    if not text.strip() or _CONTROL.search(text) or (allowed and text not in allowed):
        return False
    return RULES[kind](text)

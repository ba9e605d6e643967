"""The sentences people read, kept apart from the code that decides to say them."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


@cache
def sentences() -> dict[str, str]:
    """Return every sentence by its dotted key."""
    text = Path(__file__).with_name("wording.toml").read_text(encoding="utf-8")
    return {
        f"{area}.{name}": sentence
        for area, table in tomllib.loads(text).items()
        for name, sentence in table.items()
    }


def say(key: str, **facts: object) -> str:
    """Return the sentence under `key` with the facts filled in."""
    return sentences()[key].format(**{name: spell(fact) for name, fact in facts.items()})


def spell(fact: object) -> str:
    """Write a fact the way people here read it; moments are told in local time."""
    if isinstance(fact, datetime):
        local = fact.astimezone(LOCAL)
        return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"
    if isinstance(fact, date):
        return f"{fact.month}月{fact.day}日"
    return str(fact)

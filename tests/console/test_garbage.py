"""Whatever is keyed into any form or address gets an answer, never a fault and never a trace."""

import os
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from config.settings import Settings
from server.areas import tree
from server.console.face import PAGES
from server.people import posts
from server.people.models import Role
from tests.console.conftest import TOKEN
from tests.console.neighbours import planted
from tests.console.test_neighbours import keyed

ROUNDS = int(os.environ.get("GARBAGE_ROUNDS", "1"))
FREE = "1000000/minute"
GARBAGE = (
    *("", " ", "0", "-1", "1e400", "NaN", "Infinity", "١٢٣", "１２３", "½", "²", "9" * 15),
    *("9" * 18, "9" * 30, "9223372036854775808", "2147483648", "0x1f", "1.5", "1,2", "true"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-13-45", "1900-01-01", "20260309"),
    *("2026-03-09T25:61", "0001-01-01T00:00", "9999-12-31T23:59", "24:00", "00:00", "23:59:60"),
    *("00:00+08:00", "2026-W11-1", "2026年2月30日", "明年", "13800000000", "V2026000007"),
    *("字" * 10_000, "a" * 3_000, "😀" * 60, "\u202e倒着写\u202c", "\u200b", "\ufeff", "a\r\nb: c"),
    *("\ud83d", "%", "_", "\\", "'", '"><script>alert(1)</script>', "{{7*7}}", "${7*7}", "%00"),
    *("../../etc/passwd", "=cmd|' /C calc'!A0", "A1", "D", "all", "1:1:1", "1:1:9999", "\x00"),
    *("FREQ=DAILY", "1 2", "[]", "{}", '{"a":1}', "confirmed", "xlsx", "roster", "people"),
)
EXTREMES = ("0001-01-01", "9999-12-31")
LIES = ("Traceback", 'File "', "sqlalchemy", "psycopg", "sqlite3.")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = [name for name in Settings.model_fields if name.startswith("limit_")]
    return settings.model_copy(update=dict.fromkeys(limits, FREE))


@pytest.fixture
def world(runtime, district):
    return planted(runtime)


@pytest.fixture
def anna(clerk, runtime):
    """Somebody who may do everything that anybody may."""
    anna = clerk(Role.DISTRICT_OPERATOR, "D")
    with runtime.db.transaction() as session:
        for role in (Role.AUDITOR, Role.SYSTEM_ADMIN):
            root = tree.by_code(session, "D")
            posts.appoint(session, anna.person_id, role, root, runtime.now(), until=None)
    return anna


def values(dice: Random, fits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what to key: days at either end of the calendar, garbage, some fields twice."""
    for day in EXTREMES:
        yield fits | {name: day + fits[name][10:] for name in fits if "-" in fits[name][4:5]}
    for _ in range(ROUNDS):
        wrong = dice.sample(list(fits), dice.choice((2, 20, len(fits))))
        yield fits | {name: dice.choice(GARBAGE) for name in wrong}
    for _ in range(ROUNDS - 1):
        yield {}
        yield dict.fromkeys(fits, dice.choice(GARBAGE))
        yield {name: [dice.choice(GARBAGE), fits[name]] for name in fits}


def test_no_garbage_breaks_a_page(anna, world) -> None:
    fits, dice = keyed(world), Random(7)
    shown = anna.client.get("/console/sign-in").get_data(as_text=True)
    token = TOKEN.search(shown)[1]
    given = {**world.ids, "code": "A1", "name": "people", "session_id": 1, "token": "x" * 43}
    broken, tried = [], 0

    for _endpoint, page in PAGES:
        if page.view.__name__ in ("sign_out", "begin", "end_others"):
            continue
        names = set(re.findall(r"<(\w+)>", page.rule))
        for fields in values(dice, fits):
            path = page.rule
            for name in names:
                wrong = dice.random() < 0.2
                part = dice.choice(("0", "9" * 18, "９", "x", "-1", "%00", "%F0%9F%98%80"))
                path = path.replace(f"<{name}>", part if wrong else str(given.get(name, "x")))
            fields = {name: _sendable(value) for name, value in fields.items()}
            if page.method == "GET":
                answer = anna.get(path, query_string=fields)
            else:
                data = {**fields, "csrf_token": token}
                answer = anna.client.post(f"/console{path}", data=data)
            tried += 1
            text = answer.get_data().decode(errors="replace")
            if answer.status_code >= 500 or any(lie in text for lie in LIES):
                broken.append((page.method, path, answer.status_code))

    assert broken == []
    assert tried > 400


def _sendable(value: Any) -> Any:
    if isinstance(value, list):
        return [_sendable(each) for each in value]
    return value.encode("utf-8", "replace").decode()

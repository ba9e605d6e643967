"""Points of riders in every face: no league table, no rule that burdens, none for staff.

G2 to G4 and P9, walked through addresses, the REST document, templates, commands, programs and
tables brought along; what takes a page or a chat is tried where those live.
"""

import re
from collections.abc import Iterable

import pytest
from flask import Flask
from sqlalchemy import select

from bot.face import COMMANDS
from miniprogram_api.face import CONTRACTS
from server import cli, sample
from server.db import Database
from server.office.imports import laid
from server.riders.models import PointsRule
from server.riders.points import burdens
from tests.clock import Clock
from tests.factories import POLICY
from tests.rules.test_no_burden import LEAGUE
from tests.rules.tree import programs, texts

TABLE = re.compile(r"排行|龙虎榜|光荣榜|红黑榜|名次|第一名|loop\.index\d? ?\}\}名")
"""What a page that sets people side by side would say."""
WRITES_RULES = re.compile(r"\b(insert_into|insert|update|delete)\([^)\n]*\bPointsRule\b")
MAKERS = {"server/riders/points/making.py"}
OPENS = re.compile(r"\b(insert_into|insert)\([^)\n]*\bPointsAccount\b")
OPENERS = {"server/riders/points/accounts.py"}
MAKING = re.compile(r"\b(award|rule)s?\b")
FIELD = re.compile(r"rank|place_in|position_in|leader_?board|top_\d")


def league_pages(files: dict[str, str]) -> set[str]:
    """Return the templates and sentences in which people would be set side by side."""
    shown = (".html", ".toml", ".js")
    return {
        name
        for name, text in files.items()
        if name.startswith(("server/", "config/", "miniprogram_api/"))
        and "/vendor/" not in name
        and name.endswith(shown)
        and TABLE.search(text)
    }


def writers(pattern: re.Pattern[str], files: dict[str, str]) -> set[str]:
    found = {name for name, text in files.items() if pattern.search(text)}
    return {name for name in found if not name.startswith(("server/migrations/", "tests/"))}


def field_names(schema: object) -> Iterable[str]:
    """Yield every name of a property of a JSON schema, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from field_names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from field_names(value)


@pytest.mark.both
def test_no_face_has_a_league_table(app: Flask) -> None:
    """G3: neither an address, nor a field of the REST document, a page, a word of the chat."""
    document = app.test_client().get("/api/v1/openapi.json").get_json()

    assert [rule.rule for rule in app.url_map.iter_rules() if LEAGUE.search(rule.rule)] == []
    assert [path for path in document["paths"] if LEAGUE.search(path)] == []
    assert [name for name in field_names(document) if FIELD.search(name)] == []
    assert league_pages(texts()) == set()
    words = {word for command in COMMANDS for word in command.words}
    assert {word for word in words if TABLE.search(word) or "排名" in word or "榜" in word} == set()


@pytest.mark.parametrize(
    "text", ["<h1>积分排行榜</h1>", "<td>{{ loop.index }}名</td>", "本月第一名"]
)
def test_control_a_league_table_is_seen(text: str) -> None:
    assert league_pages({"server/console/templates/x.html": text})
    assert FIELD.search("rank")


def test_rules_are_written_in_one_place_which_looks_at_their_words() -> None:
    """P9: whatever door is opened one day, it leads through `making`."""
    assert writers(WRITES_RULES, programs()) == MAKERS
    assert "is_burden" in programs()["server/riders/points/making.py"]


def test_control_another_writer_of_rules_is_seen() -> None:
    door = {"server/cli/rules.py": "session.execute(insert(PointsRule.__table__).values(row))"}

    assert writers(WRITES_RULES, door) == {"server/cli/rules.py"}


def test_no_other_door_leads_to_a_rule() -> None:
    """Neither REST, nor a command of the operator, nor a table brought along."""
    posts = {f"{each.method} {each.rule}" for each in CONTRACTS if each.method != "GET"}
    commands = {f"{group.name} {name}" for group in cli.GROUPS for name in group.commands}

    assert {each for each in posts if MAKING.search(each)} == set()
    assert {each for each in commands if MAKING.search(each)} == set()
    assert set(laid.KINDS) == {"people", "riders", "areas", "posts"}


@pytest.mark.both
def test_the_sample_and_the_first_rules_burden_nobody(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        sample.load(session, clock.now(), POLICY)
        rows = session.execute(select(PointsRule.code, PointsRule.name)).all()

    assert rows
    assert [row for row in rows if burdens.is_burden(row.code, row.name)] == []


def test_accounts_are_opened_in_one_place_which_refuses_staff() -> None:
    """G4."""
    assert writers(OPENS, programs()) == OPENERS


def test_control_another_opener_of_accounts_is_seen() -> None:
    door = {"server/office/x.py": "insert_into(session, PointsAccount).values(rows)"}

    assert writers(OPENS, door) == {"server/office/x.py"}

"""The product lightens work: no league tables, nobody's reading time, no compulsory check-in."""

import re

import pytest
from flask import Flask

from server.models import Base

WATCHING = re.compile(
    r"(online|read|reading|study|learn|learning|browse|login)_?"
    r"(time|seconds|minutes|hours|duration|days)|streak"
)
LEAGUE = re.compile(r"leaderboard|ranking|\branks?\b|league|top[_-]?(ten|10|list)")


def columns() -> set[str]:
    tables = Base.metadata.tables.values()
    return {f"{table.name}.{column.name}" for table in tables for column in table.columns}


def test_no_table_counts_how_long_somebody_was_watching() -> None:
    assert [name for name in columns() if WATCHING.search(name)] == []


def test_no_address_leads_to_a_league_table(app: Flask) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if LEAGUE.search(rule.rule)] == []


@pytest.mark.parametrize("name", ["member.online_time", "lesson.study_minutes"])
def test_a_column_that_watches_is_seen(name: str) -> None:
    assert WATCHING.search(name)


@pytest.mark.parametrize("path", ["/api/v1/leaderboard", "/console/rank", "/api/v1/top10"])
def test_a_league_table_is_seen(path: str) -> None:
    assert LEAGUE.search(path)

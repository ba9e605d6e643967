"""How code here looks, where no linter can say it."""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.tree import programs, texts

LINES_OF_A_FILE = 220
LINES_OF_A_FUNCTION = 40
EMPTY_NAMES = {"utils", "util", "helper", "helpers", "manager", "service", "common", "misc"}


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def long_files(sources: dict[str, str]) -> list[str]:
    return [name for name, text in sources.items() if text.count("\n") > LINES_OF_A_FILE]


def long_functions(sources: dict[str, str]) -> list[str]:
    return [
        f"{name}:{node.lineno} {node.name}"
        for name, text in sources.items()
        for node in functions(text)
        if length(node) > LINES_OF_A_FUNCTION
    ]


def inner_imports(sources: dict[str, str]) -> list[str]:
    return [
        f"{name}:{inner.lineno}"
        for name, text in sources.items()
        for node in functions(text)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def commits(sources: dict[str, str]) -> list[str]:
    return [name for name, text in sources.items() if ".commit(" in text]


def test_a_file_is_a_noun_that_fits_the_eye() -> None:
    assert long_files(programs()) == []


def test_a_function_fits_half_a_screen() -> None:
    assert long_functions(programs()) == []


def test_nothing_is_imported_inside_a_function() -> None:
    assert inner_imports(programs()) == []


def test_only_the_database_commits() -> None:
    allowed = {"server/db.py", "server/migrations/env.py"}

    assert set(commits(programs())) <= allowed


def test_no_file_is_named_after_nothing() -> None:
    stems = {name: name.rpartition("/")[2].removesuffix(".py") for name in programs()}

    assert [name for name, stem in stems.items() if stem in EMPTY_NAMES] == []


def test_nothing_looks_unfinished() -> None:
    marks = ("TODO", "FIXME", "XXX:", "NotImplementedError")
    found = [
        f"{name}: {mark}" for name, text in programs().items() for mark in marks if mark in text
    ]

    assert found == []


@pytest.mark.parametrize(
    ("rule", "breach"),
    [
        (long_files, "x = 1\n" * 221),
        (long_functions, "def f():\n" + "    x = 1\n" * 40),
        (inner_imports, "def f():\n    import os\n"),
        (commits, "session.commit()\n"),
    ],
)
def test_a_breach_of_the_shape_is_seen(rule, breach) -> None:
    assert rule({"breach.py": breach}) != []


def test_the_rules_look_at_the_real_code() -> None:
    assert "server/db.py" in programs()
    assert "Makefile" in texts()

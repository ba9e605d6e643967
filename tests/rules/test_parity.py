"""Chat is enough, and so is the mini-program: what one may do by one door one may do by the other.

`parity.py` lists every step; a command or an operation that is in no line of it fails here.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from bot.face import COMMANDS
from miniprogram_api.face import CONTRACTS
from tests.rules.parity import IN_CHAT_ALONE, IN_REST_ALONE, STAFF, USERS, Step, step

ANSWERS = {command.name: inspect.unwrap(command.answer) for command in COMMANDS}
VIEWS = {f"{each.method} {each.rule}": each.view for each in CONTRACTS}
WORDS = {command.name: command.words for command in COMMANDS}
ALONE_IN_CHAT = {name for names in IN_CHAT_ALONE for name in names.split()}


@cache
def called_in(module: ModuleType) -> frozenset[Any]:
    """Return the functions of other modules that this one calls by noun and verb."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            noun = getattr(module, node.value.id, None)
            verb = getattr(noun, node.attr, None) if isinstance(noun, ModuleType) else None
            if inspect.isfunction(verb):
                found.add(verb)
    return frozenset(found)


def modules_of(functions: Iterable[Any]) -> list[ModuleType]:
    return [sys.modules[function.__module__] for function in functions]


def does(modules: Iterable[ModuleType], line: Step) -> bool:
    """Tell whether one of the modules calls one of the verbs of this step."""
    return any(set(line.verbs) & called_in(module) for module in modules)


def left_out(
    commands: Iterable[str], operations: Iterable[str], steps: Iterable[Step]
) -> tuple[set[str], set[str]]:
    """Return the commands and operations that are neither in a line nor alone for a reason."""
    lines = list(steps)
    told = {name for line in (*lines, *STAFF) for name in line.chat} | ALONE_IN_CHAT
    served = {name for line in lines for name in line.elsewhere} | set(IN_REST_ALONE)
    return set(commands) - told, set(operations) - served


def test_every_command_and_every_operation_has_its_line() -> None:
    assert left_out(ANSWERS, VIEWS, USERS) == (set(), set())


def test_no_line_names_what_is_not_there() -> None:
    named = {name for line in (*USERS, *STAFF) for name in line.chat} | ALONE_IN_CHAT
    served = {name for line in USERS for name in line.elsewhere} | set(IN_REST_ALONE)

    assert named - set(ANSWERS) == set()
    assert served - set(VIEWS) == set()


def test_nothing_is_alone_and_in_a_line_at_once() -> None:
    assert ALONE_IN_CHAT & {name for line in (*USERS, *STAFF) for name in line.chat} == set()
    assert set(IN_REST_ALONE) & {name for line in USERS for name in line.elsewhere} == set()


@pytest.mark.parametrize("line", USERS, ids=str)
def test_both_doors_lead_to_the_same_verb(line: Step) -> None:
    assert any(WORDS[name] for name in line.chat), "no word asks for it"
    assert does(modules_of(ANSWERS[name] for name in line.chat), line)
    assert does(modules_of(VIEWS[name] for name in line.elsewhere), line)


@pytest.mark.parametrize("line", STAFF, ids=str)
def test_what_staff_do_on_the_road_the_console_does_too(line: Step) -> None:
    assert does(modules_of(ANSWERS[name] for name in line.chat), line)
    assert does(map(importlib.import_module, line.elsewhere), line)


def test_a_door_that_lacks_a_step_is_seen() -> None:
    without = [line for line in USERS if "GET /me/team-needs" not in line.elsewhere]
    assert left_out(ANSWERS, VIEWS, without) == ({"needs_sent"}, {"GET /me/team-needs"})
    assert left_out([*ANSWERS, "invented"], VIEWS, USERS) == ({"invented"}, set())
    assert left_out(ANSWERS, [*VIEWS, "GET /invented"], USERS) == (set(), {"GET /invented"})


def test_a_door_that_leads_elsewhere_is_seen() -> None:
    [line] = [each for each in USERS if "GET /me/team-needs" in each.elsewhere]
    wrong = step(line.verbs, "help", "GET /teams")

    assert not does(modules_of(ANSWERS[name] for name in wrong.chat), wrong)
    assert not does(modules_of(VIEWS[name] for name in wrong.elsewhere), wrong)

"""What must always hold has a test and a control, and docs/invariants.md names them truly."""

import re

import pytest

from tests import selection
from tests.rules.tree import ROOT, texts

DOCUMENT = "docs/invariants.md"
LINE = re.compile(r"^\| ([A-Z]\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)`")
WANTED = (
    *(f"V{n}" for n in range(1, 16)),
    *(f"U{n}" for n in range(1, 7)),
    *(f"C{n}" for n in range(1, 5)),
    *(f"G{n}" for n in range(1, 17) if n not in (13, 14)),
    *(f"N{n}" for n in range(1, 5)),
    *(f"E{n}" for n in range(1, 13) if n != 6),
    *(f"L{n}" for n in range(1, 6)),
    *("P1", "P2", "P3", "A1", "A2", "D7"),
    *(f"M{n}" for n in range(1, 9)),
    *("K1", "K2", "K3", "I1"),
    *(f"S{n}" for n in range(1, 7)),
    *(f"Z{n}" for n in range(1, 35)),
    *(f"F{n}" for n in range(1, 7)),
    *(f"H{n}" for n in range(1, 6)),
    *(f"B{n}" for n in range(1, 7)),
)


def lines() -> dict[str, tuple[list[str], list[str]]]:
    """Return of each invariant the names of its tests and of its controls."""
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    return {
        name: (NAMED.findall(tests), NAMED.findall(controls))
        for name, _holds, tests, controls in LINE.findall(text)
    }


def rules_of_the_field(text: str) -> set[str]:
    """Return which rules about floating members stand in brackets behind what some line holds."""
    held = (line[1] for line in LINE.findall(text) if line[0].startswith("Z"))
    return {name for holds in held for name in re.findall(r"[MQ]\d", holds)}


def known() -> set[str]:
    files = (text for name, text in texts().items() if re.match(r"tests/.*test_\w+\.py$", name))
    return {name for text in files for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}


def test_every_invariant_has_a_line_with_tests_and_a_control() -> None:
    assert sorted(lines()) == sorted(WANTED)
    assert [name for name, (tests, controls) in lines().items() if not (tests and controls)] == []


def test_every_rule_about_floating_members_is_named_by_the_line_that_holds_it() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")

    assert rules_of_the_field(text) == {f"M{n}" for n in range(1, 9)} | {"Q1", "Q2", "Q3"}


def test_control_a_rule_that_no_line_names_is_seen() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")

    assert "M5" not in rules_of_the_field(text.replace("(M5)", ""))


def test_every_named_test_is_there() -> None:
    there = known()

    assert [
        name for both in lines().values() for part in both for name in part if name not in there
    ] == []


@pytest.mark.parametrize("name", ["test_that_nobody_wrote"])
def test_a_test_that_is_not_there_is_seen(name: str) -> None:
    assert name not in known()


def test_what_must_always_hold_is_tried_on_both_databases(
    request: pytest.FixtureRequest,
) -> None:
    named = {name for both in lines().values() for part in both for name in part}
    tried: dict[str, bool] = {}
    for item in request.session.items:
        name = item.name.partition("[")[0]
        if name in named and selection.DATABASES & set(item.fixturenames):
            tried[name] = tried.get(name, False) or selection.needs_both(item)

    assert [name for name, on_both in tried.items() if not on_both] == []

"""Documents tell the truth about the settings, and nothing about who wrote them where."""

import hashlib
import re
from pathlib import Path

import pytest

from config.settings import known_names
from tests.rules.tree import ROOT, texts

OPERATIONS = "docs/operations.md"
SETTING = re.compile(r"`(NUANFENG_[A-Z0-9_]+)`")
# a path of somebody's machine, or a place outside the repository
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:work|root|home/(?!nuanfeng)\w+|Users/\w+)/|\.\./shared\b|/simple/"
)
SUMS = "SHA256SUMS"


def documented() -> set[str]:
    return set(SETTING.findall((ROOT / OPERATIONS).read_text(encoding="utf-8")))


def test_every_setting_is_documented() -> None:
    assert sorted(known_names() - documented()) == []


def test_no_setting_is_documented_that_does_not_exist() -> None:
    assert sorted(documented() - known_names()) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{name}: {place[0]}"
        for name, text in texts().items()
        if name != "tests/rules/test_documents.py"
        for place in [ELSEWHERE.search(text)]
        if place
    ]

    assert found == []


@pytest.mark.parametrize("text", ["see /home/li/x", "in ../shared/x", "cd /root/x"])
def test_a_place_on_a_machine_is_seen(text: str) -> None:
    assert ELSEWHERE.search(text)


def altered(listing: Path) -> list[str]:
    """Return the files that are not what the listing beside them says."""
    lines = listing.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [
        name
        for digest, name in pairs
        if hashlib.sha256((listing.parent / name.lstrip("*")).read_bytes()).hexdigest() != digest
    ]


def test_vendored_files_are_what_their_makers_released() -> None:
    listings = [ROOT / name for name in texts() if name.endswith(SUMS)]

    assert {str(listing): altered(listing) for listing in listings if altered(listing)} == {}


def test_an_altered_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    (tmp_path / SUMS).write_text(f"{'0' * 64}  a.js\n")

    assert altered(tmp_path / SUMS) == ["a.js"]

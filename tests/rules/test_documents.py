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


def sums_of(listing: Path) -> list[tuple[Path, str]]:
    lines = listing.read_text(encoding="utf-8").split("\n")
    pairs = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(listing.parent / name.lstrip("*"), digest) for digest, name in pairs]


@pytest.mark.parametrize("listing", sorted(n for n in texts() if n.endswith(SUMS)))
def test_vendored_files_are_what_their_makers_released(listing: str) -> None:
    for file, digest in sums_of(ROOT / listing):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, file

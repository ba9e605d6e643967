"""What is installed is pinned, hashed, and comes from wherever the installer is told to look."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

FILES = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9._-]+)(\[[a-z,]+\])?==([^ \\;]+)", re.IGNORECASE)


def pins(text: str) -> dict[str, str]:
    """Return each requirement with its version; it fails on one without either."""
    found = {}
    for block in re.split(r"\n(?=\S)", text.strip()):
        if block.startswith("#"):
            continue
        pin = PIN.match(block)
        assert pin, f"not pinned: {block.splitlines()[0]}"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"not hashed: {pin[1]}"
        found[pin[1].lower().replace("_", "-").replace(".", "-")] = pin[3]
    return found


def read(name: str) -> str:
    return Path(ROOT, name).read_text()


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    assert len(pins(read(name))) > 20


@pytest.mark.parametrize("name", FILES)
def test_a_lock_file_names_no_address(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ ", read(name))


def test_both_lock_files_agree() -> None:
    run, dev = (pins(read(name)) for name in FILES)

    assert run.items() <= dev.items()


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in project["dependencies"]}

    assert wanted <= pins(read("requirements.txt")).keys()


@pytest.mark.parametrize("line", ["flask>=3", "flask==3.1.3 \\\n    # via x", "./wheels/x.whl"])
def test_a_loose_requirement_is_seen(line: str) -> None:
    with pytest.raises(AssertionError, match=r"not (pinned|hashed)"):
        pins(line)
